"""Czech text to index terms: folding, words, stems and character n-grams."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from retrieval.stemming import stem

# The plus sign is part of a name: OPZ+ is another programme than OPZ.
WORD = re.compile(r"[^\W_]+\+?")

# Function words carry no topic; kept few, since "bez" or "pro" can decide between two measures.
STOP = frozenset(
    "a aby ale ani asi az bude budeme budou by byl byla bylo byly bych bychom ci co do ho i ja jak jake "
    "jako jaky jaka je jeho jej jeji jejich jen jeste ji jim jsem jsi jsme jsou jste k kam kde kdo kdyz ke "
    "ktera ktere kteri ktery kterou ma maji mam mame me mezi mi mit mne mu muze muzeme my na nad nam nas nase "
    "nasi nebo nejaka nejake nejaky neni nez ni nich nim o od on ona oni pak po pod podle potom pri s se si "
    "sve svuj ta tak tam tato te tedy ten tento teto ti tim to toho tom tomu tu ty u uz v vam vas ve vsak z za "
    "ze zda".split()
)
_TO_BE = re.compile(r"\bbýt\b", re.IGNORECASE)


class _Unmarked(dict[int, int | None]):
    """What `str.translate` makes of each character: nothing of a combining one.

    Those of the scripts in common use are kept as they are met; of the rest there are too many.
    """

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        if code < 0x3000:
            self[code] = kept
        return kept


_UNMARKED = _Unmarked()


def fold(text: str) -> str:
    """Return the text in lower case without diacritics; its length may change."""
    return unicodedata.normalize("NFKD", text).lower().translate(_UNMARKED)


def words(text: str) -> list[str]:
    """Return the folded words in order; punctuation separates, so that "sociálně-právní" gives two."""
    return WORD.findall(fold(text))


def content(text: str) -> list[str]:
    """Return the folded words that are not function words, in order.

    "být" (to be) goes before folding, since "byt" (a flat) must stay; typed without diacritics it stays too.
    """
    return [word for word in words(_TO_BE.sub(" ", unicodedata.normalize("NFC", text))) if word not in STOP]


def stems(text: str) -> list[str]:
    """Return the stems of all words that are not function words, in order."""
    return stems_of(content(text))


@lru_cache(maxsize=16384)
def stem_set(text: str) -> frozenset[str]:
    """Return the different stems of a text; texts of an index come again with every question that finds them."""
    return frozenset(stems(text))


def stems_of(words: Iterable[str]) -> list[str]:
    """Return the stems of folded words, in order."""
    return [stem(word) for word in words]


@lru_cache(maxsize=65536)
def _grams_of(word: str, n: int) -> tuple[str, ...]:
    padded = f"_{word}_"
    if len(padded) <= n:
        return (padded,)
    return tuple(padded[i : i + n] for i in range(len(padded) - n + 1))


def grams(text: str, n: int = 4) -> list[str]:
    """Return the character n-grams of each word with its edges marked, function words left out."""
    return grams_of(content(text), n)


def grams_of(words: Iterable[str], n: int = 4) -> list[str]:
    """Return the character n-grams of folded words with their edges marked, in order."""
    return [gram for word in words for gram in _grams_of(word, n)]


def joined(terms: Iterable[str]) -> str:
    """Return terms as the white-space separated text that the lexical index stores."""
    return " ".join(terms)
