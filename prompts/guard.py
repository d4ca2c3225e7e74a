"""Attempts to override what the assistant is: found in the question, answered with a plain refusal.

The extractive answer cannot be talked into anything, since it only quotes; the guard is there so that the user is
told, and so that such text never reaches a language model as an instruction.
"""

from prompts.patterns import patterns
from retrieval.analysis import fold

_PATTERN = patterns("overrides", "patterns")


def overrides(question: str) -> bool:
    """Tell whether a question tries to change the assistant's rules, role or sources."""
    folded = " ".join(fold(question).split())
    return bool(_PATTERN.search(folded))
