"""What a CrossEncoder would add: it reads the question together with each of the best passages and moves them.

The reranked order blends the place that the search gave with the model's score, for several weights of the latter.
"""

from collections.abc import Callable, Sequence

import numpy as np
from sentence_transformers import CrossEncoder

from eval.figures import MEASURE_NAMES, Figures, decimal
from eval.questions import Question
from eval.retrieving import LIMIT, MEASURES, Judged, Search, measure, spans, understood
from eval.spans import Span
from ingest.document import Passage
from ingest.errors import EncoderError
from retrieval.index import Index
from retrieval.search import search

WEIGHTS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Places that a passage moves up per standard deviation of the model's score; 0 leaves the search's own order."""

Scores = Callable[[str, Sequence[Passage]], Sequence[float]]
"""How well each passage answers a question, in any unit; higher is better."""


def load(name: str) -> Scores:
    """Load a CrossEncoder by its name or path; each pair is scored once, however often it is asked for.

    Raises
    ------
    EncoderError
        If there is no such model, or it gives more than one score for a pair.
    """
    try:
        model = CrossEncoder(name, device="cpu")
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"Model „{name}“ pro přeřazení nelze načíst. Zadejte složku s modelem typu CrossEncoder, nebo jméno, "
            "které je dostupné v síti."
        ) from error
    if model.num_labels != 1:
        raise EncoderError(
            f"Model „{name}“ dává každé dvojici {model.num_labels} čísla; zadejte takový, který dá jedno."
        )
    known: dict[tuple[str, str], float] = {}

    def scores(question: str, passages: Sequence[Passage]) -> list[float]:
        unknown = [p for p in passages if (question, p.id) not in known]
        if unknown:
            pairs = [(question, " ".join((*p.headings[-2:], p.text))) for p in unknown]
            for passage, score in zip(unknown, model.predict(pairs, show_progress_bar=False), strict=True):
                known[question, passage.id] = float(score)
        return [known[question, p.id] for p in passages]

    return scores


def reranking(index: Index, scores: Scores, weight: float) -> Search:
    """Return the search of the index with its passages moved by a model's scores."""

    def finds(question: Question) -> list[Span]:
        found = search(index, understood(index, question), LIMIT)
        return spans(reranked(question.question, [scored.passage for scored in found], scores, weight))

    return finds


def reranked(question: str, passages: Sequence[Passage], scores: Scores, weight: float) -> list[Passage]:
    """Return the passages in the blended order; equal ones keep the order they came in."""
    if not passages or not weight:
        return list(passages)
    given = np.asarray(scores(question, passages), dtype=float)
    spread = float(given.std()) or 1.0
    blended = -np.arange(len(passages)) + weight * (given - given.mean()) / spread
    return [passages[i] for i in np.argsort(-blended, kind="stable")]


def rerank(index: Index, asked: Sequence[Judged], scores: Scores, name: str) -> Figures:
    """Return a row per weight: what the questions score when the model moves their passages."""
    rows = []
    for weight in WEIGHTS:
        values = measure(asked, reranking(index, scores, weight))
        means = [decimal(float(np.mean(list(values[measure_name].values())))) for measure_name in MEASURES]
        rows.append([decimal(weight, 1) if weight else "bez modelu", *means])
    headings = ("váha modelu", *(MEASURE_NAMES[measure_name] for measure_name in MEASURES))
    return Figures(f"Přeřazení modelem {name} ({len(asked)} otázek)", headings, rows)
