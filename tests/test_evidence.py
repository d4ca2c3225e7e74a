"""Which passages are quoted, and which of their words are shown."""

import itertools

import pytest

from eval.questions import Question
from prompts.assistant import Assistant
from prompts.evidence import Evidence, candidates, choose
from prompts.expected import expected
from retrieval.index import Index
from retrieval.query import understand
from retrieval.search import find
from tests.asking import questions


def chosen(index: Index, question: str, least: float = 0.15) -> tuple[Evidence, ...]:
    """Choose with the relative strength of a passage as its relevance, so that no calibration takes part."""
    query = understand(question, index.vocabulary, index.thesaurus, [])
    findings = find(index, query)
    kinds = expected(question)
    rated = [(passage, found["relative"]) for passage, found in candidates(index, query, findings, kinds)]
    return choose(index, query, findings, rated, least, kinds)


@pytest.fixture(scope="module")
def index(assistant: Assistant) -> Index:
    return assistant.index


def test_what_is_shown_lies_inside_its_passage_in_order_and_no_two_passages_overlap(index: Index) -> None:
    for question in (q.question for q in questions("open")):
        found = chosen(index, question)
        for evidence in found:
            ends = [evidence.passage.start]
            for start, end in evidence.shown:
                assert ends[-1] <= start < end <= evidence.passage.end, question
                ends.append(end)
        spans = sorted((e.passage.doc, e.passage.start, e.passage.end) for e in found)
        overlapping = [b for a, b in itertools.pairwise(spans) if a[0] == b[0] and b[1] < a[2]]
        assert overlapping == [], question


def test_no_shown_line_begins_or_ends_with_white_space_or_the_marks_of_a_web_page(index: Index) -> None:
    for question in ("Jaká opatření nabízí Agentura obcím?", "Co je case management v sociálních službách?"):
        for evidence in chosen(index, question):
            text = index.documents[evidence.passage.doc].text
            for start, end in evidence.shown:
                assert text[start:end] == text[start:end].strip()
                assert not text[start:end].endswith("Více info")


def test_a_task_comes_with_its_measure(index: Index) -> None:
    for question in (q for name in ("open", "control") for q in questions(name) if q.answerable):
        for evidence in chosen(index, question.question):
            tasks = [p for p in index.passages.values() if p.kind == "task" and _shows(index, evidence, p.start, p.doc)]
            for task in tasks:
                measure = index.passages[task.parent or ""]
                named = evidence.place == f"K opatření {measure.code}"
                assert named or _shows(index, evidence, measure.start, measure.doc), (question.id, task.code)


def _shows(index: Index, evidence: Evidence, start: int, doc: str) -> bool:
    return evidence.passage.doc == doc and any(a == start for a, _ in evidence.shown)


def test_descriptors_are_shown_only_to_who_asks_for_them(index: Index) -> None:
    def shown(question: str) -> str:
        return " ".join(index.documents[e.passage.doc].text[a:b] for e in chosen(index, question) for a, b in e.shown)

    assert "Deskriptory:" not in shown("Co obsahuje opatření 4.6.a?")
    assert "Deskriptory:" in shown("Která opatření mají deskriptor III.e?")


def test_where_an_amount_is_asked_for_the_line_that_states_it_is_shown(index: Index) -> None:
    first = chosen(index, "Kolik peněz stál projekt Systémové zajištění sociálního začleňování?")[0]
    text = index.documents[first.passage.doc].text
    assert any("298" in text[start:end] for start, end in first.shown)


def test_where_documents_are_compared_each_has_a_say(index: Index) -> None:
    found = chosen(index, "Porovnejte bydlení v OPZ 2.1 a v akčním plánu.", least=0.99)
    assert {evidence.passage.doc for evidence in found} == {"opz-2-1", "akcni-plan-2024-2026"}


def test_at_least_the_best_passage_is_quoted(index: Index) -> None:
    assert len(chosen(index, "Kdo mi pomůže s dluhy?", least=2.0)) == 1


def test_a_question_set_has_what_these_tests_need() -> None:
    asked: tuple[Question, ...] = questions("open")
    assert len(asked) == 160
