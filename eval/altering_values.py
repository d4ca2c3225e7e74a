"""Rules that change a value in a true Czech sentence: a count, an amount, a date, a year, a code."""

import re
from collections.abc import Callable
from random import Random

Rule = Callable[[str, Random], str | None]
"""Returns the altered sentence, or None when the rule does not apply."""

_NUMBER = re.compile(
    r"(?<![\w.,/])(?!(?:19|20)\d\d\b)\d[\d\u00a0 ]*\d(?:,\d+)?(?![\w./]|,\d)|(?<![\w.,/])\d(?![\w./\u00a0])(?! ?\.)"
)
_NUMERAL = re.compile(r"\b(sto deseti|sedmdesáti|čtyřiceti|padesát|třicet|osm|dvou|tříletém)\b")
_NUMERALS = {
    "sto deseti": "sto dvaceti", "sedmdesáti": "šedesáti", "čtyřiceti": "padesáti", "padesát": "šedesát",
    "třicet": "čtyřicet", "osm": "devět", "dvou": "tří", "tříletém": "pětiletém",
}  # fmt: skip
_AMOUNT = re.compile(r"\d[\d\u00a0 ]*(?:,\d+)? Kč")
_DATE = re.compile(r"\b\d{1,2}\. ?(?:\d{1,2}\.|[a-zá-ž]{4,}) ?(?:19|20)\d\d\b")
_YEAR = re.compile(r"(?<![\d./])(?:19|20)\d\d\b(?!/)")
_MEASURE = re.compile(r"\b\d\.\d{1,2}(?:\.\d)?\.[a-z]\b|\b\d\.[a-z]\b|\bCZ\.[\w./]+\d|\b[23]\.1\b|\b108/2006\b")
_MONTHS = "ledna února března dubna května června července srpna září října listopadu prosince".split()


def one(pattern: re.Pattern[str], text: str, rng: Random) -> re.Match[str] | None:
    """Return one of the places where a pattern matches, or None."""
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


def put(text: str, match: re.Match[str], new: str) -> str:
    """Return the text with the match replaced."""
    return text[: match.start()] + new + text[match.end() :]


def _other_digit(digits: str, rng: Random) -> str:
    places = [n for n, c in enumerate(digits) if c.isdigit()]
    at = rng.choice(places)
    choices = [d for d in "123456789" if d != digits[at]]
    return digits[:at] + rng.choice(choices) + digits[at + 1 :]


def other_number(text: str, rng: Random) -> str | None:
    """Change a digit of a count, or a numeral in words."""
    if match := one(_NUMERAL, text, rng):
        return put(text, match, _NUMERALS[match.group()])
    match = one(_NUMBER, text, rng)
    return put(text, match, _other_digit(match.group(), rng)) if match else None


def other_amount(text: str, rng: Random) -> str | None:
    """Change a digit, the size or the currency of an amount of money."""
    match = one(_AMOUNT, text, rng)
    if not match:
        return None
    amount = match.group()
    whole = amount[:-3].split(",")[0]
    changed = (
        _other_digit(amount, rng), amount.replace("Kč", "EUR"), f"{whole} tis. Kč", whole[:-4] + " Kč",
        f"přes {whole[:3]} milionů Kč" if rng.random() < 0.5 else f"{whole[:2]} milionů Kč",
    )  # fmt: skip
    return put(text, match, rng.choice(changed))


def other_date(text: str, rng: Random) -> str | None:
    """Change the day, the month or the year of a date."""
    match = one(_DATE, text, rng)
    if not match:
        return None
    parts = re.split(r"(\.? |\. ?)", match.group())
    at = rng.choice([0, 2, len(parts) - 1])
    old = parts[at].rstrip(".")
    if old in _MONTHS:
        new = _MONTHS[(_MONTHS.index(old) + rng.randint(1, 11)) % 12]
    elif len(old) == 4:
        new = str(int(old) + rng.choice((-2, -1, 1, 2)))
    else:
        new = str(int(old) % 12 + 1)
    parts[at] = new + parts[at][len(old) :]
    return put(text, match, "".join(parts))


def other_year(text: str, rng: Random) -> str | None:
    """Move a year."""
    match = one(_YEAR, text, rng)
    return put(text, match, str(int(match.group()) + rng.choice((-3, -2, -1, 1, 2, 3)))) if match else None


def other_code(text: str, rng: Random) -> str | None:
    """Change a digit or the letter of a code."""
    match = one(_MEASURE, text, rng)
    if not match:
        return None
    code = match.group()
    if code[-1].isalpha() and rng.random() < 0.5:
        return put(text, match, code[:-1] + rng.choice([c for c in "abcdefg" if c != code[-1]]))
    return put(text, match, _other_digit(code, rng))
