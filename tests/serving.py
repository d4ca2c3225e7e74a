"""A server of the app whose process the test knows: to watch its memory, and to end it by a signal."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PROJECT = Path(__file__).resolve().parent.parent

# Seconds: a cold process imports the encoder's library and opens the index before it is ready.
_PATIENCE = 120.0


@dataclass(frozen=True)
class Server:
    """A running app: its address, its process, and the file that takes what it prints."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Run the app with this environment until the block ends; it is yielded when it is ready to answer.

    `folder` takes what it prints.

    Raises
    ------
    RuntimeError
        If it ends, or is not ready in time; with what it printed.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **env}, stdout=output, stderr=subprocess.STDOUT
        )
        server = Server(f"http://localhost:{port}", process, log)
        try:
            _wait_until_ready(server)
            yield server
        finally:
            process.kill()
            process.wait(20)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/readyz", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # not yet
        time.sleep(0.2)
    raise RuntimeError(f"the server is not ready:\n{server.printed}")
