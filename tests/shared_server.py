"""A real Chroma server for the tests: `chroma run` on a free port, which can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest.chroma_settings import ChromaSettings
from ingest.settings import Settings
from retrieval.server import ChromaServer
from retrieval.versions import POINTER


class Shared:
    """A server over a folder; it keeps its port when it is started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = ChromaSettings(self.url)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = Path(sys.executable).with_name("chroma")
        self._process = subprocess.Popen(
            [str(command), "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=2):
                    return
            except OSError as error:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError("the Chroma server did not start") from error
                time.sleep(0.05)

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it at once."""
        if self._process:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def hang(self) -> None:
        """Let it take connections and answer nothing, until `wake`."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        """Remove all that anybody published."""
        server = ChromaServer(self.settings)
        for name in server.names():
            if name == POINTER or name.startswith(f"{POINTER}-"):
                server.drop(name)


@contextmanager
def shared(folder: Path) -> Iterator[Shared]:
    """Run a server over a folder."""
    server = Shared(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def on(server: Shared, settings: Settings) -> Settings:
    """Return the settings of an installation that shares a server."""
    return replace(settings, chroma=server.settings)


def replica_of(settings: Settings, folder: Path) -> Settings:
    """Return the settings of another machine with the same program and nothing of its own."""
    return replace(settings, data=folder)


def silent(done: int, total: int, title: str) -> None:
    """Take the progress that nobody watches."""
