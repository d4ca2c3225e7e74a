"""`python -m eval`: what an evaluator sees."""

import json
import re
from pathlib import Path

import pytest

from eval.__main__ import main
from ingest.settings import Settings
from prompts.question_kinds import KINDS
from tests.eval_doubles import CALL, PLAN, TEXTS, Scripted, answer, question_fields, span_of, write_lines

HOUSING = "Co se plánuje pro bydlení?"
OTHER = "Jaké bude zítra počasí?"
QUOTE = span_of("plan", "Zvýšit dostupnost bydlení o 120 bytů")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    weather = question_fields(id="Q2", kind="refuse_other", question=OTHER, answerable=False, facts=[], evidence=[])
    return write_lines(tmp_path / "q.jsonl", question_fields(), weather)


def system(_: Settings) -> Scripted:
    return Scripted(
        {
            HOUSING: answer(HOUSING, [(QUOTE, TEXTS.at(QUOTE))], [QUOTE]),
            OTHER: answer(OTHER, status="out_of_scope", says=["To v dokumentech není."]),
        }
    )


def no_system(_: Settings) -> Scripted:
    raise AssertionError("scoring a file must not open the assistant")


def test_the_assistant_is_asked_and_its_results_are_shown_per_kind_and_in_total(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--questions", str(questions)], system) == 0
    shown = capsys.readouterr().out
    cells = [re.split(r"  +", line.strip()) for line in shown.splitlines()]
    rows = {first: rest for first, *rest in cells}
    assert rows["dohledání údaje"] == ["1", *["1,00"] * 7, "0,00"]
    assert rows["odmítnout: jiné téma"] == ["1", *["–"] * 7, "1,00"]
    assert rows["celkem"] == ["2", *["1,00"] * 7, "0,50"]
    assert rows["nezodpověditelné, které odmítl (úplnost)"] == ["1,000", "1,00 až 1,00", "1"]
    assert rows["doslovné citace (n = počet citací)"] == ["1,000", "1"]


def test_the_tables_fit_a_terminal_of_eighty_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = [question_fields(id=kind, kind=kind) for kind in KINDS]
    assert main(["--questions", str(write_lines(tmp_path / "q.jsonl", *lines))], system) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


def test_a_file_is_scored_without_opening_the_assistant(
    questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "plan.txt").write_text(PLAN, encoding="utf-8")
    (corpus / "vyzva.txt").write_text(CALL, encoding="utf-8")
    monkeypatch.setenv("OPORA_CORPUS", str(corpus))
    out = tmp_path / "a.jsonl"
    assert main(["answers", "--questions", str(questions), "--out", str(out)], system) == 0
    assert main(["--questions", str(questions), "--answers", str(out), "--json"], no_system) == 0
    results = json.loads(capsys.readouterr().out)
    assert results["total"]["recall@5"] == {"mean": 1.0, "n": 1, "low": 1.0, "high": 1.0}
    assert results["total"]["refusal_recall"]["mean"] == 1.0
    assert results["kinds"]["refuse_other"]["recall@5"] == {"mean": None, "n": 0}


def test_a_wrong_quote_is_reported_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = question_fields(evidence=[{"doc": "plan", "quote": "o 130 bytů"}])
    scripted = system(Settings())
    assert main(["--questions", str(write_lines(tmp_path / "q.jsonl", wrong))], lambda _: scripted) == 1
    assert "není citát „o 130 bytů“" in capsys.readouterr().err
    assert scripted.asked == []


def test_a_missing_question_set_is_one_czech_sentence_and_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--questions", str(tmp_path / "neni.jsonl")], system) == 1
    assert "neni.jsonl nelze přečíst. Zkontrolujte cestu" in capsys.readouterr().err
