"""What of a question is searched: its visible words, and no more of them than carry meaning."""

import re
import unicodedata

LONGEST = 2000
"""Characters of a question that are read. People write up to some 600; the time of an answer grows with the length."""

_LONGEST_WORD = 60
"""Characters; the longest Czech words have some 30, addresses of the web rarely more than this."""

_MARKS = 2
"""Marks over one letter: Czech has one, Vietnamese two."""

_WORD = re.compile(rf"(\S{{{_LONGEST_WORD}}})\S+")
_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED = re.compile(rf"([{_COMBINING}]{{{_MARKS}}})[{_COMBINING}]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e01ef]"
)


def readable(question: str) -> str:
    """Return a question without characters that nobody sees, halves of characters and piles of marks.

    It is cut after `LONGEST` characters, at a blank, and its words after 60.
    """
    # Cut first, so that a text of any length costs the same.
    text = _UNSEEN.sub("", question[: 4 * LONGEST])
    text = _STACKED.sub(r"\1", unicodedata.normalize("NFC", text))
    text = _WORD.sub(r"\1", text)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]


def is_cut(question: str) -> bool:
    """Tell whether a question goes on after what is read of it."""
    return len(question.strip()) > LONGEST


def whole(question: str) -> str:
    """Return a question as it was typed, with a sign in the place of halves of characters, which cannot be written."""
    return question.encode("utf-8", "replace").decode("utf-8")
