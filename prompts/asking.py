"""What kind of answer suits a question, read from its wording."""

from typing import Literal, get_args

from prompts.patterns import patterns
from retrieval.analysis import fold

Asking = Literal["validity", "eligibility", "situation", "look_up"]

_PATTERNS = tuple((kind, patterns("asking", kind)) for kind in get_args(Asking) if kind != "look_up")
_CONTACT = patterns("marks", "contact")
_NOW = patterns("marks", "now")
_DESCRIPTORS = patterns("asking", "descriptors")


def asking(question: str) -> Asking:
    """Return whether a question asks about validity, eligibility or a situation; else it looks something up."""
    folded = fold(question)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(folded)), "look_up")


def asks_contact(question: str) -> bool:
    """Tell whether a question asks whom to turn to."""
    return bool(_CONTACT.search(fold(question)))


def asks_present(question: str) -> bool:
    """Tell whether a question speaks of the present state of the world."""
    return bool(_NOW.search(fold(question)))


def asks_descriptors(question: str) -> bool:
    """Tell whether a question asks for the descriptors of something."""
    return bool(_DESCRIPTORS.search(fold(question)))
