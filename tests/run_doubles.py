"""Runs of evaluation for tests: lines of figures by hand, runs made of them, and runs recorded from doubles."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.answers import System
from eval.commands.run import run as record
from eval.questions import Question
from eval.reporting.reading import Finished
from eval.runs.measures import VERDICTS, Line
from eval.runs.summary import summary
from tests.recording import command, opening


def line(id_: str, **changes: Any) -> Line:
    """Return the figures of one answered question of the open set, with changes."""
    fields: dict[str, Any] = {
        "id": id_,
        "set": "open",
        "kind": "lay",
        "answerable": True,
        "status": "answered",
        "values": {"facts": 1.0, "over_refusal": 0.0},
        "quotes": 1,
        "verbatim": 1,
        "chars": 100,
        "seconds": 0.1,
        "verdicts": dict.fromkeys(VERDICTS, 0),
        "tokens": None,
        "cost": None,
        "found": (True,),
        "cited": (True,),
    }
    return Line(**fields | changes)


def run_of(
    lines: Iterable[Line], name: str = "beh", questions: Mapping[str, str] | None = None, **made: Any
) -> Finished:
    """Return a run with these lines; `made` changes its run.json, `questions` the words of questions by id."""
    by_id = {one.id: one for one in lines}
    words = questions or {}
    described: dict[str, Any] = {"system": "opora", "limit": None, "sets": [], "machine": {"cpus": 2}, "at_once": 1}
    return Finished(
        name=name,
        run=described | made,
        questions=tuple(
            Question(one.id, one.kind, words.get(one.id, f"Otázka {one.id}?"), (), one.answerable, (), ())
            for one in by_id.values()
        ),
        records={},
        lines=by_id,
        summary=summary(tuple(by_id.values())),
    )


def record_run(name: str, questions: Path | None, system: System, *more: str) -> None:
    """Record a run of a double in the installation that the environment names; without questions the project's sets."""
    asked = ["--questions", str(questions)] if questions else []
    assert record(command("run", "--name", name, *asked, *more), opening(system)) == 0
