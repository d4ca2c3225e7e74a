"""From the answers of a run to one line of figures per question."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import get_args

from eval.metrics import BUDGET, score
from eval.questions import Question
from eval.records import Record
from eval.runs.asked import Asked
from eval.spans import Span, Texts, covers, within
from prompts.answer import Verdict

VERDICTS: tuple[str, ...] = get_args(Verdict)
SUPPORTED = ("verbatim", "supported")


@dataclass(frozen=True, slots=True)
class Line:
    """What one answer is worth: the fields of `eval.metrics.Scored`, and what only a run looks at.

    Attributes
    ----------
    values
        By measure, those that apply to the question; `supported_rate` is the share of the answer's sentences, notes
        aside, that are verbatim or supported.
    verdicts
        Number of sentences with each verdict.
    tokens, cost
        What a chat model read and wrote, and its price; None without a model, or when the server does not say.
    found, cited
        For each piece of evidence, in the order of the question: whether the first 3,000 characters retrieved hold
        it, and whether a citation does. Empty for an unanswerable question.
    """

    id: str
    set: str
    kind: str
    answerable: bool
    status: str
    values: Mapping[str, float]
    quotes: int
    verbatim: int
    chars: int
    seconds: float | None
    verdicts: Mapping[str, int]
    tokens: tuple[int, int] | None
    cost: float | None
    found: tuple[bool, ...]
    cited: tuple[bool, ...]

    def to_json(self) -> str:
        """Return the line as JSON, without the line end."""
        return json.dumps(asdict(self), ensure_ascii=False)


def lines(asked: Sequence[Asked], records: Iterable[Record], texts: Texts) -> tuple[Line, ...]:
    """Score the records, in the order of the questions.

    Raises
    ------
    QuestionSetError
        If an evidence quote does not stand in its document.
    """
    by_id = {record.id: record for record in records}
    scored = score([item.question for item in asked], by_id.values(), texts)
    found = []
    for item, one in zip(asked, scored, strict=True):
        record = by_id.get(one.id)
        counts = Counter(said.verdict for said in record.statements) if record else Counter[str]()
        sentences = sum(counts.values()) - counts["note"]
        rate = {"supported_rate": sum(counts[name] for name in SUPPORTED) / sentences} if sentences else {}
        model = record.model if record else {}
        read, written = model.get("input_tokens"), model.get("output_tokens")
        found.append(
            Line(
                id=one.id,
                set=item.set,
                kind=one.kind,
                answerable=one.answerable,
                status=one.status,
                values={**one.values, **rate},
                quotes=one.quotes,
                verbatim=one.verbatim,
                chars=one.chars,
                seconds=one.seconds,
                verdicts={name: counts[name] for name in VERDICTS},
                tokens=None if read is None or written is None else (read, written),
                cost=model.get("cost"),
                found=_held(item.question, within([r.span for r in record.retrieved], BUDGET) if record else (), texts),
                cited=_held(item.question, [c.span for c in record.citations] if record else (), texts),
            )
        )
    return tuple(found)


def _held(question: Question, spans: Sequence[Span], texts: Texts) -> tuple[bool, ...]:
    """Tell for each piece of evidence whether one of the spans holds it."""
    if not question.answerable:
        return ()
    places = [texts.find(item.doc, item.quote) for item in question.evidence]
    return tuple(any(covers(span, each) for span in spans) for each in places)
