"""What users say about answers is kept: one event per line, whatever happens to the process that writes it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Passage
from ingest.errors import FeedbackError
from ingest.settings import PROJECT, Settings
from prompts.answer import Answer, Citation, Statement
from prompts.feedback import FILE, UNFINISHED, load_feedback, store_feedback, withdraw_feedback
from prompts.rating import LONGEST_REMARK, Feedback, Rating, rated

QUOTE = "Podpora se zaměřuje na sociální služby."


def answer() -> Answer:
    passage = Passage("oplzz-3-1", 10, 10 + len(QUOTE), QUOTE, "paragraph")
    citation = Citation(1, passage, passage.start, passage.end, QUOTE, "Oblast podpory 3.1")
    return Answer("Co se podporuje?", "answered", (Statement(QUOTE, "quote", "verbatim", (1,)),), (citation,), (), 0.1)


def rating(kind: Rating = "up", remark: str = "", earlier: Feedback | None = None) -> Feedback:
    return rated("Co se podporuje?", answer(), kind, remark=remark, fingerprint="abc", earlier=earlier)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def lines(home: Settings) -> list[bytes]:
    return (home.feedback / FILE).read_bytes().splitlines()


def test_a_rating_is_read_back_as_it_was_given(home: Settings) -> None:
    given = rated("Co?", answer(), "source", wrong=1, reason="outdated", remark=" Dávno neplatí. ", fingerprint="abc")
    store_feedback(home, given)
    (found,) = load_feedback(home)
    assert found == given
    assert (found.remark, found.wrong, found.reason, found.fingerprint) == ("Dávno neplatí.", 1, "outdated", "abc")
    assert (found.citations[0].doc, found.citations[0].start, found.citations[0].quote) == ("oplzz-3-1", 10, QUOTE)
    assert found.text == f"• {QUOTE} [1]"


def test_without_any_rating_there_is_nothing_to_read(home: Settings) -> None:
    assert load_feedback(home) == ()


def test_a_changed_rating_counts_once_in_its_last_state(home: Settings) -> None:
    first = store_feedback(home, rating("up"))
    store_feedback(home, rating("down", "Chybí částka.", earlier=first))
    (found,) = load_feedback(home)
    assert (found.id, found.rating, found.remark) == (first.id, "down", "Chybí částka.")
    assert len(lines(home)) == 2


def test_a_withdrawn_rating_does_not_come_back_by_a_later_event(home: Settings) -> None:
    gone, kept = store_feedback(home, rating("down")), store_feedback(home, rating("up"))
    withdraw_feedback(home, gone)
    store_feedback(home, rating("up", earlier=gone))
    assert load_feedback(home) == (kept,)


def test_ratings_come_in_the_order_of_time_also_after_the_clock_went_back(home: Settings) -> None:
    later = store_feedback(home, replace(rating(), time="2026-01-02T10:00:00.000+00:00"))
    sooner = store_feedback(home, replace(rating(), time="2026-01-01T10:00:00.000+00:00"))
    assert load_feedback(home) == (sooner, later)
    # The event written last is the state, whatever the clock said.
    changed = store_feedback(home, replace(later, rating="down", time="2025-12-31T10:00:00.000+00:00"))
    assert load_feedback(home) == (changed, sooner)


def test_what_is_taken_out_before_storing_is_never_written(home: Settings) -> None:
    given = rating("down", "Volejte 601 234 567.")
    kept = store_feedback(home, given, redact=lambda feedback: replace(feedback, remark="Volejte [telefon]."))
    assert load_feedback(home) == (kept,)
    assert b"601" not in (home.feedback / FILE).read_bytes()


def test_an_unfinished_last_line_is_set_aside_and_hides_nothing(home: Settings) -> None:
    first = store_feedback(home, rating())
    with (home.feedback / FILE).open("ab") as file:
        file.write(lines(home)[0][:57])
    assert load_feedback(home) == (first,)
    second = store_feedback(home, rating("down"))
    assert load_feedback(home) == (first, second)
    assert (home.feedback / UNFINISHED).read_bytes() == lines(home)[0][:57] + b"\n"


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\xff\xfe",
        b"{}",
        b"[]",
        b"null",
        b'{"version": 1, "event": "rated", "id": "x"}',
        b'{"version": 99, "event": "rated"}',
    ],
)
def test_a_damaged_line_hides_no_other(home: Settings, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    first = store_feedback(home, rating())
    with (home.feedback / FILE).open("ab") as file:
        file.write(damage + b"\n")
    second = store_feedback(home, rating("down"))
    assert load_feedback(home) == (first, second)
    assert "1 damaged lines" in caplog.text


def test_a_record_of_an_unknown_kind_of_rating_is_not_taken_for_one(home: Settings) -> None:
    store_feedback(home, rating())
    record = json.loads(lines(home)[0])
    (home.feedback / FILE).write_text(json.dumps({**record, "rating": "sideways"}) + "\n", encoding="utf-8")
    assert load_feedback(home) == ()


@pytest.mark.parametrize("text", ["první\ndruhý\r\n", "a\u2028b\u0085c", '"} {"', "\ud800 půl znaku", "\x00", "🙂"])
def test_any_text_stays_within_its_line(home: Settings, text: str) -> None:
    store_feedback(home, replace(rating(), question=text))
    after = store_feedback(home, rating())
    found = load_feedback(home)
    assert len(found) == 2
    assert after in found
    assert found[0].question == text.encode("utf-8", "replace").decode()


def test_only_this_user_of_the_server_can_read_the_file(home: Settings) -> None:
    store_feedback(home, rating())
    assert (home.feedback / FILE).stat().st_mode & 0o077 == 0
    assert home.feedback.stat().st_mode & 0o077 == 0


def test_a_too_long_remark_says_by_how_much() -> None:
    with pytest.raises(FeedbackError, match=f"má {LONGEST_REMARK + 1} znaků, nejvýše jich může mít {LONGEST_REMARK}"):
        rating("down", "x" * (LONGEST_REMARK + 1))


def test_a_wrong_source_needs_a_source_of_the_answer_and_a_reason() -> None:
    for wrong, reason in ((None, "other"), (2, "other"), (1, "")):
        with pytest.raises(FeedbackError, match="který zdroj je špatný a proč"):
            rated("Co?", answer(), "source", wrong=wrong, reason=reason)  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written_gives_one_czech_line(tmp_path: Path) -> None:
    occupied = tmp_path / "soubor"
    occupied.write_text("tady složka být nemůže", encoding="utf-8")
    with pytest.raises(FeedbackError, match=r"^Hodnocení se nepodařilo uložit: .*zkuste to později"):
        store_feedback(Settings(data=occupied), rating())


# A process that stores ratings and says after each one that it is stored; the remarks number them.
WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
from ingest.settings import Settings
from tests.test_feedback import rating
from prompts.feedback import store_feedback
home = Settings(data=Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    stored = store_feedback(home, rating("down", f"{sys.argv[2]}-{n} " + "ěščřž" * 90))
    print(stored.id, flush=True)
"""


