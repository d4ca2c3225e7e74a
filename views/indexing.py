"""Indexing in the background of the server: one job for all visitors, which no click and no closed page ends."""

import errno
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Literal

import streamlit as st

from ingest.disk import unwritable
from ingest.errors import OporaError, SearchIndexError
from ingest.index_folder import serving_damage
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.build import Report

PATIENCE = 900.0
"""Seconds to wait for a build that somebody runs as a command."""

_PAUSE = 60.0
"""Seconds from a build that failed to the next one that a damaged index asks for by itself."""

_LEAST_FREE = 64 * 2**20
"""With less free space in bytes than this beside a copy of the indexes, a failed build is put down to the disk."""

Show = Callable[[int, int, str], None]
"""Takes (documents done, documents to do, title of the next one)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How far the indexing is, or how the last one ended.

    Attributes
    ----------
    number
        How many times it has begun since the server started; 0 before the first time.
    done, total, title
        Documents done, documents to do, and the one at work; `total` is 0 until that is known.
    report, error
        What the last one did, or the Czech message why it failed.
    ended
        Local time of its end.
    """

    number: int = 0
    phase: Literal["idle", "running", "done", "failed"] = "idle"
    done: int = 0
    total: int = 0
    title: str = ""
    report: "Report | None" = None
    error: str = ""
    ended: datetime | None = None

    @property
    def running(self) -> bool:
        return self.phase == "running"


def bring_in_line(settings: Settings, show: Show) -> "Report":
    """Bring the index of an installation in line with its documents, and publish it where it is shared.

    Raises
    ------
    OporaError
        If that is not possible; the index that serves is untouched then.
    """
    # Imported here because they bring Chroma, which takes a second to import.
    from retrieval.building import index_builder
    from retrieval.publishing import publish

    if settings.chroma and not settings.chroma.publishes:
        raise SearchIndexError(
            "Tato instalace rejstřík jen přebírá ze společného serveru. Dokumenty přidávejte a odebírejte tam, kde se "
            "rejstřík sestavuje."
        )
    report = index_builder(settings, show, PATIENCE).build()
    if settings.chroma:
        publish(settings, show, PATIENCE)
    return report


class Indexing:
    """Runs builds one after another in a thread of its own.

    `shelf` is held by whoever changes the documents, so that two visitors do not do it at once.
    """

    def __init__(self, build: Callable[[Settings, Show], "Report"] = bring_in_line) -> None:
        self.shelf = Lock()
        self._build = build
        self._lock = Lock()
        self._state = State()
        self._next: Settings | None = None

    def state(self) -> State:
        """Return the state at this moment."""
        with self._lock:
            return self._state

    def request(self, settings: Settings) -> None:
        """Have the index brought in line; a request during a build is answered by one more build after it."""
        with self._lock:
            if self._state.running:
                self._next = settings
                return
            # The thread ends with the server; a build that dies so leaves the serving index as it is.
            Thread(target=self._run, args=(settings,), name="opora-indexing", daemon=True).start()
            self._state = State(self._state.number + 1, "running")

    def _run(self, settings: Settings) -> None:
        wanted: Settings | None = settings
        while wanted:
            outcome = self._attempt(wanted)
            with self._lock:
                number = self._state.number
                wanted, self._next = self._next, None
                self._state = State(number + 1, "running") if wanted else replace(outcome, number=number)

    def _attempt(self, settings: Settings) -> State:
        try:
            report = self._build(settings, self._show)
        except Exception as error:
            return State(phase="failed", error=_message(error, settings), ended=datetime.now())
        return State(phase="done", report=report, ended=datetime.now())

    def _show(self, done: int, total: int, title: str) -> None:
        with self._lock:
            self._state = replace(self._state, done=done, total=total, title=title)


@st.cache_resource(show_spinner=False)
def indexing() -> Indexing:
    """Return the one job of this server's process."""
    return Indexing()


def mend(settings: Settings, job: Indexing) -> str:
    """Have a damaged index built anew from the texts; return what the user reads meanwhile, "" if it is not damaged.

    The index before it is not opened instead: it may lack documents, and quote some that were removed since.
    """
    harm = serving_damage(settings.index)
    if not harm:
        return ""
    state = job.state()
    if state.phase == "failed" and state.ended and abs((datetime.now() - state.ended).total_seconds()) < _PAUSE:
        return f"Rejstřík dokumentů je poškozený a znovu ho sestavit se nepodařilo. {state.error}"
    if not state.running:
        log.warning("the serving index is damaged and is being built again: %s", harm)
        job.request(settings)
    return (
        "Rejstřík dokumentů je poškozený. Opora ho právě znovu sestavuje z textů dokumentů; zkuste to za chvíli znovu. "
        "Dokumenty ani uložená hodnocení se neztratily."
    )


def _message(error: Exception, settings: Settings) -> str:
    """Return what the user reads about a failed build; the unexpected goes to the log with its trace."""
    if isinstance(error, OporaError):
        return str(error)
    log.error("the indexing failed", exc_info=error)
    # Chroma and Tantivy report a full disk in ways of their own, and what the build wrote is gone by now.
    if settings.index.is_dir() and shutil.disk_usage(settings.index).free < _LEAST_FREE + _size(settings.index):
        return unwritable(settings.index, OSError(errno.ENOSPC, ""))
    return "Zaindexování se nepodařilo dokončit. Zkuste to znovu; podrobnosti jsou v záznamu serveru."


def _size(folder: Path) -> int:
    """Return the size in bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
