"""Calibrated decisions, kept as data: whether the documents answer a question, and which passages to quote.

Whether they answer is decided by two linear models: the first reads the wording of the question, the second the
features of the evidence and the first one's score. Which passages to quote is a third. All are fitted by
`python -m eval calibrate` on questions with known answers and evidence, and cross-validated there.
"""

import itertools
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prompts.features import DENSE
from retrieval.analysis import stems, words

FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted models.

    Attributes
    ----------
    wording
        Weight of each term of the question's wording, already multiplied by its inverse document frequency.
    rarity
        Inverse document frequency of each term, for the length of the vector.
    features
        By feature: mean and spread for standardizing, and weight; `wording` is one of them.
    threshold
        From this probability on the answer is that the documents do not say it.
    quoting, quoting_bias, quoting_least
        The same for the relevance of a passage, and the relevance from which on it is quoted.
    encoder
        Fingerprint of the encoder whose cosines were calibrated.
    """

    wording: Mapping[str, float]
    rarity: Mapping[str, float]
    wording_bias: float
    features: Mapping[str, tuple[float, float, float]]
    bias: float
    threshold: float
    quoting: Mapping[str, tuple[float, float, float]]
    quoting_bias: float
    quoting_least: float
    encoder: str

    @classmethod
    def load(cls, path: Path = FILE) -> "Calibration":
        """Read the models of a file that `python -m eval calibrate` wrote."""
        record = json.loads(path.read_text(encoding="utf-8"))
        for table in ("features", "quoting"):
            record[table] = {name: tuple(values) for name, values in record[table].items()}
        return cls(**record)

    def wording_score(self, question: str) -> float:
        """Return the log odds, by wording alone, that the documents do not answer."""
        counts = Counter(wording_terms(question))
        tf = {term: 1 + math.log(count) for term, count in counts.items() if term in self.rarity}
        norm = math.sqrt(sum((value * self.rarity[term]) ** 2 for term, value in tf.items()))
        total = sum(value * self.wording.get(term, 0.0) for term, value in tf.items())
        return self.wording_bias + (total / norm if norm else 0.0)

    def unanswerable(self, question: str, found: Mapping[str, float], encoder: str) -> float:
        """Return the probability that the documents do not answer, given the features of the evidence."""
        values = {**found, "wording": self.wording_score(question)}
        used = {name: row for name, row in self.features.items() if name != DENSE or encoder == self.encoder}
        return _probability(used, self.bias, values)

    def relevance(self, found: Mapping[str, float]) -> float:
        """Return the probability that a passage with these features is worth quoting."""
        return _probability(self.quoting, self.quoting_bias, found)


def _probability(rows: Mapping[str, tuple[float, float, float]], bias: float, values: Mapping[str, float]) -> float:
    odds = bias + sum(weight * (values[name] - mean) / spread for name, (mean, spread, weight) in rows.items())
    return 1 / (1 + math.exp(-odds))


def wording_terms(question: str) -> list[str]:
    """Return the stems of a question and its pairs of neighbouring words, function words included in pairs."""
    plain = words(question)
    return [*stems(question), *(f"{a}_{b}" for a, b in itertools.pairwise(plain))]
