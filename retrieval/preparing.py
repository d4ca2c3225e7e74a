"""Computing what the indexes hold of passages: vectors, terms and concepts. Nothing is read or written here."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.document import Passage
from ingest.preparing import Batch, Features
from retrieval.analysis import content, grams_of, joined, stems_of
from retrieval.lexical import CONCEPTS
from retrieval.thesaurus import OFFICIAL, Thesaurus

_NEAR_HEADINGS = 2
"""Headings whose concepts a passage shares: its own and the one above; names of documents would tag everything."""

_KEPT = 1024
"""Contexts and headings whose terms are kept: passages that follow one another mostly share them."""


class Embeds(Protocol):
    """An encoder as preparing needs it."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...
    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Preparer:
    """Computes the features of batches with one encoder and one thesaurus."""

    def __init__(self, encoder: Embeds, thesaurus: Thesaurus) -> None:
        self._encoder = encoder
        self._thesaurus = thesaurus
        self._of_context = lru_cache(_KEPT)(_stems_and_grams)
        self._above = lru_cache(_KEPT)(thesaurus.match)

    def features(self, batch: Batch) -> Features:
        """Return everything that is written of a batch beside its texts."""
        found = batch.passages
        return Features(
            vectors=self._encoder.encode_passages([f"{p.context}\n{p.text}" for p in found]),
            asked_vectors=self._encoder.encode_queries([q for asked in batch.asked.values() for q in asked]),
            terms=tuple(self.terms(passage) for passage in found),
        )

    def terms(self, passage: Passage) -> Mapping[str, str]:
        """Return the terms of a passage by field of the lexical index, separated by spaces."""
        words = content(passage.text)
        stems = stems_of(words)
        context_stems, context_grams = self._of_context(passage.context)
        asked = content("\n".join(passage.asked))
        return {
            "text_stems": joined((*stems, context_stems)),
            "text_grams": joined((*grams_of(words), context_grams)),
            "asked_stems": joined(stems_of(asked)),
            "asked_grams": joined(grams_of(asked)),
            CONCEPTS: joined(self._concepts(passage, stems)),
        }

    def _concepts(self, passage: Passage, stems: Sequence[str]) -> list[str]:
        """Return the concepts of a passage, strongest first; those it names officially count twice."""
        own = self._thesaurus.match_stems(stems)
        above = self._above("\n".join((*passage.headings[-_NEAR_HEADINGS:], passage.label)))
        return [
            concept
            for concept in dict.fromkeys((*own, *above))
            for _ in range(2 if own.get(concept, 0.0) >= OFFICIAL else 1)
        ]


def _stems_and_grams(text: str) -> tuple[str, str]:
    words = content(text)
    return joined(stems_of(words)), joined(grams_of(words))
