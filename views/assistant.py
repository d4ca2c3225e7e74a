"""The one place where the app gets its assistant from: opened on first need, then shared by all visitors.

It follows the index: as soon as a build has switched to a new one, in this process or by a command, the next use
opens it for everybody, and the old one is released when the last answer that still reads it is complete.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, runtime_checkable

import streamlit as st

from ingest.document import Document
from ingest.errors import SearchIndexError
from ingest.index_folder import IndexFolder, current
from ingest.settings import Settings
from prompts.answer import Answer, Turn
from views.following import following
from views.indexing import indexing, mend

if TYPE_CHECKING:
    from prompts.assistant import Assistant
    from retrieval.index import Index

T = TypeVar("T")


class AssistantLike(Protocol):
    """What the pages need of an assistant; `prompts.assistant.Assistant` is the real one."""

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        """Answer a question, given the earlier turns, oldest first; `plain` keeps to the words of the question."""

    def document(self, doc: str) -> Document:
        """Return the document with this id."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents of the index."""


@runtime_checkable
class Streaming(Protocol):
    """An assistant that lets a chat model write and shows it at work."""

    def stream(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Iterator[str | Answer]:
        """Yield pieces of text that nobody has checked yet, and last the checked answer."""


@runtime_checkable
class Suggesting(Protocol):
    """An assistant that knows what people are likely to ask next, over the index with this fingerprint."""

    @property
    def fingerprint(self) -> str: ...

    def next_questions(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """Return up to four questions, none of them among those already `asked`; see `prompts.also_asked`."""


def assistant() -> AssistantLike:
    """Return the assistant over the index that serves now.

    A failure is not cached, so the next try opens anew. A damaged index is built again in the background.

    Raises
    ------
    OporaError
        If there is no index yet, or it cannot be opened; the message says when it is being built again.
    """
    return _serving().assistant


def made_of_index(name: str, version: Hashable, make: Callable[["Index"], T]) -> T:
    """Return what `make` makes of the index that serves, kept until `version` or the index changes.

    Raises
    ------
    OporaError
        If there is no index yet, or it cannot be opened.
    """
    serving = _serving()
    with serving.lock:
        kept = serving.made.get(name)
        if kept is None or kept[0] != version:
            # The cached assistant is the real one wherever the app runs; its protocol leaves out what few pages need.
            kept = serving.made[name] = (version, make(cast("Assistant", serving.assistant).index))
    return cast("T", kept[1])


@dataclass(frozen=True)
class _Serving:
    """An open assistant with what was made of its index, by name with a version; they live and go together.

    `folder` holds its index, which was `written` at that time, in nanoseconds.
    """

    assistant: AssistantLike
    folder: str
    written: int
    made: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def _serving() -> _Serving:
    settings = Settings.from_env()
    follower = following() if settings.chroma else None
    try:
        folder = current(settings.index)
        return _opened(str(folder.path) if folder else "")
    except SearchIndexError as error:
        notice = follower.mend(settings) if follower else ""
        if notice := notice or mend(settings, indexing()):
            raise SearchIndexError(notice) from error
        raise


def _is_as_opened(serving: _Serving) -> bool:
    """Tell whether the files are those that were opened: a folder written anew is another index."""
    return _written(serving.folder) == serving.written


def _written(folder: str) -> int:
    meta = IndexFolder(Path(folder)).meta
    return meta.stat().st_mtime_ns if meta.is_file() else 0


@st.cache_resource(show_spinner="Otevírám dokumenty…", max_entries=1, validate=_is_as_opened)
def _opened(folder: str) -> _Serving:
    # Imported here because it brings sentence-transformers and Chroma, which take seconds to import.
    from prompts.assistant import Assistant

    written = _written(folder)
    return _Serving(Assistant.open(Settings.from_env()), folder, written)
