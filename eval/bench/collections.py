"""Collections of any size, made reproducibly of the corpus's own sentences.

The shipped documents stay in, with their anticipated questions, so that the same questions are asked at each size;
what is added are texts like theirs: headings, and paragraphs of sentences drawn at random. They have no anticipated
questions, as documents have none that somebody has just added.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Document, Source
from ingest.manifest import MANIFEST
from ingest.sentences import sentence_spans
from ingest.structure import passages

SEED = 20261122
"""Seed of the drawing; the same collection comes out on every machine."""

PARAGRAPHS = 480
"""Paragraphs of one document, some forty pages."""

_CODE = re.compile(r"\A[\W_]*(?:\d[\d.]*[a-z]?[.)]?\s+)?")

_UNDER_A_HEADING = 6
_LONGEST_HEADING = 90
_SENTENCES = (1, 2, 2, 3)
"""Sentences of a paragraph, equally likely."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder that an index can be built from.

    Attributes
    ----------
    corpus
        The folder, with a manifest.
    documents, passages
        How many there are, those of the shipped corpus included.
    characters
        Length of all texts together.
    """

    corpus: Path
    documents: int
    passages: int
    characters: int


def make_collection(shipped: Path, documents: Sequence[Document], corpus: Path, size: int) -> Collection:
    """Write a copy of the shipped corpus, grown to at least `size` passages, into a folder that is not there yet.

    `documents` are those of the shipped corpus, whose sentences the added texts are made of.
    """
    shutil.copytree(shipped, corpus)
    count, characters, number = sum(len(passages(d)) for d in documents), sum(len(d.text) for d in documents), 0
    with (corpus / MANIFEST).open("a", encoding="utf-8") as manifest:
        for text in _texts(_sentences(documents), random.Random(SEED)):
            if count >= size:
                break
            number += 1
            document = Document(
                Source(f"sbirka-{number:04}", f"Sbírka textů {number}", file=f"sbirka-{number:04}.txt"), text
            )
            (corpus / document.source.file).write_text(text, encoding="utf-8")
            manifest.write("\n[[document]]\n")
            for key in ("id", "title", "file"):
                manifest.write(f"{key} = {json.dumps(getattr(document.source, key), ensure_ascii=False)}\n")
            count += len(passages(document))
            characters += len(text)
    return Collection(corpus, len(documents) + number, count, characters)


def _sentences(documents: Sequence[Document]) -> list[str]:
    """Return the different sentences of the documents that end as sentences do, in the order of the texts.

    They lose codes and numbers at their beginning: a code that leads to thousands of places is none.
    """
    lines = (line for document in documents for line in document.text.splitlines())
    found = (_CODE.sub("", line[start:end]) for line in lines for start, end in sentence_spans(line))
    return list(dict.fromkeys(s for s in found if s.endswith(".") and " " in s))


def _texts(sentences: Sequence[str], draw: random.Random) -> Iterator[str]:
    """Yield one text after another, without an end."""
    headings = sorted({" ".join(s.split()[:8]).rstrip(".,;:") for s in sentences if len(s) > _LONGEST_HEADING})
    while True:
        blocks: list[str] = []
        for n in range(PARAGRAPHS):
            if n % _UNDER_A_HEADING == 0:
                blocks.append(f"## {draw.choice(headings)}")
            blocks.append(" ".join(draw.choices(sentences, k=draw.choice(_SENTENCES))))
        yield "\n\n".join(blocks) + "\n"
