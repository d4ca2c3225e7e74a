"""What type of thing a question asks for, and whether a text states one of that type."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from ingest.sentences import sentence_spans
from prompts.patterns import patterns
from retrieval.analysis import fold

# The first type that fits counts: an amount of money is also a "kolik".
Expected = Literal["percent", "amount", "email", "phone", "address", "date", "person", "names", "requirement", "count"]

_MONEY = re.compile(r"\d[\d\s]*(?:,\d+)?\s*(?:kc\b|korun|mil\.|milion|mld|miliard|eur\b|€)")
_PERCENT = re.compile(r"\d\s*(?:%|procent)")
_MONTH = "ledna|unora|brezna|dubna|kvetna|cervna|cervence|srpna|zari|rijna|listopadu|prosince"
_DATE = re.compile(
    rf"(?<![\w./])(?:0?[1-9]|[12]\d|3[01])\.\s*(?:(?:0?[1-9]|1[0-2])\.(?![\d/])|{_MONTH})"
    r"|(?<!\d)(?:19|20)\d\d(?!\d)|\d\s*(?:let|rok|mesic)\w*(?!\w| veku)|lety cyklus"
)
_NUMERAL = re.compile(
    r"\d|\b(?:jed(?:en|na|no|noho)|dv[ae]|dvou|tri|tri|ctyri|pet|sest|sedm|osm|devet|deset|deseti|dvacet|tricet|"
    r"ctyricet|ctyriceti|padesat|padesati|sedmdesat|sedmdesati|sto|sta|tisic)\b"
)
PHONE = re.compile(r"(?<![\d,/])(?:\+420\s?)?\d{3}\s?\d{3}\s?\d{3}(?![\d,/]|\s?Kč)")
"""Nine digits that are no amount."""

_POSTAL = re.compile(r"\b\d{3}\s?\d{2}\s+[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ]|\b[A-ZÁ-Ž]\w+\s+\d+(?:/\d+)?,")
_NAMES = re.compile(r"(?<=[\wá-ž,(:–-] )(?!Česk|Evropsk|Sb\b)[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][a-zá-ž]{2,}")
_NAMED = re.compile(
    r"\b(obc|mest|veznic|kraj|okres|region|nemocnic|firm|spolecnost|reklamk|neziskov|organizac|spolk|skol|zem|"
    r"stat|projekt)\w*"
)
_PERSON = re.compile(r"(?:Mgr|Ing|Bc|PhDr|JUDr|doc|prof)\.|\b[A-ZÁ-Ž][a-zá-ž]+\s+[A-ZÁ-Ž][a-zá-ž]+ov[aá]\b")

_STATES: Mapping[Expected, Callable[[str], bool]] = {
    "amount": lambda text: bool(_MONEY.search(fold(text))),
    "percent": lambda text: bool(_PERCENT.search(fold(text))),
    "date": lambda text: bool(_DATE.search(fold(text))),
    "email": lambda text: bool(re.search(r"\w@\w", text)),
    "phone": lambda text: bool(PHONE.search(text)),
    "address": lambda text: bool(_POSTAL.search(text)),
    "person": lambda text: bool(_PERSON.search(text)),
    "count": lambda text: bool(_NUMERAL.search(fold(text))),
}


_PATTERNS = tuple((kind, pattern) for kind in get_args(Expected) for pattern in (patterns("expected", kind),))
_ASKS = re.compile(r"\b(?:kolik\w*|kdo|koho|komu|kym|kdy|co|ceho|cem|jak\w*|kter\w+|kde|kam|odkud|proc)\b")
_OPEN = patterns("marks", "open")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_CLAUSE = re.compile(r"[,;]| a (?=(?:kolik|do|od|kdy|kdo|jak|na |v |kter|kde|za |s ))")


def expected(question: str) -> tuple[Expected, ...]:
    """Return the types of things that a question asks for, in its order; empty when any text may answer it."""
    return tuple(asked_by_clause(question))


def asked_by_clause(question: str) -> dict[Expected, str]:
    """Return the types of things that a question asks for with the clause, folded, that asks for each first.

    Where some sentence ends with a question mark, only such sentences count: the rest tells a story.
    """
    sentences = _SENTENCE_END.split(fold(question).strip())
    asking = [s for s in sentences if s.rstrip().endswith("?")] or sentences
    found: dict[Expected, str] = {}
    for clause in (clause for sentence in asking for clause in _CLAUSE.split(sentence)):
        kind = next((kind for kind, pattern in _PATTERNS if pattern.search(clause)), None)
        if kind:
            found.setdefault(kind, clause)
    return found


def asks_several(question: str) -> bool:
    """Tell whether more than one clause of a question asks for something."""
    return sum(bool(_ASKS.search(clause)) for clause in _CLAUSE.split(fold(question))) > 1


def open_clause(question: str) -> str:
    """Return the clause, folded, that any text on its subject may answer ("má plán něco k bydlení"), or ""."""
    for sentence in _SENTENCE_END.split(fold(question).strip()):
        for clause in _CLAUSE.split(sentence):
            if _OPEN.search(clause) and not any(pattern.search(clause) for _, pattern in _PATTERNS):
                return clause
    return ""


def states(kind: Expected, text: str, question: str = "") -> bool:
    """Tell whether a text states something of the type; every text states a `requirement`.

    Names count where they stand in one sentence with what the question asks the names of.
    """
    if kind == "names":
        return _names(text, question)
    stated = _STATES.get(kind)
    return stated is None or stated(text)


def _names(text: str, question: str) -> bool:
    wanted = {match.group(1) for match in _NAMED.finditer(fold(question))}
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if _NAMES.search(sentence) and (not wanted or any(root in fold(sentence) for root in wanted)):
            return True
    return False
