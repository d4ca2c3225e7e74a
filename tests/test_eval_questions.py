"""Question sets: what is read, and how a wrong line is named."""

from pathlib import Path
from typing import Any

import pytest

from eval.questions import Evidence, check, load_questions
from eval.spans import Texts
from ingest.errors import QuestionSetError
from prompts.answer import Turn
from tests.eval_doubles import TEXTS, question_fields, write_lines

PROJECT = Path(__file__).resolve().parent.parent


def test_the_open_set_is_read_whole_and_its_quotes_stand_in_the_corpus() -> None:
    questions = load_questions(PROJECT / "eval" / "questions" / "open.jsonl")
    assert len(questions) == 160
    assert sum(not question.answerable for question in questions) == 26
    check(questions, Texts.of_folder(PROJECT / "corpus"))


def test_a_question_keeps_its_history_facts_and_evidence(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "Co plán říká?"}, {"role": "assistant", "content": "Mnohé."}]
    file = write_lines(tmp_path / "q.jsonl", question_fields(history=history))
    (question,) = load_questions(file)
    assert question.history == (Turn("user", "Co plán říká?"), Turn("assistant", "Mnohé."))
    assert question.facts == ("120 bytů",)
    assert question.evidence == (Evidence("plan", "Zvýšit dostupnost bydlení o 120 bytů"),)


def test_a_byte_order_mark_blank_lines_and_exotic_line_separators_do_no_harm(tmp_path: Path) -> None:
    # U+2028 is a line end for splitlines(), but inside a JSON string it is text.
    line = '{"id": "Q1", "kind": "lay", "question": "a\u2028b", "history": [], "answerable": false,'
    text = f'\ufeff\n{line} "facts": [], "evidence": []}}\r\n\n'
    (tmp_path / "q.jsonl").write_bytes(text.encode())
    (question,) = load_questions(tmp_path / "q.jsonl")
    assert question.question == "a\u2028b"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": ""}, "„id“ je prázdné"),
        ({"kind": 3}, "„kind“ má být text, je 3"),
        ({"answerable": "ano"}, '„answerable“ má být true nebo false, je "ano"'),
        ({"facts": "120 bytů"}, '„facts“ má být seznam, je "120 bytů"'),
        ({"facts": [120]}, "„facts“ má být text, je 120"),
        ({"evidence": []}, "zodpověditelná otázka"),
        ({"evidence": ["citát"]}, '„evidence“, 1. položka: má být objekt, je "citát"'),
        ({"evidence": [{"doc": "plan"}]}, "„evidence“, 1. položka: chybí „quote“"),
        ({"history": [{"role": "bot", "content": "a"}]}, "„role“ je „bot“; smí být jen: user, assistant"),
    ],
)
def test_a_wrong_field_is_named_with_file_line_and_reason(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    file = write_lines(tmp_path / "q.jsonl", question_fields(id="Q0"), "", question_fields(**changes))
    with pytest.raises(QuestionSetError) as caught:
        load_questions(file)
    assert str(caught.value).startswith(f"{file}, řádek 3: ")
    assert complaint in str(caught.value)


def test_each_wrong_line_gets_its_own_row(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", '{"id": "Q0"', question_fields(), question_fields(), "[1]")
    with pytest.raises(QuestionSetError) as caught:
        load_questions(file)
    rows = str(caught.value).split("\n")
    assert [row.partition(": ")[0] for row in rows] == [f"{file}, řádek {n}" for n in (1, 3, 4)]
    assert "není to platný JSON" in rows[0]
    assert "id „Q1“ už má řádek 2" in rows[1]
    assert "čeká se objekt JSON, je [1]" in rows[2]


def test_a_file_of_another_kind_is_not_recited_whole(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", *(["text"] * 500))
    with pytest.raises(QuestionSetError) as caught:
        load_questions(file)
    rows = str(caught.value).split("\n")
    assert len(rows) == 21
    assert rows[-1] == "… a další chybné řádky (počet: 480)"


def test_an_empty_a_missing_and_a_wrongly_encoded_file_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    (tmp_path / "latin.jsonl").write_bytes('{"id": "dům"}'.encode("cp1250"))
    for name, advice in (
        ("empty", "Čeká se jeden objekt JSON na každém řádku"),
        ("missing", "Zkontrolujte cestu"),
        ("latin", "Uložte jej znovu jako UTF-8"),
    ):
        with pytest.raises(QuestionSetError, match=advice):
            load_questions(tmp_path / f"{name}.jsonl")


def test_a_quote_that_the_document_lacks_and_an_unknown_document_are_both_named(tmp_path: Path) -> None:
    wrong = [{"doc": "plan", "quote": "o 130 bytů"}, {"doc": "plán", "quote": "obec"}]
    file = write_lines(tmp_path / "q.jsonl", question_fields(), question_fields(id="Q2", evidence=wrong))
    with pytest.raises(QuestionSetError) as caught:
        check(load_questions(file), TEXTS)
    assert str(caught.value).split("\n") == [
        "Otázka Q2: v dokumentu „plan“ není citát „o 130 bytů“. Zkopírujte jej doslova.",
        "Otázka Q2: dokument „plán“ není mezi dokumenty. Opravte jeho id.",
    ]
