"""What type of thing a question asks for, and whether a text states one of that type."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from prompts.patterns import patterns
from retrieval.analysis import fold, stems

# In the order of `patterns.toml`: an amount of money is also a "kolik", a deadline also a "kdy".
Expected = Literal["amount", "percent", "date", "email", "phone", "address", "person", "names", "count", "requirement"]

_MONEY = re.compile(r"\d[\d\s]*(?:,\d+)?\s*(?:kc\b|korun|mil\.|milion|mld|miliard|eur\b|€)")
_PERCENT = re.compile(r"\d\s*(?:%|procent)")
_MONTH = "ledna|unora|brezna|dubna|kvetna|cervna|cervence|srpna|zari|rijna|listopadu|prosince"
_DATE = re.compile(rf"\b\d{{1,2}}\.\s*(?:\d{{1,2}}\.|{_MONTH})|\b(?:19|20)\d\d\b|\d\s*(?:let\w*|rok|mesic)|lety cyklus")
_NUMERAL = re.compile(
    r"\d|\b(?:jed(?:en|na|no|noho)|dv[ae]|dvou|tri|tri|ctyri|pet|sest|sedm|osm|devet|deset|deseti|dvacet|tricet|"
    r"ctyricet|ctyriceti|padesat|padesati|sedmdesat|sedmdesati|sto|sta|tisic)\b"
)
_PHONE = re.compile(r"(?<!\d)(?:\+420\s?)?\d{3}\s?\d{3}\s?\d{3}(?!\d)")
_POSTAL = re.compile(r"\b\d{3}\s?\d{2}\s+[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ]|\b[A-ZÁ-Ž]\w+\s+\d+(?:/\d+)?,")
_NAMES = re.compile(r"(?<=[a-zá-ž,] )[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][a-zá-ž]{3,}")
_PERSON = re.compile(r"(?:Mgr|Ing|Bc|PhDr|JUDr|doc|prof)\.|\b[A-ZÁ-Ž][a-zá-ž]+\s+[A-ZÁ-Ž][a-zá-ž]+ov[aá]\b")

_STATES: Mapping[Expected, Callable[[str], bool]] = {
    "amount": lambda text: bool(_MONEY.search(fold(text))),
    "percent": lambda text: bool(_PERCENT.search(fold(text))),
    "date": lambda text: bool(_DATE.search(fold(text))),
    "email": lambda text: bool(re.search(r"\w@\w", text)),
    "phone": lambda text: bool(_PHONE.search(text)),
    "address": lambda text: bool(_POSTAL.search(text)),
    "person": lambda text: bool(_PERSON.search(text)),
    "names": lambda text: len(_NAMES.findall(text)) > 2,
    "count": lambda text: bool(_NUMERAL.search(fold(text))),
}


_PATTERNS = tuple((kind, pattern) for kind in get_args(Expected) for pattern in (patterns("expected", kind),))
_SENTENCE = re.compile(r"[^.?!]*[.?!]?")
_CLAUSE = re.compile(r"[,;]| a (?=(?:kolik|do|od|kdy|kdo|jak|na |v |kter|kde|za |s ))")


def expected(question: str) -> tuple[Expected, ...]:
    """Return the types of things that a question asks for, in its order; empty when any text may answer it.

    Where some sentence ends with a question mark, only such sentences count: the rest tells a story.
    """
    sentences = [s for s in _SENTENCE.findall(fold(question)) if s.strip()]
    asking = [s for s in sentences if s.rstrip().endswith("?")] or sentences
    kinds: list[Expected] = []
    for sentence in asking:
        for clause in _CLAUSE.split(sentence):
            kind = next((kind for kind, pattern in _PATTERNS if pattern.search(clause)), None)
            if kind and kind not in kinds:
                kinds.append(kind)
    return tuple(kinds)


def states(kind: Expected, text: str) -> bool:
    """Tell whether a text states something of the type; every text states a `requirement`."""
    stated = _STATES.get(kind)
    return stated is None or stated(text)


_VALUES: Mapping[Expected, re.Pattern[str]] = {
    "amount": re.compile(r"\d[\d\s]*(?:,\d+)?\s*(?:Kč|korun|mil\.|mld\.|EUR|€)"),
    "percent": re.compile(r"\d+(?:,\d+)?\s*(?:%|procent\w*)"),
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": _PHONE,
}
_COUNTED = re.compile(r"(\d[\d\s]*\d|\d)\s+((?:[^\W\d_]+\s*){1,4})")


def values(kind: Expected, question: str, text: str) -> list[str]:
    """Return the values of a type that stand in a text, as they stand there, in order.

    A count is a number with the words after it up to the last one that the question names too.
    """
    if pattern := _VALUES.get(kind):
        return [" ".join(match.group().split()) for match in pattern.finditer(text)]
    if kind != "count":
        return []
    asked = set(stems(question))
    found = []
    for match in _COUNTED.finditer(text):
        words = match.group(2).split()
        named = [n for n, word in enumerate(words) if set(stems(word)) & asked]
        if named:
            number = " ".join(match.group(1).split())
            found.append(f"{number} {' '.join(words[: named[-1] + 1])}")
    return found
