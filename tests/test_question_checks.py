"""`eval questions check`: what is wrong with a set is named, what may be wrong is pointed at."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.commands import questions as command
from eval.question_checks import Checked, Finding, check_set
from eval.question_similarity import TOO_SIMILAR, Known, nearest
from eval.questions import load_questions
from eval.spans import Texts
from ingest.errors import QuestionSetError
from ingest.settings import PROJECT
from prompts.question_lines import parse_question, places, question_line
from tests.eval_doubles import CALL, PLAN, TEXTS, question_fields, write_lines

LONG = " ".join(f"bod {n}" for n in range(300))
ASKED = ["Kde získám peníze na byty?", "Kdo smí žádat?"]


def checked(tmp_path: Path, *lines: dict[str, Any] | str, anticipated: list[str] | None = None) -> Checked:
    file = write_lines(tmp_path / "vlastni.jsonl", *lines)
    return check_set(file, TEXTS, ASKED if anticipated is None else anticipated, {})


def found(result: Checked, check: str) -> list[Finding]:
    return [finding for finding in result.findings if finding.check == check]


def texts_of(result: Checked, check: str) -> list[str]:
    return [f"{finding.severity} {finding.id}: {finding.text}" for finding in found(result, check)]


def test_wrong_lines_are_named_and_the_other_checks_wait(tmp_path: Path) -> None:
    result = checked(tmp_path, question_fields(), question_fields(id="Q2", kind=""), "{")
    assert [finding.check for finding in result.findings] == ["schema", "schema"]
    assert "řádek 2: „kind“ je prázdné" in result.findings[0].text
    assert (result.errors, result.questions) == (2, 0)


def test_a_quote_that_no_document_has_is_an_error(tmp_path: Path) -> None:
    wrong = question_fields(evidence=[{"doc": "plan", "quote": "o 130 bytů ročně"}], facts=[])
    assert texts_of(checked(tmp_path, wrong), "quotes") == [
        "error Q1: v dokumentu „plan“ není citát „o 130 bytů ročně“. Zkopírujte jej doslova."
    ]


def test_the_same_question_twice_is_an_error_and_a_similar_one_a_warning(tmp_path: Path) -> None:
    result = checked(
        tmp_path,
        question_fields(),
        question_fields(id="Q2", question="co se planuje pro BYDLENÍ"),
        question_fields(id="Q3", question="A co se plánuje pro bydlení dál?"),
        question_fields(id="Q4", question="Kdo má pomáhat s dluhy?"),
    )
    found_texts = texts_of(result, "duplicates")
    assert found_texts[0] == "error Q2: stejná otázka jako Q1. Jednu z nich smažte."
    assert found_texts[1].startswith("warning Q3: podobá se otázce Q1 (shoda ")
    assert not any("Q4" in text for text in found_texts)
    assert result.errors == 1


def test_the_same_words_after_another_conversation_are_another_question(tmp_path: Path) -> None:
    def after(words: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": words}, {"role": "assistant", "content": "Toto."}]

    first = question_fields(question="A v obci?", history=after("Jaké jsou tu terénní služby pro rodiny?"))
    other = question_fields(id="Q2", question="A v obci?", history=after("Kolik stojí dluhové poradenství?"))
    assert found(checked(tmp_path, first, other), "duplicates") == []


def test_a_question_of_another_set_is_a_warning_that_names_the_set(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", question_fields())
    known = load_questions(write_lines(tmp_path / "b.jsonl", question_fields(id="B7")))
    result = check_set(file, TEXTS, [], {"slepá": known})
    (finding,) = found(result, "duplicates")
    assert (finding.severity, finding.id) == ("warning", "Q1")
    assert "otázce B7 sady slepá (shoda 100 %)" in finding.text
    assert result.compared == ("slepá",)


def test_a_question_that_the_index_was_told_beforehand_is_an_error(tmp_path: Path) -> None:
    leaked = question_fields(question="peníze na byty kde získám")
    (finding,) = found(checked(tmp_path, leaked), "leakage")
    assert finding.severity == "error"
    assert "s předjímanou otázkou „Kde získám peníze na byty?“" in finding.text
    refused = question_fields(question="peníze na byty kde získám", answerable=False, evidence=[], facts=[])
    assert found(checked(tmp_path, refused), "leakage") == []


def test_content_that_cannot_count_is_pointed_at(tmp_path: Path) -> None:
    texts = Texts({"plan": PLAN + LONG, "vyzva": CALL + "\nOprávněným žadatelem je obec."})
    file = write_lines(
        tmp_path / "q.jsonl",
        question_fields(facts=["300 milionů"]),
        question_fields(id="Q2", answerable=False),
        question_fields(id="Q3", facts=[], evidence=[{"doc": "plan", "quote": "2.b"}]),
        question_fields(id="Q4", facts=[], evidence=[{"doc": "plan", "quote": LONG}]),
        question_fields(id="Q5", facts=[], evidence=[{"doc": "vyzva", "quote": "Oprávněným žadatelem je obec."}]),
    )
    said = texts_of(check_set(file, texts, [], {}), "content")
    assert [row.split(":")[0] for row in said] == [
        "warning Q1", "warning Q2", "warning Q3", "error Q4", "warning Q5"
    ]  # fmt: skip
    assert "údaj „300 milionů“ v žádném z citátů není" in said[0]
    assert "stojí v dokumentu 2krát" in said[4]


def test_the_balance_says_which_kinds_are_too_few_to_say_anything(tmp_path: Path) -> None:
    many = [question_fields(id=f"Q{n}", question=f"Co je v bodě {n} {chr(97 + n) * 9}?") for n in range(5)]
    result = checked(tmp_path, *many, question_fields(id="R1", kind="list", question="Vyjmenuj opatření."))
    assert [finding.text.split(";")[0] for finding in found(result, "balance")] == [
        "druh „list“ má jen tolik otázek: 1",
        "sada nemá žádnou nezodpověditelnou otázku",
    ]
    assert (result.kinds["lookup"].questions, result.kinds["lookup"].answerable) == (5, 5)


@pytest.mark.parametrize("name", ["open", "control", "unanswerable"])
def test_the_projects_own_sets_have_nothing_to_be_mended(name: str) -> None:
    file = PROJECT / "eval" / "questions" / f"{name}.jsonl"
    assert check_set(file, Texts.of_folder(PROJECT / "corpus"), [], {}).errors == 0


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers(dest="command"))
    return command.run(parser.parse_args(["questions", "check", *arguments]))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two text files without an index."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "plan.txt").write_text(PLAN, encoding="utf-8")
    (corpus / "vyzva.txt").write_text(CALL, encoding="utf-8")
    monkeypatch.setenv("OPORA_CORPUS", str(corpus))
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    return tmp_path


def test_the_command_reports_in_czech_and_warnings_do_not_fail(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_lines(home / "vlastni.jsonl", question_fields())
    assert run(str(file)) == 0
    said = capsys.readouterr().out
    assert "Citáty v dokumentech: v pořádku" in said
    assert "Vyváženost: 2 upozornění" in said
    assert "za opakování se počítá od 60 %" in said
    assert "Sadu lze použít." in said


def test_the_command_fails_when_something_must_be_mended(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write_lines(home / "dobra.jsonl", question_fields(question="Kdo pomůže lidem s dluhy v exekuci?"))
    bad = write_lines(home / "spatna.jsonl", question_fields(), question_fields(id="Q2"))
    assert run(str(good), str(bad)) == 1
    assert "Je co opravit: 1 chyba." in capsys.readouterr().out


def test_the_json_holds_every_finding_with_the_threshold(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # More than fit into the printed report.
    file = write_lines(home / "a.jsonl", *[question_fields(id=f"Q{n}", facts=["nic takového"]) for n in range(20)])
    assert run(str(file), "--json") == 1
    (result,) = json.loads(capsys.readouterr().out)
    assert result["too_similar"] == TOO_SIMILAR
    assert result["kinds"] == {"lookup": {"questions": 20, "answerable": 20}}
    assert sum(finding["check"] == "content" for finding in result["findings"]) == 20


def test_similarity_finds_the_nearest_of_many_and_nothing_where_nothing_is_shared() -> None:
    known = Known(["Kdo pomáhá lidem bez domova?", "Kolik stojí byt?", "Kolik stojí byty v obci?"])
    assert [n for _, n in known.alike("kolik stoji byt")] == [1]
    assert known.nearest("xyz") == (0.0, "")
    assert nearest({"a": ["qqqq", "Kolik stojí byt"]}, ["Kolik stojí byt?"]) == {"a": (1.0, "Kolik stojí byt?")}


def test_a_draft_that_nobody_judged_is_no_question(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question_fields(judged=False))
    with pytest.raises(QuestionSetError, match=r"řádek 1: je to návrh, který ještě nikdo neposoudil"):
        load_questions(file)
    assert len(load_questions(write_lines(tmp_path / "q.jsonl", question_fields(judged=True)))) == 1


def test_a_written_line_reads_back_the_same_as_the_evaluation_reads_it(tmp_path: Path) -> None:
    for name in ("open", "control", "unanswerable"):
        questions = load_questions(PROJECT / "eval" / "questions" / f"{name}.jsonl")
        assert all(parse_question(json.loads(question_line(question))) == question for question in questions)
        file = write_lines(tmp_path / f"{name}.jsonl", *map(question_line, questions))
        assert load_questions(file) == questions


@given(
    st.text(alphabet="ab č\u0301c\u030c\u00a0\n\tá", max_size=12),
    st.text(alphabet="ab č\u0301c\u030c\u00a0\n\tá", max_size=5),
)
def test_the_editor_and_the_evaluation_agree_whether_a_quote_stands_in_a_text(text: str, quote: str) -> None:
    # A quote that begins with a combining mark is half a letter, which no one selects.
    if quote.lstrip()[:1] not in ("\u0301", "\u030c"):
        assert bool(places(text, quote)) == bool(Texts({"d": text}).find("d", quote))
