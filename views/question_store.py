"""The question sets of this installation on disk: one JSON-lines file per set, drafts and rejected ones beside them.

A file is replaced as a whole and under a lock, so that two people who edit at once do not lose each other's questions.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.disk import unwritable
from ingest.errors import OporaError, QuestionSetError, SettingsError
from prompts.json_fields import line_fields
from prompts.question_drafts import Draft, draft_line, is_draft, parse_draft
from prompts.question_lines import Question, parse_question, question_line
from retrieval.analysis import fold

FIRST = "vlastni"
"""Name of the set that the first question goes to."""

_DRAFTS, _REJECTED, _LOCK = Path("drafts/drafts.jsonl"), Path("drafts/rejected.txt"), ".lock"
_COMPLAINTS = 20
_LONGEST_NAME = 40

Questions = tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class OwnSet:
    """A set by the name of its file; with an `error` it cannot be read and has no questions."""

    name: str
    questions: Questions = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file holds: questions and drafts, each in their order."""

    questions: Questions
    drafts: tuple[Draft, ...]


def read_lines(content: bytes) -> Lines:
    """Read the content of a file.

    Raises
    ------
    QuestionSetError
        With one row "line: what is wrong" per wrong line, at most 20 of them; if it is not UTF-8 or holds nothing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionSetError(
            f"Soubor není v kódování UTF-8 (bajt {error.start}). Uložte jej znovu jako UTF-8."
        ) from error
    questions: list[Question] = []
    drafts: list[Draft] = []
    seen: dict[str, int] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = line_fields(line)
            item: Question | Draft = parse_draft(fields) if is_draft(fields) else parse_question(fields)
            if (first := seen.setdefault(item.id, number)) != number:
                raise QuestionSetError(f"id „{item.id}“ už má řádek {first}; každé id smí být jen jednou")
        except QuestionSetError as error:
            wrong.append(f"Řádek {number}: {error}")
            continue
        if isinstance(item, Draft):
            drafts.append(item)
        else:
            questions.append(item)
    if wrong:
        rest = [f"… a další chybné řádky (počet: {len(wrong) - _COMPLAINTS})"] if len(wrong) > _COMPLAINTS else []
        raise QuestionSetError("\n".join(wrong[:_COMPLAINTS] + rest))
    if not seen:
        raise QuestionSetError("Soubor nic neobsahuje. Čeká se jeden objekt JSON na každém řádku.")
    return Lines(tuple(questions), tuple(drafts))


def as_file(questions: Sequence[Question]) -> bytes:
    """Return a set as the content of a file."""
    return "".join(question_line(question) + "\n" for question in questions).encode("utf-8", "replace")


def load_sets(folder: Path) -> tuple[OwnSet, ...]:
    """Return the sets of a folder by name; the first one is always there, though perhaps empty."""
    names = {path.stem for path in folder.glob("*.jsonl")} | {FIRST}
    return tuple(_load(folder, name) for name in sorted(names, key=lambda name: (name != FIRST, name)))


def change(folder: Path, name: str, apply: Callable[[Questions], Questions]) -> None:
    """Replace the questions of a set by what `apply` makes of those that are there now.

    Raises
    ------
    QuestionSetError
        If the set cannot be read, or `apply` refuses.
    SettingsError
        If the folder cannot be written; the set then stays as it was.
    """
    with _locked(folder):
        found = _load(folder, name)
        if found.error:
            raise QuestionSetError(found.error)
        _replace(folder / f"{name}.jsonl", as_file(apply(found.questions)))


def new_name(folder: Path, file: str) -> str:
    """Return a name for a set that comes from a file: its letters and digits, numbered where it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(Path(file).stem)).strip("-")[:_LONGEST_NAME].strip("-") or "sada"
    taken = {path.stem for path in folder.glob("*.jsonl")} | {FIRST}
    names = [plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def load_drafts(folder: Path) -> tuple[Draft, ...]:
    """Return the drafts that were uploaded, rejected ones included.

    Raises
    ------
    QuestionSetError
        If their file is damaged.
    """
    path = folder / _DRAFTS
    return read_lines(path.read_bytes()).drafts if path.is_file() else ()


def add_drafts(folder: Path, drafts: Sequence[Draft]) -> None:
    """Keep uploaded drafts; one whose id is known already takes its place.

    Raises
    ------
    OporaError
        If the file of drafts is damaged or cannot be written.
    """
    with _locked(folder):
        kept = {draft.id: draft for draft in (*load_drafts(folder), *drafts)}
        _replace(folder / _DRAFTS, "".join(draft_line(draft) + "\n" for draft in kept.values()).encode())


def rejected(folder: Path) -> frozenset[str]:
    """Return the ids of the drafts that a person has rejected."""
    path = folder / _REJECTED
    return frozenset(path.read_text(encoding="utf-8").split("\n")) - {""} if path.is_file() else frozenset()


def reject(folder: Path, draft: str, *, back: bool = False) -> None:
    """Note that a draft is rejected, or with `back` that it is not.

    Raises
    ------
    SettingsError
        If the folder cannot be written.
    """
    with _locked(folder):
        ids = rejected(folder) - {draft} if back else rejected(folder) | {draft}
        _replace(folder / _REJECTED, "".join(f"{id_}\n" for id_ in sorted(ids)).encode())


def _load(folder: Path, name: str) -> OwnSet:
    path = folder / f"{name}.jsonl"
    try:
        content = path.read_bytes()
        found = read_lines(content) if content.strip() else Lines((), ())
        if found.drafts:
            raise QuestionSetError("jsou v něm neposouzené návrhy („judged“: false); nahrajte je níže jako soubor")
    except FileNotFoundError:
        return OwnSet(name)
    except (OporaError, OSError) as error:
        return OwnSet(name, error=f"Soubor „{path.name}“ se sadou otázek nelze přečíst. Sdělte to správci.\n{error}")
    return OwnSet(name, found.questions)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(content)
    part.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SettingsError(unwritable(folder, error)) from error
