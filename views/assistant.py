"""The one place where the app gets its assistant from: opened on first need, then shared by all visitors."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import streamlit as st

from ingest.document import Document
from ingest.settings import Settings
from prompts.answer import Answer, Turn


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


@st.cache_resource(show_spinner="Otevírám dokumenty…")
def assistant() -> AssistantLike:
    """Open the assistant over this installation's index.

    A failure is not cached, so the next try opens anew.

    Raises
    ------
    OporaError
        If there is no index yet, or it cannot be opened.
    """
    # Imported here because it brings sentence-transformers and Chroma, which take seconds to import.
    from prompts.assistant import Assistant

    return Assistant.open(Settings.from_env())
