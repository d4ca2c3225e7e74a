"""A chat model's server that hangs: nobody waits for it longer than the settings say, and everybody is answered."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit as st

from ingest.errors import ModelError
from ingest.settings import ModelSettings, Settings
from prompts.answer import Statement
from prompts.model import ChatModel
from tests.api_world import OPEN, WRITABLE, client, events, point_at, ready
from tests.model_server import Behaviour, Handler, hangs, hangs_after, model_server, says, trickles
from tests.serving import Server, serving
from tests.sessions import Session, session
from views.chat import LONGEST_DISPLAY
from views.markup import statement_html

LIMIT = 2.0
NOTICE = "Jazykový model neodpověděl včas (do 2 s). Odpověď je proto složená přímo z citací."
GRACE = 1.0
"""Seconds that searching and composing the answer of quotes may take beside the model."""


def sends_a_head_and_nothing(handler: Handler) -> None:
    handler.begin()
    handler.released.wait(60)


def sends_the_head_letter_by_letter(handler: Handler) -> None:
    until_left(handler, lambda: handler.wfile.write(b"H"), begin=b"HTTP/1.1 200 OK\r\nX-Slow: ")


def sends_only_signs_of_life(handler: Handler) -> None:
    handler.begin()
    until_left(handler, lambda: handler.wfile.write(b": zde\n\n"))


def sends_empty_pieces(handler: Handler) -> None:
    handler.begin()
    until_left(handler, lambda: handler.piece(""))


def until_left(handler: Handler, send: Callable[[], object], begin: bytes = b"") -> None:
    """Send something ten times a second until the reader has gone."""
    try:
        handler.wfile.write(begin)
        while not handler.released.wait(0.1):
            send()
    except OSError:
        return  # the reader has given up, as it should


HUNG = {
    "accepts": hangs,
    "head": sends_a_head_and_nothing,
    "slow head": sends_the_head_letter_by_letter,
    "signs of life": sends_only_signs_of_life,
    "empty pieces": sends_empty_pieces,
    "stops": hangs_after("Lidem s dluhy "),
    "a letter every 5 s": trickles("Lidem s dluhy pomáhá poradenství. " * 50, 5.0),
    "a letter every 0.3 s": trickles("Lidem s dluhy pomáhá poradenství. " * 50, 0.3),
    "late, then stops": None,
}
"""Ways to hang; the last one is made for its test, since it depends on the time limit."""


def behaviour(name: str, limit: float = LIMIT) -> Behaviour:
    def late(handler: Handler) -> None:
        handler.begin()
        handler.released.wait(limit * 0.8)
        handler.piece("Lidem ")
        handler.released.wait(60)

    return HUNG[name] or late


@pytest.fixture(autouse=True)
def _no_model_is_left_behind() -> Iterator[None]:
    """Have the next test open its assistant anew."""
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize("name", HUNG)
@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_reply_is_given_up_when_its_time_is_over_whatever_the_server_sends(provider: str, name: str) -> None:
    pytest.importorskip(f"langchain_{provider}")
    with model_server(behaviour(name, 0.6)) as server:
        model = ChatModel.open(ModelSettings(f"{provider}:loopback", server.url, timeout=0.6))
        begun = time.monotonic()
        # What OpenAI's protocol sends is no reply in Ollama's, which may be noticed sooner.
        late = r"neodpověděl včas \(do 0,6 s\)" if provider == "openai" else "."
        with pytest.raises(ModelError, match=late):
            list(model.stream("Odpovídej česky.", "Kdo je předlužený?"))
        assert time.monotonic() - begun < 0.6 + GRACE
        assert len(server.requests) == 1


def test_a_reply_in_time_is_not_cut_and_leaves_nothing_that_would_cut_the_next_one() -> None:
    with model_server(says("Osoby předlužené jsou osoby v exekuci.")) as server:
        model = ChatModel.open(ModelSettings("openai:loopback", server.url, timeout=1.0))
        before = threading.active_count()
        for _ in range(5):
            assert list(model.stream("", "Kdo?"))[:-1]
            time.sleep(0.3)
        assert len(server.requests) == 5
        assert threading.active_count() <= before + 1


def test_two_replies_for_one_answer_share_its_time() -> None:
    with model_server(trickles("ano", 0.2), hangs) as server:
        model = ChatModel.open(ModelSettings("openai:loopback", server.url, timeout=1.0)).since(time.monotonic())
        begun = time.monotonic()
        with pytest.raises(ModelError):
            list(model.stream("", "Přepiš dotaz."))  # breaks off after its letters
        with pytest.raises(ModelError, match="neodpověděl včas"):
            list(model.stream("", "Odpověz."))
        assert len(server.requests) == 2
        assert time.monotonic() - begun < 1.5
        with pytest.raises(ModelError, match="neodpověděl včas"):
            list(model.stream("", "A ještě jednou."))
        assert len(server.requests) == 2, "nothing is asked when no time is left"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "stream"), [*((name, False) for name in HUNG), ("accepts", True), ("signs of life", True), ("stops", True)]
)
def test_eight_callers_of_four_workers_all_get_quotes_and_the_workers_are_free_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, stream: bool
) -> None:
    headers = {"Accept": "text/event-stream"} if stream else {}
    with model_server(behaviour(name)) as server, client(**OPEN) as api:
        model = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": server.url, "OPORA_MODEL_TIMEOUT": f"{LIMIT:g}"}
        point_at(settings, monkeypatch, **model)
        ready(api)
        begun = time.monotonic()
        with ThreadPoolExecutor(8) as callers:
            asked = [
                callers.submit(api.post, "/api/ask", json={"question": WRITABLE}, headers=headers) for _ in range(8)
            ]
            replies = [future.result(60) for future in asked]
        taken = time.monotonic() - begun
        figures = api.get("/metrics").text
        assert len(server.requests) == 8, "each question asks the model once"
    assert {reply.status_code for reply in replies} == {200}
    for reply in replies:
        body = json.loads(events(reply.text)[-1][1] if stream else reply.text)
        assert body["status"] == "answered"
        assert body["notices"] == [NOTICE]
        assert "verbatim" in {statement["verdict"] for statement in body["statements"]}
    # Two rounds of four workers.
    assert taken < 2 * (LIMIT + GRACE)
    assert "opora_requests_in_work 0.0" in figures


@pytest.mark.slow
def test_a_follow_up_that_hangs_takes_no_longer_than_a_question(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = [
        {"role": "user", "content": WRITABLE},
        {"role": "assistant", "content": "Lidem s dluhy pomáhá dluhové poradenství."},
    ]
    with model_server(behaviour("late, then stops")) as server, client(**OPEN) as api:
        model = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": server.url, "OPORA_MODEL_TIMEOUT": f"{LIMIT:g}"}
        point_at(settings, monkeypatch, **model)
        ready(api)
        begun = time.monotonic()
        reply = api.post("/api/ask", json={"question": "A kdo je realizuje?", "history": history})
        assert time.monotonic() - begun < LIMIT + GRACE
        assert reply.status_code == 200
        assert len(reply.json()["notices"]) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["accepts", "signs of life", "a letter every 5 s"])
def test_eight_visitors_of_the_chat_page_all_get_quotes_with_one_notice(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    def visit(server: Server) -> tuple[Session, float]:
        with session(server.url) as visitor:
            return visitor, visitor.ask(WRITABLE)

    with model_server(behaviour(name)) as model, ThreadPoolExecutor(8) as people:
        env = {
            **{"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)},
            **{"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": model.url, "OPORA_MODEL_TIMEOUT": f"{LIMIT:g}"},
        }
        with serving(tmp_path, env) as server:
            visits = list(people.map(visit, [server] * 8))
    for visitor, seconds in visits:
        assert not visitor.errors
        assert visitor.page.count(statement_html(Statement(NOTICE, "note", "note"))) == 1
        assert '<blockquote class="opora-quote">' in visitor.page
        # Opening the page, showing the statements one after another, and eight of that on two cores.
        assert seconds < LIMIT + LONGEST_DISPLAY + 4 * GRACE
