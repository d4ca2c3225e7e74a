"""Cutting documents into passages in tests, and what holds for the passages of any document."""

import re
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path

from ingest.document import Document, Passage
from ingest.manifest import source_for
from ingest.marks import is_noise
from ingest.readers import read
from ingest.structure import LEAF_LIMIT, SECTION_LIMIT, passages


@cache
def cut(path: Path) -> tuple[Document, tuple[Passage, ...]]:
    document = read(path, source_for(path))
    return document, passages(document)


def cut_text(text: str, name: str = "text.txt") -> tuple[Document, tuple[Passage, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        document = read(path, source_for(path))
    return document, passages(document)


def leaves(found: tuple[Passage, ...]) -> list[Passage]:
    return [p for p in found if p.grain == "leaf"]


def leaf(found: tuple[Passage, ...], start: str) -> Passage:
    (one,) = [p for p in leaves(found) if p.text.startswith(start)]
    return one


def words(text: str) -> str:
    """Return the text without white space and bullets, with the bars of a table as the dashes of its source."""
    return re.sub(r"[\s•]+", "", text.replace(" | ", " – "))


def not_in_leaves(document: Document, found: tuple[Passage, ...]) -> list[str]:
    """Return what a reader of the leaves alone would miss: neither in a leaf nor in the heading path of one."""
    covered = bytearray(len(document.text))
    for p in leaves(found):
        covered[p.start : p.end] = b"\1" * (p.end - p.start)
    paths = {words(heading).rstrip(":") for p in leaves(found) for heading in p.headings}
    missing = []
    position = 0
    for raw in document.text.splitlines(keepends=True):
        kept = "".join(raw[i] for i in range(len(raw)) if not covered[position + i])
        position += len(raw)
        shown = words(kept).rstrip(":").lstrip("-+*#|–—").rstrip("|")
        if (
            not is_noise(raw.strip().lstrip("-+*#|•– "))
            and any(map(str.isalnum, kept))
            and not any(shown in path for path in paths)
        ):
            missing.append(kept.strip())
    return missing


def check(document: Document, found: tuple[Passage, ...]) -> None:
    """Assert what holds for the passages of any document."""
    assert len({p.id for p in found}) == len(found)
    assert [p.start for p in found] == sorted(p.start for p in found)
    ids = {p.id for p in found}
    for p in found:
        assert document.text[p.start : p.end] == p.text
        assert p.text.strip() == p.text
        assert any(map(str.isalnum, p.text))
        assert len(p.text) <= (SECTION_LIMIT if p.grain == "section" else LEAF_LIMIT)
        assert p.parent is None or p.parent in ids
    spans = sorted((p.start, p.end) for p in leaves(found))
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), "leaves overlap"
