"""The one place where the app gets its assistant from: opened on first need, then shared by all visitors."""

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from ingest.document import Document
from ingest.settings import Settings
from prompts.answer import Answer, Turn


class AssistantLike(Protocol):
    """What the pages need of an assistant; `prompts.assistant.Assistant` is the real one."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question, given the earlier turns, oldest first."""

    def document(self, doc: str) -> Document:
        """Return the document with this id."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents of the index."""


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
