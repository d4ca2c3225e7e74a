"""Work that is killed or starved in tests, each in a real process of its own.

A job does the same thing again and again, and notes what is committed in a journal: one line, on the disk before the
next round begins. What the journal holds must be there after the process is killed, and nothing else may be broken.
"""

import itertools
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

from ingest.errors import OporaError
from ingest.index_folder import IndexFolder, switch
from ingest.library import add
from ingest.settings import Settings
from prompts.feedback import store_feedback
from prompts.rating import Feedback
from retrieval.building import index_builder
from tests.study_world import PLAN

Job = Callable[[Settings, Path], None]

_processes = multiprocessing.get_context("forkserver")
# What takes seconds to import is imported once, not in each of fifty processes.
_processes.set_forkserver_preload(["tests.faulting", "retrieval.building", "sentence_transformers"])


def started(process: BaseProcess) -> None:
    """Start a process; Streamlit's test harness leaves a script as the main module, which it would else run again."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main


def start(job: Job, settings: Settings, journal: Path) -> BaseProcess:
    """Start a job and wait until it has begun."""
    before = len(journaled(journal))
    process = _processes.Process(target=_run, args=(job, settings, journal))
    started(process)
    while len(journaled(journal)) == before:
        if not process.is_alive():
            raise RuntimeError(f"the job ended with {process.exitcode} before it began")
        time.sleep(0.002)
    return process


def journaled(journal: Path) -> list[str]:
    """Return the whole lines of a journal."""
    return journal.read_text(encoding="utf-8").split("\n")[:-1] if journal.is_file() else []


def note(journal: Path, line: str) -> None:
    with journal.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def ingesting(settings: Settings, journal: Path) -> None:
    """Change a document and bring the index in line with it; the journal has the versions that serve."""
    for version in itertools.count(len(journaled(journal))):
        (settings.corpus / "plan.txt").write_text(f"{PLAN}\nVerze {version}.\n", encoding="utf-8")
        index_builder(settings, _silent).build()
        note(journal, f"{version}")


def uploading(settings: Settings, journal: Path) -> None:
    """Add documents; the journal has their ids."""
    scratch = settings.data.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    for number in itertools.count(len(journaled(journal))):
        path = scratch / f"metodika-{os.getpid()}-{number}.txt"
        path.write_text(f"Metodika číslo {number}\n\nDoučování vedou dobrovolníci.\n", encoding="utf-8")
        note(journal, add(settings, path).id)


def rating(settings: Settings, journal: Path) -> None:
    """Store feedback; the journal has its ids."""
    for number in itertools.count(len(journaled(journal))):
        given = feedback(f"{os.getpid()}-{number}")
        store_feedback(settings, replace(given, remark="Chybí částka. " * 30))
        note(journal, given.id)


def switching(settings: Settings, journal: Path) -> None:
    """Let two whole indexes serve by turns; the journal has the one that does."""
    folders = sorted(path for path in settings.index.iterdir() if path.is_dir())
    for folder in itertools.cycle(folders):
        switch(settings.index, IndexFolder(folder))
        note(journal, folder.name)


def feedback(number: str, time_: str = "2026-01-01T12:00:00+00:00") -> Feedback:
    return Feedback(number, time_, "Co se podporuje?", "answered", "Podporuje se terénní práce.", (), "abc", "up")


def attempt(settings: Settings, journal: Path, *, patience: float = 0.0, file_size: int = 0) -> BaseProcess:
    """Start one build in a process that may write files of at most so many bytes; the journal gets what it said."""
    process = _processes.Process(target=_attempted, args=(settings, journal, patience, file_size))
    started(process)
    return process


def _attempted(settings: Settings, journal: Path, patience: float, file_size: int) -> None:
    if file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY))
    try:
        said = index_builder(settings, _silent, patience).build().fingerprint
    except OporaError as error:
        said = f"OporaError: {error}"
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    if file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    note(journal, said.replace("\n", " "))


def _run(job: Job, settings: Settings, journal: Path) -> None:
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the process is killed, not ended
    job(settings, journal)


def _silent(done: int, total: int, title: str) -> None:
    """Take the progress of a build that nobody watches."""
