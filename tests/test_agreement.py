"""Agreement is measured as statistics measures it, and the sample that it is measured on is what it says it is."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from eval.agreement import FOLDER, Labelled, agreement, kappas, load_sample, self_agreement
from eval.jsonl import parse_lines
from eval.judgements import LABELS, Label, Support
from eval.judging import checked
from eval.questions import load_questions
from eval.spans import Span, Texts
from ingest.errors import QuestionSetError
from prompts.json_fields import Fields, text
from prompts.verify import Verifier
from retrieval.thesaurus import Thesaurus

CORPUS = FOLDER.parents[1] / "corpus"
QUESTIONS = FOLDER.parent / "questions"


def items(labels: Sequence[Label]) -> list[Labelled[Support]]:
    return [
        Labelled(Support(str(n), "Q", "Věta.", ()), label, "důvod", "lay", "rewording")
        for n, label in enumerate(labels)
    ]


def drawn(n: int, seed: int) -> tuple[list[Label], list[Label]]:
    """Labels of two raters who agree about two times out of three."""
    rng = random.Random(seed)
    ours = [rng.choice(LABELS) for _ in range(n)]
    return ours, [label if rng.random() < 0.6 else rng.choice(LABELS) for label in ours]


def by_id(labels: Sequence[Label]) -> dict[str, Label | None]:
    return {str(n): label for n, label in enumerate(labels)}


def test_kappa_is_that_of_the_textbook_example() -> None:
    counts = np.array([[20.0, 5.0], [10.0, 15.0]])
    assert kappas(counts, weighted=False) == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(5))
def test_both_kappas_are_those_of_scikit_learn(seed: int) -> None:
    ours, theirs = drawn(70, seed)
    found = agreement(items(ours), by_id(theirs))
    assert found is not None
    places = [[LABELS.index(label) for label in labels] for labels in (ours, theirs)]
    assert found.kappa.estimate == pytest.approx(cohen_kappa_score(*places))
    assert found.weighted.estimate == pytest.approx(cohen_kappa_score(*places, weights="linear"))


@pytest.mark.parametrize("label", LABELS)
def test_a_judge_that_always_says_the_same_has_kappa_zero(label: Label) -> None:
    ours, _ = drawn(90, 3)
    found = agreement(items(ours), by_id([label] * 90))
    assert found is not None
    assert found.same == pytest.approx(ours.count(label) / 90)
    for kappa in (found.kappa, found.weighted):
        assert (kappa.estimate, kappa.low, kappa.high) == pytest.approx((0, 0, 0), abs=1e-9)


def test_a_judge_that_guesses_has_an_interval_around_zero() -> None:
    ours, _ = drawn(90, 3)
    rng = random.Random(8)
    found = agreement(items(ours), by_id([rng.choice(LABELS) for _ in ours]))
    assert found is not None
    assert found.kappa.low < 0 < found.kappa.high


def test_calling_a_part_the_whole_weighs_half_as_much_as_the_opposite() -> None:
    ours: list[Label] = ["full", "partial", "none"] * 10
    near: list[Label] = ["partial", *ours[1:]]
    far: list[Label] = ["none", *ours[1:]]
    one, other = agreement(items(ours), by_id(near)), agreement(items(ours), by_id(far))
    assert one is not None
    assert other is not None
    assert one.kappa.estimate == pytest.approx(other.kappa.estimate, abs=0.005)
    assert 1 - other.weighted.estimate == pytest.approx(2 * (1 - one.weighted.estimate), rel=0.1)


def test_what_has_no_judgement_is_counted_and_never_guessed() -> None:
    ours: list[Label] = ["full", "none", "partial", "full"]
    found = agreement(items(ours), {"0": "full", "1": "none", "2": None})
    assert found is not None
    assert (found.n, found.unjudged, found.same) == (2, 2, 1.0)
    assert agreement(items(ours), {"0": None}) is None


def test_the_interval_is_that_of_items_drawn_with_replacement() -> None:
    ours, theirs = drawn(60, 1)
    found = agreement(items(ours), by_id(theirs))
    assert found is not None
    pairs = np.array([[LABELS.index(a), LABELS.index(b)] for a, b in zip(ours, theirs, strict=True)])
    rng = np.random.default_rng(0)
    resampled = []
    for _ in range(4000):
        table = np.zeros((3, 3))
        np.add.at(table, tuple(pairs[rng.integers(0, 60, 60)].T), 1)
        resampled.append(float(kappas(table, weighted=False)))
    low, high = np.quantile(resampled, [0.025, 0.975]).tolist()
    assert (found.kappa.low, found.kappa.high) == pytest.approx((low, high), abs=0.03)


def test_the_sample_is_large_and_mixed_enough() -> None:
    sample = load_sample()
    support, nuggets = Counter(one.label for one in sample.support), Counter(one.label for one in sample.nuggets)
    assert support.total() >= 80
    assert nuggets.total() >= 40
    assert support["none"] / support.total() == pytest.approx(1 / 3, abs=0.05)
    assert support["partial"] / support.total() == pytest.approx(1 / 4, abs=0.05)
    assert min(nuggets.values()) >= 10
    assert len({one.kind for one in sample.support}) == 12
    assert set(sample.again) == {one.item.id for group in (sample.support, sample.nuggets) for one in group[9::10]}


def test_every_quote_of_the_sample_stands_at_its_place_and_every_question_is_one_of_the_sets() -> None:
    texts = Texts.of_folder(CORPUS)

    def spans(fields: Fields) -> tuple[str, list[tuple[Span, str]]]:
        return text(fields, "id"), [(Span(q["doc"], q["start"], q["end"]), q["quote"]) for q in fields["cited"]]

    for id_, cited in parse_lines(FOLDER / "support.jsonl", spans, lambda line: line[0]):
        assert cited, id_
        assert all(texts.at(span) == quote for span, quote in cited), id_
    questions = {q.id: q for name in ("open", "control") for q in load_questions(QUESTIONS / f"{name}.jsonl")}
    sample = load_sample()
    assert {one.item.question for one in sample.support} <= questions.keys()
    for one in sample.nuggets:
        assert one.item.asked == questions[one.item.question].question


def test_the_labels_given_again_show_how_sure_the_first_ones_are() -> None:
    sample = load_sample()
    again = self_agreement(sample.support, sample.again)
    assert again is not None
    assert again.n == 9
    assert again.kappa.estimate > 0.7
    assert self_agreement(sample.support, {}) is None


def test_the_built_in_check_agrees_with_the_sample_clearly_better_than_chance() -> None:
    sample = load_sample()
    verifier = Verifier.of(Thesaurus.load(CORPUS))
    found = agreement(sample.support, {one.item.id: checked(verifier, one.item)[0] for one in sample.support}, two=True)
    assert found is not None
    assert found.unjudged == 0
    assert 0.4 < found.kappa.estimate < 0.9
    assert found.kappa.low > 0.2


def test_a_label_that_does_not_exist_is_named_with_its_line(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.jsonl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "again.jsonl").write_text('{"id": "S10", "label": "asi ano"}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"again\.jsonl, řádek 1: „label“ je „asi ano“; smí být jen: full"):
        load_sample(tmp_path)
    (tmp_path / "again.jsonl").write_text('{"id": "S999", "label": "full"}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError, match="ve vzorku nejsou: S999"):
        load_sample(tmp_path)
