"""Attempts to override what the assistant is: found in the question, answered with a plain refusal.

The extractive answer cannot be talked into anything, since it only quotes; the guard is there so that the user is
told, and so that such text never reaches a language model as an instruction.
"""

from prompts.patterns import patterns
from retrieval.analysis import fold

_PATTERN = patterns("overrides", "patterns")
_INSTRUCTS = patterns("instructs", "patterns")


def overrides(question: str) -> bool:
    """Tell whether a question tries to change the assistant's rules, role or sources."""
    folded = " ".join(fold(question).split())
    return bool(_PATTERN.search(folded))


def instructs(text: str) -> bool:
    """Tell whether a passage or an earlier turn gives instructions to an assistant; a model is not shown such text.

    Wider than `overrides`, since here a mistake costs little: the passage can still be quoted.
    """
    return overrides(text) or bool(_INSTRUCTS.search(" ".join(fold(text).split())))
