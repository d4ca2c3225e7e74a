"""Numbers, dates, amounts and codes in Czech text, as values that can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from retrieval.analysis import fold

QuantityKind = Literal["number", "year", "percent", "amount", "date", "code", "ordinal"]
Value = Decimal | str | tuple[int, int, int]

_SPACE = "[ \u00a0\u202f]"
_MONTHS = "led[ne] unor bre[zs] dub[ne] kvet[ne] cervn|cerven$|cervenu cerven[ce] srp zari rij listopad prosin".split()
_MONTH = r"[a-zá-ž]{3,10}"

_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DATE = re.compile(rf"\b(\d{{1,2}})\.{_SPACE}?(?:(\d{{1,2}})\.|({_MONTH}))(?:{_SPACE}?((?:19|20)\d\d))?(?!\d)")
_MONTH_YEAR = re.compile(rf"\b({_MONTH}){_SPACE}((?:19|20)\d\d)\b")
_CODE = re.compile(
    r"\bCZ\.[\w./]*\w"
    r"|\b\d+/\d+\b"
    r"|\b\d{1,2}(?:\.\d{1,2})*\.[a-zA-Z](?:/\d+)?\b(?!\.\w)"
    r"|\b[IVXL]+\.\s?[a-z]\b"
)
_DOTTED = re.compile(r"\b\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\b(?!\.?\s?\d)")
_NUMBER = re.compile(rf"(?<![\w/])(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:,\d+)?|\d+(?:,\d+)?)(?![\d/])")
_SCALE = re.compile(r"\s*(tis(?:íc[eůi]?|\.)|mili[oó]n[yůu]?|mil\.|miliard[ayu]?|mld\.)(?!\w)")
_SCALES = {"t": 10**3, "mil": 10**6, "mld": 10**9, "milia": 10**9}
_UNIT = re.compile(r"\s*(%|procent\w*|Kč|korun\w*|EUR|eur\w*|€)")
_POINT = re.compile(r"\.(?=\s*[a-zá-ž])")

_FORMS = {
    2: "dva dve dvou dvema",
    3: "tri trech trem tremi",
    4: "ctyri ctyr ctyrech ctyrem ctyrmi",
    9: "devet deviti",
    10: "deset deseti desiti",
    100: "sto sta",
    200: "dveste",
}
_REGULAR = (
    (5, 1, "pet sest sedm osm"),
    (11, 1, "jedenact dvanact trinact ctrnact patnact sestnact sedmnact osmnact devatenact"),
    (20, 10, "dvacet tricet ctyricet padesat sedesat sedmdesat osmdesat devadesat"),
)
_NUMERALS = {form: value for value, forms in _FORMS.items() for form in forms.split()} | {
    word + ending: first + step * n
    for first, step, words in _REGULAR
    for n, word in enumerate(words.split())
    for ending in ("", "i")
}
_MULTIPLIERS = {"set": 100, "ste": 100, **dict.fromkeys("tisic tisice tisicu tisici".split(), 1000)}
_WORD = re.compile(r"[^\W\d_]+")
_YEARLY = {"jedno": 1, "dvou": 2, "tri": 3, "ctyr": 4, "peti": 5, "sesti": 6, "sedmi": 7, "osmi": 8, "deseti": 10}
_COMPOUND = re.compile(rf"\b({'|'.join(_YEARLY)})(?:let|rocn|denn|mesicn|hodinov)[a-z]*")
# Diacritics decide here: "druhý" is an ordinal, "druhy" are kinds.
_ORDINALS = dict(zip("druh třet čtvrt pát šest sedm osm devát desát".split(), range(2, 11), strict=True))
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})(?:[ýáéí]|[éí]ho|[éí]mu|[éí]m|[ýí]m|[ýí]ch|[ýí]mi|ou)\b", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value at its place: `text[start:end]`.

    A date is (year, month, day), 0 for what is not said. A code is in upper case without blanks. The unit is that of
    an amount: "CZK" or "EUR".
    """

    kind: QuantityKind
    value: Value
    start: int
    end: int
    unit: str = ""

    @property
    def year(self) -> int:
        """The year of a date or of a year, else 0."""
        if isinstance(self.value, tuple):
            return self.value[0]
        return int(self.value) if self.kind == "year" else 0


