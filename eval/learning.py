"""Learning the weights of the search by cross-validation over question sets.

Some hundred questions bear few and coarse decisions. So each weight moves on a short ladder of round numbers and every
rung away from its start costs: it must earn more than `COST` on the training questions. The start is `EVEN`, which
knows nothing of any question, or the weights in use. The objective is the mean of evidence recall within k passages
within a number of characters, averaged over neighbouring cut-offs, because at a single one a question jumps.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from eval.figures import Figures, decimal
from eval.metrics import BUDGET, recall_within
from eval.questions import Question
from eval.retrieving import Judged, searching
from eval.spans import Span, covers
from retrieval.index import Index
from retrieval.weights import BOOSTS, CHANNELS, Weights

LADDER = (0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0)
"""No channel is learned away: the texts stand in for anticipated questions where a document has none."""

REACH = 3
"""Rungs to each side among which a weight is chosen in its turn; several, to cross a dip of one question."""

EVEN = Weights(dict.fromkeys(CHANNELS, 1.0), code=12.0, document=4.0, background=1.0)
"""A start that prefers no channel. A code that is named outweighs every likeness; a named document counts as much as
an outstanding hit in one channel."""

TOGETHER = (
    tuple(i for i, name in enumerate(CHANNELS) if name.startswith("text_")),
    tuple(i for i, name in enumerate(CHANNELS) if name.startswith("asked_")),
)
"""Weights that also move as one: what the texts say against what people ask, which single steps cannot balance."""

COST = 0.0002
"""What one rung away from the start costs, in units of the objective."""

CUTOFFS = (3, 4, 5, 6, 7)
BUDGETS = (2_000, 2_500, 3_000, 3_500, 4_000)
TOP = 5
SEED = 20_240_101

Point = tuple[float, ...]
"""The weights in the order of `CHANNELS`, then `BOOSTS`."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one question scores: the smoothed objective, R@5 and R@3000c."""

    objective: float
    top: float
    budget: float


Evaluate = Callable[[Point], Sequence[Value]]
"""The values of all questions, in their order."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: what the questions that it learned from and those held out score, before and after."""

    learned: tuple[Value, Value]
    held: tuple[Value, Value]
    questions: int
    weights: Weights


@dataclass(frozen=True, slots=True)
class Learned:
    """The folds, the weights learned from all questions, and how many settings were tried.

    `before` and `after` are the means of all questions at the start and with the learned weights, `present` that of
    the weights in use.
    """

    folds: tuple[Fold, ...]
    weights: Weights
    before: Value
    after: Value
    present: Value
    tried: int

    @property
    def gain(self) -> float:
        """Mean gain of the objective on held-out questions."""
        total = sum(fold.questions for fold in self.folds)
        gains = (fold.questions * (fold.held[1].objective - fold.held[0].objective) for fold in self.folds)
        return sum(gains) / total

    @property
    def pays(self) -> bool:
        """Whether what the folds learned is better on the questions that they had not seen."""
        return self.gain > 0


def learn(
    index: Index,
    asked: Sequence[Judged],
    folds: int,
    start: Weights | None = None,
    done: Callable[[int], None] = lambda tried: None,
) -> Learned:
    """Learn weights in each fold and from all questions; give the index as `remembering` returns it.

    The climb begins at `start`, or else at the index's own weights; `done` is called with the settings tried so far.
    """
    begin = point_of(start or index.weights)
    known: dict[Point, Sequence[Value]] = {}

    def evaluate(point: Point) -> Sequence[Value]:
        if point not in known:
            known[point] = _values(replace(index, weights=weights_of(point)), asked)
            done(len(known))
        return known[point]

    results = []
    for held in stratified([item.question for item in asked], folds):
        kept = [i for i in range(len(asked)) if i not in set(held)]
        point = climb(evaluate, begin, kept)
        ends = (evaluate(begin), evaluate(point))
        learned_from = (_mean(ends[0], kept), _mean(ends[1], kept))
        held_out = (_mean(ends[0], held), _mean(ends[1], held))
        results.append(Fold(learned_from, held_out, len(held), weights_of(point)))
    everything = range(len(asked))
    final = climb(evaluate, begin, everything)
    before, after = _mean(evaluate(begin), everything), _mean(evaluate(final), everything)
    present = _mean(evaluate(point_of(index.weights)), everything)
    return Learned(tuple(results), weights_of(final), before, after, present, len(known))


def climb(evaluate: Evaluate, start: Point, questions: Sequence[int]) -> Point:
    """Return the best point that is reached from `start`, by the mean over some questions less the cost.

    The weights are chosen in turn, each (or each group of `TOGETHER`) among the rungs within `REACH` while the others
    stand, until a whole round changes none.
    """

    def worth(point: Point) -> float:
        rungs = sum(abs(_rung(a) - _rung(b)) for a, b in zip(point, start, strict=True))
        return _mean(evaluate(point), questions).objective - COST * rungs

    best, value = start, worth(start)
    while True:
        before = best
        groups = [group for group in TOGETHER if group[-1] < len(start)]
        for moved in (*groups, *((i,) for i in range(len(start)))):
            for point in _line(best, moved):
                if (found := worth(point)) > value + 1e-9:
                    best, value = point, found
        if best == before:
            return best


