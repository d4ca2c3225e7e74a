"""Fitting the decision whether the documents answer a question, on questions with known answers.

Two logistic regressions, one on the wording and one on the features of the evidence and the first one's score, the
latter from folds that did not see the question. The threshold is the lowest that keeps over-refusal, cross-validated,
within the given bound.
"""

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from eval.facts import folded
from eval.questions import Question
from eval.spans import Span, Texts, touches
from prompts.calibration import FILE, Calibration, wording_terms
from prompts.evidence import candidates
from prompts.expected import expected
from prompts.features import Lexicon, features
from retrieval.index import Index
from retrieval.query import understand
from retrieval.search import find

_WORDING_C, _EVIDENCE_C = 1.0, 0.3
_FOLDS = 10
_SMALL = 0.02
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted calibration and what cross-validation says of it.

    `recall` and `over_refusal` are those of the threshold, `quoting_auc` that of the choice of passages, all on
    questions that their fold's models did not see.
    """

    calibration: Calibration
    questions: int
    auc: float
    recall: float
    over_refusal: float
    quoting_auc: float


def fit(index: Index, questions: Sequence[Question], bound: float = 0.045, least: float = 0.18, seed: int = 0) -> Fit:
    """Fit on the given questions and on the anticipated questions of the index, which are answerable.

    `bound` is the share of answerable questions that may be refused, `least` the relevance from which on a
    passage is quoted.
    """
    lexicon = Lexicon.of(index.passages)
    rows = [_features(index, lexicon, question) for question in questions]
    names = list(rows[0])
    evidence = np.array([[row[name] for name in names] for row in rows])
    refused = np.array([not question.answerable for question in questions], dtype=int)
    asked = list(dict.fromkeys(text for passage in index.passages.values() for text in passage.asked))
    vectorizer = TfidfVectorizer(analyzer=wording_terms, min_df=2, sublinear_tf=True)
    vectorizer.fit([*asked, *(question.question for question in questions)])
    wording = _Wording(vectorizer.transform([q.question for q in questions]), vectorizer.transform(asked), refused)

    columns = (*names, "wording")
    held_out = np.zeros(len(refused))
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(evidence, refused):
        model = _Linear.fit(columns, np.c_[evidence[train], wording.held_out(train, seed)], refused[train])
        held_out[test] = model.probability(np.c_[evidence[test], wording.scores(train, test)])
    threshold = float(np.quantile(held_out[refused == 0], 1 - bound))

    everything = np.arange(len(refused))
    model = _Linear.fit(columns, np.c_[evidence, wording.held_out(everything, seed)], refused)
    final = wording.model(everything)
    idf = dict(zip(vectorizer.get_feature_names_out(), vectorizer.idf_, strict=True))
    weights = dict(zip(idf, final.coef_[0], strict=True))
    quoting, quoting_auc = _quoting(index, [q for q in questions if q.answerable], seed)
    calibration = Calibration(
        wording={t: round(float(w * idf[t]), _DIGITS) for t, w in weights.items() if abs(w) >= _SMALL},
        rarity={term: round(float(value), _DIGITS) for term, value in idf.items()},
        wording_bias=round(float(final.intercept_[0]), _DIGITS),
        features={name: model.row(i) for i, name in enumerate(model.names)},
        bias=round(model.bias, _DIGITS),
        threshold=round(threshold, _DIGITS),
        quoting={name: quoting.row(i) for i, name in enumerate(quoting.names)},
        quoting_bias=round(quoting.bias, _DIGITS),
        quoting_least=least,
        encoder=index.encoder.fingerprint,
    )
    return Fit(
        calibration=calibration,
        questions=len(questions),
        auc=float(roc_auc_score(refused, held_out)),
        recall=float((held_out[refused == 1] >= threshold).mean()),
        over_refusal=float((held_out[refused == 0] >= threshold).mean()),
        quoting_auc=quoting_auc,
    )


def write(calibration: Calibration) -> None:
    """Write the models to the file that the assistant reads."""
    FILE.write_text(json.dumps(asdict(calibration), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _features(index: Index, lexicon: Lexicon, question: Question) -> dict[str, float]:
    turns = [turn.content for turn in question.history]
    query = understand(question.question, index.vocabulary, index.thesaurus, turns)
    return features(index, lexicon, question.question, query, find(index, query))


def _quoting(index: Index, questions: Sequence[Question], seed: int) -> tuple["_Linear", float]:
    """Fit which passages are worth quoting: those that touch the evidence or state a fact."""
    texts = Texts({doc: document.text for doc, document in index.documents.items()})
    rows: list[dict[str, float]] = []
    labels, groups = [], []
    for n, question in enumerate(questions):
        turns = [turn.content for turn in question.history]
        query = understand(question.question, index.vocabulary, index.thesaurus, turns)
        evidence = [span for e in question.evidence for span in texts.find(e.doc, e.quote)]
        for passage, found in candidates(index, query, find(index, query), expected(question.question)):
            span = Span(passage.doc, passage.start, passage.end)
            good = touches(span, evidence)
            rows.append(found)
            labels.append(good or any(folded(fact) in folded(passage.text) for fact in question.facts))
            groups.append(n)
    names = tuple(rows[0])
    values = np.array([[row[name] for name in names] for row in rows], dtype=float)
    good_rows = np.array(labels, dtype=int)
    held_out = np.zeros(len(rows))
    for train, test in GroupKFold(_FOLDS, shuffle=True, random_state=seed).split(values, good_rows, groups):
        held_out[test] = _Linear.fit(names, values[train], good_rows[train]).probability(values[test])
    return _Linear.fit(names, values, good_rows), float(roc_auc_score(good_rows, held_out))


@dataclass(frozen=True, slots=True)
class _Wording:
    """The model of the wording; the anticipated questions are answerable examples in every fit."""

    questions: csr_matrix
    asked: csr_matrix
    refused: NDArray[np.int_]

    def model(self, train: NDArray[np.int_]) -> LogisticRegression:
        rows = vstack([self.questions[train], self.asked])
        labels = np.concatenate([self.refused[train], np.zeros(self.asked.shape[0], dtype=int)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return LogisticRegression(C=_WORDING_C, class_weight="balanced", max_iter=3000).fit(rows, labels)

    def scores(self, train: NDArray[np.int_], test: NDArray[np.int_]) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = self.model(train).decision_function(self.questions[test])
        return scores

    def held_out(self, train: NDArray[np.int_], seed: int) -> NDArray[np.float64]:
        scores = np.zeros(len(train))
        folds = StratifiedKFold(_FOLDS // 2, shuffle=True, random_state=seed + 1)
        for seen, unseen in folds.split(train, self.refused[train]):
            scores[unseen] = self.scores(train[seen], train[unseen])
        return scores


@dataclass(frozen=True, slots=True)
class _Linear:
    """A logistic regression on standardized features."""

    names: tuple[str, ...]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def fit(cls, names: tuple[str, ...], rows: NDArray[np.float64], labels: NDArray[np.int_]) -> "_Linear":
        mean, spread = rows.mean(axis=0), rows.std(axis=0)
        spread[spread == 0] = 1.0
        model = LogisticRegression(C=_EVIDENCE_C, max_iter=3000).fit((rows - mean) / spread, labels)
        return cls(names, mean, spread, model.coef_[0], float(model.intercept_[0]))

    def probability(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        odds = (rows - self.mean) / self.spread @ self.weights + self.bias
        return np.asarray(1 / (1 + np.exp(-odds)))

    def row(self, i: int) -> tuple[float, float, float]:
        return (
            round(float(self.mean[i]), _DIGITS),
            round(float(self.spread[i]), _DIGITS),
            round(float(self.weights[i]), _DIGITS),
        )
