"""A model's reply, cut into sentences with the numbers of the passages that each one cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sentences import sentence_spans

_NUMBERS = r"\[\s*\d{1,3}(?:\s*(?:[,;–-]|až|a)\s*\d{1,3})*\s*\]"
_MARK = re.compile(_NUMBERS)
_AFTER_POINT = re.compile(rf"[.!?…]+[”“\"]?(?:\s*{_NUMBERS})+")
_RANGE = re.compile(r"(\d+)\s*(?:–|-|až)\s*(\d+)|(\d+)")
_BULLET = re.compile(r"^\s*(?:[-*•▪◦–]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s*)+")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_BEFORE_POINT = re.compile(r"\s+([.,;:!?…])")
_WIDEST = 20
"""A longer range of numbers is read as its two ends: no answer cites so many passages."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply.

    Attributes
    ----------
    text
        Without marks, bullets and emphasis.
    citations
        Numbers of its marks, each once, in the order of the text.
    start, end
        Its place in the reply, its marks included, bullets left out.
    heading
        Whether it is a heading or a lead-in that only opens what follows.
    """

    text: str
    citations: tuple[int, ...]
    start: int
    end: int
    heading: bool = False


def sentences(reply: str) -> Iterator[Sentence]:
    """Yield the sentences of a reply in order.

    Marks belong to the sentence they stand in, or that ends right before them. Lines are never joined.
    """
    offset = 0
    for line in reply.splitlines(keepends=True):
        bullet = _BULLET.match(line)
        begin = bullet.end() if bullet else 0
        for start, end in _spans(line, begin):
            part = line[start:end]
            text = _BEFORE_POINT.sub(r"\1", " ".join(_EMPHASIS.sub("", _MARK.sub(" ", part)).split()))
            if any(map(str.isalnum, text)):
                opens = line.lstrip().startswith("#") or text.endswith(":") or _is_bold(part)
                yield Sentence(text, _numbers(part), offset + start, offset + end, opens)
        offset += len(line)


def _spans(line: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a line; a mark after a full stop ends one wherever the next begins."""
    ends = [match.end() for match in _AFTER_POINT.finditer(line, begin)]
    for first, last in zip([begin, *ends], [*ends, len(line)], strict=True):
        yield from ((first + start, first + end) for start, end in sentence_spans(line[first:last]))


def _numbers(part: str) -> tuple[int, ...]:
    found: list[int] = []
    for mark in _MARK.findall(part):
        for first, last, single in _RANGE.findall(mark):
            if single:
                found.append(int(single))
            elif int(first) <= int(last) <= int(first) + _WIDEST:
                found += range(int(first), int(last) + 1)
            else:
                found += (int(first), int(last))
    return tuple(dict.fromkeys(found))


def _is_bold(part: str) -> bool:
    plain = part.strip().rstrip(":")
    return plain.startswith("**") and plain.endswith("**") and plain.count("**") == 2
