"""Personal data in what people write: found by form and check digits, and replaced by the name of its kind.

What stands in public papers stays: registration numbers of projects, amounts, laws, identification numbers (IČO),
codes of measures, names of municipalities and offices. A number that says itself what it is ("rodné číslo …") is
taken even when its check digit is wrong: a person may have mistyped it, and it still points to somebody.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from prompts.personal_names import CAPITAL, LOWER, UPPER, spans_of_names
from prompts.rating import Feedback

Kind = Literal["birth_number", "email", "account", "phone", "address", "name"]

_SHOWN: dict[Kind, str] = {
    "birth_number": "[rodné číslo]",
    "email": "[e-mail]",
    "account": "[číslo účtu]",
    "phone": "[telefon]",
    "address": "[adresa]",
    "name": "[jméno]",
}

# Registration numbers of projects and laws hold digits that may look like anything.
_PUBLIC = re.compile(r"\bCZ\.\d[\w./]*\d|\b\d{1,4}/(?:19|20)\d\d\s*Sb|\bIČO?:?\s*\d{8}\b|\bč\.\s?j\.:?\s*\S+")

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.+%-])[\w.+%-]+\s*[(\[]?\s*(?:zavináč|\bat\b)\s*[)\]]?\s*[\w-]+\s?(?:\.|\(?tečka\)?)\s?(?:cz|com|eu|sk|org|net)\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"(?<![\d/.,-])(\d\d)(\d\d)(\d\d)(\s?/\s?|\s)?(\d{3,4})(?![\d/]|[.,]\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b")
_ACCOUNT = re.compile(r"(?<![\d/.-])(?:(\d{1,6})\s?-\s?)?(\d{2,10})\s?/\s?(\d{4})(?![\d/]|\s*Sb)")
_PHONE = re.compile(
    r"(?<![\d/.,_-])(?:(?:\+|00)\s?[1-9]\d{0,2}[\s.-]?(?:\(0\)\s?)?(?:\d[\s.-]?){7,11}\d|[2-9]\d{2}([\s.-]?)\d{3}\1\d{3}"
    r"|[67]\d{2}\s\d{2}\s\d{2}\s\d{2}|[2-5]\d\s\d{2}\s\d{2}\s\d{3})(?![\d/_]|[.,]\d)"
)
_BANKS = frozenset(
    "0100 0300 0600 0710 0800 2010 2060 2070 2100 2200 2220 2250 2260 2275 2600 2700 3030 3050 3060 3500 4000 4300 "
    "5500 5800 6000 6100 6200 6210 6300 6363 6700 6800 7910 7950 7960 7970 7990 8030 8040 8060 8090 8150 8190 8198 "
    "8199 8200 8220 8230 8240 8250 8255 8265 8270 8280 8293 8299 8500".split()
)
_WEIGHTS = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
"""Of the digits of an account number from the last one on; the sum is a multiple of 11 (decree 169/2011 Sb., § 3)."""

_SAYS_BIRTH = re.compile(r"(?:rodn\w+ čísl\w*|\br\.\s?č\.|\bRČ)\W*$", re.IGNORECASE)
_SAYS_ACCOUNT = re.compile(r"(?:úč[eě]?t\w*|\bč\.\s?ú\.|\bkont\w)\W*(?:\w+\W+){0,2}$", re.IGNORECASE)
_SAYS_PHONE = re.compile(r"(?:tel|mobil|vol(?:at|ej)|čísl|kontakt|sms|whatsapp)\w*\W*(?:\w+\W+){0,3}$", re.IGNORECASE)
_SAYS_AMOUNT = re.compile(
    r"(?:částk|výš|rozpoč|dotac|náklad|alokac|celkem|hodnot|milion|IČ)\w*\W*(?:\w+\W+){0,2}$", re.I
)
_COUNTS = re.compile(
    r"\s*(?:,-|,\d|Kč|CZK|EUR|€|USD|korun|euro?|tis|mil|mld|osob|obyvatel|lidí|%|m2|m²|ks\b)", re.IGNORECASE
)

_HOUSE = r"(?:č\.\s?p\.\s?|čp\.?\s?|č\.\s?)?\d{1,4}(?:\s?/\s?\d{1,4})?[a-d]?\b(?![.,]\d|\s*(?:%|Kč|tis|mil|[.:]\d))"
_POSTAL = rf"\d{{3}}\s?\d{{2}}(?=\s+(?!Kč|Eur|Osob){CAPITAL})"
_STREETS = (
    rf"\b(?:[Uu]l\.|[Uu]lic[eií]|[Nn]ám\.|[Nn]áměstí|[Tt]říd[aěuy]|[Tt]ř\.|[Nn]ábř(?:eží|\.)|[Ss]ídliště|[Bb]ulvár)"
    rf"\s+(?:[{UPPER}\d][\w.]*\s+)(?:[\w.]+\s+){{0,2}}?{_HOUSE}",
    rf"\b(?:{CAPITAL}\s+)?[{UPPER}][{LOWER}]+(?:ova|ská|cká|ské|cké|ého|ných|ní|ná|ná|tá|há|lá|ká|vá|rá|ější|ovo|ých)"
    rf"(?:\s+(?:náměstí|nám\.|třída|nábřeží|ulice|stezka|cesta))?\s+{_HOUSE}",
    rf"(?<=[{LOWER},:]\s)(?:Na|U|Pod|Nad|V|Ve|K|Ke|Za|Před|Mezi|Při|Do)\s+[{UPPER}][{LOWER}]+(?:\s+[{LOWER}]+)?\s+{_HOUSE}",
    r"(?:č\.\s?p\.|\bčp\.?|č\.\s?o\.)\s?\d{1,4}(?:\s?/\s?\d{1,4})?",
    rf"PSČ:?\s*\d{{3}}\s?\d{{2}}|\d{{1,4}}(?:/\d{{1,4}}[a-d]?)?,?\s+{_POSTAL}",
    rf"(?<=[\s,])(?<!\d\s){_POSTAL}",
)
_ADDRESS = tuple(re.compile(pattern) for pattern in _STREETS)
_NOT_STREET = re.compile(
    r"^(?:Příloh|Kapitol|Částk|Priorit|Specifick|Strategick|Obecn|Sociální|Národní plán|Evropsk|Operační|Tematick"
    r"|Krajsk|Akční|Územní|První|Druhá|Poslední|Hlavní cíl|Česká rep|Nová výzva|Minimální|Maximální|Celková|Průměrná"
    r"|Zbývající|Dalších)"
)
_COUNTED = re.compile(
    rf"\s+(?!(?:a|v|ve|na|u|i|kde|je|jsem|jsme|se|má|mám|s|z|do|už|od|bez|pro|bytem|bydlí)\b)[{LOWER}]{{3,}}"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: `text[start:end]`."""

    kind: Kind
    start: int
    end: int


