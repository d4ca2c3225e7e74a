"""SIGTERM while people are being answered: running answers are finished, nobody new is let in, the process ends."""

import json
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from ingest.settings import Settings
from tests.api_world import OPEN, WRITABLE, events
from tests.model_server import Handler, ModelServer, hangs, model_server, trickles
from tests.serving import Server, serving
from tests.sessions import session

pytestmark = pytest.mark.slow

WRITTEN = "Lidem s dluhy pomáhá dluhové poradenství. [1]"
ENDED = (0, -signal.SIGTERM)


def writes_slowly(handler: Handler) -> None:
    """Take three to four seconds for a reply."""
    trickles(WRITTEN, 0.08)(handler)
    try:
        handler.piece("", "stop")
    except OSError:
        return  # the reader has gone


@contextmanager
def app(folder: Path, settings: Settings, model: ModelServer, **env: str) -> Iterator[Server]:
    """Serve the pages and the interface with a chat model."""
    places: Mapping[str, str] = {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    writing = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": model.url}
    with serving(folder, {**OPEN, **places, **writing, **env}) as server:
        yield server


def ask(server: Server, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}/api/ask", json={"question": WRITABLE}, headers=headers, timeout=60)


def wait_for_questions(model: ModelServer, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(model.requests) < count:
        assert time.monotonic() < deadline, f"the model was asked {len(model.requests)} times only"
        time.sleep(0.02)


def refuses(server: Server) -> bool:
    """Tell whether nobody new is let in."""
    parts = urlsplit(server.url)
    try:
        with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=2):
            return False
    except ConnectionRefusedError:
        return True


def test_running_answers_arrive_whole_and_nobody_new_is_let_in(settings: Settings, tmp_path: Path) -> None:
    with model_server(writes_slowly) as model, app(tmp_path, settings, model) as server:
        before = ask(server).json()
        model.requests.clear()
        with ThreadPoolExecutor(6) as callers:
            plain = [callers.submit(ask, server) for _ in range(2)]
            streams = [callers.submit(ask, server, Accept="text/event-stream") for _ in range(2)]
            wait_for_questions(model, 4)
            signalled = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert not any(reply.done() for reply in plain + streams), "the answers were to take longer"
            assert refuses(server)
            bodies = [json.loads(reply.result(60).text) for reply in plain]
            told = [events(reply.result(60).text) for reply in streams]
        assert server.process.wait(20) in ENDED
        assert time.monotonic() - signalled < 20
        printed = server.printed
    assert {body["status"] for body in bodies} == {"answered"}
    for names in ([name for name, _ in events_] for events_ in told):
        assert names.count("piece") > 10
        assert names[-1] == "answer"
    for body in [*bodies, *(json.loads(events_[-1][1]) for events_ in told)]:
        assert {**body, "seconds": 0} == {**before, "seconds": 0}
        assert body["citations"]
    assert "Traceback" not in printed, printed[-5000:]


def test_answers_that_wait_for_a_worker_are_finished_too(settings: Settings, tmp_path: Path) -> None:
    with (
        model_server(trickles(WRITTEN, 0.03)) as model,
        app(tmp_path, settings, model, OPORA_API_WORKERS="1") as server,
    ):
        with ThreadPoolExecutor(4) as callers:
            asked = [callers.submit(ask, server) for _ in range(4)]
            wait_for_questions(model, 1)
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            replies = [reply.result(60) for reply in asked]
        assert server.process.wait(20) in ENDED
    assert [(reply.status_code, reply.json()["status"]) for reply in replies] == [(200, "answered")] * 4


def test_a_visitor_of_the_chat_page_does_not_hold_the_shutdown(settings: Settings, tmp_path: Path) -> None:
    with model_server(writes_slowly) as model, app(tmp_path, settings, model) as server:
        with session(server.url) as visitor, ThreadPoolExecutor(1) as caller:
            visitor.send(WRITABLE)
            wait_for_questions(model, 1)
            asked = caller.submit(ask, server)
            wait_for_questions(model, 2)
            server.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed):
                visitor.read()
            # 1012 has the page's script connect again, as soon as the next process serves.
            assert visitor.socket.close_code == 1012
            assert asked.result(60).json()["status"] == "answered"
        assert server.process.wait(20) in ENDED
        assert "Traceback" not in server.printed, server.printed[-5000:]


def test_a_hung_model_and_a_visitor_who_reads_nothing_do_not_hold_it_either(settings: Settings, tmp_path: Path) -> None:
    with (
        model_server(hangs) as model,
        app(tmp_path, settings, model, OPORA_MODEL_TIMEOUT="3") as server,
        session(server.url) as silent,
        ThreadPoolExecutor(1) as caller,
    ):
        silent.send(WRITABLE)  # and never read
        asked = caller.submit(ask, server)
        wait_for_questions(model, 2)
        signalled = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert asked.result(30).json()["notices"], "made of quotes, with a line that says so"
        assert server.process.wait(20) in ENDED
        assert time.monotonic() - signalled < 10
