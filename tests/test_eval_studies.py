"""The commands that study the search, as a person runs them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.questions import Question, load_questions
from eval.spans import Span
from eval.speed import WARM_UP, timings
from ingest.settings import Settings
from prompts.assistant import Assistant
from tests.study_world import install, write_questions


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("world")
    settings = install(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPORA_CORPUS", str(settings.corpus))
        environment.setenv("OPORA_DATA", str(settings.data))
        environment.setenv("COLUMNS", "80")
        yield folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write_questions(tmp_path / "q.jsonl")


def test_the_help_lists_every_command_with_its_purpose_in_czech(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for purpose in (
        "answers zapsat odpovědi",
        "ablate změřit, co přidává která složka",
        "learn naučit váhy",
        "transfer změřit dokumenty bez předjímaných otázek",
        "speed změřit, jak rychle",
    ):
        assert purpose in shown


def test_the_ablation_is_shown_and_written_as_markdown(
    world: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("langchain_chroma", "langchain_classic", "rank_bm25"):
        pytest.importorskip(name, reason="the extra `bench` is not installed")
    out = tmp_path / "reports" / "ablation.md"
    assert main(["ablate", "--questions", str(questions), "--out", str(out)]) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "**Složky vyhledávání (4 otázek)**"
    assert lines[2] == "| Systém | R@5 | R@3000c | nDCG@10 | RR |"
    assert all(line.count("|") == 6 for line in lines[2:])
    assert any(line.startswith("| LangChain a BM25, tentýž model |") for line in lines)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


def test_speed_shows_the_search_beside_its_limits(
    world: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speed", "--questions", str(questions)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"vyhledání +5 +\d+,\d \(nejvýš 25\) +\d+,\d \(nejvýš 60\)", shown)
    assert re.search(r"celá odpověď +5 +\d+,\d +\d+,\d", shown)


def test_every_question_is_timed_once_after_the_warm_up(world: Path, questions: Path) -> None:
    assistant = Assistant.open(Settings.from_env())
    asked = load_questions(questions) * 4
    seen: list[Question] = []

    def finds(question: Question) -> list[Span]:
        seen.append(question)
        return []

    search, answer = timings(asked, finds, assistant)
    assert seen == [*asked[:WARM_UP], *asked]
    assert search.questions == answer.questions == len(asked)
    assert 0 < search.median <= search.p95


def test_a_missing_index_is_one_czech_sentence_and_a_failure(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "empty"))
    assert main(["speed", "--questions", str(questions)]) == 1
    assert "Rejstřík dokumentů ještě není sestavený." in capsys.readouterr().err