def personal_data(text: str) -> tuple[Found, ...]:
    """Return what personal data a text holds, in its order, without overlaps; the surer kind wins a place."""
    free = bytearray(b"\x01") * len(text)
    for match in _PUBLIC.finditer(text):
        free[match.start() : match.end()] = bytes(match.end() - match.start())
    found = []
    for one in _candidates(text):
        if all(free[one.start : one.end]):
            free[one.start : one.end] = bytes(one.end - one.start)
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def redacted(text: str, public: Iterable[str] = ()) -> str:
    """Return a text with the name of its kind, in brackets, in the place of each piece of personal data.

    What one of the `public` texts holds too is left as it is; white space may differ.
    """
    known = [" ".join(one.split()) for one in public]
    parts, position = [], 0
    for one in personal_data(text):
        data = re.escape(" ".join(text[one.start : one.end].split()))
        if any(re.search(rf"(?<!\w){data}(?!\w)", other) for other in known):
            continue
        parts += [text[position : one.start], _SHOWN[one.kind]]
        position = one.end
    return "".join([*parts, text[position:]])


def redacted_feedback(feedback: Feedback) -> Feedback:
    """Return a rating with its question, answer and remark redacted.

    An answer may repeat words of the question. What a citation says too stays: it stands in a public document.
    """
    return replace(
        feedback,
        question=redacted(feedback.question),
        text=redacted(feedback.text, [cited.quote for cited in feedback.citations]),
        remark=redacted(feedback.remark),
    )


