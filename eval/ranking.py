"""Ranking measures over evidence, computed by ir_measures.

TREC's measures know one query, judged items, and a run of items in ranks. Evidence does not fit that form
by itself: one passage may hold three quotes, and five passages may hold the same one. Two mappings make it
fit.

*Recall at k*: each quote becomes a query of its own with one judged item, and the run names the first
passage that holds the quote by that item and every other passage by its rank. Then `R@k` of such a query is
1 if one of the first k passages holds the quote, else 0, and the mean over a question's quotes is the share
of its evidence within the first k passages: the number that `score.py` computes.

*nDCG@10 and RR*: a question is one query whose judged items are its quotes, gain 1 each. The passages are
unrolled in order: a passage takes one place for each quote that it holds and no earlier one did, or one
place without gain if there is none (so a repeated quote earns nothing). The judged items do not depend on
the run, which makes runs comparable; nDCG stays within 0 and 1, and is 1 when nothing useless comes before
the last quote. Before the first hit each passage takes exactly one place, so RR is that of `score.py`.
"""

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

from eval.spans import Span, covers

Places = tuple[Span, ...]

CUTOFFS = (5, 10)
NDCG = nDCG @ 10


def ranking_measures(
    evidence: Mapping[str, Sequence[Places]], runs: Mapping[str, Sequence[Span]]
) -> dict[str, dict[str, float]]:
    """Return "recall@5", "recall@10", "ndcg@10" and "rr" by question id.

    Parameters
    ----------
    evidence
        Per question id its quotes (at least one), each with all places where it stands.
    runs
        Per question id the retrieved passages, best first; a question without a run scores 0 everywhere.
    """
    results: dict[str, dict[str, float]] = {question: {} for question in evidence}
    for question, recalls in _recalls(evidence, runs).items():
        results[question].update(recalls)
    qrels = [Qrel(question, f"e{i}", 1) for question, quotes in evidence.items() for i in range(len(quotes))]
    run = [
        ScoredDoc(question, item, -place)
        for question, quotes in evidence.items()
        for place, item in enumerate(unrolled(quotes, runs.get(question, ())))
    ]
    for metric in ir_measures.iter_calc([NDCG, RR], qrels, run):
        results[metric.query_id]["ndcg@10" if metric.measure == NDCG else "rr"] = float(metric.value)
    return results


def _recalls(
    evidence: Mapping[str, Sequence[Places]], runs: Mapping[str, Sequence[Span]]
) -> dict[str, dict[str, float]]:
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    question_of: dict[str, str] = {}
    for question, quotes in evidence.items():
        for i, places in enumerate(quotes):
            query = f"{question}#{i}"
            question_of[query] = question
            qrels.append(Qrel(query, "e", 1))
            run.extend(
                ScoredDoc(query, item, -place) for place, item in enumerate(first_named(places, runs.get(question, ())))
            )
    measures = {R @ k: f"recall@{k}" for k in CUTOFFS}
    results: dict[str, dict[str, float]] = {question: dict.fromkeys(measures.values(), 0.0) for question in evidence}
    for metric in ir_measures.iter_calc(list(measures), qrels, run):
        question = question_of[metric.query_id]
        results[question][measures[metric.measure]] += float(metric.value) / len(evidence[question])
    return results


def first_named(places: Places, passages: Sequence[Span]) -> Iterable[str]:
    """Yield the items of the run of one quote: "e" for the first passage that holds it, "p0", "p1" … for the others."""
    found = False
    for rank, passage in enumerate(passages):
        if not found and covers(passage, places):
            found = True
            yield "e"
        else:
            yield f"p{rank}"


def unrolled(quotes: Sequence[Places], passages: Sequence[Span]) -> Iterable[str]:
    """Yield the items of the run of one question: "e0", "e1" … for its quotes, "p0" … for passages without any new."""
    left = dict(enumerate(quotes))
    for rank, passage in enumerate(passages):
        new = [i for i, places in left.items() if covers(passage, places)]
        for i in new:
            del left[i]
            yield f"e{i}"
        if not new:
            yield f"p{rank}"
