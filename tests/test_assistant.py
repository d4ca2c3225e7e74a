"""Properties of every answer, over all questions of the sets."""

import statistics
from collections.abc import Iterator

import pytest

from prompts.answer import Answer, Citation, Statement
from prompts.assistant import Assistant
from prompts.compose import GAP, quote_text
from tests.asking import questions

SETS = ("open", "control", "unanswerable")
REFUSALS = ("not_found", "out_of_scope", "blocked", "clarify")


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> dict[str, Answer]:
    """Answer every question of every set once."""
    return {q.id: assistant.ask(q.question, q.history) for name in SETS for q in questions(name)}


def quoted(answers: dict[str, Answer]) -> Iterator[tuple[str, Statement, list[Citation]]]:
    for key, answer in answers.items():
        for said in answer.said:
            if said.verdict == "verbatim":
                yield key, said, [citation for citation in answer.citations if citation.n in said.citations]


def test_every_quote_consists_of_words_of_the_passage_it_cites(answers: dict[str, Answer]) -> None:
    found = list(quoted(answers))
    assert len(found) > 2000
    for key, said, (citation,) in found:
        passage = quote_text(citation.quote)
        assert all(part in passage for part in said.text.split(GAP)), (key, said.text)


def test_every_citation_is_the_text_of_its_document(assistant: Assistant, answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1)), key
        for citation in answer.citations:
            assert assistant.document(citation.doc).text[citation.start : citation.end] == citation.quote, key


def test_every_citation_is_used_and_every_mark_leads_to_one(answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        marks = {n for said in answer.said for n in said.citations}
        assert marks == {citation.n for citation in answer.citations}, key


def test_words_of_the_assistant_carry_no_citation_and_quotes_always_do(answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        for said in answer.said:
            assert bool(said.citations) == (said.verdict == "verbatim"), (key, said.text)


def test_an_answer_quotes_and_begins_with_words_that_claim_nothing_without_a_quote(answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        assert answer.statements[0].form == "lead", key
        if answer.status in ("answered", "partial"):
            assert answer.citations, key


def test_no_line_is_empty_or_said_twice(answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        lines = [(said.text, said.citations, said.form) for said in answer.said]
        assert all(text.strip() for text, _, _ in lines), key
        notes = [line for line in lines if line[2] == "note" and line[0] not in ("neuvedeno",) and line[0][-1] != ":"]
        periods = [text for text, _, _ in notes if not text.startswith("Období dokument neuvádí")]
        assert len(periods) == len(set(periods)), (key, periods)


def test_at_least_fifteen_passages_are_handed_over_for_every_question(answers: dict[str, Answer]) -> None:
    assert min(len(answer.retrieved) for answer in answers.values()) >= 15


def test_the_text_is_what_the_statements_say(answers: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        assert answer.text.splitlines()[0].startswith(answer.statements[0].text), key


def test_half_of_the_answers_fit_into_a_thousand_characters(answers: dict[str, Answer]) -> None:
    for name in ("open", "control"):
        lengths = [len(answers[q.id].text) for q in questions(name) if q.answerable and q.kind != "list"]
        assert statistics.median(lengths) <= 1000, name


def test_few_questions_that_can_be_answered_are_refused_and_most_others_are(answers: dict[str, Answer]) -> None:
    asked = [q for name in SETS for q in questions(name)]
    refused = {q.id: answers[q.id].status in REFUSALS for q in asked}
    answerable = [refused[q.id] for q in asked if q.answerable]
    others = [refused[q.id] for q in asked if not q.answerable]
    assert sum(answerable) <= 0.05 * len(answerable)
    assert sum(others) >= 0.8 * len(others)


def test_asking_again_gives_the_same_answer(assistant: Assistant, answers: dict[str, Answer]) -> None:
    for question in questions("open")[::16]:
        again = assistant.ask(question.question, question.history)
        assert (again.status, again.statements) == (answers[question.id].status, answers[question.id].statements)
