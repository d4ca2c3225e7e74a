"""Which questions a run asks: whole sets, or a sample of them in which every kind keeps its share."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eval.questions import Question, load_questions
from ingest.errors import SettingsError

FOLDER = Path(__file__).resolve().parent.parent / "questions"
SETS = tuple(FOLDER / f"{name}.jsonl" for name in ("open", "control", "unanswerable"))
"""The project's own sets, which a run asks unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the set that it is from: the name of its file without the suffix."""

    question: Question
    set: str

    def to_json(self) -> str:
        """Return one line of JSON in the form of a question set, with the field "set" added."""
        return json.dumps(asdict(self.question) | {"set": self.set}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The questions of a run, and its sets as run.json describes them: file, sha256, number of questions asked."""

    asked: tuple[Asked, ...]
    sets: tuple[dict[str, Any], ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(item.question for item in self.asked)


def choose(files: Sequence[Path], limit: int | None = None) -> Chosen:
    """Read the sets, in their order; with a limit, keep at most so many questions, each kind in proportion.

    Where two sets use the same id, the name of its set stands before it.

    Raises
    ------
    SettingsError
        If two files have the same name, or the limit is below 1.
    QuestionSetError
        If a set cannot be read or has a wrong line.
    """
    names = [file.stem for file in files]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise SettingsError(
            f"Dvě sady se jmenují stejně ({', '.join(twice)}). Uveďte každou jednou, nebo je přejmenujte."
        )
    if limit is not None and limit < 1:
        raise SettingsError(f"Počet otázek (--limit) má být aspoň 1, je to {limit}.")
    read = [Asked(question, file.stem) for file in files for question in load_questions(file)]
    asked = _sample(_distinct(read), limit)
    counts = Counter(item.set for item in asked)
    sets = tuple(
        {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "questions": counts[file.stem]}
        for file in files
    )
    return Chosen(asked, sets)


def _distinct(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    counts = Counter(item.question.id for item in asked)
    return tuple(
        replace(item, question=replace(item.question, id=f"{item.set}-{item.question.id}"))
        if counts[item.question.id] > 1
        else item
        for item in asked
    )


def _sample(asked: Sequence[Asked], limit: int | None) -> tuple[Asked, ...]:
    """Keep evenly spaced questions of each kind, so that all sets and the same ones every time are drawn from."""
    if limit is None or limit >= len(asked):
        return tuple(asked)
    places: dict[str, list[int]] = {}
    for place, item in enumerate(asked):
        places.setdefault(item.question.kind, []).append(place)
    shares = _shares({kind: len(found) for kind, found in places.items()}, limit)
    kept = sorted(
        found[(2 * n + 1) * len(found) // (2 * shares[kind])]
        for kind, found in places.items()
        for n in range(shares[kind])
    )
    return tuple(asked[place] for place in kept)


def _shares(sizes: dict[str, int], limit: int) -> dict[str, int]:
    """Divide the limit among the kinds: one question each, the largest kinds first, the rest by largest remainder."""
    order = sorted(sizes, key=lambda kind: -sizes[kind])
    if limit <= len(order):
        return {kind: int(kind in order[:limit]) for kind in sizes}
    free, spare = limit - len(order), sum(sizes.values()) - len(order)
    exact = {kind: free * (size - 1) / spare for kind, size in sizes.items()}
    shares = {kind: 1 + int(exact[kind]) for kind in sizes}
    remainders = sorted(order, key=lambda kind: int(exact[kind]) - exact[kind])
    for kind in remainders[: limit - sum(shares.values())]:
        shares[kind] += 1
    return shares
