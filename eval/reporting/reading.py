"""What a report reads: the files of finished runs, and the documents that their positions refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import jsonl
from eval.questions import Question, load_questions
from eval.records import Record, load_records
from eval.runs.files import RunFolder, recorded, run_folder
from eval.runs.measures import Line
from eval.spans import Texts
from ingest.document import Document
from ingest.errors import QuestionSetError, SettingsError
from ingest.index_folder import current, read_document, read_meta
from ingest.settings import Settings
from prompts import json_fields
from prompts.export.run_words import SYSTEMS


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run; questions in the order of the run, records and lines of scores by the question's id."""

    name: str
    run: Mapping[str, Any]
    questions: tuple[Question, ...]
    records: Mapping[str, Record]
    lines: Mapping[str, Line]
    summary: Mapping[str, Any]

    @property
    def system(self) -> str:
        return SYSTEMS.get(self.run["system"], str(self.run["system"]))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents as they are today, by id, and their texts ready to find quotes in."""

    documents: Mapping[str, Document]
    texts: Texts

    @classmethod
    def of(cls, settings: Settings) -> "Shelf":
        """Read the documents of the serving index; neither its vectors nor the encoder are needed.

        Raises
        ------
        SearchIndexError
            If the index is damaged.
        """
        folder = current(settings.index)
        stored = [read_document(folder, doc)[0] for doc in read_meta(folder).documents] if folder else []
        documents = {document.id: document for document in stored}
        return cls(documents, Texts({doc: document.text for doc, document in documents.items()}))

    def title(self, doc: str) -> str:
        found = self.documents.get(doc)
        return found.source.title if found and found.source.title else doc

    def changed_since(self, run: Finished) -> bool:
        """Tell whether quotes that stood in their places when the run was made do not stand there any more."""
        kept = sum(self.texts.at(c.span) == c.quote for record in run.records.values() for c in record.citations)
        return kept < sum(line.verbatim for line in run.lines.values())


def finished_runs(runs: Path, names: Sequence[str]) -> tuple[Finished, ...]:
    """Read the runs with these names, each once, in their order.

    Raises
    ------
    SettingsError
        If a run does not exist, is not finished, or its files are damaged.
    """
    return tuple(_finished(run_folder(runs, name)) for name in dict.fromkeys(names))


def _finished(folder: RunFolder) -> Finished:
    run = folder.described()
    if run is None:
        known = ", ".join(other.name for other in recorded(folder.path.parent)) or "žádné"
        raise SettingsError(
            f"Běh „{folder.name}“ neexistuje. Nahrané běhy: {known}. "
            f"Nový nahraje „python -m eval run --name {folder.name}“."
        )
    summary = folder.summarised()
    if not run["finished"] or summary is None:
        raise SettingsError(
            f"Běh „{folder.name}“ není dokončený. Dokončí ho týž příkaz „python -m eval run“, kterým začal; "
            "pak zprávu sestavte znovu."
        )
    try:
        return Finished(
            folder.name,
            run,
            load_questions(folder.questions),
            {record.id: record for record in load_records(folder.records)},
            {line.id: line for line in load_lines(folder.scores)},
            summary,
        )
    except QuestionSetError as error:
        raise SettingsError(
            f"Soubory běhu „{folder.name}“ jsou poškozené:\n{error}\nSmažte běh příkazem "
            f"„python -m eval runs --delete {folder.name}“ a nahrajte ho znovu."
        ) from error


def load_lines(path: Path) -> tuple[Line, ...]:
    """Read the scores of a run.

    Raises
    ------
    QuestionSetError
        With file, line number and what is wrong, for each wrong line.
    """
    return jsonl.parse_lines(path, _line, key=lambda line: line.id)


def _line(fields: json_fields.Fields) -> Line:
    tokens = fields.get("tokens")
    return Line(
        id=json_fields.text(fields, "id"),
        set=json_fields.text(fields, "set"),
        kind=json_fields.text(fields, "kind"),
        answerable=json_fields.flag(fields, "answerable"),
        status=json_fields.text(fields, "status"),
        values=_numbers(fields, "values"),
        quotes=json_fields.whole(fields, "quotes"),
        verbatim=json_fields.whole(fields, "verbatim"),
        chars=json_fields.whole(fields, "chars"),
        seconds=None if fields.get("seconds") is None else json_fields.number(fields, "seconds"),
        verdicts={name: int(count) for name, count in _numbers(fields, "verdicts").items()},
        tokens=(int(tokens[0]), int(tokens[1])) if tokens else None,
        cost=None if fields.get("cost") is None else json_fields.number(fields, "cost"),
        found=_flags(fields, "found"),
        cited=_flags(fields, "cited"),
    )


def _numbers(fields: json_fields.Fields, name: str) -> dict[str, float]:
    values = fields.get(name)
    if not isinstance(values, dict):
        raise QuestionSetError(f"„{name}“ má být objekt s čísly")
    return {key: json_fields.number(values, key) for key in values}


def _flags(fields: json_fields.Fields, name: str) -> tuple[bool, ...]:
    values = fields.get(name)
    if not isinstance(values, list) or not all(isinstance(value, bool) for value in values):
        raise QuestionSetError(f"„{name}“ má být seznam hodnot true a false")
    return tuple(values)
