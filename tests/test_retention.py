"""Questions are stored only when that is switched on, without personal data, and forgotten in time."""

import ast
import logging
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from ingest.errors import SettingsError
from ingest.settings import PROJECT, Settings
from prompts.__main__ import main
from prompts.answer import Answer
from prompts.feedback import FILE, load_feedback, store_feedback, withdraw_feedback
from prompts.question_log import keep_question, kept_questions
from prompts.rating import rated
from prompts.retention import Forgotten, Retention, forget, kept

NOW = datetime(2026, 5, 20, 14, 37, 12, tzinfo=UTC)


def answer(question: str = "Kdo může žádat?") -> Answer:
    return Answer(question, "answered", (), (), (), 0.1)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, keep_questions=True, keep_days=30)


def rate(home: Settings, days_ago: int = 0, remark: str = "") -> str:
    given = rated("Kdo může žádat?", answer(), "up", remark=remark)
    when = (NOW - timedelta(days=days_ago)).isoformat(timespec="milliseconds")
    return store_feedback(home, replace(given, time=when)).id


def test_without_being_switched_on_no_question_is_stored(tmp_path: Path) -> None:
    home = Settings(data=tmp_path)
    assert keep_question(home, answer()) is False
    assert list(tmp_path.iterdir()) == []


def test_a_stored_question_has_no_personal_data_and_no_exact_time(home: Settings) -> None:
    assert keep_question(home, answer("Jsem Jan Novák, r. č. 530215/123, kdo mi pomůže?"), NOW)
    (one,) = kept_questions(home)
    assert one.question == "Jsem [jméno], r. č. [rodné číslo], kdo mi pomůže?"
    assert (one.hour, one.status) == ("2026-05-20T14+00:00", "answered")
    (file,) = home.questions.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"530215" not in file.read_bytes()


def test_a_rating_is_written_without_personal_data(home: Settings) -> None:
    rate(home, remark="Volejte 777 123 456, Jana Nováková")
    assert load_feedback(home)[0].remark == "Volejte [telefon], [jméno]"
    assert b"777" not in (home.feedback / FILE).read_bytes()


def test_an_unfinished_line_hides_no_other(home: Settings) -> None:
    keep_question(home, answer("První?"), NOW)
    with (home.questions / "2026-05-20.jsonl").open("ab") as file:
        file.write(b'{"hour": "20')
    assert [one.question for one in kept_questions(home)] == ["První?"]


def test_what_is_older_than_the_limit_is_forgotten_and_the_rest_stays(home: Settings) -> None:
    for days_ago in (0, 30, 31, 400):
        keep_question(home, answer(f"Před {days_ago} dny?"), NOW - timedelta(days=days_ago))
        rate(home, days_ago, str(days_ago))
    assert forget(home, now=NOW) == Forgotten(days=2, ratings=2)
    assert [one.question for one in kept_questions(home)] == ["Před 30 dny?", "Před 0 dny?"]
    assert [one.remark for one in load_feedback(home)] == ["30", "0"]
    assert forget(home, now=NOW) == Forgotten(0, 0)


def test_a_withdrawn_rating_is_gone_for_good_after_forgetting(home: Settings) -> None:
    rate(home, remark="zůstane")
    withdrawn = store_feedback(home, rated("Tajné?", answer(), "up", remark="pryč"))
    withdraw_feedback(home, withdrawn)
    forget(home, now=NOW)
    content = (home.feedback / FILE).read_text(encoding="utf-8")
    assert "zůstane" in content
    assert "pryč" not in content
    rate(home, remark="další")
    assert {one.remark for one in load_feedback(home)} == {"zůstane", "další"}


def test_a_changed_rating_counts_from_its_last_change(home: Settings) -> None:
    first = rated("Co?", answer(), "up")
    old = (NOW - timedelta(days=90)).isoformat(timespec="milliseconds")
    store_feedback(home, replace(first, time=old))
    store_feedback(home, replace(first, rating="down", time=NOW.isoformat(timespec="milliseconds")))
    assert forget(home, now=NOW).ratings == 0
    assert load_feedback(home)[0].rating == "down"


def test_everything_can_be_forgotten(home: Settings) -> None:
    keep_question(home, answer(), NOW)
    rate(home)
    assert forget(home, 0) == Forgotten(1, 1)
    assert (kept(home).questions, kept(home).ratings) == (0, 0)
    assert (home.feedback / FILE).read_bytes() == b""


def test_forgetting_begins_at_once_and_comes_again_until_it_is_stopped(home: Settings) -> None:
    keep_question(home, answer(), datetime.now(UTC) - timedelta(days=31))
    twice, rounds = Event(), []

    def run(settings: Settings) -> Forgotten:
        rounds.append(forget(settings))
        if len(rounds) > 1:
            twice.set()
        return rounds[-1]

    retention = Retention(home, 0.01, run)
    retention.start()
    assert twice.wait(10)
    retention.stop()
    assert rounds[0].days == 1
    assert kept_questions(home) == ()


def test_a_failed_round_is_logged_and_the_next_one_comes(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    twice, rounds = Event(), []

    def run(settings: Settings) -> Forgotten:
        rounds.append(1)
        if len(rounds) > 1:
            twice.set()
        raise SettingsError("Složka není.")

    retention = Retention(home, 0.01, run)
    retention.start()
    assert twice.wait(10)
    retention.stop()
    assert "Složka není." in caplog.text


def test_the_command_says_what_is_kept_and_forgets_it(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(home.data))
    keep_question(home, answer("Kde hledat bydlení?"), NOW)
    assert main(["kept"]) == 0
    said = capsys.readouterr().out
    assert "Ukládání dotazů: vypnuto" in said
    assert "Uložené dotazy: 1, nejstarší z 20. 5. 2026" in said
    assert "Kde hledat" not in said
    assert main(["kept", "--list"]) == 0
    assert "Kde hledat bydlení?" in capsys.readouterr().out
    assert main(["forget", "--all"]) == 0
    assert "dotazy z 1 dnů" in capsys.readouterr().out
    assert kept_questions(home) == ()


def test_the_command_wants_a_number_of_days(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["forget", "--older-than", "0"])
    assert "nejméně 1" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "on"), [("", False), ("0", False), ("1", True)])
def test_questions_are_kept_only_when_the_setting_says_yes(text: str, on: bool) -> None:
    assert Settings.from_env({"OPORA_KEEP_QUESTIONS": text}).keep_questions is on


@pytest.mark.parametrize(("name", "text"), [("OPORA_KEEP_QUESTIONS", "snad"), ("OPORA_KEEP_DAYS", "0")])
def test_an_unclear_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: text})


def test_no_log_message_of_the_code_holds_a_question(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        keep_question(home, answer("Jedinečné znění dotazu?"), NOW)
        store_feedback(home, rated("Jedinečné znění dotazu?", answer(), "up"))
        forget(home, 0)
    assert "Jedinečné" not in caplog.text


def test_no_line_of_the_code_logs_what_a_user_wrote() -> None:
    secret = {"question", "questions", "text", "remark", "answer", "typed", "asked"}
    telling, calls = [], 0
    for layer in ("ingest", "retrieval", "prompts", "views"):
        for path in (PROJECT / layer).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(("log.", "logging.")):
                    calls += 1
                    inside = [n for argument in call.args for n in ast.walk(argument)]
                    names = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in inside}
                    telling += [f"{path.name}:{call.lineno} {name}" for name in names & secret]
    assert calls > 5
    assert telling == []
