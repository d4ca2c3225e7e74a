"""A question set, and what a recorded run answered to it, in the forms that other tools of evaluation read.

*TREC*: see `eval.question_trec`.

*Ragas*: JSON lines with the fields of its `SingleTurnSample`. *DeepEval*: a JSON list with the fields of its
`LLMTestCase`, or of its `Golden` without a run. The reference of both is the evidence itself, word for word.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.question_documents import indexed
from eval.question_trec import Asked, lines, span_id, trec_files
from eval.questions import Question, check, load_questions
from eval.records import load_records
from eval.runs.files import run_folder
from eval.spans import Span, Texts
from ingest.disk import unwritable
from ingest.errors import QuestionSetError, SearchIndexError, SettingsError
from ingest.settings import Settings

Format = Literal["trec", "ragas", "deepeval"]

NO_ANSWER = "Dokumenty na tuto otázku neodpovídají."
"""What a good answer says to a question that the documents do not answer."""

_ROLES = {"user": "Uživatel", "assistant": "Asistent"}


@dataclass(frozen=True, slots=True)
class Exported:
    """The written files; `questions` of the set are in them, `left_out` were not asked or not answered in the run.

    `changed` says that the index is another one than the run's, so that its passages may read differently now.
    """

    files: tuple[Path, ...]
    questions: int
    left_out: int
    changed: bool = False


def export(settings: Settings, file: Path, form: Format, out: Path, run: str | None = None) -> Exported:
    """Write a set in one of the forms into a folder, with the answers and passages of a recorded run if one is named.

    Raises
    ------
    QuestionSetError
        If the set or the run's records cannot be read, a quote is not in its document, or the run lacks the set.
    SearchIndexError
        If there is no index.
    SettingsError
        If there is no such run, or the folder cannot be written.
    """
    known = indexed(settings)
    if not known:
        raise SearchIndexError("Rejstřík ještě není sestavený. Spusťte „python -m ingest“ a pak export zopakujte.")
    texts = Texts({document.id: document.text for document, _ in known})
    questions = load_questions(file)
    check(questions, texts)
    asked = [Asked(q, tuple(texts.find(e.doc, e.quote) for e in q.evidence)) for q in questions]
    changed = False
    if run is not None:
        asked, changed = _with_run(settings, asked, run)
    rows = [one for one in asked if run is None or one.record]
    left_out = len(questions) - len(rows)
    if form == "trec":
        passages = [Span(document.id, p.start, p.end) for document, found in known for p in found]
        # What the run was asked and did not answer counts as nothing found, so its judgements belong here too.
        rows = [one for one in asked if one.question.answerable]
        made = trec_files(rows, passages, run)
    else:
        made = _ragas(rows, texts) if form == "ragas" else _deepeval(rows, texts)
    return Exported(_write(out, made), len(rows), left_out, changed)


def _with_run(settings: Settings, asked: Sequence[Asked], name: str) -> tuple[list[Asked], bool]:
    """Return the questions that the run asked with their records, and whether the index has changed since."""
    folder = run_folder(settings.runs, name)
    described = folder.described()
    if described is None:
        raise SettingsError(f"Běh „{name}“ neexistuje. Nahrané běhy vypíše „python -m eval runs“.")
    # Ids may have got the name of their set as a prefix; what was asked in which conversation is the same.
    ids = {(q.question, q.history): q.id for q in load_questions(folder.questions)}
    records = {record.id: record for record in load_records(folder.records)}
    found = [
        Asked(one.question, one.places, records.get(ids[key]))
        for one in asked
        if (key := (one.question.question, one.question.history)) in ids
    ]
    if not any(one.record for one in found):
        raise QuestionSetError(
            f"Běh „{name}“ nemá odpověď na žádnou otázku této sady. Zvolte běh, který se na ni ptal, nebo jinou sadu."
        )
    serving = settings.index / "CURRENT"
    fingerprint = serving.read_text(encoding="utf-8").strip()
    return found, described.get("index") not in (None, fingerprint)


def _ragas(asked: Iterable[Asked], texts: Texts) -> dict[str, str]:
    rows = []
    for one in asked:
        row: dict[str, Any] = {
            "user_input": _input(one.question),
            "reference": _reference(one.question),
            "reference_contexts": [evidence.quote for evidence in one.question.evidence],
            "reference_context_ids": [span_id(places[0]) for places in one.places],
        }
        if one.record:
            row |= {
                "retrieved_contexts": [texts.at(span) for span in one.retrieved],
                "retrieved_context_ids": [span_id(span) for span in one.retrieved],
                "response": one.record.text,
            }
        rows.append(row)
    # Escaped, because Ragas opens the file in the encoding of the machine, which need not be UTF-8.
    return {"ragas.jsonl": lines(json.dumps(row) for row in rows)}


def _deepeval(asked: Iterable[Asked], texts: Texts) -> dict[str, str]:
    cases = []
    for one in asked:
        case: dict[str, Any] = {
            "name": one.question.id,
            "input": _input(one.question),
            "expected_output": _reference(one.question),
            "context": [evidence.quote for evidence in one.question.evidence],
            "additional_metadata": {"kind": one.question.kind, "answerable": one.question.answerable},
        }
        if one.record:
            case |= {
                "actual_output": one.record.text,
                "retrieval_context": [texts.at(span) for span in one.retrieved],
            }
        cases.append(case)
    return {"deepeval.json": json.dumps(cases, ensure_ascii=False, indent=1) + "\n"}


def _input(question: Question) -> str:
    """Return the question; one that follows others with the conversation before it, since both tools take one text."""
    if not question.history:
        return question.question
    turns = [f"{_ROLES[turn.role]}: {turn.content}" for turn in question.history]
    return "\n".join([*turns, f"{_ROLES['user']}: {question.question}"])


def _reference(question: Question) -> str:
    if not question.answerable:
        return NO_ANSWER
    return "\n".join(evidence.quote for evidence in question.evidence)


def _write(out: Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(unwritable(out, error)) from error
    return tuple(out / name for name in files)
