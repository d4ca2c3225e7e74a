"""The kinds of questions, in words that an office uses."""

from collections.abc import Iterable, Mapping

KINDS: Mapping[str, str] = {
    "lookup": "dohledání jednoho údaje",
    "numeric": "číslo nebo částka",
    "list": "výčet",
    "comparison": "porovnání",
    "multihop": "odpověď z více míst",
    "validity": "platnost",
    "lay": "laickými slovy",
    "lay_nodiacritics": "laickými slovy, bez diakritiky",
    "lay_typos": "laickými slovy, s překlepy",
    "locality": "z pohledu obce",
    "ngo": "z pohledu neziskové organizace",
    "followup": "navazuje na předchozí dotaz",
    "refuse_near_miss": "bez odpovědi: blízké téma",
    "refuse_current": "bez odpovědi: aktuální stav",
    "refuse_other": "bez odpovědi: jiné téma",
    "refuse_injection": "bez odpovědi: pokus změnit pravidla",
}
"""Names of the kinds that the project's own sets use, by the word in the files."""


def kind_label(kind: str) -> str:
    """Return the name of a kind; one that the project does not know is shown as it is written."""
    return KINDS.get(kind, kind)


def kinds_with(others: Iterable[str]) -> list[str]:
    """Return the known kinds and after them, in alphabetical order, the others."""
    return [*KINDS, *sorted(set(others) - set(KINDS))]
