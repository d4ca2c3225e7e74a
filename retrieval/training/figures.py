"""How well an encoder finds things by itself: exact search over passages and their questions, no other channel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder
from retrieval.training.material import Judged, Material, Unit

TOP = 5


def similarities(
    encoder: Encoder, queries: Sequence[str], material: Material, asked: bool = True
) -> NDArray[np.float32]:
    """Return the similarity of each query to each passage, shape (queries, passages).

    A passage is as similar as its text or, when `asked`, the most similar of its anticipated questions.
    """
    vectors = encoder.encode_queries(queries)
    similar = vectors @ encoder.encode_passages(material.texts).T
    for unit in material.units if asked else ():
        best = (vectors @ encoder.encode_queries(unit.questions).T).max(axis=1, keepdims=True)
        where = list(unit.passages)
        similar[:, where] = np.maximum(similar[:, where], best)
    return similar


def evidence_recall(encoder: Encoder, judged: Sequence[Judged], material: Material) -> float:
    """Return the mean share of a question's evidence within the first five passages.

    A piece is found when a passage covers at least nine tenths of one of the places where it stands.
    """
    similar = similarities(encoder, [j.question for j in judged], material)
    shares = []
    for row, question in zip(similar, judged, strict=True):
        top = [material.passages[i] for i in np.argsort(-row, kind="stable")[:TOP]]
        found = [
            any(
                passage.doc == doc and min(end, passage.end) - max(start, passage.start) >= 0.9 * (end - start)
                for doc, start, end in places
                for passage in top
            )
            for places in question.evidence
        ]
        shares.append(float(np.mean(found)))
    return float(np.mean(shares))


def unit_recall(
    encoder: Encoder, questions: Sequence[tuple[Unit, str]], material: Material, asked: bool = True
) -> float:
    """Return the share of questions that find a passage of their unit within the first five."""
    similar = similarities(encoder, [question for _, question in questions], material, asked)
    hits = [
        bool(set(np.argsort(-row, kind="stable")[:TOP].tolist()) & set(unit.passages))
        for row, (unit, _) in zip(similar, questions, strict=True)
    ]
    return float(np.mean(hits))
