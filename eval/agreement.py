"""How far a judge agrees with labels given by reading: Cohen's κ on a sample, with its interval.

κ = (p_o − p_e) / (1 − p_e), where p_o is the share of equal labels and p_e what two judges with the same frequencies
of labels would share by chance (Cohen, 1960). The linear-weighted κ counts "partial" against "full" as half a
disagreement (Cohen, 1968). A judge that always says the same has p_o = p_e, so κ = 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from eval import jsonl
from eval.judgements import GRADES, LABELS, Grade, Item, Label, Nugget, Quote, Support, label_of
from eval.significance import LEVEL, RESAMPLES, SEED, Interval
from ingest.errors import QuestionSetError
from prompts import json_fields

FOLDER = Path(__file__).resolve().parent / "judged"

ENOUGH = 30
"""Judgements on the sample below which agreement counts as not measured."""

T = TypeVar("T", bound=Item)
OneOf = TypeVar("OneOf", bound=Item, covariant=True)

_TWO = {"full": 0, "partial": 1, "none": 1}
_THREE = {label: place for place, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Labelled(Generic[OneOf]):
    """An item of the sample with its label; `origin` tells how its text was made, `kind` what was asked."""

    item: OneOf
    label: Label
    reason: str
    kind: str
    origin: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Items labelled by reading, and the labels that some of them got when they were read again."""

    support: tuple[Labelled[Support], ...]
    nuggets: tuple[Labelled[Nugget], ...]
    again: Mapping[str, Label]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a judge and the sample agree; both κ over the same n items, `unjudged` more had no judgement."""

    same: float
    kappa: Interval
    weighted: Interval
    unjudged: int

    @property
    def n(self) -> int:
        return self.kappa.n


def load_sample(folder: Path = FOLDER) -> Sample:
    """Read the sample: `support.jsonl`, `nuggets.jsonl` and `again.jsonl`.

    Raises
    ------
    QuestionSetError
        With one row per wrong line; if an item was read again that is not there.
    """
    support = jsonl.parse_lines(folder / "support.jsonl", _support, lambda labelled: labelled.item.id)
    nuggets = jsonl.parse_lines(folder / "nuggets.jsonl", _nugget, lambda labelled: labelled.item.id)
    pairs = jsonl.parse_lines(
        folder / "again.jsonl", lambda f: (json_fields.text(f, "id"), label_of(f)), lambda pair: pair[0]
    )
    known = {one.item.id for one in support} | {one.item.id for one in nuggets}
    if strange := sorted({id_ for id_, _ in pairs} - known):
        raise QuestionSetError(f"Podruhé označené položky ve vzorku nejsou: {', '.join(strange)}. Opravte jejich id.")
    return Sample(support, nuggets, dict(pairs))


def agreement(
    sample: Iterable[Labelled[Item]], given: Mapping[str, Label | None], *, two: bool = False, seed: int = SEED
) -> Agreement | None:
    """Return how the labels given (by item id; None or missing is no judgement) agree with the sample; None for none.

    `two` counts "partial" and "none" as one label. Intervals: 95 % percentile bootstrap over items.
    """
    place, size = (_TWO, 2) if two else (_THREE, len(LABELS))
    wanted = list(sample)
    pairs = [(labelled.label, label) for labelled in wanted if (label := given.get(labelled.item.id)) is not None]
    if not pairs:
        return None
    counts = np.zeros((size, size))
    for ours, theirs in pairs:
        counts[place[ours], place[theirs]] += 1
    # Items drawn with replacement fall into the cells of the table as a multinomial sample does.
    drawn = np.random.default_rng(seed).multinomial(len(pairs), counts.ravel() / len(pairs), RESAMPLES)
    tables = drawn.reshape(-1, size, size).astype(float)
    return Agreement(
        same=float(np.trace(counts)) / len(pairs),
        kappa=_interval(counts, tables, weighted=False),
        weighted=_interval(counts, tables, weighted=True),
        unjudged=len(wanted) - len(pairs),
    )


def kappas(counts: NDArray[np.float64], *, weighted: bool) -> NDArray[np.float64]:
    """Return κ of tables of counts, shape (…, k, k) → (…); 0 where both sides have one and the same label only."""
    size = counts.shape[-1]
    rows, columns = np.indices((size, size))
    apart = np.abs(rows - columns).astype(float) if weighted else (rows != columns).astype(float)
    total = counts.sum(axis=(-2, -1))
    by_chance = counts.sum(axis=-1)[..., :, None] * counts.sum(axis=-2)[..., None, :] / total[..., None, None]
    expected = (apart * by_chance).sum(axis=(-2, -1))
    observed = (apart * counts).sum(axis=(-2, -1))
    # Without any chance of disagreement, agreement shows nothing.
    return np.where(expected > 0, 1 - observed / np.where(expected > 0, expected, 1), 0.0)


def _interval(counts: NDArray[np.float64], tables: NDArray[np.float64], *, weighted: bool) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(kappas(tables, weighted=weighted), [tail, 1 - tail])
    return Interval(float(kappas(counts, weighted=weighted)), float(low), float(high), int(counts.sum()))


def self_agreement(sample: Sequence[Labelled[Item]], again: Mapping[str, Label]) -> Agreement | None:
    """Return how the labels of the items that were read twice agree; None when none was."""
    return agreement([labelled for labelled in sample if labelled.item.id in again], again)


def _support(fields: json_fields.Fields) -> Labelled[Support]:
    quotes = json_fields.objects(
        fields, "cited", lambda q: Quote(json_fields.text(q, "quote"), json_fields.text(q, "context", empty=True))
    )
    item = Support(
        json_fields.text(fields, "id"),
        json_fields.text(fields, "question"),
        json_fields.text(fields, "sentence"),
        quotes,
    )
    return _labelled(fields, item)


def _nugget(fields: json_fields.Fields) -> Labelled[Nugget]:
    item = Nugget(
        id=json_fields.text(fields, "id"),
        question=json_fields.text(fields, "question"),
        asked=json_fields.text(fields, "asked"),
        answer=json_fields.text(fields, "answer"),
        text=json_fields.text(fields, "nugget"),
        grade=cast(Grade, json_fields.choice(fields, "grade", GRADES)),
    )
    return _labelled(fields, item)


def _again(fields: json_fields.Fields) -> tuple[str, Label]:
    return json_fields.text(fields, "id"), label_of(fields)


def _labelled(fields: json_fields.Fields, item: T) -> Labelled[T]:
    return Labelled(
        item,
        label_of(fields),
        json_fields.text(fields, "reason"),
        json_fields.text(fields, "kind"),
        json_fields.text(fields, "origin"),
    )
