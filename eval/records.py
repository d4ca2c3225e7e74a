"""The answers file: one record per question, which any system can write and any scorer can read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args

from eval import jsonl
from eval.spans import Span
from ingest.errors import QuestionSetError
from prompts import json_fields
from prompts.answer import Answer, Status

STATUSES: tuple[str, ...] = get_args(Status)

# The longest passage that counts as retrieved: a longer one would earn recall by its length.
PASSAGE_CHARACTERS = 1_200

# Shares of channels are read by people; with all their digits they would be half of the file.
CHANNEL_PLACES = 4


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the answer with the numbers of the citations it leans on."""

    text: str
    citations: tuple[int, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote, numbered from 1, and the span that must hold it verbatim; `page` is 1-based."""

    n: int
    span: Span
    quote: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage with its score (higher is better) and the share of each channel in it, as far as that is known."""

    span: Span
    score: float
    channels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """What a system said to one question; `retrieved` is ordered best first, `seconds` is wall time.

    `model` says which chat model wrote, under which prompt templates and what it took; it is empty without one.
    `confidence` is the probability, by the system's own judgement, that the documents answer; None when it gives none.
    """

    id: str
    question: str
    status: str
    text: str
    statements: tuple[Said, ...]
    citations: tuple[Cited, ...]
    retrieved: tuple[Retrieved, ...]
    seconds: float
    model: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None

    def to_json(self) -> str:
        """Return the record as one line of JSON, without the line end."""
        fields = {
            "id": self.id,
            "question": self.question,
            "status": self.status,
            "text": self.text,
            "statements": [
                {"text": said.text, "citations": list(said.citations), "verdict": said.verdict}
                for said in self.statements
            ],
            "citations": [
                {"n": cited.n, **_placed(cited.span), "quote": cited.quote, "page": cited.page}
                for cited in self.citations
            ],
            "retrieved": [
                {**_placed(found.span), "score": found.score}
                | ({"channels": dict(found.channels)} if found.channels else {})
                for found in self.retrieved
            ],
            "seconds": self.seconds,
            **({"model": dict(self.model)} if self.model else {}),
            **({} if self.confidence is None else {"confidence": self.confidence}),
        }
        return json.dumps(fields, ensure_ascii=False)


def record_of(question_id: str, answer: Answer, seconds: float) -> Record:
    """Return the record of an answer; a retrieved passage over 1,200 characters is cut at its end."""
    return Record(
        id=question_id,
        question=answer.question,
        status=answer.status,
        text=answer.text,
        statements=tuple(Said(s.text, s.citations, s.verdict) for s in answer.said),
        citations=tuple(Cited(c.n, Span(c.doc, c.start, c.end), c.quote, c.page) for c in answer.citations),
        retrieved=tuple(
            Retrieved(
                Span(p.doc, p.start, min(p.end, p.start + PASSAGE_CHARACTERS)),
                float(scored.score),
                {name: round(float(share), CHANNEL_PLACES) for name, share in scored.channels.items()},
            )
            for scored in answer.retrieved
            for p in (scored.passage,)
        ),
        seconds=seconds,
        model=asdict(answer.usage) if answer.usage else {},
        confidence=answer.confidence,
    )


def load_records(path: Path) -> tuple[Record, ...]:
    """Read an answers file.

    Raises
    ------
    QuestionSetError
        With file, line number and what is wrong, for each wrong line; if the file is empty or unreadable.
    """
    return jsonl.parse_lines(path, _record, key=lambda record: record.id)


def _record(fields: json_fields.Fields) -> Record:
    """Parse one line; what scoring does not need may be missing (question, statements, page, score)."""
    return Record(
        id=json_fields.text(fields, "id"),
        question=json_fields.text(fields, "question", empty=True) if "question" in fields else "",
        status=json_fields.choice(fields, "status", STATUSES),
        text=json_fields.text(fields, "text", empty=True),
        statements=json_fields.objects(fields, "statements", _said) if "statements" in fields else (),
        citations=json_fields.objects(fields, "citations", _cited),
        retrieved=json_fields.objects(fields, "retrieved", _retrieved),
        seconds=json_fields.number(fields, "seconds"),
        model=model if isinstance(model := fields.get("model"), dict) else {},
        confidence=None if fields.get("confidence") is None else json_fields.number(fields, "confidence"),
    )


def _said(fields: json_fields.Fields) -> Said:
    numbers = fields.get("citations")
    if not isinstance(numbers, list) or not all(type(n) is int for n in numbers):
        raise QuestionSetError("„citations“ má být seznam celých čísel")
    return Said(
        text=json_fields.text(fields, "text", empty=True),
        citations=tuple(numbers),
        verdict=json_fields.text(fields, "verdict"),
    )


def _cited(fields: json_fields.Fields) -> Cited:
    page = fields.get("page")
    return Cited(
        n=json_fields.whole(fields, "n") if "n" in fields else 0,
        span=_span(fields),
        quote=json_fields.text(fields, "quote", empty=True),
        page=None if page is None else json_fields.whole(fields, "page"),
    )


def _retrieved(fields: json_fields.Fields) -> Retrieved:
    shares = fields.get("channels", {})
    if not isinstance(shares, dict):
        raise QuestionSetError("„channels“ má být objekt s podílem každého kanálu")
    channels = {name: json_fields.number(shares, name) for name in shares}
    return Retrieved(_span(fields), json_fields.number(fields, "score") if "score" in fields else 0.0, channels)


def _span(fields: json_fields.Fields) -> Span:
    span = Span(json_fields.text(fields, "doc"), json_fields.whole(fields, "start"), json_fields.whole(fields, "end"))
    if span.end < span.start:
        raise QuestionSetError(f"„end“ ({span.end}) je před „start“ ({span.start})")
    return span


def _placed(span: Span) -> dict[str, Any]:
    return {"doc": span.doc, "start": span.start, "end": span.end}
