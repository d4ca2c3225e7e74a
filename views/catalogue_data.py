"""What the catalogue's page shows, opened on first need and shared by all visitors."""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from ingest.errors import OporaError
from retrieval.facets import Filing
from retrieval.gathering import gather
from retrieval.instruments import Catalogue
from views.assistant import made_of_index

if TYPE_CHECKING:
    from retrieval.index import Index
    from retrieval.instrument_search import Relevance


log = logging.getLogger(__name__)


class CatalogueLike(Protocol):
    """What the page needs; `OpenCatalogue` is the real one."""

    @property
    def catalogue(self) -> Catalogue:
        """All instruments."""

    @property
    def filing(self) -> Filing:
        """Under which facets they are filed."""

    def rank(self, text: str) -> "Relevance":
        """Rank the instruments by a query."""


@dataclass(frozen=True)
class OpenCatalogue:
    """The catalogue of an open index."""

    index: "Index"
    catalogue: Catalogue
    filing: Filing

    @classmethod
    def of(cls, index: "Index", today: date) -> "OpenCatalogue":
        """Build the catalogue from the index's passages (0.2 s for the shipped documents)."""
        catalogue = gather(index.documents, index.passages, index.thesaurus, today)
        return cls(index, catalogue, Filing.of(catalogue))

    def rank(self, text: str) -> "Relevance":
        """Rank the instruments by a query, by the same retrieval as the assistant's."""
        # Imported here because it brings Chroma and sentence-transformers, which take seconds to import.
        from retrieval.instrument_search import rank

        return rank(self.index, self.catalogue.instruments, text)


def open_catalogue() -> CatalogueLike:
    """Return the catalogue of this installation's index as of today.

    Raises
    ------
    OporaError
        If there is no index yet, or it cannot be opened.
    """
    today = date.today()
    with st.spinner("Připravuji katalog…"):
        return made_of_index("catalogue", today, lambda index: OpenCatalogue.of(index, today))


def scroll_up() -> None:
    """Bring the page to its beginning when what follows is shown for the first time, not with every click in it."""
    script = Path(__file__).with_name("scroll_up.js").read_text(encoding="utf-8")
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def failure(error: Exception) -> str:
    """Return what the user reads about a failure; the unexpected goes to the log with its trace."""
    if isinstance(error, OporaError):
        return str(error)
    log.error("the catalogue failed", exc_info=error)
    return "Katalog se nepodařilo připravit. Zkuste to prosím znovu; podrobnosti jsou v záznamu serveru."
