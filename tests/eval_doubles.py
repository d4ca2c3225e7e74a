"""A small world for the tests of evaluation: two documents, and systems that answer as they are told."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.questions import Question
from eval.spans import Span, Texts
from ingest.document import Document, Passage, Source
from prompts.answer import Answer, Citation, Statement, Status, Turn
from retrieval.passages import ScoredPassage

PLAN = (
    "Opatření 1.a: Rozšířit terénní služby v obcích.\n"
    "Opatření 2.b: Zvýšit dostupnost bydlení o 120\u00a0bytů ročně.\n"
    "Opatření 3.c: Podpořit dluhové poradenství."
)
CALL = "Oprávněným žadatelem je obec.\nČástka: 1\u00a0500\u00a0000 Kč."
DOCUMENTS = (
    Document(Source(id="plan", title="Plán"), PLAN),
    Document(Source(id="vyzva", title="Výzva"), CALL),
)
TEXTS = Texts({document.id: document.text for document in DOCUMENTS})


def span_of(doc: str, quote: str) -> Span:
    """Return the first place of a quote that the small world must contain."""
    return TEXTS.find(doc, quote)[0]


def question_fields(**changes: Any) -> dict[str, Any]:
    """Return the fields of a good line of a question set, with changes."""
    fields: dict[str, Any] = {
        "id": "Q1",
        "kind": "lookup",
        "question": "Co se plánuje pro bydlení?",
        "history": [],
        "answerable": True,
        "facts": ["120 bytů"],
        "evidence": [{"doc": "plan", "quote": "Zvýšit dostupnost bydlení o 120 bytů"}],
    }
    return fields | changes


def write_lines(path: Path, *lines: Mapping[str, Any] | str) -> Path:
    """Write objects as JSON lines; a string is written as it is."""
    rows = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def passage(span: Span, text: str, page: int | None = None) -> Passage:
    return Passage(span.doc, span.start, span.end, text, kind="paragraph", page=page)


def answer(
    question: str,
    cited: Sequence[tuple[Span, str]] = (),
    retrieved: Sequence[Span] = (),
    *,
    texts: Texts = TEXTS,
    status: Status = "answered",
    says: Sequence[str] = (),
) -> Answer:
    """Return an answer that cites the (span, quote) pairs, one statement each, after the lines that it `says`."""
    own = tuple(Statement(line, "lead", "note") for line in says)
    quoted = tuple(Statement(quote, "quote", "verbatim", (n,)) for n, (_, quote) in enumerate(cited, 1))
    return Answer(
        question=question,
        status=status,
        statements=own + quoted,
        citations=tuple(
            Citation(n, passage(span, texts.at(span)), span.start, span.end, quote, title=span.doc)
            for n, (span, quote) in enumerate(cited, 1)
        ),
        retrieved=tuple(
            ScoredPassage(passage(span, texts.at(span)), score=1.0 / rank) for rank, span in enumerate(retrieved, 1)
        ),
        seconds=0.0,
    )


@dataclass
class Scripted:
    """Answers from a script and remembers what it was asked with which history."""

    script: Mapping[str, Answer]
    documents: tuple[Document, ...] = DOCUMENTS
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return self.script[question]


class Noisy:
    """A system of middling quality over real documents: right, late, redundant, wrong and refusing by turns."""

    def __init__(self, documents: tuple[Document, ...], questions: Sequence[Question], seed: int = 7) -> None:
        self.documents = documents
        self._texts = Texts({document.id: document.text for document in documents})
        self._questions = {question.question: question for question in questions}
        self._random = random.Random(seed)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        known = self._questions[question]
        places = [place for e in known.evidence for place in self._texts.find(e.doc, e.quote)[:1]]
        near = [self._widened(place) for place in places if self._random.random() < 0.8]
        retrieved = near + [self._anywhere() for _ in range(15 - min(len(near), 12))]
        self._random.shuffle(retrieved)
        spans = [place for place in places if self._random.random() < 0.6] + [self._anywhere()]
        cited = [(span, self._quote(span)) for span in spans if self._random.random() < 0.9]
        says = [fact for fact in known.facts if self._random.random() < 0.5]
        refuses = self._random.random() < (0.1 if known.answerable else 0.7)
        status: Status = self._random.choice(["not_found", "clarify"]) if refuses else "answered"
        return answer(question, cited, retrieved, texts=self._texts, status=status, says=says)

    def _widened(self, place: Span) -> Span:
        """Return the place with something around it, or with a part of it missing."""
        before, after = self._random.randint(-20, 300), self._random.randint(-20, 300)
        start = max(0, place.start - before)
        return Span(place.doc, start, max(start + 1, place.end + after))

    def _anywhere(self) -> Span:
        document = self._random.choice(self.documents)
        start = self._random.randrange(len(document.text) - 50)
        return Span(document.id, start, min(start + self._random.randint(20, 900), len(document.text)))

    def _quote(self, span: Span) -> str:
        text = self._texts.at(span)
        return text if self._random.random() < 0.9 else text + "!"
