"""A light stemmer for Czech words without diacritics.

The case endings are those of Dolamic and Savoy, "Indexing and stemming approaches for the Czech language",
Information Processing & Management 45(6), 2009, with diacritics folded. Snowball's stemmer for Czech decides by
diacritics, so that "akčního" and "akcniho" part; people type both. On the open questions its stems without
diacritics reached R@5 0.436, these 0.451 (text alone, BM25).
"""

from functools import lru_cache

_ENDINGS = (
    ("atech",),
    ("etem", "atum", "ovym", "ovou"),
    ("ech ich iho emi imu ete eti eho emu ach ata aty ych ama ami ove ovi ymi imi").split(),
    ("em es im um at am os us ym mi ou ej").split(),
    ("a", "e", "i", "o", "u", "y"),
)
ENDINGS = tuple(ending for endings in _ENDINGS for ending in endings)
_SHORTEST_STEM = 3


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of one folded word; numbers and words with digits stay whole."""
    if any(c.isdigit() for c in word):
        return word
    return _unified(without_case(word))


def without_case(word: str) -> str:
    """Return a folded word without its case ending."""
    if word.endswith("gram"):
        return word  # "program" ends like a dative plural, but its own forms keep the whole word
    for endings in _ENDINGS:
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                return word[: -len(ending)]
    return word


def _unified(root: str) -> str:
    """Undo what inflection does to the end of a stem: possessives, the fleeting e, softened consonants."""
    for suffix in ("ov", "ev", "in"):
        if root.endswith(suffix) and len(root) > 5:
            root = root[: -len(suffix)]
            break
    if len(root) >= 4 and root[-2] == "e" and root[-1] in "kcnlr" and root[-3] not in "aeiouy":
        root = root[:-2] + root[-1]
    if root.endswith("st") and len(root) > 4:
        return root
    if root.endswith(("ck", "sk")):
        return root
    return root[:-1] + "k" if root.endswith("c") else root
