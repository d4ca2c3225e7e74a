"""A municipality beside others: medians, ranks, and what stands out, for each of the five dimensions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from ingest.locality_data import DIMENSIONS, Dimension, Localities, Municipality, Rate

GroupKind = Literal["orp", "district", "region", "size", "country"]
Level = Literal["high", "raised", "usual", "low", "few", "missing"]

FEWEST = 5
"""Smaller groups have no median and no rank; fewer people make no share stand out."""

HIGH, RAISED, LOW = 90.0, 75.0, 25.0
"""Percentiles from which a share stands out, is raised, or is low."""

HIGH_TIMES, RAISED_TIMES = 1.5, 1.2
"""How many times the median a share must be besides."""

SIZES = (0, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""Lower bounds of the size classes, in inhabitants older than 15: the workbook has no total."""

_JUDGED: tuple[GroupKind, ...] = ("region", "country", "size")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One share beside those of a group to which the municipality itself belongs.

    Attributes
    ----------
    n
        Members of the group whose share is known, the municipality itself among them.
    median
        None when the group is too small.
    above, equal
        Other members with a higher share, and with the same one.
    percentile
        Share of the other members that have a lower share, ties counted half, from 0 to 100; None when the group is
        too small or the municipality's own share is missing.
    """

    kind: GroupKind
    name: str
    n: int
    median: float | None = None
    above: int = 0
    equal: int = 0
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One dimension of a municipality with its comparisons; `reason` is the one that decided on the level."""

    dimension: Dimension
    rate: Rate
    base: int | None
    level: Level
    comparisons: tuple[Comparison, ...]
    reason: Comparison | None = None

    def beside(self, kind: GroupKind) -> Comparison:
        """Return the comparison with this group."""
        return next(c for c in self.comparisons if c.kind == kind)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category of points: how many municipalities are in it, and the median share of each dimension by its id."""

    category: str
    n: int
    medians: Mapping[str, float | None]


def size_class(adults: int) -> int:
    """Return the number of the size class, from 0."""
    return max(n for n, least in enumerate(SIZES) if adults >= least)


def groups(localities: Localities, one: Municipality) -> dict[GroupKind, tuple[str, list[Municipality]]]:
    """Return the groups that a municipality is compared with, with their names; a group it lacks is left out."""
    rows = localities.municipalities
    found: dict[GroupKind, tuple[str, list[Municipality]]] = {}
    if one.orp:
        found["orp"] = (one.orp, [m for m in rows if (m.orp_code, m.orp) == (one.orp_code, one.orp)])
    found["district"] = (one.district, [m for m in rows if m.district == one.district and m.region == one.region])
    found["region"] = (one.region, [m for m in rows if m.region == one.region])
    if one.adults is not None:
        own = size_class(one.adults)
        found["size"] = (str(own), [m for m in rows if m.adults is not None and size_class(m.adults) == own])
    found["country"] = ("Česko", list(rows))
    return found


def findings(localities: Localities, one: Municipality) -> tuple[Finding, ...]:
    """Return the five dimensions of a municipality, in the order of the workbook."""
    around = groups(localities, one)
    found = []
    for dimension in DIMENSIONS:
        rate = one.rates[dimension.id]
        compared = tuple(_compared(kind, *around[kind], dimension, rate.share) for kind in around)
        level, reason = _level(rate, compared)
        found.append(Finding(dimension, rate, getattr(one, dimension.base), level, compared, reason))
    return tuple(found)


def _compared(
    kind: GroupKind, name: str, members: Sequence[Municipality], dimension: Dimension, own: float | None
) -> Comparison:
    shares = [s for m in members if (s := m.rates[dimension.id].share) is not None]
    if len(shares) < FEWEST:
        return Comparison(kind, name, len(shares))
    middle = median(shares)
    if own is None:
        return Comparison(kind, name, len(shares), middle)
    above = sum(s > own for s in shares)
    equal = sum(s == own for s in shares) - 1
    below = len(shares) - 1 - above - equal
    percentile = 100 * (below + equal / 2) / (len(shares) - 1)
    return Comparison(kind, name, len(shares), middle, above, equal, percentile)


def _level(rate: Rate, compared: Sequence[Comparison]) -> tuple[Level, Comparison | None]:
    """Judge by region, country and municipalities of similar size; the first of them that decides is the reason."""
    if rate.share is None:
        return "missing", None
    judged = sorted(
        (c for c in compared if c.kind in _JUDGED and c.percentile is not None), key=lambda c: _JUDGED.index(c.kind)
    )
    steps: tuple[tuple[Level, float, float], ...] = (("high", HIGH, HIGH_TIMES), ("raised", RAISED, RAISED_TIMES))
    for level, least, times in steps:
        for c in judged:
            if _reaches(rate.share, c, least, times):
                return ("few" if (rate.count or 0) < FEWEST else level), c
    wide = [c for c in judged if c.kind != "size"]
    if wide and all((c.percentile or 0.0) <= LOW for c in wide):
        return "low", wide[0]
    return "usual", None


def _reaches(share: float, c: Comparison, percentile: float, times: float) -> bool:
    if c.percentile is None or c.median is None or c.percentile < percentile:
        return False
    return share >= times * c.median and share > 0


def category_table(localities: Localities) -> tuple[CategoryRow, ...]:
    """Return the categories of points in rising order: what the points go with in this very dataset."""
    members: dict[str, list[Municipality]] = {}
    for one in localities.municipalities:
        if one.category and one.points is not None:
            members.setdefault(one.category, []).append(one)
    rows = []
    for category in sorted(members, key=lambda c: min(m.points or 0 for m in members[c])):
        medians: dict[str, float | None] = {}
        for dimension in DIMENSIONS:
            shares = [s for m in members[category] if (s := m.rates[dimension.id].share) is not None]
            medians[dimension.id] = median(shares) if len(shares) >= FEWEST else None
        rows.append(CategoryRow(category, len(members[category]), medians))
    return tuple(rows)
