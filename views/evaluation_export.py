"""Questions of a run as a table for CSV and XLSX: a row per question, with what became of it."""

from collections.abc import Iterator, Sequence

from prompts.export.run_words import MEASURES, decimal
from prompts.export.sheets import Sheet
from prompts.question_kinds import kind_label
from views.evaluation_data import Answered, Run
from views.evaluation_question_html import status_name

_MEASURES = ("recall@5", "recall@10", "recall@3000c", "ndcg@10", "rr", "facts", "cited_recall", "cited_precision")
_FIRST = ("Běh", "Id", "Sada", "Druh", "Otázka", "Zodpověditelná", "Stav odpovědi", "Chyby")
_LAST = (
    "Důkazů",
    "Nalezených důkazů",
    "Citovaných důkazů",
    "Citací",
    "Doslovných citací",
    "Jistota",
    "Čas (s)",
    "Délka (znaky)",
    "Odpověď",
)
_WIDTHS = {"Otázka": 60, "Odpověď": 80, "Chyby": 34, "Druh": 26}

COLUMNS = (*_FIRST, *(MEASURES[name].name for name in _MEASURES), *_LAST)


def questions_sheet(runs: Sequence[Run], ids: Sequence[str]) -> Sheet:
    """Return the questions with these ids, each with a row per run that asked it."""
    found = [(run, run.questions[id_]) for id_ in ids for run in runs if id_ in run.questions]
    return Sheet("Otázky", COLUMNS, tuple(tuple(_cells(run, one)) for run, one in found), _WIDTHS)


def _cells(run: Run, one: Answered) -> Iterator[str | int]:
    question, score, record = one.question, one.score, one.record
    yield from (run.name, one.id, one.set, kind_label(question.kind), question.question)
    yield from ("ano" if question.answerable else "ne", status_name(one.status), "; ".join(one.faults))
    # Czech Excel reads a decimal comma as a number, and the same text stands in the XLSX.
    yield from ("" if (value := one.value(name)) is None else decimal(value) for name in _MEASURES)
    yield from (len(question.evidence), sum(score["found"]), sum(score["cited"]), score["quotes"], score["verbatim"])
    sure, seconds = record.get("confidence"), score["seconds"]
    yield "" if sure is None else decimal(float(sure))
    yield "" if seconds is None else decimal(float(seconds))
    yield score["chars"]
    yield str(record.get("text", ""))
