"""Damaged files: each is read or refused with one clear message; no reader fails in another way, loops or swells.

`FUZZ_FILES` sets how many files of each kind are tried; the slow test has 600 of each unless it says otherwise.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from ingest.bounded import BoundedReader, Limits
from ingest.document import Document, Source
from ingest.errors import ReadError
from tests.fuzzing import mutated, seeds

KINDS = ("pdf", "docx", "html", "txt")
MANY = int(os.environ.get("FUZZ_FILES", "600"))
LIMITS = Limits(memory=512 << 20, seconds=20)
CUT_SHORT = ("trvalo déle", "příliš mnoho", "poškozený tak, že")
"""What is said when the process was ended instead of the reader saying what is wrong."""


def outcome(reader: BoundedReader, path: Path) -> str:
    """Read a file and check what came of it; return "document", or the message without the file's name."""
    try:
        document = reader.read(path, Source("a", ""))
    except ReadError as error:
        message = str(error)
        assert f"„{path.name}“" in message, message
        assert message.count(".") >= 1
        assert message[-1] == ".", message
        assert not any(word in message for word in ("Error", "Traceback", "None", "0x"))
        assert not any(cut in message for cut in CUT_SHORT), message
        return message.replace(path.name, "…")
    check(document)
    return "document"


def check(document: Document) -> None:
    assert document.text.strip()
    assert document.source.title
    document.text.encode("utf-8")  # no half of a character
    assert all(0 <= h.start <= h.end <= len(document.text) and 1 <= h.level <= 9 for h in document.headings)
    assert list(document.pages) == sorted(document.pages)
    assert all(0 <= page <= len(document.text) for page in document.pages)


def tried(folder: Path, kind: str, numbers: range) -> Counter[str]:
    """Read so many damaged files of a kind, every twentieth under the name of another kind."""
    outcomes: Counter[str] = Counter()
    with BoundedReader(LIMITS) as reader:
        for number in numbers:
            suffix = KINDS[number % len(KINDS)] if number % 20 == 7 else kind
            path = folder / f"{kind}-{number}.{suffix}"
            path.write_bytes(mutated(kind, number))
            outcomes[outcome(reader, path)] += 1
            path.unlink()
    return outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_files_are_documents(tmp_path: Path, kind: str) -> None:
    with BoundedReader(LIMITS) as reader:
        for number, seed in enumerate(seeds()[kind]):
            (tmp_path / f"{number}.{kind}").write_bytes(seed)
            assert outcome(reader, tmp_path / f"{number}.{kind}") == "document"


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    outcomes = tried(tmp_path, kind, range(100))
    # Else the damage is too great to get past the first check, or too small to matter.
    assert 5 <= outcomes["document"] <= 95


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    outcomes = tried(tmp_path, kind, range(100, 100 + MANY))
    assert outcomes.total() == MANY


@pytest.mark.parametrize(("kind", "seed"), [("pdf", 0), ("docx", 1), ("html", 2), ("txt", 3)])
def test_the_same_seed_gives_the_same_file(kind: str, seed: int) -> None:
    assert mutated(kind, seed) == mutated(kind, seed)
    assert mutated(kind, seed) != mutated(kind, seed + 10)
