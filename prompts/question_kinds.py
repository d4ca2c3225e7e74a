"""The kinds of questions, in words that an office uses."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "lookup": "dohledání údaje",
        "lay": "laicky",
        "lay_nodiacritics": "laicky bez diakritiky",
        "lay_typos": "laicky s překlepy",
        "locality": "situace v obci",
        "ngo": "neziskové organizace",
        "list": "výčet",
        "comparison": "srovnání",
        "numeric": "číslo, částka, datum",
        "multihop": "spojení více míst",
        "followup": "navazující otázka",
        "validity": "platnost",
        "refuse_near_miss": "odmítnout: blízké téma",
        "refuse_current": "odmítnout: dnešní stav",
        "refuse_other": "odmítnout: jiné téma",
        "refuse_injection": "odmítnout: cizí pokyn",
    }
)
"""Kinds of the shipped question sets; another kind is shown by its own name."""


def kind_label(kind: str) -> str:
    """Return the name of a kind; one that the project does not know is shown as it is written."""
    return KINDS.get(kind, kind)


def kinds_with(others: Iterable[str]) -> list[str]:
    """Return the known kinds and after them, in alphabetical order, the others."""
    return [*KINDS, *sorted(set(others) - set(KINDS))]


def kind_place(kind: str) -> tuple[int, str]:
    """Return what puts kinds in order: those of the shipped sets as listed above, others after them by name."""
    return (list(KINDS).index(kind) if kind in KINDS else len(KINDS), kind)
