"""The interface for other systems on a real server: streams, many callers at once, shutdown, its own description."""

import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

import httpx
import pytest

from ingest.settings import Settings
from tests.api_world import KEY, KEYED, OPEN, QUESTION, WRITABLE, bearer, events
from tests.browser import PROJECT, served
from tests.model_server import model_server, trickles

pytestmark = pytest.mark.slow

WRITTEN = "Lidem s dluhy pomáhá dluhové poradenství. [1]"


def environment(settings: Settings, **env: str) -> dict[str, str]:
    return {**OPEN, "OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data), **env}


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 90
    while httpx.get(f"{url}/readyz", timeout=30).status_code != 200:
        assert time.monotonic() < deadline, "the server never becomes ready"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    """Yield the address of a server that answers in quotes, to everybody."""
    with served(environment(settings)) as found:
        wait_until_ready(found)
        yield found


def test_the_pages_are_served_as_before_beside_the_interface(url: str) -> None:
    assert '<html lang="cs">' in httpx.get(f"{url}/katalog").text
    assert httpx.get(f"{url}/cokoli").status_code == 404
    assert httpx.get(f"{url}/api/cokoli").json()["error"]["code"] == "not_found"
    assert httpx.post(f"{url}/healthz").json()["error"]["code"] == "method_not_allowed"


def test_two_callers_at_once_get_each_their_own_answer(url: str) -> None:
    asked = [QUESTION, WRITABLE] * 10
    alone = {q: httpx.post(f"{url}/api/ask", json={"question": q}).json()["text"] for q in set(asked)}
    with ThreadPoolExecutor(2) as callers:
        told = list(callers.map(lambda q: httpx.post(f"{url}/api/ask", json={"question": q}, timeout=60), asked))
    assert [reply.json()["text"] for reply in told] == [alone[question] for question in asked]


def test_pieces_arrive_while_the_model_writes_and_last_the_checked_answer(settings: Settings) -> None:
    with model_server(trickles(WRITTEN, 0.05)) as model:
        env = environment(settings, OPORA_MODEL="openai:loopback", OPORA_MODEL_URL=model.url)
        with served(env) as url:
            wait_until_ready(url)
            arrived: list[tuple[float, str]] = []
            headers = {"Accept": "text/event-stream"}
            asked = {"question": WRITABLE}
            with httpx.stream("POST", f"{url}/api/ask", json=asked, headers=headers, timeout=60) as reply:
                assert reply.headers["content-type"].startswith("text/event-stream")
                arrived += [(time.monotonic(), text) for text in reply.iter_text()]
            told = events("".join(text for _, text in arrived))
            names = [name for name, _ in told]
            assert names.count("piece") > 10
            assert names[-1] == "answer"
            assert names.count("answer") == 1
            assert arrived[-1][0] - arrived[0][0] > 1.0, "all of it came at once"


def test_a_reader_who_leaves_frees_the_worker(settings: Settings) -> None:
    with model_server(trickles(WRITTEN * 20, 0.05)) as model:
        env = environment(settings, OPORA_MODEL="openai:loopback", OPORA_MODEL_URL=model.url)
        with served(env) as url:
            wait_until_ready(url)
            headers = {"Accept": "text/event-stream"}
            asked = {"question": WRITABLE}
            with httpx.stream("POST", f"{url}/api/ask", json=asked, headers=headers, timeout=60) as reply:
                next(reply.iter_text())
            left = time.monotonic()
            while "opora_requests_in_work 0.0" not in httpx.get(f"{url}/metrics").text:
                assert time.monotonic() - left < 5, "the worker still writes for nobody"
                time.sleep(0.1)


def test_a_shutdown_finishes_the_answer_that_is_being_written(settings: Settings) -> None:
    with model_server(trickles(WRITTEN, 0.05)) as model:
        env = environment(settings, OPORA_MODEL="openai:loopback", OPORA_MODEL_URL=model.url)
        server, url = start(env)
        try:
            wait_until_ready(url)
            with ThreadPoolExecutor(1) as caller:
                asked = caller.submit(httpx.post, f"{url}/api/ask", json={"question": WRITABLE}, timeout=60)
                while not model.requests:
                    time.sleep(0.02)
                server.send_signal(signal.SIGTERM)
                reply = asked.result(60)
            assert (reply.status_code, reply.json()["status"]) == (200, "answered")
            assert server.wait(30) in (0, -signal.SIGTERM)
        finally:
            server.kill()
            server.wait(10)


def start(env: dict[str, str]) -> "tuple[subprocess.Popen[bytes], str]":
    """Start a server whose process the test itself ends, and return it with its address once it answers."""
    port = "8" + str(os.getpid())[-3:].zfill(3)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port]
    server = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    url, deadline = f"http://localhost:{port}", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return server, url
        except OSError:
            time.sleep(0.2)
    server.kill()
    raise RuntimeError("the server did not start")


def test_the_interface_keeps_to_its_own_description(settings: Settings, tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("schemathesis")
    assert command.is_file() or which("schemathesis"), "install the extra `test`"
    with served({**environment(settings), **KEYED, "OPORA_API_OPEN": "0"}) as url:
        wait_until_ready(url)
        # Its client sends headers as Latin-1, so the bytes of the key are handed over as such letters.
        key = bearer(KEY)[b"Authorization"].decode("latin-1")
        checked = subprocess.run(
            [
                *(str(command), "run", f"{url}/api/openapi.json"),
                *("--header", f"Authorization: {key}"),
                *("--checks", "all", "--max-examples", "100", "--seed", "7", "--no-color"),
                *("--request-timeout", "60", "--generation-database", "none"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=500,
        )
    assert checked.returncode == 0, checked.stdout[-8000:] + checked.stderr[-2000:]


def resident(url: str) -> float:
    """Return the memory of the server's process in MB."""
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return next(float(line.split()[1]) / 1e6 for line in lines if line.startswith("process_resident_memory_bytes"))


def test_twenty_callers_at_once_are_all_answered_and_memory_stays(
    url: str,
) -> None:
    questions = [QUESTION, WRITABLE, "Komu pomáhají terénní programy?", "Kdo realizuje projekt Systémové zajištění?"]
    for question in questions * 5:
        httpx.post(f"{url}/api/ask", json={"question": question}, timeout=60)
    before, end = resident(url), time.monotonic() + 20

    def calls(number: int) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        with httpx.Client(timeout=60) as caller:
            while time.monotonic() < end:
                begun = time.monotonic()
                question = questions[(number + len(found)) % len(questions)]
                reply = caller.post(f"{url}/api/ask", json={"question": question})
                found.append((reply.status_code, time.monotonic() - begun))
        return found

    with ThreadPoolExecutor(20) as callers:
        replies = [reply for own in callers.map(calls, range(20)) for reply in own]
    cuts = statistics.quantiles([seconds for _, seconds in replies], n=20)
    after = resident(url)
    figures = f"{len(replies)} replies, p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, {before:.0f} → {after:.0f} MB"
    assert {status for status, _ in replies} == {200}, figures
    assert after < before * 1.1, figures
    sys.stderr.write(figures + "\n")