def _candidates(text: str) -> Iterator[Found]:
    """Yield what may be personal data, the surest kinds first."""
    yield from (Found("email", *m.span()) for m in _EMAIL.finditer(text))
    yield from (Found("account", *m.span()) for m in _IBAN.finditer(text) if _is_iban(m[0]))
    for m in _BIRTH.finditer(text):
        said = bool(_SAYS_BIRTH.search(text[: m.start()][-40:]))
        if said or (_is_birth_number(m) and not _COUNTS.match(text, m.end())):
            yield Found("birth_number", *m.span())
    for m in _ACCOUNT.finditer(text):
        said = bool(_SAYS_ACCOUNT.search(text[: m.start()][-60:]))
        long = len(m[2]) >= 6 or m[1]
        if (m[3] in _BANKS and long and _is_account(m[1] or "", m[2])) or (said and (long or m[3] in _BANKS)):
            yield Found("account", *m.span())
    yield from (Found("phone", *m.span()) for m in _PHONE.finditer(text) if _is_phone(text, m))
    for pattern in _ADDRESS:
        yield from (Found("address", *m.span()) for m in pattern.finditer(text) if _is_address(text, m))
    yield from (Found("name", start, end) for start, end in spans_of_names(text))


def _is_birth_number(match: "re.Match[str]") -> bool:
    """Tell whether the digits are a date of birth with a serial number (act 133/2000 Sb., § 13).

    Women have 50 added to the month, and since 2004 either may have 20 more. Nine digits were given out until 1953;
    ten are a multiple of 11, except that until 1985 a rest of 10 of the first nine was written as 0.
    """
    year, month, day, end = int(match[1]), int(match[2]), int(match[3]), match[5]
    number = int(f"{match[1]}{match[2]}{match[3]}{end}")
    if len(end) == 3:
        full, checked = 1900 + year, year < 54
    else:
        full = 1900 + year if year >= 54 else 2000 + year
        checked = number % 11 == 0 or (number % 10 == 0 and number // 10 % 11 == 10 and year >= 54)
    return checked and any(_is_date(full, month - added, day) for added in (0, 20, 50, 70))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_iban(text: str) -> bool:
    """Tell whether the check digits are right: the number, its first four signs last, is 1 modulo 97 (ISO 13616)."""
    solid = "".join(text.split())
    return 15 <= len(solid) <= 34 and int("".join(str(int(c, 36)) for c in solid[4:] + solid[:4])) % 97 == 1


def _is_account(prefix: str, number: str) -> bool:
    return all(
        sum(int(digit) * weight for digit, weight in zip(reversed(part), _WEIGHTS, strict=False)) % 11 == 0
        for part in (prefix, number)
    )


def _is_phone(text: str, match: "re.Match[str]") -> bool:
    """Tell a telephone number from an amount of nine digits by what stands around it."""
    if match[0][0] in "+0":
        return True
    before = text[: match.start()][-60:]
    if _COUNTS.match(text, match.end()):
        return False
    return bool(_SAYS_PHONE.search(before)) or not _SAYS_AMOUNT.search(before)


def _is_address(text: str, match: "re.Match[str]") -> bool:
    if _NOT_STREET.search(match[0]):
        return False
    bare = "/" not in match[0] and not re.search(r"č\.|čp|PSČ|\d{3} ?\d{2}$|^[Uu]l|^[Nn]ám", match[0])
    return not (bare and (_YEAR.search(match[0]) or _COUNTED.match(text, match.end())))