def quantities(text: str) -> tuple[tuple[Quantity, ...], str]:
    """Return the quantities of a text in order, and the text with blanks in their places (same length).

    "jeden" is left out: it is an article more often than a number.
    """
    found: list[Quantity] = []
    # Most specific first: what one pattern has taken, the next ones do not see.
    for finds in (_codes, _dates, _dotted, _numbers, _in_words):
        new = list(finds(text))
        found += new
        for q in new:
            text = text[: q.start] + " " * (q.end - q.start) + text[q.end :]
    return tuple(sorted(found, key=lambda q: q.start)), text


def same(said: Quantity, known: Quantity) -> bool:
    """Tell whether a source's quantity states a said one: a year is stated by a date in it, the third task by "3"."""
    if isinstance(said.value, tuple) and isinstance(known.value, tuple):
        return all(a in (0, b) for a, b in zip(said.value, known.value, strict=True))
    if said.kind == "year" and known.kind == "date":
        return said.year == known.year
    typed = {"code", "percent", "amount", "date"}
    if said.kind != known.kind and {said.kind, known.kind} & typed:
        return False
    return said.value == known.value and said.unit == known.unit


def _dates(text: str) -> Iterator[Quantity]:
    for match in _ISO.finditer(text):
        yield Quantity("date", (int(match[1]), int(match[2]), int(match[3])), match.start(), match.end())
    for match in _DATE.finditer(text):
        month = int(match[2]) if match[2] else _month(match[3])
        # "2.1." heads a chapter; a day and a month without a year are set apart: "2. 1.".
        chapter = not match[4] and match[0].count(".") > 1 and match[0][-len(match[2] or "") - 2] == "."
        if 1 <= month <= 12 and 1 <= int(match[1]) <= 31 and not chapter:
            yield Quantity("date", (int(match[4] or 0), month, int(match[1])), match.start(), match.end())
    for match in _MONTH_YEAR.finditer(text):
        if (month := _month(match[1])) and not re.search(r"\d\.\s?$", text[: match.start()]):
            yield Quantity("date", (int(match[2]), month, 0), match.start(), match.end())


def _codes(text: str) -> Iterator[Quantity]:
    for match in _CODE.finditer(text):
        yield Quantity("code", match.group().replace(" ", "").upper(), match.start(), match.end())


def _dotted(text: str) -> Iterator[Quantity]:
    for match in _DOTTED.finditer(text):
        yield Quantity("code", match.group(), match.start(), match.end())


def _numbers(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        value = Decimal(re.sub(_SPACE, "", match.group()).replace(",", "."))
        end = match.end()
        if scale := _SCALE.match(text, end):
            value *= next(n for key, n in reversed(_SCALES.items()) if scale[1].startswith(key))
            end = scale.end()
        kind: QuantityKind = "number"
        currency = ""
        if unit := _UNIT.match(text, end):
            kind, end = ("percent" if unit[1][0] in "%p" else "amount"), unit.end()
            currency = "" if kind == "percent" else "CZK" if unit[1][0] in "Kk" else "EUR"
        elif end - match.start() == 4 and 1900 <= value <= 2100:
            kind = "year"
        elif _POINT.match(text, end):
            kind = "ordinal"
        yield Quantity(kind, value, match.start(), end, currency)


def _in_words(text: str) -> Iterator[Quantity]:
    plain = "".join((fold(c) or " ")[0] for c in text)
    for match in _COMPOUND.finditer(plain):
        yield Quantity("number", Decimal(_YEARLY[match[1]]), match.start(), match.end())
    for match in _ORDINAL.finditer(text):
        yield Quantity("ordinal", Decimal(_ORDINALS[match[1].lower()]), match.start(), match.end())
    total, part, start, end = 0, 0, -1, -1
    for match in _WORD.finditer(plain):
        word = match.group()
        number, multiplier = _NUMERALS.get(word, 0), _MULTIPLIERS.get(word, 0)
        goes_on = start >= 0 and not plain[end : match.start()].strip()
        if start >= 0 and (not goes_on or not (number or multiplier)):
            yield Quantity("number", Decimal(total + part), start, end)
            total, part, start = 0, 0, -1
        if number or (multiplier and (goes_on or multiplier == 1000)):
            start = match.start() if start < 0 else start
            if multiplier:
                total, part = total + max(part, 1) * multiplier, 0
            else:
                part += number
            end = match.end()
    if start >= 0:
        yield Quantity("number", Decimal(total + part), start, end)


def _month(word: str) -> int:
    plain = fold(word)
    return next((n for n, pattern in enumerate(_MONTHS, 1) if re.match(pattern, plain)), 0)
