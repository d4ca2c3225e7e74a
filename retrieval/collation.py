"""Czech alphabetical order, by the letters of the norm ČSN 97 6030: č, ch, ř, š and ž are letters of their own."""

import re
import unicodedata

_ALPHABET = "a b c č d e f g h ch i j k l m n o p q r ř s š t u v w x y z ž".split()
_RANKS = {letter: rank for rank, letter in enumerate(_ALPHABET, 1000)}
_LETTERS = re.compile(r"ch|.", re.DOTALL)
_PARTS = re.compile(r"\d+|[^\W\d_]+")


def czech_key(text: str) -> tuple[tuple[int, ...], str]:
    """Return a key to sort by: letters first, accents only between words that are otherwise equal.

    What is neither letter nor digit separates words; digits come after letters.
    """
    lowered = unicodedata.normalize("NFC", text.lower())
    return tuple(map(_rank, _LETTERS.findall(lowered))), lowered


def natural_key(code: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts codes by their numbers: "4.2.a" before "4.10.a"."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.lower()) for part in _PARTS.findall(code))


def _rank(letter: str) -> int:
    if letter in _RANKS:
        return _RANKS[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return _RANKS.get(base, 2000 + ord(base)) if base.isalnum() else 0
