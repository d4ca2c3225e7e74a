"""`python -m eval run` and `python -m eval runs`: what is recorded, continued, refused, listed and deleted."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.commands.run import INTERRUPTED, run
from eval.runs.files import recorded, run_folder
from ingest.errors import QuestionSetError, SettingsError
from ingest.settings import PROJECT, Settings
from prompts.answer import Answer, Turn
from tests.building import folders
from tests.eval_doubles import DOCUMENTS, TEXTS, Scripted, answer, question_fields, span_of, write_lines
from tests.model_server import model_server, says
from tests.recording import command, opening, rows
from tests.study_world import install, write_questions

HOUSING, WEATHER = "Co se plánuje pro bydlení?", "Jaké bude zítra počasí?"
QUOTE = span_of("plan", "Zvýšit dostupnost bydlení o 120 bytů")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an installation of its own, which the commands read from the environment."""
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "data"


@pytest.fixture
def questions(tmp_path: Path) -> str:
    other = question_fields(id="Q2", kind="refuse_other", question=WEATHER, answerable=False, facts=[], evidence=[])
    return str(write_lines(tmp_path / "mala.jsonl", question_fields(), other))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a small installation with its real index, which the commands read from the environment."""
    shutil.copytree(built.data, tmp_path / "data")
    monkeypatch.setenv("OPORA_CORPUS", str(built.corpus))
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    return Settings(corpus=built.corpus, data=tmp_path / "data")


def system() -> Scripted:
    said = answer(HOUSING, [(QUOTE, TEXTS.at(QUOTE))], [QUOTE])
    return Scripted({HOUSING: said, WEATHER: answer(WEATHER, status="out_of_scope", says=["To v dokumentech není."])})


def test_a_run_records_questions_answers_scores_and_its_configuration(
    data: Path, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command("run", "--name", "prvni", "--questions", questions), opening(system())) == 0
    folder = run_folder(data / "runs", "prvni")
    described, summary = folder.described(), folder.summarised()
    assert described is not None
    assert summary is not None
    assert {key: described[key] for key in ("format", "name", "system", "index", "at_once", "limit")} == {
        "format": 1,
        "name": "prvni",
        "system": "opora",
        "index": "index-1",
        "at_once": 1,
        "limit": None,
    }
    assert described["started"] < described["finished"]
    assert described["sets"][0].keys() == {"file", "sha256", "questions"}
    assert [(row["id"], row["set"]) for row in rows(folder.questions)] == [("Q1", "mala"), ("Q2", "mala")]
    assert [row["status"] for row in rows(folder.records)] == ["answered", "out_of_scope"]
    assert [row["found"] for row in rows(folder.scores)] == [[True], []]
    assert summary["all"]["recall@5"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert summary["sets"].keys() == {"mala"}
    assert summary["kinds"].keys() == {"lookup", "refuse_other"}
    shown = capsys.readouterr()
    assert "odmítání celkem (F1)" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


def test_a_finished_run_is_shown_again_without_asking_anything(data: Path, questions: str) -> None:
    line, again = command("run", "--name", "a", "--questions", questions), system()
    assert run(line, opening(system())) == 0
    before = (data / "runs" / "a" / "records.jsonl").read_bytes()
    assert run(line, opening(again)) == 0
    assert again.asked == []
    assert (data / "runs" / "a" / "records.jsonl").read_bytes() == before


def test_a_run_broken_off_by_the_user_says_so_and_is_continued(
    data: Path, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stopped(Scripted):
        def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
            if question == WEATHER:
                raise KeyboardInterrupt
            return super().ask(question, history)

    line, again = command("run", "--name", "a", "--questions", questions), system()
    assert run(line, opening(Stopped(system().script))) == INTERRUPTED
    assert "Týž příkaz dokončí běh „a“ tam, kde přestal." in capsys.readouterr().err
    assert run(command("runs")) == 0
    assert "nedokončený" in capsys.readouterr().out
    assert run(line, opening(again)) == 0
    assert [question for question, _ in again.asked] == [WEATHER]
    assert [row["id"] for row in rows(data / "runs" / "a" / "records.jsonl")] == ["Q1", "Q2"]


def test_a_line_that_a_killed_run_left_half_written_is_dropped_and_asked_again(data: Path, questions: str) -> None:
    line, again = command("run", "--name", "a", "--questions", questions), system()
    assert run(line, opening(system())) == 0
    folder = run_folder(data / "runs", "a")
    described = folder.described() or {}
    folder.write_object(folder.run, described | {"finished": None})
    content = folder.records.read_bytes()
    folder.records.write_bytes(content[: content.index(b"\n") + 40])
    assert run(line, opening(again)) == 0
    assert [question for question, _ in again.asked] == [WEATHER]
    assert [row["id"] for row in rows(folder.records)] == ["Q1", "Q2"]


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_continued_without_losing_or_repeating_an_answer(
    world: Settings, tmp_path: Path
) -> None:
    asked = rows(write_questions(tmp_path / "q.jsonl"))
    many = write_lines(
        tmp_path / "mnoho.jsonl", *(row | {"id": f"{row['id']}-{n}"} for n in range(160) for row in asked)
    )
    records = world.runs / "dlouhy" / "records.jsonl"
    kept, kills = b"", 0
    for least in (1, 100, 300):
        child = start("--name", "dlouhy", "--questions", str(many))
        while child.poll() is None and (not records.is_file() or records.read_bytes().count(b"\n") < least):
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        kills += child.wait() == -signal.SIGKILL
        content = records.read_bytes()
        assert content.startswith(kept), "an answer that was recorded has changed"
        kept = content[: content.rfind(b"\n") + 1]
        records.write_bytes(kept + b'{"id": "Q1-0", "question": "Kdo by')
    assert kills == 3, "the run ended before it was killed"
    assert start("--name", "dlouhy", "--questions", str(many)).wait() == 0
    assert records.read_bytes().startswith(kept)
    assert sorted(row["id"] for row in rows(records)) == sorted(row["id"] for row in rows(many))
    described = run_folder(world.runs, "dlouhy").described() or {}
    assert described["finished"]
    assert len(described["sessions"]) == 4
    assert described["seconds"] >= sum(row["seconds"] for row in rows(records))


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.recording", "run", *arguments],
        cwd=PROJECT,
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_the_same_name_under_another_configuration_says_what_differs_and_what_to_do(data: Path, questions: str) -> None:
    assert run(command("run", "--name", "a", "--questions", questions), opening(system())) == 0
    other = command("run", "--name", "a", "--questions", questions, "--set", "weights.concepts=0", "--limit", "1")
    asked = system()
    with pytest.raises(SettingsError) as refused:
        run(other, opening(asked, index="index-2"))
    message = str(refused.value)
    assert message.startswith("Běh „a“ už existuje a vznikl jinak:\n")
    assert "– nastavení (--set) weights.concepts: bylo nic, teď 0,0" in message
    assert "– rejstřík dokumentů: bylo „index-1“, teď „index-2“" in message
    assert "– sada otázek mala.jsonl: " in message
    assert message.endswith("nebo běh smažte příkazem „python -m eval runs --delete a“.")
    assert asked.asked == []


def test_two_commands_do_not_write_the_same_run(data: Path, questions: str) -> None:
    with run_folder(data / "runs", "a").open():
        for line in (command("run", "--name", "a", "--questions", questions), command("runs", "--delete", "a")):
            with pytest.raises(SettingsError, match="právě zapisuje jiný příkaz"):
                run(line, opening(system()))


def test_a_wrong_quote_is_said_before_anything_is_asked_or_written(data: Path, tmp_path: Path) -> None:
    wrong = write_lines(tmp_path / "q.jsonl", question_fields(evidence=[{"doc": "plan", "quote": "o 130 bytů"}]))
    asked = system()
    with pytest.raises(QuestionSetError, match="není citát „o 130 bytů“"):
        run(command("run", "--name", "a", "--questions", str(wrong)), opening(asked))
    assert asked.asked == []
    assert recorded(data / "runs") == ()


@pytest.mark.parametrize("name", ["", "..", ".skryty", "a/b", "a b", "konec.", "x" * 81])
def test_a_name_that_no_folder_can_have_is_refused(name: str, data: Path, questions: str) -> None:
    with pytest.raises(SettingsError, match=r"Jméno běhu .* nelze použít"):
        run(command("run", "--name", name, "--questions", questions), opening(system()))


@pytest.mark.parametrize("option", ["--limit", "--at-once"])
def test_a_number_of_questions_below_one_is_refused(option: str, data: Path, questions: str) -> None:
    with pytest.raises(SettingsError, match=f"{option}.* má být aspoň 1, je to 0"):
        run(command("run", "--name", "a", "--questions", questions, option, "0"), opening(system()))


def test_a_folder_that_cannot_be_written_is_one_czech_sentence(data: Path, questions: str) -> None:
    data.mkdir()
    (data / "runs").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="nelze zapisovat \\(na jejím místě je soubor\\)"):
        run(command("run", "--name", "a", "--questions", questions), opening(system()))


def test_several_questions_at_once_are_really_in_flight_together_and_timed_each_for_itself(
    data: Path, tmp_path: Path
) -> None:
    together = threading.Barrier(3, timeout=20)

    class Waiting:
        documents = DOCUMENTS

        def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
            together.wait()
            time.sleep(0.2 if question.endswith("1?") else 0)
            return answer(question)

    asked = [question_fields(id=f"Q{n}", question=f"Otázka {n}?") for n in range(3)]
    file = write_lines(tmp_path / "q.jsonl", *asked)
    line = command("run", "--name", "a", "--questions", str(file), "--at-once", "3")
    assert run(line, opening(Waiting())) == 0
    found = {row["id"]: row["seconds"] for row in rows(data / "runs" / "a" / "records.jsonl")}
    assert found.keys() == {"Q0", "Q1", "Q2"}
    assert found["Q1"] >= 0.2
    assert (run_folder(data / "runs", "a").described() or {})["at_once"] == 3
    # Scores come in the order of the questions, whoever was answered first.
    assert [row["id"] for row in rows(data / "runs" / "a" / "scores.jsonl")] == ["Q0", "Q1", "Q2"]


def test_the_real_assistant_leaves_the_shares_of_the_channels_and_how_sure_it_was(
    world: Settings, tmp_path: Path
) -> None:
    file = write_questions(tmp_path / "q.jsonl")
    assert run(command("run", "--name", "a", "--questions", str(file))) == 0
    for row in rows(world.runs / "a" / "records.jsonl"):
        assert 0 <= row["confidence"] <= 1
        for found in row["retrieved"]:
            assert sum(found["channels"].values()) == pytest.approx(found["score"], abs=0.001)


def test_a_chat_model_has_several_questions_in_flight_and_its_tokens_are_counted(
    world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question_fields(
        question="Kdo může být žadatelem?",
        facts=["obec"],
        evidence=[{"doc": "vyzva", "quote": "Žadatelem může být obec nebo nezisková organizace."}],
    )
    file = write_lines(tmp_path / "q.jsonl", *(asked | {"id": f"Q{n}"} for n in range(6)))
    with model_server(says("Žadatelem může být obec nebo nezisková organizace [1].")) as server:
        monkeypatch.setenv("OPORA_MODEL_URL", server.url)
        assert run(command("run", "--name", "a", "--questions", str(file), "--llm", "openai:zkouska")) == 0
        assert len(server.requests) == 6
    folder = run_folder(world.runs, "a")
    described, summary = folder.described() or {}, folder.summarised() or {}
    assert (described["settings"]["model"], described["at_once"]) == ("openai:zkouska", 4)
    assert {row["id"]: row["model"]["calls"] for row in rows(folder.records)} == {f"Q{n}": 1 for n in range(6)}
    assert summary["all"]["tokens_in"]["n"] == 6
    assert summary["all"]["tokens_in"]["value"] > 0
    assert "cost" not in summary["all"]


def test_another_encoder_gets_an_index_of_its_own_and_the_serving_one_stays(world: Settings, tmp_path: Path) -> None:
    model = tmp_path / "jiny-model"
    shutil.copytree(PROJECT / "retrieval" / "model", model)
    before = {path: path.stat().st_mtime_ns for path in world.index.rglob("*")}
    file = str(write_questions(tmp_path / "q.jsonl"))
    assert run(command("run", "--name", "a", "--questions", file, "--encoder", str(model))) == 0
    described = run_folder(world.runs, "a").described() or {}
    assert described["settings"]["encoder"] == str(model)
    assert {path: path.stat().st_mtime_ns for path in world.index.rglob("*")} == before
    assert described["index"] not in folders(world)
    assert [path.name for path in world.data.glob("encoders/*/*") if path.is_dir()] == [described["index"]]


def test_runs_are_listed_with_date_sets_and_main_figures_and_deleted_by_name(
    data: Path, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command("runs")) == 0
    assert "Žádný běh ještě není nahraný." in capsys.readouterr().out
    for name in ("prvni", "druhy"):
        assert run(command("run", "--name", name, "--questions", questions), opening(system())) == 0
    capsys.readouterr()
    assert run(command("runs")) == 0
    shown = capsys.readouterr().out
    assert shown.index("druhy") < shown.index("prvni"), "the newest run comes first"
    first = next(line for line in shown.splitlines() if line.startswith("druhy")).split()
    assert first[1:7] == ["opora", "mala", "(2)", "1,00", "1,00", "1,00"]
    assert max(map(len, shown.splitlines())) <= 80
    assert run(command("runs", "--delete", "prvni")) == 0
    assert [folder.name for folder in recorded(data / "runs")] == ["druhy"]
    with pytest.raises(SettingsError, match=r"Běh „prvni“ neexistuje. Nahrané běhy: druhy\."):
        run(command("runs", "--delete", "prvni"))


def test_a_damaged_run_says_how_to_get_rid_of_it(data: Path, questions: str) -> None:
    assert run(command("run", "--name", "a", "--questions", questions), opening(system())) == 0
    (data / "runs" / "a" / "run.json").write_text(json.dumps({"format": 99}), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.json běhu „a“ je poškozený nebo z jiné verze.*runs --delete a"):
        run(command("runs"))
    assert run(command("runs", "--delete", "a")) == 0
    assert recorded(data / "runs") == ()
