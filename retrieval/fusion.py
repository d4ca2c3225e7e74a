"""Adding the channels: z-scores over the candidates, weighted."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import CONCEPTS

ASKED, TEXT = "asked_", "text_"
"""Beginnings of the names of the channels that search anticipated questions, and of those that search texts."""

STAND_IN = 1.25
"""How much the text counts in the place of questions that nobody has written yet."""

CONCEPTS_INSTEAD = 3.5
"""How many times more the thesaurus counts there: it knows the lay words that such questions would bring.

Both numbers were chosen by leaving documents out on the open set (`python -m eval transfer`): smaller ones find less
of the documents left out, larger ones push the others away.
"""


def fuse(
    channels: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    bare: Collection[str] = frozenset(),
) -> dict[str, dict[str, float]]:
    """Return by passage id the weighted z-score of each channel; their sum is the fused score.

    A candidate is a passage that any channel found. Where a channel did not find it, zero stands for BM25 and
    the lowest score found for others, since only that bound is known. Adding z-scores beat reciprocal rank
    fusion on the open questions: the gap between the first and the second hit carries information.

    `bare` holds the passages of documents that have no anticipated questions at all. They would lose against all
    others, having nothing to be found by in those channels. So they are left out of the mean and the spread there,
    and the z-score of the same analysis of their text takes the place, `STAND_IN` times; their concepts count
    `CONCEPTS_INSTEAD` times.
    """
    ids = list(dict.fromkeys(key for found in channels.values() for key in found))
    lacking = np.array([key in bare for key in ids], dtype=bool)
    used = {name: found for name, found in channels.items() if weights.get(name)}
    everyone = np.ones(len(ids), dtype=bool)
    place = {key: i for i, key in enumerate(ids)}
    values = {n: _standard(found, place, ~lacking if n.startswith(ASKED) else everyone) for n, found in used.items()}
    for name, z in values.items():
        if name.startswith(ASKED):
            text = values.get(TEXT + name.removeprefix(ASKED), np.zeros(len(ids)))
            z[lacking] = STAND_IN * text[lacking]
        elif name == CONCEPTS:
            z[lacking] *= CONCEPTS_INSTEAD
    parts = {name: (weights[name] * z).tolist() for name, z in values.items() if z.any()}
    return {key: {name: z[i] for name, z in parts.items()} for i, key in enumerate(ids)}


def _standard(found: Mapping[str, float], place: Mapping[str, int], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the z-scores of all ids by the mean and the spread of some; zeros when those do not differ."""
    raw = np.full(len(place), min(0.0, *found.values()) if len(found) > 1 else 0.0)
    raw[[place[key] for key in found]] = list(found.values())
    spread = raw[among].std() if among.any() else 0.0
    return (raw - raw[among].mean()) / spread if spread > 0 else np.zeros(len(place))
