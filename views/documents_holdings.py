"""What this installation knows of its documents besides their text: the file, and how many passages there are."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import streamlit as st

from ingest.document import Document
from ingest.errors import OporaError
from views.assistant import AssistantLike
from views.markup import error_html

if TYPE_CHECKING:
    from ingest.document import Passage
    from ingest.library import Shelf


@runtime_checkable
class Indexed(Protocol):
    """An assistant that shows its index; a double without one leaves the number of passages out."""

    @property
    def index(self) -> "HasPassages":
        """The index."""


class HasPassages(Protocol):
    """What is needed of an index here."""

    @property
    def passages(self) -> "Mapping[str, Passage]":
        """The passages by their ids."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A document of the index; `shelf` is None when its file is gone, `parts` when its passages are not known."""

    document: Document
    shelf: "Shelf | None" = None
    parts: int | None = None

    @property
    def added(self) -> bool | None:
        return self.shelf.added if self.shelf else None

    @property
    def pdf(self) -> Path | None:
        """The file whose pages can be shown as images, or None."""
        shelf = self.shelf
        return shelf.path if shelf and self.document.pages and shelf.path.suffix.lower() == ".pdf" else None


def holdings_of(opened: AssistantLike, open_shelves: "Callable[[], Sequence[Shelf]]") -> Mapping[str, Holding]:
    """Return the documents of the index by id, in its order; where the files cannot be told, say why."""
    try:
        shelves = {shelf.source.id: shelf for shelf in open_shelves()}
    except OporaError as error:
        st.html(error_html(str(error)))
        shelves = {}
    parts = Counter(p.doc for p in opened.index.passages.values()) if isinstance(opened, Indexed) else None
    return {
        document.id: Holding(document, shelves.get(document.id), parts[document.id] if parts else None)
        for document in opened.documents
    }


def installed_shelves() -> "Sequence[Shelf]":
    """Return the files of this installation's documents.

    Raises
    ------
    OporaError
        If the settings or the corpus cannot be used.
    """
    # Imported here because it brings all readers of files, which the other pages do not need.
    from ingest.library import shelves
    from ingest.settings import Settings

    return shelves(Settings.from_env())
