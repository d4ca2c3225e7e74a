"""`eval questions import-feedback`: what users complained about becomes drafts, never questions by itself."""

import argparse
import json
from pathlib import Path

import pytest

from eval.commands import questions as command
from eval.question_imports import import_feedback, load_drafts
from eval.questions import load_questions
from ingest.document import Passage
from ingest.errors import FeedbackError, QuestionSetError, SettingsError
from ingest.settings import Settings
from prompts.answer import Answer, Citation, Statement, Status
from prompts.feedback import FILE, store_feedback
from prompts.json_fields import line_fields
from prompts.question_drafts import Draft, draft_line, parse_draft
from prompts.question_lines import Evidence
from prompts.rating import Feedback, Rating, rated
from tests.eval_doubles import question_fields, write_lines

QUOTE = "Podpora se zaměřuje na sociální služby."


def said(rating: Rating, question: str = "Kdo platí azylový dům?", status: Status = "answered") -> Feedback:
    passage = Passage("oplzz-3-1", 10, 10 + len(QUOTE), QUOTE, "paragraph")
    citation = Citation(1, passage, passage.start, passage.end, QUOTE, "Oblast podpory 3.1")
    answer = Answer(question, status, (Statement(QUOTE, "quote", "verbatim", (1,)),), (citation,), (), 0.1)
    source = rating == "source"
    return rated(
        question,
        answer,
        rating,
        wrong=1 if source else None,
        reason="outdated" if source else "",
        remark="Tajná odpověď zněla jinak.",
        fingerprint="otisk",
    )


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def test_complaints_become_drafts_and_praise_does_not(home: Settings, tmp_path: Path) -> None:
    for rating in ("up", "down", "source"):
        store_feedback(home, said(rating))
    made = import_feedback(home, tmp_path / "navrhy.jsonl")
    assert (made.ratings, len(made.drafts)) == (3, 2)
    down, source = load_drafts(tmp_path / "navrhy.jsonl")
    assert (down.question, down.rating, down.wrong) == ("Kdo platí azylový dům?", "down", None)
    assert (source.rating, source.reason, source.wrong) == ("source", "outdated", Evidence("oplzz-3-1", QUOTE))
    assert source.remark == "Tajná odpověď zněla jinak."


def test_a_draft_has_the_form_of_a_question_that_is_not_judged(home: Settings, tmp_path: Path) -> None:
    store_feedback(home, said("down", status="not_found"))
    import_feedback(home, tmp_path / "navrhy.jsonl")
    (fields,) = [json.loads(line) for line in (tmp_path / "navrhy.jsonl").read_text(encoding="utf-8").splitlines()]
    assert fields["judged"] is False
    assert (fields["answerable"], fields["evidence"], fields["history"]) == (False, [], [])
    assert set(fields["feedback"]) == {"status", "rating", "reason", "remark", "wrong"}


def test_a_draft_says_neither_when_nor_what_was_answered(home: Settings, tmp_path: Path) -> None:
    kept = store_feedback(home, said("down"))
    import_feedback(home, tmp_path / "navrhy.jsonl")
    written = (tmp_path / "navrhy.jsonl").read_text(encoding="utf-8")
    assert kept.time not in written
    assert kept.text not in written
    assert kept.fingerprint not in written


def test_the_evaluation_refuses_drafts_with_what_to_do(home: Settings, tmp_path: Path) -> None:
    store_feedback(home, said("down"))
    import_feedback(home, tmp_path / "navrhy.jsonl")
    with pytest.raises(QuestionSetError, match=r"řádek 1: je to návrh, .* Posuďte ho na stránce Hodnocení"):
        load_questions(tmp_path / "navrhy.jsonl")


def test_once_judged_by_a_person_a_line_is_a_question(home: Settings, tmp_path: Path) -> None:
    store_feedback(home, said("down"))
    import_feedback(home, tmp_path / "navrhy.jsonl")
    fields = json.loads((tmp_path / "navrhy.jsonl").read_text(encoding="utf-8"))
    judged = fields | {"judged": True, "evidence": [{"doc": "oplzz-3-1", "quote": QUOTE}]}
    (question,) = load_questions(write_lines(tmp_path / "sada.jsonl", judged))
    assert question.question == "Kdo platí azylový dům?"
    with pytest.raises(QuestionSetError, match="už posouzená"):
        parse_draft(judged)


def test_the_same_rating_makes_the_same_draft_again(home: Settings, tmp_path: Path) -> None:
    first = store_feedback(home, said("down"))
    before = import_feedback(home, tmp_path / "navrhy.jsonl").drafts
    store_feedback(home, said("source", "Jiná otázka?"))
    after = import_feedback(home, tmp_path / "navrhy.jsonl").drafts
    assert after[0] == before[0]
    assert first.id.startswith(before[0].id.removeprefix("Z-"))
    assert len(load_drafts(tmp_path / "navrhy.jsonl")) == 2


def test_a_file_that_a_person_has_worked_on_is_never_overwritten(home: Settings, tmp_path: Path) -> None:
    store_feedback(home, said("down"))
    file = write_lines(tmp_path / "sada.jsonl", question_fields())
    before = file.read_bytes()
    with pytest.raises(QuestionSetError, match="nic se nepřepsalo"):
        import_feedback(home, file)
    assert file.read_bytes() == before


def test_every_draft_reads_back_as_it_was_written() -> None:
    for draft in (
        Draft("Z-1", "Kdo?\u2028Co?", "answered", "source", "outdated", '"} {"', Evidence("plan", "a\nb")),
        Draft("Z-2", "Kdo?", "not_found", "down"),
    ):
        assert parse_draft(line_fields(draft_line(draft))) == draft


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"judged": false, "id": "Z-1", "question": "Kdo?"}', "chybí „feedback“"),
        ('{"judged": false, "id": "Z-1", "question": "Kdo?", "feedback": {"wrong": 3}}', "„wrong“ má být objekt"),
        ('{"judged": false, "id": "", "question": "Kdo?", "feedback": {"status": "a", "rating": "b", "reason": "", '
         '"remark": ""}}', "„id“ je prázdné"),
        ('{"id": "Z-1"}', "chybí „judged“"),
    ],
)  # fmt: skip
def test_a_damaged_draft_is_named(line: str, complaint: str) -> None:
    with pytest.raises(QuestionSetError, match=complaint):
        parse_draft(line_fields(line))


def run(out: Path) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers(dest="command"))
    return command.run(parser.parse_args(["questions", "import-feedback", "--out", str(out)]))


def test_the_command_says_how_many_or_that_there_is_nothing(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(home.data))
    out = tmp_path / "navrhy.jsonl"
    assert run(out) == 0
    assert capsys.readouterr().out.startswith("Není z čeho návrhy udělat")
    assert not out.exists()
    store_feedback(home, said("down"))
    assert run(out) == 0
    assert f"Zapsáno: {out}, počet návrhů: 1" in capsys.readouterr().out


def test_feedback_or_a_folder_that_cannot_be_used_gives_one_czech_line(home: Settings, tmp_path: Path) -> None:
    store_feedback(home, said("down"))
    with pytest.raises(SettingsError, match="nelze zapisovat"):
        import_feedback(home, tmp_path / "neni" / "navrhy.jsonl")
    (home.feedback / FILE).unlink()
    (home.feedback / FILE).mkdir()
    with pytest.raises(FeedbackError, match="nelze přečíst"):
        import_feedback(home, tmp_path / "navrhy.jsonl")
