"""Whether a sentence is a quote of a text, word for word."""

import re

from prompts.tokens import tokenize
from prompts.wording import Wording

_EDGES = " \t\n„“”\"'»«›‹•▪◦–—-.,;:!?…()"
_SPACES = re.compile(r"[\s•▪◦]+")
_GAP = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…|\(…\))\s*")
_CLAUSE = re.compile(r"[.;:(\n]")
# Neither in the midst of a word nor of a number: "298 997" is no part of "298 997 803,50" that could be quoted.
_BEGINS = r"(?<!\w)(?<!\d[ .,](?=\d))"
_ENDS = r"(?!\w)(?!(?<=\d)[ .,]\d)"
_DENIES = ("auxiliaries", "none", "except", "denying")


def is_quote(sentence: str, text: str, wording: Wording) -> bool:
    """Tell whether the words of a sentence stand in a text in one piece, or in order where it marks gaps by "[…]".

    Letter case, white space, bullets and the marks at both ends do not matter. What begins in the midst of a clause
    that denies it is no quote of that clause.
    """
    plain = _plain(text)
    position = 0
    parts = [part for part in map(_plain, _GAP.split(sentence)) if part]
    for part in parts:
        match = re.compile(rf"{_BEGINS}{re.escape(part)}{_ENDS}").search(plain, position)
        if not match or _denied(plain[: match.start()], wording):
            return False
        position = match.end()
    return bool(parts)


def _denied(before: str, wording: Wording) -> bool:
    clause = _CLAUSE.split(before)[-1]
    tokens = tokenize(clause, wording.negation)
    return any(t.negated or t.plain == "bez" or any(wording.is_a(t, name) for name in _DENIES) for t in tokens)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip(_EDGES).lower()
