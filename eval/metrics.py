"""From records to measures: per question first, then means with the number of questions beside each."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.facts import folded, states
from eval.questions import Question, check
from eval.ranking import Places, ranking_measures
from eval.records import Cited, Record
from eval.spans import Span, Texts, covers, touches, within

# What a reader takes in, and about what a prompt gives to evidence.
BUDGET = 3_000

# The measures that are means over questions, in the order of reports.
MEASURES = (
    "recall@5",
    "recall@10",
    "recall@3000c",
    "ndcg@10",
    "rr",
    "cited_recall",
    "cited_precision",
    "facts",
    "refusal_precision",
    "refusal_recall",
    "over_refusal",
)

REFUSALS = frozenset({"not_found", "out_of_scope", "blocked", "clarify"})
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's results.

    Attributes
    ----------
    status
        That of the answer, or "missing" if the file has none; a missing answer counts as a refusal only where
        that is a fault, at an answerable question.
    values
        By measure, the ones that apply: ranking, citing and facts at answerable questions;
        `cited_precision` only where something is cited and `facts` only where some are expected. The three
        measures of refusal are 0/1: `refusal_recall` (refused, at each unanswerable question),
        `over_refusal` (refused, at each answerable one), `refusal_precision` (unanswerable, at each refused
        one); so all measures are plain means.
    quotes, verbatim
        How many quotes the answer cites, and how many of them stand exactly at their span.
    chars, seconds
        Length of the answer's text, and time to it (None if missing).
    """

    id: str
    kind: str
    answerable: bool
    status: str
    values: Mapping[str, float]
    quotes: int
    verbatim: int
    chars: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and the number of things it is over; None over nothing."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a set of questions shows.

    `means` has an entry for each of `MEASURES`. `quotes_verbatim` is over quotes. `refused` is over all
    questions (a missing answer at an unanswerable question is no refusal). `median_chars` is over
    answerable questions; `p50` and `p95` are seconds over those with an answer.
    """

    questions: int
    missing: int
    means: Mapping[str, Mean]
    refused: Mean
    quotes_verbatim: Mean
    median_chars: float | None
    p50: float | None
    p95: float | None


def score(questions: Sequence[Question], records: Iterable[Record], texts: Texts) -> tuple[Scored, ...]:
    """Score the records, in the order of the questions; a record for no question is ignored.

    Raises
    ------
    QuestionSetError
        If an evidence quote does not stand in its document.
    """
    check(questions, texts)
    by_id = {record.id: record for record in records}
    evidence = {
        question.id: [texts.find(item.doc, item.quote) for item in question.evidence]
        for question in questions
        if question.answerable
    }
    runs = {id_: [found.span for found in by_id[id_].retrieved] if id_ in by_id else [] for id_ in evidence}
    rankings = ranking_measures(evidence, runs)
    scored = []
    for question in questions:
        record = by_id.get(question.id)
        values = dict(_refusal(question, record))
        if question.answerable:
            values |= rankings[question.id]
            values |= _answer(question, evidence[question.id], record, texts)
        citations = record.citations if record else ()
        scored.append(
            Scored(
                id=question.id,
                kind=question.kind,
                answerable=question.answerable,
                status=record.status if record else MISSING,
                values=values,
                quotes=len(citations),
                verbatim=sum(_is_verbatim(cited, texts) for cited in citations),
                chars=len(record.text) if record else 0,
                seconds=record.seconds if record else None,
            )
        )
    return tuple(scored)


def recall_within(evidence: Sequence[Places], passages: Iterable[Span], characters: int = BUDGET) -> float:
    """Return the share of quotes held by what the first `characters` of the passages show."""
    seen = within(passages, characters)
    return _share(any(covers(item, places) for item in seen) for places in evidence)


def summarise(scored: Sequence[Scored]) -> Summary:
    """Return the means and quantiles over these questions."""
    quotes = sum(question.quotes for question in scored)
    seconds = sorted(question.seconds for question in scored if question.seconds is not None)
    chars = [question.chars for question in scored if question.answerable]
    refusals = [float(_refused(question.status, question.answerable)) for question in scored]
    return Summary(
        questions=len(scored),
        missing=sum(question.status == MISSING for question in scored),
        means={measure: _mean(list(values_of(scored, measure).values())) for measure in MEASURES},
        refused=_mean(refusals),
        quotes_verbatim=Mean(sum(q.verbatim for q in scored) / quotes if quotes else None, quotes),
        median_chars=statistics.median(chars) if chars else None,
        p50=_quantile(seconds, 0.5),
        p95=_quantile(seconds, 0.95),
    )


def by_kind(scored: Iterable[Scored]) -> dict[str, tuple[Scored, ...]]:
    """Group by kind, kinds in alphabetical order."""
    kinds: dict[str, tuple[Scored, ...]] = {}
    for question in scored:
        kinds[question.kind] = (*kinds.get(question.kind, ()), question)
    return dict(sorted(kinds.items()))


def values_of(scored: Iterable[Scored], measure: str) -> dict[str, float]:
    """Return the measure by question id, for the questions where it applies."""
    return {question.id: question.values[measure] for question in scored if measure in question.values}


def _refusal(question: Question, record: Record | None) -> Iterable[tuple[str, float]]:
    refused = _refused(record.status if record else MISSING, question.answerable)
    yield "over_refusal" if question.answerable else "refusal_recall", float(refused)
    if refused:
        yield "refusal_precision", float(not question.answerable)


def _refused(status: str, answerable: bool) -> bool:
    return status in REFUSALS or (answerable and status == MISSING)


def _answer(question: Question, evidence: Sequence[Places], record: Record | None, texts: Texts) -> dict[str, float]:
    passages = [found.span for found in record.retrieved] if record else []
    cited = [citation.span for citation in record.citations] if record else []
    values = {
        f"recall@{BUDGET}c": recall_within(evidence, passages),
        "cited_recall": _share(any(covers(span, places) for span in cited) for places in evidence),
    }
    if cited:
        values["cited_precision"] = _share(_is_useful(span, question, evidence, texts) for span in cited)
    if question.facts:
        text = record.text if record else ""
        values["facts"] = _share(states(text, fact) for fact in question.facts)
    return values


def _is_useful(span: Span, question: Question, evidence: Sequence[Places], texts: Texts) -> bool:
    """Return whether a citation touches evidence, or states an expected fact in its own words."""
    if any(touches(span, places) for places in evidence):
        return True
    text = folded(texts.at(span))
    return any(folded(fact) in text for fact in question.facts)


def _is_verbatim(cited: Cited, texts: Texts) -> bool:
    return texts.at(cited.span) == cited.quote


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found)


def _mean(values: Sequence[float]) -> Mean:
    return Mean(statistics.fmean(values) if values else None, len(values))


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value at position ⌊share · n⌋ (0-based) of the ordered values: one that was measured."""
    return ordered[int(len(ordered) * share)] if ordered else None
