"""The ablation: every component is really taken out, and compared on the same questions."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.ablation import FULL, Variant, ablate, figures, variants, without
from eval.figures import as_markdown
from eval.questions import load_questions
from eval.retrieving import MEASURES, Judged, judged, measure, remembering, searching
from eval.spans import Span
from ingest.errors import QuestionSetError
from retrieval.index import Index
from retrieval.weights import Weights
from tests.study_world import install, write_questions


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Index.open(install(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def asked(index: Index, tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, ...]:
    file = write_questions(tmp_path_factory.mktemp("questions") / "q.jsonl")
    return judged(load_questions(file), index.documents.values())


@pytest.fixture(scope="module")
def by_name(index: Index) -> Mapping[str, Variant]:
    return {f"{variant.group}: {variant.name}": variant for variant in variants(index)}


def test_only_answerable_questions_are_measured(asked: tuple[Judged, ...]) -> None:
    assert [item.question.id for item in asked] == ["Q1", "Q2", "Q3", "Q4"]


def test_a_set_without_answerable_questions_cannot_be_measured(index: Index, tmp_path: Path) -> None:
    questions = load_questions(write_questions(tmp_path / "q.jsonl"))
    with pytest.raises(QuestionSetError, match="žádnou zodpověditelnou otázku"):
        judged([q for q in questions if not q.answerable], index.documents.values())


def test_a_channel_that_is_out_leaves_its_weight_to_the_others_in_proportion() -> None:
    weights = Weights({"text_stems": 1.0, "text_grams": 3.0, "asked_dense": 4.0}, code=5.0)
    assert without(weights, "asked_dense") == Weights({"text_stems": 2.0, "text_grams": 6.0, "asked_dense": 0.0}, 5.0)


def test_a_lay_question_is_found_by_its_anticipated_question_and_later_without(
    asked: tuple[Judged, ...], by_name: Mapping[str, Variant]
) -> None:
    lay = asked[:1]
    full = measure(lay, by_name[f"{FULL}: {FULL}"].finds)["rr"]["Q1"]
    left = measure(lay, by_name["bez jedné složky: předjímané otázky vůbec"].finds)["rr"]["Q1"]
    assert full == 1.0
    assert left < full


def test_without_sections_only_the_smallest_parts_are_found(
    index: Index, asked: tuple[Judged, ...], by_name: Mapping[str, Variant]
) -> None:
    leaves = {Span(p.doc, p.start, p.end) for p in index.passages.values() if p.grain == "leaf"}
    finds = by_name["bez jedné složky: oddíly (jen nejmenší části)"].finds
    assert all(set(finds(item.question)) <= leaves for item in asked)
    assert any(not set(by_name[f"{FULL}: {FULL}"].finds(item.question)) <= leaves for item in asked)


def test_each_channel_with_a_weight_is_once_out_and_once_alone(index: Index, by_name: Mapping[str, Variant]) -> None:
    used = sum(weight > 0 for weight in index.weights.channels.values())
    groups = [variant.group for variant in by_name.values()]
    assert groups.count("jediný kanál") == used
    assert groups.count("bez jedné složky") == used + 8


def test_an_index_that_remembers_finds_the_same(index: Index, asked: tuple[Judged, ...]) -> None:
    remembers = searching(remembering(index))
    for item in (*asked, *asked):
        assert remembers(item.question) == searching(index)(item.question)


def test_differences_are_to_the_first_variant_question_by_question(asked: tuple[Judged, ...]) -> None:
    perfect = Variant("a", "vše", lambda q: [next(i for i in asked if i.question == q).places[0][0]])
    nothing = Variant("b", "nic", lambda q: [])
    first, second = ablate(asked, [perfect, nothing])
    assert first.differences is None
    assert second.differences is not None
    assert {second.differences[name].estimate for name in MEASURES} == {-1.0}
    table = figures((first, second), len(asked))
    assert table.rows[1:] == [["b"], ["nic", *["0,000 (−1,000)\n−1,00 až −1,00"] * 4]]
    assert "| nic | 0,000 (−1,000)<br>−1,00 až −1,00 |" in as_markdown(table)
