"""Two real app processes and a real Chroma server, while versions are published and processes are killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from ingest.settings import PROJECT, Settings
from retrieval.index import Index
from retrieval.replica import follow
from retrieval.server import ChromaServer
from retrieval.versions import is_whole, pending, serving_version
from tests.api_world import OPEN
from tests.shared_server import Shared, replica_of, shared, silent

pytestmark = pytest.mark.slow

QUESTION = "Jak pomoci lidem s dluhy a exekucemi?"
PATIENCE = 90.0


@dataclass
class App:
    """An app process over a folder of its own, on a port that stays the same."""

    env: dict[str, str]
    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=self.env, stdout=output, stderr=output)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(20)
            self.process = None

    def ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=30).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.2)

    def serves(self) -> str:
        """Return the fingerprint that a reply names."""
        text = httpx.get(f"{self.url}/metrics", timeout=30).text
        line = next(line for line in text.splitlines() if line.startswith("opora_index_info"))
        return line.split('"')[1]


@dataclass
class Asking:
    """Asks an app again and again; `replies` has the time, the status and the text of each."""

    app: App
    replies: list[tuple[float, int, str]] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        done = Event()

        def run() -> None:
            while not done.is_set():
                try:
                    reply = httpx.post(f"{self.app.url}/api/ask", json={"question": QUESTION}, timeout=60)
                    self.replies.append((time.monotonic(), reply.status_code, reply.text))
                except httpx.TransportError as error:
                    self.replies.append((time.monotonic(), 0, type(error).__name__))
                    time.sleep(0.05)

        thread = Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(70)

    def failures(self) -> list[tuple[float, int, str]]:
        return [reply for reply in self.replies if reply[1] != 200]


@dataclass
class Site:
    """A publisher with its corpus, a server, and what is needed to start replicas."""

    folder: Path
    server: Shared
    corpus: Path
    original: str

    def env(self, data: str, **more: str) -> dict[str, str]:
        own = {"OPORA_CORPUS": str(self.corpus), "OPORA_DATA": str(self.folder / data)}
        return {**os.environ, **OPEN, **own, "OPORA_CHROMA_URL": self.server.url, **more}

    def change(self, mark: str) -> None:
        """Change something about a document that answers the question."""
        text = self.original.replace('publisher = "poradenský', f'publisher = "{mark} poradenský')
        assert mark in text
        (self.corpus / "manifest.toml").write_text(text, encoding="utf-8")

    @property
    def log(self) -> Path:
        """What the last ingest printed."""
        return self.folder / "ingest.log"

    @property
    def publisher(self) -> Settings:
        return Settings(corpus=self.corpus, data=self.folder / "publisher", chroma=self.server.settings)

    @property
    def replica(self) -> Settings:
        return replica_of(self.publisher, self.folder / "replica")

    def ingest(self) -> "subprocess.Popen[bytes]":
        env = self.env("publisher")
        with self.log.open("w") as log:
            return subprocess.Popen([sys.executable, "-m", "ingest"], cwd=PROJECT, env=env, stdout=log, stderr=log)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    corpus = tmp_path / "corpus"
    shutil.copytree(Settings().corpus, corpus)
    manifest = corpus / "manifest.toml"
    manifest.chmod(0o644)
    with shared(tmp_path / "chroma") as server:
        found = Site(tmp_path, server, corpus, manifest.read_text(encoding="utf-8"))
        assert found.ingest().wait(PATIENCE) == 0
        yield found


@pytest.fixture
def apps(site: Site) -> Iterator[tuple[App, App]]:
    """Yield two app processes that answer from the first version; neither builds an index."""
    ports = [int("8" + str(os.getpid() + n)[-3:].zfill(3)) for n in range(2)]
    both = [
        App(site.env(f"replica-{n}", OPORA_CHROMA_PUBLISH="0"), port, site.folder / f"app-{n}.log")
        for n, port in enumerate(ports)
    ]
    try:
        for app in both:
            app.start()
        for app in both:
            app.ready()
        yield both[0], both[1]
    finally:
        for app in both:
            app.kill()


def published(site: Site) -> str:
    """Return the fingerprint that serves on the server, which has to be a whole version."""
    server = ChromaServer(site.server.settings)
    version = serving_version(server)
    assert version
    assert is_whole(server, version)
    return version.fingerprint


def wait_for(app: App, fingerprint: str) -> float:
    """Wait until an app serves an index; return the seconds."""
    begun = time.monotonic()
    while app.serves() != fingerprint:
        assert time.monotonic() - begun < PATIENCE, "the app does not follow"
        time.sleep(0.1)
    return time.monotonic() - begun


def test_the_survivor_answers_all_the_time_while_a_version_is_published_and_the_other_is_killed(
    site: Site, apps: tuple[App, App]
) -> None:
    survivor, victim = apps
    first = published(site)
    assert {app.serves() for app in apps} == {first}
    asking, other = Asking(survivor), Asking(victim)
    with asking.going_on(), other.going_on():
        time.sleep(1)
        site.change("Druhé vydání,")
        ingest = site.ingest()
        time.sleep(2)
        victim.kill()
        assert ingest.wait(PATIENCE) == 0
        second = published(site)
        assert second != first
        took = wait_for(survivor, second)
        victim.start()
        victim.ready()
        wait_for(victim, second)
        time.sleep(2)
    assert asking.failures() == [], f"{len(asking.failures())} of {len(asking.replies)}"
    assert "Druhé vydání," in asking.replies[-1][2]
    assert "Druhé vydání," not in asking.replies[0][2]
    assert other.replies[-1][1] == 200
    assert "Druhé vydání," in other.replies[-1][2]
    assert {status for _, status, _ in other.failures()} <= {0, 503}, "it is away or still opening, and never breaks"
    sys.stderr.write(
        f"survivor: {len(asking.replies)} answers, {len(asking.failures())} errors, follows {took:.1f} s after the "
        f"ingest; killed one: {len(other.replies)} tries, {len(other.failures())} while it was away\n"
    )


def test_a_server_that_is_killed_is_named_in_czech_and_answers_return_with_it(
    site: Site, apps: tuple[App, App]
) -> None:
    app = apps[0]
    asking = Asking(app)
    with asking.going_on():
        time.sleep(1)
        site.server.stop()
        gone = time.monotonic()
        time.sleep(4)
        assert httpx.get(f"{app.url}/healthz", timeout=10).status_code == 200
        catalogue = httpx.get(f"{app.url}/api/instruments", timeout=30)
        site.server.start()
        back = time.monotonic()
        time.sleep(4)
    assert catalogue.status_code == 200, "what needs no search goes on"
    away = [reply for reply in asking.replies if gone + 0.5 < reply[0] < back - 0.5]
    assert away
    assert {status for _, status, _ in away} == {503}
    assert all("Server Chroma" in text for _, _, text in away)
    after = [reply for reply in asking.replies if reply[0] > back + 1]
    assert after
    assert {status for _, status, _ in after} == {200}
    sys.stderr.write(f"away: {len(away)} times 503; back: {len(after)} answers, no error\n")


def test_a_server_that_hangs_keeps_no_worker_longer_than_five_seconds(site: Site, apps: tuple[App, App]) -> None:
    app = apps[0]
    site.server.hang()
    try:
        begun = time.monotonic()
        reply = httpx.post(f"{app.url}/api/ask", json={"question": QUESTION}, timeout=60)
        took = time.monotonic() - begun
    finally:
        site.server.wake()
    assert reply.status_code == 503
    assert "neodpovídá" in reply.json()["error"]["message"]
    assert took < 5.5
    assert httpx.post(f"{app.url}/api/ask", json={"question": QUESTION}, timeout=60).status_code == 200


def test_killing_the_publisher_at_any_moment_leaves_the_pointer_at_a_whole_version(site: Site) -> None:
    moments = random.Random(7)
    before = published(site)
    killed = unfinished = 0
    longest = 4.0
    for n in range(10):
        site.change(f"Vydání {n},")
        earlier = pending(site.publisher.index)
        running = site.ingest()
        while pending(site.publisher.index) in (earlier, None) and running.poll() is None:
            time.sleep(0.005)
        begun = time.monotonic()
        while time.monotonic() - begun < longest * (n + moments.random()) / 10 and running.poll() is None:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        if running.wait(20) == -signal.SIGKILL:
            killed += 1
            unfinished += published(site) == before
        else:
            longest = time.monotonic() - begun
        before = published(site)
    assert killed >= 5
    assert unfinished >= 3, "no kill came while a version was being published"
    assert site.ingest().wait(PATIENCE) == 0, site.log.read_text(encoding="utf-8")
    published(site)
    follow(site.replica, ChromaServer(site.server.settings), silent)
    found = Index.open(site.replica)
    assert any(d.source.publisher.startswith("Vydání 9,") for d in found.documents.values())
    sys.stderr.write(f"killed {killed} of 10, {unfinished} before the end of publishing; each time a whole version\n")
