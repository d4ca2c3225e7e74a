"""Building real indexes in tests: the shipped encoder, Chroma and Tantivy, wired as `python -m ingest` does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.build import Builder, Report
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.local import LocalPreparing
from retrieval.preparing import Embeds
from retrieval.query import understand
from retrieval.search import search
from retrieval.thesaurus import Thesaurus
from retrieval.writer import IndexWriter


@dataclass
class Recorder:
    """The shipped encoder, with a record of what it was asked to embed.

    `variant` makes it another model, as far as its fingerprint says.
    """

    model: Encoder
    variant: str = ""
    passages: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return self.model.fingerprint + self.variant

    @property
    def dimension(self) -> int:
        return self.model.dimension

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passages += texts
        return self.model.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.questions += texts
        return self.model.encode_queries(texts)


def builder(settings: Settings, encoder: Embeds | None = None) -> Builder:
    """Return a builder with the parts that the command uses."""
    preparing = LocalPreparing(encoder or Encoder.load(settings.encoder), Thesaurus.load(settings.corpus))
    return Builder(settings, preparing, IndexWriter, lambda done, total, title: None)


def build(settings: Settings, encoder: Embeds | None = None) -> Report:
    """Bring the index of the installation in line with its documents."""
    return builder(settings, encoder).build()


def first_hit(index: Index, question: str) -> str:
    """Return the text of the best passage."""
    found = search(index, understand(question, index.vocabulary, index.thesaurus, []), 5)
    return found[0].passage.text


def folders(settings: Settings) -> set[str]:
    """Return the names of the indexes and leftovers in the index folder."""
    return {path.name for path in settings.index.iterdir() if path.is_dir()}
