"""Picking a quote in a document: sentences that are found, and a span whose ends move by sentences and words."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from ingest.document import Document
from ingest.sentences import sentence_spans
from views.documents_layout import Layout
from views.documents_search import Span, Words, find

LONGEST = 1_200
"""Characters of a quote; a longer one does not fit into any passage that the search returns."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Pick:
    """A span of a document without white space at its ends: `document.text[start:end]` is the quote."""

    doc: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a document in the order of the text; headings and items of lists are some, too."""

    spans: tuple[Span, ...]

    @classmethod
    def of(cls, document: Document, layout: Layout) -> "Sentences":
        """Cut the blocks of a document into sentences."""
        return cls(
            tuple(
                (block.start + start, block.start + end)
                for block in layout.blocks
                for start, end in sentence_spans(document.text[block.start : block.end])
            )
        )

    def around(self, start: int, end: int) -> Span:
        """Return the span from the sentence that holds `start` to the one that holds `end`; itself if there is none."""
        first = max(0, bisect_right(self.spans, start, key=lambda span: span[0]) - 1)
        last = bisect_left(self.spans, end, key=lambda span: span[1])
        if not self.spans or last >= len(self.spans):
            return start, end
        return min(self.spans[first][0], start), max(self.spans[last][1], end)


def found_sentences(document: Document, layout: Layout, read: Words, sentences: Sentences, query: str) -> list[Span]:
    """Return the sentences in which a query is found, each once, in the order of the text."""
    hits = find(read, layout.blocks, query).hits
    return list(dict.fromkeys(sentences.around(hit.start, hit.end) for hit in hits))


def picked(document: Document, start: int, end: int) -> Pick | None:
    """Return a span without the white space around it, or None when nothing is left or it is not in the text."""
    if not 0 <= start < end <= len(document.text):
        return None
    words = list(_WORD.finditer(document.text, start, end))
    return Pick(document.id, words[0].start(), words[-1].end()) if words else None


def moved(pick: Pick, document: Document, sentences: Sentences, edge: str, unit: str, step: int) -> Pick:
    """Return the pick with one end moved to the next boundary.

    `edge` is "start" or "end", `unit` "sentence" or "word", and `step` 1 for later and -1 for earlier. An end that
    has nowhere to go, or would pass the other one, stays.
    """
    at = pick.start if edge == "start" else pick.end
    side = 0 if edge == "start" else 1
    if unit == "sentence":
        bounds = [span[side] for span in sentences.spans]
    else:
        # Far enough for the next word, however long it is in real texts.
        near = range(max(0, at - LONGEST), min(len(document.text), at + LONGEST))
        bounds = [match.span()[side] for match in _WORD.finditer(document.text, near.start, near.stop)]
    if step > 0:
        goal = min((bound for bound in bounds if bound > at), default=at)
    else:
        goal = max((bound for bound in bounds if bound < at), default=at)
    made = replace(pick, start=goal) if edge == "start" else replace(pick, end=goal)
    return made if made.start < made.end else pick


def context(pick: Pick, sentences: Sentences) -> Span:
    """Return the span that shows a pick with the sentence before and the one after it."""
    before = max((span[0] for span in sentences.spans if span[0] < pick.start), default=pick.start)
    after = min((span[1] for span in sentences.spans if span[1] > pick.end), default=pick.end)
    return before, after


def page_marks(document: Document, pick: Pick) -> str:
    """Return "strana 3" or "strany 3 až 4" where the document has pages, else ""."""
    first, last = document.page_at(pick.start), document.page_at(pick.end - 1)
    if first is None:
        return ""
    return f"strana {first}" if first == last else f"strany {first} až {last}"
