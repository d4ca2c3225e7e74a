"""Which passages to return, and in which order: leaves or the sections that hold them."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ingest.document import Passage

_STEEPNESS = 0.5
"""How fast the mass of a passage falls with its fused score."""

_LENGTH_POWER = 0.5
_LENGTH_FLOOR = 300.0
"""A passage costs (characters + floor) ** power, so that a section must hold several good leaves to win."""

_OWN = 0.5
"""Share of a section's own score, besides those of its leaves."""

_REPEATED = 0.02
"""What is left of a leaf's mass once it has been returned."""

_POOL = 150


def select(
    scores: Mapping[str, float],
    passages: Mapping[str, Passage],
    leaves: Mapping[str, Sequence[str]],
    groups: Sequence[Collection[str]],
    limit: int,
) -> list[tuple[str, float]]:
    """Return passage ids, best first, by a greedy cover of the mass of good leaves, with what each adds.

    The mass that a passage adds is relative to that of the best leaf, which has 1. `leaves` names the leaves
    inside each section. Several `groups` (of named documents, of codes) are each represented in turn, since a
    comparison with one side missing is no comparison.
    """
    ranked = sorted(scores, key=lambda key: -scores[key])
    if len(groups) < 2:
        return _cover(ranked[: max(_POOL, limit)], scores, passages, leaves, limit)
    members = [[key for key in ranked if key in group][:_POOL] for group in groups]
    picked = [_cover(group, scores, passages, leaves, limit) for group in members if group]
    merged = dict(pair for turn in reversed(_turns(picked)) for pair in reversed(turn))
    order = [key for turn in _turns(picked) for key, _ in turn]
    others = [key for key in ranked if key not in merged]
    return [(key, merged.get(key, 0.0)) for key in [*dict.fromkeys(order), *others]][:limit]


def _turns(groups: Sequence[Sequence[tuple[str, float]]]) -> list[list[tuple[str, float]]]:
    longest = max((len(group) for group in groups), default=0)
    return [[group[i] for group in groups if i < len(group)] for i in range(longest)]


def _cover(
    ranked: Sequence[str],
    scores: Mapping[str, float],
    passages: Mapping[str, Passage],
    leaves: Mapping[str, Sequence[str]],
    limit: int,
) -> list[tuple[str, float]]:
    if not ranked:
        return []
    best = scores[ranked[0]]
    mass = {key: float(np.exp(_STEEPNESS * (scores[key] - best))) for key in ranked}
    members = {
        key: [leaf for leaf in leaves.get(key, ()) if leaf in mass] if passages[key].grain == "section" else [key]
        for key in ranked
    }
    cost = {key: (passages[key].end - passages[key].start + _LENGTH_FLOOR) ** _LENGTH_POWER for key in ranked}
    own = {key: _OWN * mass[key] if passages[key].grain == "section" else 0.0 for key in ranked}
    left = dict(mass)
    chosen: list[tuple[str, float]] = []
    open_keys = dict.fromkeys(ranked)
    gain = {key: (sum(left[m] for m in members[key]) + own[key]) / cost[key] for key in ranked}
    while open_keys and len(chosen) < limit:
        top = max(open_keys, key=gain.__getitem__)
        chosen.append((top, sum(left[m] for m in members[top]) + own[top]))
        del open_keys[top]
        covered = set(members[top])
        for leaf in covered:
            left[leaf] *= _REPEATED
        for key in open_keys:
            if not covered.isdisjoint(members[key]):
                own[key] *= 0.1
                gain[key] = (sum(left[m] for m in members[key]) + own[key]) / cost[key]
    return chosen