def stratified(questions: Sequence[Question], folds: int, seed: int = SEED) -> tuple[tuple[int, ...], ...]:
    """Deal the positions of the questions into folds so that each has its share of every kind."""
    draw = random.Random(seed)
    order = sorted(range(len(questions)), key=lambda i: (questions[i].kind, draw.random()))
    return tuple(tuple(sorted(order[fold::folds])) for fold in range(folds))


def point_of(weights: Weights) -> Point:
    """Return the weights as a point."""
    return (*(weights.channels.get(name, 0.0) for name in CHANNELS), *(getattr(weights, name) for name in BOOSTS))


def weights_of(point: Point) -> Weights:
    """Return the weights of a point."""
    channels, boosts = point[: len(CHANNELS)], point[len(CHANNELS) :]
    return Weights(dict(zip(CHANNELS, channels, strict=True)), **dict(zip(BOOSTS, boosts, strict=True)))


def fold_figures(learned: Learned) -> Figures:
    """Return a row per fold and one of all questions: before → after, on those learned from and those held out."""
    rows = []
    for number, fold in enumerate(learned.folds, 1):
        rows.append([f"díl {number}", str(fold.questions), *_pairs(*fold.learned)[:1], *_pairs(*fold.held)])
    whole = _pairs(learned.before, learned.after)
    rows.append(["všechny otázky", "", whole[0], "", *whole[1:]])
    rows.append(["dnešní váhy", "", decimal(learned.present.objective), "", *_numbers(learned.present)])
    headings = ("", "odložených", "učené: míra", "odložené: míra", "R@5", "R@3000c")
    return Figures("Učení vah: před → po", headings, rows)


def weight_figures(learned: Learned, present: Weights) -> Figures:
    """Return a row per weight: the present one, the learned one, and what the folds chose."""
    columns = [point_of(present), point_of(learned.weights), *(point_of(fold.weights) for fold in learned.folds)]
    rows = [[name, *(decimal(point[i], 2) for point in columns)] for i, name in enumerate((*CHANNELS, *BOOSTS))]
    return Figures("Váhy", ("", "nyní", "naučené", *(f"díl {n}" for n in range(1, len(columns) - 1))), rows)


def verdict(learned: Learned, present: Weights) -> str:
    """Return a sentence that says whether the learned weights deserve to be used."""
    gain = decimal(learned.gain, 4, signed=True)
    tried = f"Vyzkoušených nastavení: {learned.tried}. Zisk na odložených otázkách: {gain}."
    if learned.weights == present:
        return f"{tried} Ze všech otázek vyšly dnešní váhy; není co měnit."
    if not learned.pays:
        return f"{tried} Na odložených otázkách naučené váhy nepomáhají; dnešní zůstávají."
    return f"{tried} Naučené váhy pomáhají i na odložených otázkách."


def _pairs(before: Value, after: Value) -> list[str]:
    pairs = ((before.objective, after.objective), (before.top, after.top), (before.budget, after.budget))
    return [f"{decimal(old)} → {decimal(new)}" for old, new in pairs]


def _numbers(value: Value) -> list[str]:
    return [decimal(value.top), decimal(value.budget)]


def rewritten(toml: str, weights: Weights) -> str:
    """Return the text of a weights file with other numbers; its comments stay."""
    for name, value in zip((*CHANNELS, *BOOSTS), point_of(weights), strict=True):
        toml = re.sub(rf"(?m)^{name}\s*=.*$", f"{name} = {round(value, 2)}", toml)
    return toml


def _rung(weight: float) -> float:
    """Return the place of a weight on the ladder, between two rungs in proportion, below the first negative."""
    if weight < LADDER[0]:
        return weight / LADDER[0] - 1
    below = max(i for i, rung in enumerate(LADDER) if rung <= weight)
    if below + 1 == len(LADDER):
        return float(below)
    return below + (weight - LADDER[below]) / (LADDER[below + 1] - LADDER[below])


def _line(point: Point, moved: Sequence[int]) -> Sequence[Point]:
    """Return the points in which some weights stand by the same number of rungs higher or lower, at most `REACH`."""
    found = []
    for step in (n for n in range(-REACH, REACH + 1) if n):
        rungs = {i: _beside(point[i], step) for i in moved}
        if all(rung is not None for rung in rungs.values()):
            found.append(tuple(rungs.get(i) or weight for i, weight in enumerate(point)))
    return found


def _beside(weight: float, step: int) -> float | None:
    """Return the rung so many steps above or below a weight, or None beyond the end of the ladder."""
    side = [r for r in LADDER if r > weight] if step > 0 else [r for r in LADDER if r < weight][::-1]
    return side[abs(step) - 1] if abs(step) <= len(side) else None


def _values(index: Index, asked: Sequence[Judged]) -> tuple[Value, ...]:
    finds = searching(index)
    return tuple(_value(item, finds(item.question)) for item in asked)


def _value(item: Judged, found: Sequence[Span]) -> Value:
    ranks = [next((n for n, span in enumerate(found) if covers(span, places)), len(found)) for places in item.places]
    top = {k: fmean(rank < k for rank in ranks) for k in CUTOFFS}
    budget = {size: recall_within(item.places, found, size) for size in BUDGETS}
    return Value((fmean(top.values()) + fmean(budget.values())) / 2, top[TOP], budget[BUDGET])


def _mean(values: Sequence[Value], questions: Sequence[int]) -> Value:
    return Value(
        fmean(values[i].objective for i in questions),
        fmean(values[i].top for i in questions),
        fmean(values[i].budget for i in questions),
    )
