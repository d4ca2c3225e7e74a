"""What a question names by number and the documents do not have: a task, a measure."""

import re

from retrieval.analysis import fold
from retrieval.index import Index
from retrieval.query import Query

_ORDINALS = ("prvni", "druh", "tret", "ctvrt", "pat", "sest", "sedm", "osm", "devat", "desat")
_NUMERALS = ("jed(?:na|nicka|nicku)", "dv[ae]", "tri", "ctyri", "pet", "sest", "sedm", "osm", "devet", "deset")
_TASK = re.compile(
    r"\bukol\w*\s+(?:cislo |c\. ?|s cislem |oznacen\w+ )?"
    rf"(?:(?P<digits>\d{{1,2}})(?![\d.]*[a-z\d])|(?P<numeral>{'|'.join(_NUMERALS)}))\b"
    rf"|\b(?:(?P<before>\d{{1,2}})\.|(?P<ordinal>(?:{'|'.join(_ORDINALS)})\w*)) ukol\w*"
)


def absent_from(index: Index, question: str, query: Query) -> str:
    """Return in Czech what a question asks for by a number that the documents skip, else "".

    A task is absent when its measure has tasks, or could have, but none of that number.
    """
    measures = [
        code for code in query.codes if any(index.passages[key].kind == "measure" for key in index.codes.get(code, ()))
    ]
    number = _task_number(question)
    if number and len(measures) == 1 and f"{measures[0]}/{number}" not in index.codes:
        return f"úkol č. {number} opatření {measures[0]}"
    unknown = [code for code in query.own_codes if code not in index.codes]
    if unknown and len(unknown) == len(query.own_codes):
        return f"označení {', '.join(unknown)}"
    return ""


def _task_number(question: str) -> int | None:
    match = _TASK.search(" ".join(fold(question).split()))
    if match is None:
        return None
    if digits := match["digits"] or match["before"]:
        return int(digits)
    if match["numeral"]:
        return next(n for n, form in enumerate(_NUMERALS, 1) if re.fullmatch(form, match["numeral"]))
    return next(n for n, root in enumerate(_ORDINALS, 1) if match["ordinal"].startswith(root))
