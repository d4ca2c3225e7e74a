"""Fitting the decision whether the documents answer a question, on questions with known answers.

Two logistic regressions, one on the wording and one on the features of the evidence and the first one's score, the
latter from folds that did not see the question. The threshold is the lowest that keeps over-refusal, cross-validated,
within the given bound. A third one, on other features, tells which passages are worth quoting.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from eval.facts import folded
from eval.metrics import REFUSALS
from eval.questions import Question
from eval.spans import Span, Texts, touches
from prompts.calibration import FILE, Calibration, wording_terms
from prompts.evidence import candidates
from prompts.expected import expected
from prompts.features import Lexicon, features
from prompts.judge import Judge
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query, understand
from retrieval.search import find

_WORDING_C, _EVIDENCE_C = 1.0, 0.3
_FOLDS = 10
_SMALL = 0.02
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """A question with what was found for it.

    Attributes
    ----------
    features
        Of the evidence, by name.
    candidates
        Features of each passage that might be quoted, and whether it touches the evidence or states a fact.
    """

    question: Question
    query: Query
    findings: Findings
    features: dict[str, float]
    candidates: tuple[tuple[dict[str, float], bool], ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """How well questions are told apart that the fit did not see; `questions` is their number."""

    questions: int
    auc: float
    recall: float
    over_refusal: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted calibration and what cross-validation says of its decisions and of the choice of passages."""

    calibration: Calibration
    decisions: Decisions
    quoting_auc: float


def measure(
    index: Index, questions: Iterable[Question], step: Callable[[object], None] = lambda _: None
) -> tuple[Measured, ...]:
    """Search for each question and measure what was found; `step` is called after each."""
    lexicon = Lexicon.of(index.passages)
    texts = Texts({doc: document.text for doc, document in index.documents.items()})
    measured = []
    for question in questions:
        turns = [turn.content for turn in question.history]
        query = understand(question.question, index.vocabulary, index.thesaurus, turns)
        findings = find(index, query)
        evidence = [span for e in question.evidence for span in texts.find(e.doc, e.quote)]
        rated = []
        for passage, found in candidates(index, query, findings, expected(question.question)):
            good = touches(Span(passage.doc, passage.start, passage.end), evidence)
            rated.append((found, good or any(folded(fact) in folded(passage.text) for fact in question.facts)))
        measured.append(
            Measured(
                question=question,
                query=query,
                findings=findings,
                features=features(index, lexicon, question.question, query, findings),
                candidates=tuple(rated),
            )
        )
        step(question)
    return tuple(measured)


def fit(index: Index, measured: Sequence[Measured], bound: float, least: float, seed: int = 0) -> Fit:
    """Fit on the given questions and on the anticipated questions of the index, which are answerable.

    `bound` is the share of answerable questions that may be refused, `least` the relevance from which on a passage
    is quoted.
    """
    names = list(measured[0].features)
    evidence = np.array([[one.features[name] for name in names] for one in measured], dtype=float)
    refused = np.array([not one.question.answerable for one in measured], dtype=int)
    asked = list(dict.fromkeys(text for passage in index.passages.values() for text in passage.asked))
    told = [one.question.question for one in measured]
    vectorizer = TfidfVectorizer(analyzer=wording_terms, min_df=2, sublinear_tf=True).fit([*asked, *told])
    wording = _Wording(vectorizer.transform(told), vectorizer.transform(asked), refused)

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
    quoting, quoting_auc = _quoting(measured, seed)
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
    decisions = Decisions(
        questions=len(measured),
        auc=float(roc_auc_score(refused, held_out)),
        recall=float((held_out[refused == 1] >= threshold).mean()),
        over_refusal=float((held_out[refused == 0] >= threshold).mean()),
    )
    return Fit(calibration, decisions, quoting_auc)


def decide(index: Index, calibration: Calibration, measured: Sequence[Measured]) -> Decisions:
    """Judge questions that the calibration was not fitted on, with all rules that the assistant has besides."""
    judge = Judge(index, calibration, Lexicon.of(index.passages))
    judged = [judge.judge(one.question.question, one.query, one.findings) for one in measured]
    refused = np.array([judgement.status in REFUSALS for judgement in judged])
    right = np.array([not one.question.answerable for one in measured])
    doubts = [1.0 if judgement.status == "blocked" else judgement.doubt for judgement in judged]
    return Decisions(
        questions=len(measured),
        auc=float(roc_auc_score(right, doubts)),
        recall=float(refused[right].mean()),
        over_refusal=float(refused[~right].mean()),
    )


def write(calibration: Calibration, file: Path = FILE) -> None:
    """Write the models to the file that the assistant reads."""
    file.write_text(json.dumps(asdict(calibration), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _quoting(measured: Sequence[Measured], seed: int) -> tuple["_Linear", float]:
    """Fit which passages are worth quoting, on answerable questions."""
    answerable = [one for one in measured if one.question.answerable]
    rows = [found for one in answerable for found, _ in one.candidates]
    groups = [n for n, one in enumerate(answerable) for _ in one.candidates]
    good = np.array([label for one in answerable for _, label in one.candidates], dtype=int)
    names = tuple(rows[0])
    values = np.array([[row[name] for name in names] for row in rows], dtype=float)
    held_out = np.zeros(len(rows))
    for train, test in GroupKFold(_FOLDS, shuffle=True, random_state=seed).split(values, good, groups):
        held_out[test] = _Linear.fit(names, values[train], good[train]).probability(values[test])
    return _Linear.fit(names, values, good), float(roc_auc_score(good, held_out))


@dataclass(frozen=True, slots=True)
class _Wording:
    """The model of the wording; the anticipated questions are answerable examples in every fit."""

    questions: csr_matrix
    asked: csr_matrix
    refused: NDArray[np.int_]

    def model(self, train: NDArray[np.int_]) -> LogisticRegression:
        rows = vstack([self.questions[train], self.asked])
        labels = np.concatenate([self.refused[train], np.zeros(self.asked.shape[0], dtype=int)])
        # In the dual form, since there are more terms than questions.
        model = LogisticRegression(C=_WORDING_C, class_weight="balanced", solver="liblinear", dual=True, random_state=0)
        return model.fit(rows, labels)

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
