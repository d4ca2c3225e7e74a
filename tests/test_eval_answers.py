"""The answers file: what is written is what others read."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.answers import answers
from eval.questions import load_questions
from eval.records import load_records
from eval.spans import Span
from ingest.errors import ModelError, QuestionSetError
from ingest.settings import Settings
from prompts.answer import Answer, Turn
from tests.eval_doubles import (
    PLAN,
    TEXTS,
    Scripted,
    answer,
    question_fields,
    span_of,
    write_lines,
)

HOUSING = "Co se plánuje pro bydlení?"
QUOTE = span_of("plan", "Zvýšit dostupnost bydlení o 120 bytů")


def record_fields(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": "Q1",
        "status": "answered",
        "text": "Ano.",
        "citations": [],
        "retrieved": [{"doc": "plan", "start": 0, "end": 20}],
        "seconds": 0.5,
    }
    return fields | changes


def test_a_line_has_the_fields_of_the_agreed_format(tmp_path: Path) -> None:
    system = Scripted({HOUSING: answer(HOUSING, [(QUOTE, TEXTS.at(QUOTE))], [QUOTE], says=["Podle plánu:"])})
    questions, out = write_lines(tmp_path / "q.jsonl", question_fields()), tmp_path / "a.jsonl"
    assert main(["answers", "--questions", str(questions), "--out", str(out)], lambda _: system) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    fields = json.loads(line)
    seconds = fields.pop("seconds")
    assert 0 <= seconds < 60
    assert fields == {
        "id": "Q1",
        "question": HOUSING,
        "status": "answered",
        "text": "Podle plánu:\n• Zvýšit dostupnost bydlení o 120\u00a0bytů [1]",
        "statements": [
            {"text": "Podle plánu:", "citations": [], "verdict": "note"},
            {"text": "Zvýšit dostupnost bydlení o 120\u00a0bytů", "citations": [1], "verdict": "verbatim"},
        ],
        "citations": [
            {
                "n": 1,
                "doc": "plan",
                "start": QUOTE.start,
                "end": QUOTE.end,
                "quote": "Zvýšit dostupnost bydlení o 120\u00a0bytů",
                "page": None,
            }
        ],
        "retrieved": [{"doc": "plan", "start": QUOTE.start, "end": QUOTE.end, "score": 1.0}],
    }


def test_what_is_written_reads_back_as_the_same_records(tmp_path: Path) -> None:
    system = Scripted({HOUSING: answer(HOUSING, [(QUOTE, "jinak")], [QUOTE, Span("vyzva", 0, 9)])})
    questions = load_questions(write_lines(tmp_path / "q.jsonl", question_fields()))
    records = tuple(answers(system, questions))
    write_lines(tmp_path / "a.jsonl", *[record.to_json() for record in records])
    assert load_records(tmp_path / "a.jsonl") == records


def test_the_history_goes_along_with_its_question(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "Co říká plán?"}]
    file = write_lines(tmp_path / "q.jsonl", question_fields(history=history))
    system = Scripted({HOUSING: answer(HOUSING)})
    assert len(list(answers(system, load_questions(file)))) == 1
    assert system.asked == [(HOUSING, (Turn("user", "Co říká plán?"),))]


def test_an_overlong_passage_earns_nothing_by_its_length(tmp_path: Path) -> None:
    system = Scripted({HOUSING: answer(HOUSING, retrieved=[Span("plan", 10, 5_000)])})
    questions = load_questions(write_lines(tmp_path / "q.jsonl", question_fields()))
    (record,) = answers(system, questions)
    assert record.retrieved[0].span == Span("plan", 10, 1_210)


def test_seconds_are_those_of_the_caller_and_not_what_the_answer_claims(tmp_path: Path) -> None:
    class Slow:
        def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
            time.sleep(0.05)
            return answer(question)

    questions = load_questions(write_lines(tmp_path / "q.jsonl", question_fields()))
    (record,) = answers(Slow(), questions)
    assert record.seconds >= 0.05


def test_a_crash_leaves_the_answers_that_were_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Failing(Scripted):
        def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
            if question not in self.script:
                raise ModelError("Model neodpovídá. Zkuste to později.")
            return super().ask(question, history)

    other = question_fields(id="Q2", question="Kolik to stojí?")
    questions, out = write_lines(tmp_path / "q.jsonl", question_fields(), other), tmp_path / "a.jsonl"
    system = Failing({HOUSING: answer(HOUSING)})
    assert main(["answers", "--questions", str(questions), "--out", str(out)], lambda _: system) == 1
    assert [record.id for record in load_records(out)] == ["Q1"]
    assert capsys.readouterr().err == "Model neodpovídá. Zkuste to později.\n"


def test_a_folder_that_does_not_exist_is_said_before_it_is_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, out = write_lines(tmp_path / "q.jsonl", question_fields()), tmp_path / "jinde" / "a.jsonl"
    system = Scripted({HOUSING: answer(HOUSING)})
    assert main(["answers", "--questions", str(questions), "--out", str(out)], lambda _: system) == 1
    assert capsys.readouterr().err == f"Soubor {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.\n"
    assert system.asked == []


def test_a_file_of_another_system_needs_only_what_scoring_reads(tmp_path: Path) -> None:
    (record,) = load_records(write_lines(tmp_path / "a.jsonl", record_fields()))
    assert record.retrieved[0].span == Span("plan", 0, 20)
    assert TEXTS.at(record.retrieved[0].span) == PLAN[:20]
    assert record.statements == ()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"status": "ok"}, "„status“ je „ok“; smí být jen: answered"),
        ({"seconds": None}, "„seconds“ má být číslo, je null"),
        ({"retrieved": [{"doc": "a", "start": 5, "end": 4}]}, "„end“ (4) je před „start“ (5)"),
        ({"citations": [{"doc": "a", "start": -1, "end": 4, "quote": ""}]}, "od nuly výš, je -1"),
        ({"statements": [{"text": "a", "citations": ["1"], "verdict": "note"}]}, "seznam celých čísel"),
    ],
)
def test_a_wrong_answer_line_is_named_with_its_reason(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    file = write_lines(tmp_path / "a.jsonl", record_fields(**changes))
    with pytest.raises(QuestionSetError) as caught:
        load_records(file)
    assert str(caught.value).startswith(f"{file}, řádek 1: ")
    assert complaint in str(caught.value)


def test_questions_named_before_the_command_are_the_ones_asked(tmp_path: Path) -> None:
    def opens(settings: Settings) -> Scripted:
        return Scripted({HOUSING: answer(HOUSING)})

    questions, out = write_lines(tmp_path / "q.jsonl", question_fields()), tmp_path / "a.jsonl"
    assert main(["--questions", str(questions), "answers", "--out", str(out)], opens) == 0
    assert [record.id for record in load_records(out)] == ["Q1"]
