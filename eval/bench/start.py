"""The start of the app as `make run` does it: what is imported before the page, how long it takes, its memory.

The server is a process of its own, reached as any client reaches it: evaluation never imports the app. Memory and
processor time are read from `/proc`, so this needs Linux.
"""

import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

from eval.questions import Question
from ingest.errors import SettingsError
from ingest.settings import PROJECT

HEAVY = (
    "chromadb",
    "haystack",
    "langchain",
    "langchain_core",
    "langchain_text_splitters",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pypdf",
    "scipy",
    "sentence_transformers",
    "simplemma",
    "sklearn",
    "tantivy",
    "tokenizers",
    "torch",
    "transformers",
)
"""Libraries that a page needs none of to show itself."""

PATIENCE = 120.0
"""Seconds that a start may take before it counts as failed; a cold disk is slow, not broken."""

_LOOK = 0.02
"""Seconds between two looks whether the server answers."""

_IMPORTED = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)$", re.MULTILINE)
"""A line of `-X importtime`: microseconds of the module alone, microseconds with what it imports, its name."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running app: its address, its process, the file of what it prints, and when it was started."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path
    began: float

    @property
    def pid(self) -> int:
        return self.process.pid


@dataclass(frozen=True, slots=True)
class Start:
    """One start in seconds after the command, and the memory of the server.

    Attributes
    ----------
    checked, checked_cpu
        When the index was found to be as the documents are, and the processor time which that took.
    first_byte, first_byte_cpu
        When the page's first byte came, and the processor time of the server up to there.
    ready, answered
        When the index was open, and when the first question had its answer.
    standing, opened, asked
        Bytes that are resident after the first byte, after opening, and after all questions.
    """

    checked: float
    checked_cpu: float
    first_byte: float
    first_byte_cpu: float
    ready: float
    answered: float
    standing: int
    opened: int
    asked: int


def imported(log: str) -> dict[str, float]:
    """Return milliseconds by top-level package of what `-X importtime` wrote, the longest first."""
    taken: dict[str, float] = defaultdict(float)
    for microseconds, module in _IMPORTED.findall(log):
        taken[module.partition(".")[0]] += int(microseconds) / 1_000
    return dict(sorted(taken.items(), key=lambda item: -item[1]))


def heavy(packages: Iterable[str]) -> list[str]:
    """Return those packages that a page can show itself without."""
    return sorted(set(packages) & set(HEAVY))


def imports_before_the_page(data: Path) -> dict[str, float]:
    """Start the app over the index in `data`; return milliseconds by package imported before the page's first byte.

    Raises
    ------
    SettingsError
        If the server does not start.
    """
    with serving(data, "-X", "importtime") as server:
        fetched(server, "/")
        return imported(server.log.read_text(encoding="utf-8", errors="replace"))


def started(data: Path, questions: Sequence[Question]) -> Start:
    """Check the index in `data` and start the app over it, as `make run` does, then ask it the questions.

    Raises
    ------
    SettingsError
        If the index cannot be checked, the server does not start, or a question gets no answer.
    """
    begin, before = time.perf_counter(), _children_cpu()
    bring_up_to_date(data)
    checked, checked_cpu = time.perf_counter() - begin, _children_cpu() - before
    with serving(data) as server:
        fetched(server, "/")
        first_byte, first_byte_cpu = time.perf_counter() - begin, cpu_of(server.pid)
        standing = resident_of(server.pid)
        fetched(server, "/readyz")
        ready, opened = time.perf_counter() - begin, resident_of(server.pid)
        _ask(server, questions[0])
        answered = time.perf_counter() - begin
        for question in questions[1:]:
            _ask(server, question)
        asked = resident_of(server.pid)
    return Start(checked, checked_cpu, first_byte, first_byte_cpu, ready, answered, standing, opened, asked)


def bring_up_to_date(data: Path) -> None:
    """Run `python -m ingest` over the folder `data`.

    Raises
    ------
    SettingsError
        If it fails, with its last line.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ingest"], cwd=PROJECT, env=_environment(data), capture_output=True, text=True
    )
    if done.returncode:
        raise SettingsError(f"Rejstřík k měření se nepodařilo sestavit: {_last_line(done.stderr)}")


@contextmanager
def serving(data: Path, *flags: str) -> Iterator[Server]:
    """Start the app over the index in `data`, the interpreter with these flags, and end it after the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="opora-start-") as folder:
        log = Path(folder) / "server.log"
        command = [sys.executable, *flags, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        with log.open("wb") as output:
            began = time.perf_counter()
            process = subprocess.Popen(command, cwd=PROJECT, env=_environment(data), stdout=output, stderr=output)
            try:
                yield Server(f"http://localhost:{port}", process, log, began)
            finally:
                process.kill()
                process.wait()


def fetched(server: Server, path: str) -> bytes:
    """Return the page's first byte as soon as the server gives it.

    Raises
    ------
    SettingsError
        If it ends, or does not answer within `PATIENCE` seconds; with the last line that it printed.
    """
    while time.perf_counter() - server.began < PATIENCE and server.process.poll() is None:
        try:
            with urllib.request.urlopen(server.url + path, timeout=PATIENCE) as reply:
                return bytes(reply.read(1))
        except OSError:
            time.sleep(_LOOK)  # not yet
    printed = server.log.read_text(encoding="utf-8", errors="replace")
    raise SettingsError(f"Aplikace k měření se nespustila. Poslední hlášení: „{_last_line(printed)}“.")


def forget(*folders: Path) -> int:
    """Have the system drop what it keeps of these folders' files in memory; return how many files that were.

    Pages that a running program maps stay, so a start is as cold as the machine is otherwise idle.
    """
    os.sync()
    count = 0
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and os.access(path, os.R_OK):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            count += 1
    return count


def resident_of(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return 1024 * int(kilobytes)


def cpu_of(pid: int) -> float:
    """Return the processor seconds that a process has used, its own and the system's for it."""
    # The name of the program, in brackets, may hold spaces; the fields are counted after it.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment(data: Path) -> Mapping[str, str]:
    """Return the environment of an installation with default settings, whose interface anyone here may ask."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("OPORA_")}
    own = {"OPORA_DATA": str(data), "OPORA_API": "1", "OPORA_API_OPEN": "1", "OPORA_API_RATE": "0"}
    return {**outside, **own, "PYTHONUTF8": "1"}


def _ask(server: Server, question: Question) -> None:
    body = json.dumps({"question": question.question}).encode()
    request = urllib.request.Request(f"{server.url}/api/ask", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            reply.read()
    except HTTPError as error:
        raise SettingsError(f"Otázka {question.id} nedostala odpověď, server vrátil {error.code}.") from error


def _last_line(printed: str) -> str:
    return next((line for line in reversed(printed.splitlines()) if line.strip()), "bez hlášení")
