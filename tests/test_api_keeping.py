"""Questions of other systems are stored as those of the chat are: redacted, if switched on, beside the reply."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.settings import Settings
from prompts.question_log import KeptQuestion, kept_questions
from tests.api_world import OPEN, client, events, point_at

pytestmark = pytest.mark.slow

QUESTION = "Jsem Jan Novák, tel. 777 123 456. Jaké jsou cílové skupiny OPZ 2.1?"


def stored(settings: Settings, number: int) -> tuple[KeptQuestion, ...]:
    """Return the stored questions once there are so many; the reply does not wait for them."""
    deadline = time.monotonic() + 10
    while len(found := kept_questions(settings)) < number:
        assert time.monotonic() < deadline, f"only {len(found)} questions were stored"
        time.sleep(0.02)
    return found


def installation(settings: Settings, home: Path) -> Settings:
    """Return an installation with the same index and a folder of its own for what it stores."""
    home.mkdir(parents=True)
    (home / "index").symlink_to(settings.index)
    return replace(settings, data=home)


def test_a_question_is_stored_without_personal_data_and_answered_as_it_was_asked(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = installation(settings, tmp_path / "kept")
    point_at(own, monkeypatch, OPORA_KEEP_QUESTIONS="1")
    with client() as api:
        whole = api.post("/api/ask", json={"question": QUESTION})
        streamed = api.post("/api/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert whole.status_code == 200
    assert events(streamed.text)[-1][0] == "answer"
    for kept in stored(own, 2):
        assert kept.question == "Jsem [jméno], tel. [telefon]. Jaké jsou cílové skupiny OPZ 2.1?"
        assert kept.status == whole.json()["status"]
    everything = b"".join(path.read_bytes() for path in own.questions.iterdir())
    assert b"777" not in everything
    assert "Novák".encode() not in everything


def test_nothing_is_stored_unless_it_is_switched_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = installation(settings, tmp_path / "kept")
    point_at(own, monkeypatch)
    with client() as api:
        assert api.post("/api/ask", json={"question": QUESTION}).status_code == 200
    time.sleep(0.3)
    assert not own.questions.exists()


def test_a_folder_that_cannot_be_written_holds_no_answer_back_and_its_message_names_no_question(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own = installation(settings, tmp_path / "kept")
    own.questions.write_text("soubor v cestě", encoding="utf-8")
    point_at(own, monkeypatch, OPORA_KEEP_QUESTIONS="1")
    with client(**OPEN) as api:
        assert api.post("/api/ask", json={"question": QUESTION}).status_code == 200
    deadline = time.monotonic() + 10
    while "could not be stored" not in caplog.text:
        assert time.monotonic() < deadline, "the failure was not logged"
        time.sleep(0.02)
    assert "Novák" not in caplog.text
    assert "777" not in caplog.text
