"""Asking a system every question of a set."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.questions import Question
from eval.records import Record, record_of
from ingest.document import Document
from prompts.answer import Answer, Turn


class Asks(Protocol):
    """What evaluation needs of a system: an answer to a question after earlier turns."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...


class System(Asks, Protocol):
    """A system that also hands out the texts that its spans index."""

    @property
    def documents(self) -> tuple[Document, ...]: ...


def answers(system: Asks, questions: Iterable[Question]) -> Iterator[Record]:
    """Yield one record per question, each as soon as it is there, so that the caller can save it.

    `seconds` is the wall time of `ask` as its caller sees it, not what the answer says about itself.
    """
    for question in questions:
        begin = time.perf_counter()
        answer = system.ask(question.question, question.history)
        yield record_of(question.id, answer, time.perf_counter() - begin)


def with_progress(records: Iterable[Record], total: int, console: Console) -> Iterator[Record]:
    """Yield the records and show a bar with the remaining time, if the console is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(records, total=total, description="Odpovídám na otázky")