def writer(home: Settings, name: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.data), name, str(count)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killing_the_writer_loses_nothing_that_was_said_to_be_stored(home: Settings) -> None:
    moments = random.Random(7)
    promised: set[str] = set()
    for n in range(12):
        running = writer(home, str(n), 100_000)
        assert running.stdout
        promised.add(running.stdout.readline().strip())  # it has begun to write
        time.sleep(moments.uniform(0.0, 0.05))
        running.send_signal(signal.SIGKILL)
        # The last thing it printed may itself be cut off.
        promised.update(line.strip() for line in running.stdout if line.endswith("\n"))
        running.stdout.close()
        assert running.wait() == -signal.SIGKILL
        assert promised <= {feedback.id for feedback in load_feedback(home)}
    assert len(promised) > 24
    last = store_feedback(home, rating("up", "po všem"))
    assert last in load_feedback(home)
    assert all(json.loads(line) for line in lines(home))


def test_several_processes_write_at_once_without_mixing_their_lines(home: Settings) -> None:
    running = [writer(home, name, 60) for name in "abc"]
    printed = {line for process in running for line in process.communicate()[0].split()}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert {feedback.id for feedback in load_feedback(home)} == printed
    assert len(printed) == 180


FULL = """
import resource, signal, sys
from pathlib import Path
from ingest.errors import FeedbackError
from ingest.settings import Settings
from tests.test_feedback import rating
from prompts.feedback import store_feedback
home = Settings(data=Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = (home.feedback / "feedback.jsonl").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, size + 100))
try:
    store_feedback(home, rating("down", "nevejde se"))
except FeedbackError as error:
    print(error)
"""


def test_when_the_disk_is_full_nothing_half_written_stays(home: Settings) -> None:
    first = store_feedback(home, rating())
    before = (home.feedback / FILE).read_bytes()
    full = subprocess.run(
        [sys.executable, "-c", FULL, str(home.data)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert full.stdout.startswith("Hodnocení se nepodařilo uložit: na disku serveru není místo.")
    assert (home.feedback / FILE).read_bytes() == before
    assert load_feedback(home) == (first,)
