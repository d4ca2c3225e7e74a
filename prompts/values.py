"""The values a question asks for, as they stand in a text: amounts, dates, contacts, counts of something."""

import re
from collections.abc import Mapping, Sequence

from prompts.expected import PHONE, Expected
from retrieval.analysis import fold, stems

_MONTH = "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince"
_DAY = rf"\d{{1,2}}\.\s*(?:\d{{1,2}}\.|{_MONTH})(?:\s*(?:19|20)\d\d)?"
_TITLE = r"(?:Mgr|Ing|Bc|PhDr|JUDr|MUDr|RNDr|doc|prof)\.\s+"
_NAME = r"[A-ZÁ-Ž][a-zá-ž]+"

_VALUES: Mapping[Expected, re.Pattern[str]] = {
    "amount": re.compile(r"\d[\d\s]*(?:,\d+)?\s*(?:Kč|korun|mil\.|mld\.|EUR|€)"),
    "percent": re.compile(r"\d+(?:,\d+)?\s*(?:%|procent\w*)"),
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": PHONE,
    "date": re.compile(rf"{_DAY}\s*[–—-]\s*{_DAY}|{_DAY}|(?:19|20)\d\d\s*[–—-]\s*(?:19|20)\d\d"),
    "person": re.compile(rf"(?:{_TITLE})+{_NAME}\s+{_NAME}|\b{_NAME}\s+{_NAME}ov[aá]\b"),
    "address": re.compile(rf"\b[\w ]*{_NAME}[\w ]*\d+(?:/\d+)?,?\s+\d{{3}}\s?\d\d\s+{_NAME}(?:\s+\d+)?"),
}

_NUMERAL = (
    r"(?:sto|stě|set|tisíc|dva|dvě|dvou|tři|tří|čtyři|čtyř|pěti?|šesti?|sedmi?|osmi?|devět|devíti|deset|deseti|"
    r"(?:dva|tři|čtyři)ceti?|dvacet|třicet|čtyřicet|(?:pa|še|sedm|osm|deva)desáti?)"
)
_COUNTED = re.compile(
    rf"(?<![\w,./–-])(\d{{1,3}}(?:[ \u00a0]\d{{3}})+|\d+|{_NUMERAL}(?:\s+{_NUMERAL})*)\s+((?:[^\W\d_]+\s*){{1,5}})"
)
_HOW_MANY = re.compile(r"\bkolika?\b")
_NEXT_THING = re.compile(r"[,;?.]| a (?:kolika? )?| nebo ")
_YEAR = re.compile(r"(?:19|20)\d\d")


def values(kind: Expected, question: str, text: str) -> list[str]:
    """Return the values of a type that stand in a text, as they stand there, in order.

    A count is a number with the words after it; see `counts`.
    """
    if kind == "count":
        return counts(question, text)
    pattern = _VALUES.get(kind)
    return [match.group().strip() for match in pattern.finditer(text)] if pattern else []


def counts(question: str, text: str) -> list[str]:
    """Return, for each thing that is asked how many there are, the number that stands right before it.

    The words after the number must be those after "kolik", in their order, in any inflection; where several
    numbers do, the one that repeats most words counts, the first of equals.
    """
    found = [count for thing in things(question) if (count := counts_of(thing, text))]
    return list(dict.fromkeys(found))


def counts_of(thing: Sequence[str], text: str) -> str:
    """Return the number before a thing, given by its stems, and as many of its words as follow; "" without one."""
    best, most = "", 0
    for match in _COUNTED.finditer(text):
        run = 0 if _YEAR.fullmatch(match.group(1)) else _run(match.group(2).split(), thing)
        if run > most:
            best, most = match.group()[: match.start(2) - match.start() + _length(match.group(2), run)], run
    return best


def things(question: str) -> list[list[str]]:
    """Return the stems of each thing that a question asks the number of, in order."""
    folded = " ".join(fold(question).split())
    found = []
    for start in (match.end() for match in _HOW_MANY.finditer(folded)):
        end = next((m.start() for m in _HOW_MANY.finditer(folded, start)), len(folded))
        found += [stems(part)[:5] for part in _NEXT_THING.split(folded[start:end]) if stems(part)]
    return found


def _run(words: Sequence[str], thing: Sequence[str]) -> int:
    """Number of words, from the first on, that the thing asked for begins with."""
    run = 0
    for word, wanted in zip(words, thing, strict=False):
        if stems(word) != [wanted]:
            break
        run += 1
    return run


def _length(text: str, count: int) -> int:
    """Length of the first words of a text, white space between them included."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return ends[count - 1]
