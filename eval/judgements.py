"""What a judge is asked about an answer, what it said, and the file that keeps it.

*Nuggets* are what a full answer should say. The facts of a question are its vital nuggets. A piece of evidence that
holds none of the facts is an okay nugget: worth saying, but an answer without it is still a good one. *Support* is
judged for each sentence of an answer, notes aside, by the quotes that it cites and nothing else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from eval import jsonl
from eval.facts import folded
from eval.questions import Question
from eval.records import Record
from eval.spans import Span
from ingest.document import Passage
from prompts import json_fields

Label = Literal["full", "partial", "none"]
Grade = Literal["vital", "okay"]
Task = Literal["support", "nugget"]

LABELS: tuple[Label, ...] = get_args(Label)
"""Best first; the order is that of the linear weights of Cohen's κ."""

GRADES: tuple[str, ...] = get_args(Grade)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote with the lines that its reader knows: names of the document, headings, parent."""

    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Support:
    """A sentence of an answer with the quotes that it cites; `question` is the id of the question."""

    id: str
    question: str
    sentence: str
    cited: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Nugget:
    """Something that an answer should say, with the question as it was asked and the answer as it is read."""

    id: str
    question: str
    asked: str
    answer: str
    text: str
    grade: Grade


Item = Support | Nugget


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a chat model said of one item.

    Attributes
    ----------
    key
        Hash of the item, the model and all that it was told, so that whatever changes is judged anew.
    label
        None when neither of two replies was a judgement; then `reply` is the beginning of the last one.
    calls, tokens, cost
        Requests sent; tokens (read, written) and price over all of them, None when unknown.
    """

    key: str
    id: str
    task: Task
    question: str
    grade: Grade | None
    judge: str
    label: Label | None
    reason: str
    reply: str
    calls: int
    tokens: tuple[int, int] | None
    cost: float | None

    def to_json(self) -> str:
        """Return the judgement as one line of JSON, without the line end."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps(fields, ensure_ascii=False)


def nuggets(question: Question, record: Record | None) -> tuple[Nugget, ...]:
    """Return the nuggets of an answerable question, the vital ones first; () for another."""
    if not question.answerable:
        return ()
    facts = [folded(fact) for fact in question.facts]
    further = [e.quote for e in question.evidence if not any(fact in folded(e.quote) for fact in facts)]
    graded: list[tuple[str, Grade]] = [(fact, "vital") for fact in question.facts]
    graded += [(quote, "okay") for quote in further]
    answer = record.text if record else ""
    return tuple(
        Nugget(f"{question.id}/n{n}", question.id, question.question, answer, text, grade)
        for n, (text, grade) in enumerate(graded, 1)
    )


def supports(record: Record, context: Callable[[Span], str]) -> tuple[Support, ...]:
    """Return the sentences of an answer with their quotes, notes left out; a number that leads nowhere has no quote."""
    quotes = {cited.n: Quote(cited.quote, context(cited.span)) for cited in record.citations}
    return tuple(
        Support(f"{record.id}/s{n}", record.id, said.text, tuple(quotes[c] for c in said.citations if c in quotes))
        for n, said in enumerate(record.statements, 1)
        if said.verdict != "note" and said.text.strip()
    )


def context_in(passages: Mapping[str, Sequence[Passage]]) -> Callable[[Span], str]:
    """Return what finds the context of a quote: that of the smallest passage around it, "" where there is none."""

    def context(span: Span) -> str:
        around = [p for p in passages.get(span.doc, ()) if p.start <= span.start and span.end <= p.end]
        return min(around, key=lambda p: (p.end - p.start, p.start)).context if around else ""

    return context


def load_judgements(path: Path) -> tuple[Judgement, ...]:
    """Read what a judge has said so far, in the order of the file; a last line that was cut off is left out.

    Raises
    ------
    QuestionSetError
        With one row per other line that is damaged.
    """
    if not path.is_file():
        return ()
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        path.write_bytes(whole)
    return jsonl.parse_lines(path, _judgement, key=lambda judgement: judgement.key) if whole.strip() else ()


def _judgement(fields: json_fields.Fields) -> Judgement:
    tokens = fields.get("tokens")
    return Judgement(
        key=json_fields.text(fields, "key"),
        id=json_fields.text(fields, "id"),
        task=cast(Task, json_fields.choice(fields, "task", get_args(Task))),
        question=json_fields.text(fields, "question"),
        grade=None if fields.get("grade") is None else cast(Grade, json_fields.choice(fields, "grade", GRADES)),
        judge=json_fields.text(fields, "judge"),
        label=None if fields.get("label") is None else label_of(fields),
        reason=json_fields.text(fields, "reason", empty=True),
        reply=json_fields.text(fields, "reply", empty=True),
        calls=json_fields.whole(fields, "calls"),
        tokens=(tokens[0], tokens[1]) if isinstance(tokens, list) and len(tokens) == 2 else None,
        cost=None if fields.get("cost") is None else json_fields.number(fields, "cost"),
    )


def label_of(fields: json_fields.Fields) -> Label:
    """Return the field "label"; raise `QuestionSetError` if it is none of the three."""
    return cast(Label, json_fields.choice(fields, "label", LABELS))
