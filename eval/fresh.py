"""A run recorded now, for the commands that need figures of today's code."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.reporting.reading import Finished, finished_runs
from eval.runs import SYSTEMS
from eval.runs.asked import choose
from eval.runs.changes import Changes
from eval.runs.configuration import configuration
from eval.runs.files import RunFolder
from eval.runs.record import Begins, record
from eval.runs.systems import open_system
from ingest.settings import Settings
from retrieval.building import index_builder


def record_anew(
    folder: RunFolder,
    settings: Settings,
    sets: Sequence[Path],
    limit: int | None,
    begins: Begins,
    system: str = SYSTEMS[0],
    changes: Changes = MappingProxyType({}),
) -> Finished:
    """Bring the index in line with the documents, ask the questions one at a time, and return the recorded run.

    Raises
    ------
    OporaError
        Whatever keeps the system from being opened or the run from being recorded.
    """
    chosen = choose(sets, limit)
    index_builder(settings, lambda done, total, title: None).build()
    opened = open_system(system, settings, changes, lambda done, total, title: None)
    made = configuration(system, settings, changes, opened.index, chosen.sets, limit, at_once=1)
    record(folder, opened, chosen, made, begins)
    (run,) = finished_runs(folder.path.parent, [folder.name])
    return run


@contextmanager
def asking(description: str, console: Console) -> Iterator[Begins]:
    """Show a bar with the remaining time while questions are asked, if the console is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(description, total=None)

        def begins(done: int, total: int) -> Callable[[], None]:
            progress.reset(task, completed=done, total=total)
            return lambda: progress.advance(task)

        yield begins
