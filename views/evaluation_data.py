"""Recorded runs as the page Hodnocení reads them: files that evaluation writes, kept in memory until they change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from ingest.document import Document
from ingest.errors import QuestionSetError, SettingsError
from ingest.index_folder import IndexFolder, current, read_document, read_meta
from ingest.settings import Settings
from prompts.export.run_words import SYSTEMS
from prompts.json_fields import line_fields
from prompts.question_lines import Question, parse_question

FORMAT = 1
MISSING = "missing"
"""Status of a question that has no answer in the run."""

State = Literal["finished", "unfinished", "damaged"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in the list: `run` is its run.json ({} when damaged), `answered` how many answers are recorded."""

    name: str
    path: Path
    state: State
    run: Mapping[str, Any]
    answered: int = 0

    @property
    def questions(self) -> int:
        return sum(int(one["questions"]) for one in self.run.get("sets", ()))

    @property
    def system(self) -> str:
        return SYSTEMS.get(self.run["system"], str(self.run["system"]))


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of a run with its answer and its line of scores, as the files hold them.

    `record` is {} when the run has no answer to it.
    """

    question: Question
    set: str
    record: Mapping[str, Any]
    score: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def status(self) -> str:
        return str(self.score["status"])

    def value(self, measure: str) -> float | None:
        """Return a measure of this question, or None where it does not apply."""
        found = self.score["values"].get(measure)
        return None if found is None else float(found)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the answer, in words; empty when nothing is."""
        if not self.question.answerable:
            return ("odpovězeno, ač to dokumenty neříkají",) if self.value("refusal_recall") == 0 else ()
        missed = self.score["found"].count(False)
        told = (
            (self.value("over_refusal") == 1, "neprávem odmítnuto"),
            (missed > 0, f"nenalezené důkazy: {missed}"),
            ((self.value("facts") or 0) < 1 and self.value("facts") is not None, "chybí očekávaná fakta"),
            (self.score["verbatim"] < self.score["quotes"], "citace není doslovná"),
        )
        return tuple(words for wrong, words in told if wrong)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run; questions by id in their order."""

    path: Path
    run: Mapping[str, Any]
    questions: Mapping[str, Answered]
    summary: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def records_file(self) -> Path:
        return self.path / "records.jsonl"

    @property
    def system(self) -> str:
        return SYSTEMS.get(self.run["system"], str(self.run["system"]))


def listed_runs(folder: Path) -> tuple[Listed, ...]:
    """Return the recorded runs, newest first; damaged ones last."""
    paths = [path for path in folder.iterdir() if (path / "run.json").is_file()] if folder.is_dir() else []
    found = [_listed(path) for path in sorted(paths)]
    return tuple(sorted(found, key=lambda one: str(one.run.get("started", "")), reverse=True))


def _listed(path: Path) -> Listed:
    try:
        run = json.loads((path / "run.json").read_text(encoding="utf-8"))
        known = isinstance(run, dict) and run.get("format") == FORMAT
        if known and run["finished"]:
            # Looked into at once: a run that cannot be opened should not be offered.
            _ = (run["system"], run["settings"]["set"], run["started"], [one["questions"] for one in run["sets"]])
            whole = all((path / name).is_file() for name in ("questions.jsonl", "records.jsonl", "scores.jsonl"))
            return Listed(path.name, path, "finished", run) if whole else Listed(path.name, path, "damaged", {})
        if known:
            return Listed(path.name, path, "unfinished", run, _lines_in(path / "records.jsonl"))
    except (OSError, ValueError, KeyError, TypeError):
        return Listed(path.name, path, "damaged", {})
    return Listed(path.name, path, "damaged", {})


def _lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def load_run(path: Path) -> Run:
    """Return a finished run; it is read again when one of its files has changed.

    Raises
    ------
    SettingsError
        If a file is missing or damaged.
    """
    try:
        written = max(file.stat().st_mtime_ns for file in path.iterdir())
    except (OSError, ValueError) as error:
        raise _damaged(path, "složku nelze přečíst") from error
    return _loaded(str(path), written)


@st.cache_resource(show_spinner="Načítám běh…", max_entries=8)
def _loaded(folder: str, written: int) -> Run:
    path = Path(folder)
    try:
        run = json.loads((path / "run.json").read_text(encoding="utf-8"))
        summary = json.loads((path / "summary.json").read_text(encoding="utf-8"))
        records = {line["id"]: line for line in _lines(path / "records.jsonl")}
        scores = {line["id"]: line for line in _lines(path / "scores.jsonl")}
        questions = {}
        for line in _lines(path / "questions.jsonl"):
            question = parse_question(line)
            score = scores[question.id]
            _check(score, records.get(question.id, {}))
            questions[question.id] = Answered(question, str(line["set"]), records.get(question.id, {}), score)
        for part in (summary["all"], *summary["kinds"].values(), *summary["sets"].values()):
            for figure in part.values():
                _ = [float(figure[key]) for key in ("value", "low", "high", "n")]
    except OSError as error:
        raise _damaged(path, "některý soubor chybí nebo ho nelze přečíst") from error
    except (ValueError, KeyError, TypeError, AttributeError, QuestionSetError) as error:
        raise _damaged(path, "obsah souborů je poškozený") from error
    return Run(path, run, questions, summary)


def _check(score: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    """Touch what the page shows, so that a damaged line is found when the run is opened."""
    _ = (score["status"], dict(score["values"]), list(score["found"]), list(score["cited"]), score["seconds"])
    _ = (int(score["quotes"]), int(score["verbatim"]), int(score["chars"]), score["kind"])
    if record:
        _ = (record["status"], record["text"], float(record["seconds"]))
        for cited in record["citations"]:
            _ = (cited["n"], cited["doc"], int(cited["start"]), int(cited["end"]), cited["quote"])
        for found in record["retrieved"]:
            _ = (found["doc"], int(found["start"]), int(found["end"]), float(found.get("score", 0)))
            _ = {name: float(share) for name, share in found.get("channels", {}).items()}


def _lines(path: Path) -> list[Mapping[str, Any]]:
    # Not splitlines(): it also breaks at U+2028, which may stand inside a JSON string.
    return [line_fields(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _damaged(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"Běh „{path.name}“ nelze otevřít ({why}). Smažte ho příkazem „python -m eval runs --delete {path.name}“ "
        "a nahrajte ho znovu."
    )


def documents_of(settings: Settings) -> Mapping[str, Document]:
    """Return the documents of the serving index by id; without an index there are none.

    Raises
    ------
    SearchIndexError
        If the index is damaged.
    """
    folder = current(settings.index)
    return _documents(str(folder.path), folder.meta.stat().st_mtime_ns) if folder else {}


@st.cache_resource(show_spinner=False, max_entries=2)
def _documents(folder: str, written: int) -> Mapping[str, Document]:
    index = IndexFolder(Path(folder))
    return {doc: read_document(index, doc)[0] for doc in read_meta(index).documents}
