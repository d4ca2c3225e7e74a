"""Reading a file in a process of its own, which may take so much memory and time and no more.

Parsers of PDF, DOCX and HTML are large, and the files come from strangers. A file that makes a parser loop, swell or
crash ends its own process; the server stays up and says what is wrong. Plain text needs no parser and is read here.

A process is started with the interpreter anew, not forked: a server with threads and a loaded encoder can neither be
forked safely nor be held to a small memory limit.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import IO, Any, Self

from ingest.document import Document, Heading, Source
from ingest.errors import ReadError
from ingest.readers import is_plain, read, title_of
from ingest.settings import PROJECT

CHILD = "ingest.bounded_child"

_CHUNK = 1 << 16
_INHERITED = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")
"""Variables that the process gets; secrets of the server, such as the key of a chat model, are none of its business."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes
    ----------
    memory
        Address space of the process in bytes; some 150 MB of it are the interpreter and the parsers.
    seconds
        From handing the file over to its text.
    output
        Bytes of the text as JSON; 32 MB are some 10,000 pages.
    files
        After so many files a process gives way to a fresh one, whatever the parsers have kept.
    """

    memory: int = 1 << 30
    seconds: float = 120.0
    output: int = 32 << 20
    files: int = 200


def read_apart(path: Path, source: Source, limits: Limits | None = None) -> Document:
    """Read one file as `ingest.readers.read` does, in a process of its own that ends with it.

    A source without a title gets the one that the file states, else the name of the file.

    Raises
    ------
    ReadError
        As `read`; if the file takes more than the limits, or crashes its parser.
    """
    with BoundedReader(replace(limits or Limits(), files=1)) as reader:
        return reader.read(path, source)


@dataclass(slots=True)
class BoundedReader:
    """Reads any number of files, one after another, in a process that is replaced when a file ends it.

    To be used in a `with` block, which ends the process. Threads may share it; they wait for each other.
    """

    limits: Limits = field(default_factory=Limits)
    _files: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process:
            _end(self._process)
        self._process, self._files = None, 0

    @property
    def process_id(self) -> int | None:
        """Number of the process that reads, or None when there is none at the moment."""
        return self._process.pid if self._process else None

    def read(self, path: Path, source: Source) -> Document:
        """Read one file as `read_apart` does."""
        if is_plain(path):
            return _titled(read(path, source), title_of(path), path)
        with self._lock:
            used = self._files
            reply = self._asked(path)
            if reply.get("died") and used:
                # A file is not to blame for what an earlier one left behind, or for a process that somebody ended.
                reply = self._asked(path)
        if "error" in reply:
            raise ReadError(str(reply["error"]))
        return _document(reply, source, path)

    def _asked(self, path: Path) -> Mapping[str, Any]:
        """Have the process read a file; return its reply, or the error of a process that gave none."""
        process = self._ready()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(os.fspath(path.absolute())).encode() + b"\n")
            process.stdin.flush()
            line = _line(process.stdout, time.monotonic() + self.limits.seconds, self.limits.output)
            reply: Mapping[str, Any] = json.loads(line)
        except (TimeoutError, OverflowError, EOFError, OSError, ValueError) as error:
            self.close()
            died = not isinstance(error, (TimeoutError, OverflowError))
            return {"error": _message(path.name, error, process.returncode, self.limits), "died": died}
        if reply.get("memory"):
            self.close()
            return {"error": _too_much(path.name)}
        return reply

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._files >= self.limits.files or (self._process and self._process.poll() is not None):
            self.close()
        if self._process is None:
            self._process = _start(self.limits)
        self._files += 1
        return self._process


def _start(limits: Limits) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    # The limit on processor time backs up the clock if this server is killed while the process reads.
    seconds = int(limits.seconds * limits.files) + 1
    return subprocess.Popen(
        [sys.executable, "-m", CHILD, str(limits.memory), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={**environment, "PYTHONUTF8": "1"},
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # a process that is gone takes nothing more from its pipe
            if pipe:
                pipe.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.2)  # it ends by itself when its pipe is closed, unless it is at work
    if process.poll() is None:
        process.kill()
        process.wait()


def _line(pipe: IO[bytes], deadline: float, longest: int) -> bytes:
    """Return one line.

    Raises
    ------
    TimeoutError
        If it is not whole at the deadline (of the monotonic clock).
    OverflowError
        If it has more bytes than `longest`.
    EOFError
        If the pipe ends before the line.
    """
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    parts: list[bytes] = []
    size = 0
    while not (parts and parts[-1].endswith(b"\n")):
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError
        part = os.read(pipe.fileno(), _CHUNK)
        if not part:
            raise EOFError
        size += len(part)
        if size > longest:
            raise OverflowError
        parts.append(part)
    return b"".join(parts)


def _document(reply: Mapping[str, Any], source: Source, path: Path) -> Document:
    headings = tuple(Heading(*heading) for heading in reply["headings"])
    return _titled(Document(source, reply["text"], tuple(reply["pages"]), headings), reply["title"], path)


def _titled(document: Document, title: str, path: Path) -> Document:
    if document.source.title:
        return document
    return replace(document, source=replace(document.source, title=title or path.stem))


def _message(name: str, error: Exception, code: int | None, limits: Limits) -> str:
    if isinstance(error, TimeoutError):
        return (
            f"Čtení souboru „{name}“ trvalo déle než {limits.seconds:g} s a bylo ukončeno. "
            "Rozdělte ho na menší části, nebo ho uložte v jiném formátu."
        )
    if isinstance(error, OverflowError):
        return f"V souboru „{name}“ je příliš mnoho textu. Rozdělte ho na menší dokumenty."
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return _too_much(name)
    return f"Soubor „{name}“ je poškozený tak, že ho nelze přečíst. Uložte ho znovu, nebo v jiném formátu."


def _too_much(name: str) -> str:
    return (
        f"Čtení souboru „{name}“ by potřebovalo příliš mnoho paměti. "
        "Rozdělte ho na menší dokumenty, nebo zmenšete obrázky v něm."
    )
