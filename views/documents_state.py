"""Where a reader of the page Dokumenty is: all of it stands in the page's address, so every place has its link."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import streamlit as st

from ingest.document import Document
from ingest.errors import ReadError
from views.documents_layout import Layout
from views.documents_search import LONGEST_QUERY, Words

PAGE = "dokumenty"
QUERY = "opora_documents_query"
_SEEN, _TARGET, _TURN = "opora_documents_seen", "opora_documents_target", "opora_documents_turn"

_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Place:
    """What the address asks for.

    Attributes
    ----------
    doc
        Id of the opened document; "" is the overview.
    start, end
        Span to highlight; without an end the place to open, without both the beginning.
    query, hit
        What is searched inside, and the 1-based number of the shown hit; 0 is the first one from `start` on.
    page
        Page whose image is shown; 0 is none, None leaves it to whether a span is cited.
    """

    doc: str = ""
    start: int | None = None
    end: int | None = None
    query: str = ""
    hit: int = 0
    page: int | None = None

    @property
    def cited(self) -> tuple[int, int] | None:
        """The span to highlight, or None."""
        return (self.start, self.end) if self.start is not None and self.end is not None else None

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the address, without those that say nothing."""
        given = {
            "doc": self.doc,
            "start": "" if self.start is None else str(self.start),
            "end": "" if self.end is None else str(self.end),
            "hledat": self.query,
            "vyskyt": str(self.hit) if self.hit else "",
            "strana": "" if self.page is None else str(self.page),
        }
        return {name: value for name, value in given.items() if value}

    @property
    def href(self) -> str:
        """The address, relative to any page of the app."""
        safe = {name: value.encode("utf-8", "replace").decode("utf-8") for name, value in self.params.items()}
        return f"{PAGE}?{urlencode(safe, quote_via=quote)}" if safe else PAGE

    def go(self) -> None:
        """Make this the page's address."""
        st.query_params.from_dict(self.params)


def read_place(params: Mapping[str, str], documents: Mapping[str, Document]) -> Place:
    """Return what an address asks for.

    Raises
    ------
    ReadError
        If it names a document that the index does not have, or a place that the document does not have.
    """
    doc = params.get("doc", "")
    if not doc:
        return Place()
    if doc not in documents:
        raise ReadError("Odkaz vede na dokument, který tu není. Vyberte dokument ze seznamu.")
    start, end = _number(params, "start"), _number(params, "end")
    length = len(documents[doc].text)
    wrong = start is None and end is not None
    if wrong or (start is not None and not start < length) or (end is not None and not (start or 0) < end <= length):
        raise ReadError(
            f"Odkaz vede na místo, které v dokumentu „{documents[doc].source.title or doc}“ není. "
            "Otevřete dokument ze seznamu a místo vyhledejte."
        )
    return Place(
        doc, start, end, params.get("hledat", "")[:LONGEST_QUERY], _or(params, "vyskyt") or 0, _or(params, "strana")
    )


def _number(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ReadError(
            "Odkaz na místo v dokumentu je poškozený: poloha v něm není číslo. Vyberte dokument ze seznamu."
        )
    return int(text)


def _or(params: Mapping[str, str], name: str) -> int | None:
    """Return a number that only tunes the view: one that cannot be read is left out."""
    try:
        return _number(params, name)
    except ReadError:
        return None


def search_box() -> str:
    """Return what the search box says."""
    return str(st.session_state.get(QUERY, "")).strip()[:LONGEST_QUERY]


def fill_search_box(place: Place) -> None:
    """Put the address's query into the search box when the address has changed, not while the user types."""
    if st.session_state.get(_SEEN) != (place.doc, place.query):
        st.session_state[QUERY] = place.query
        st.session_state[_SEEN] = (place.doc, place.query)


def turn(target: tuple[str, int, int] | None) -> int:
    """Return a number that grows whenever another place of a document is to be shown; the browser scrolls then.

    None stands for the place that is shown already.
    """
    if target is not None and st.session_state.get(_TARGET) != target:
        st.session_state[_TARGET] = target
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    return int(st.session_state.get(_TURN, 0))


def leave_document() -> None:
    """Forget the place, so that opening the same document again starts at its beginning."""
    st.session_state.pop(_TARGET, None)


@st.cache_resource(max_entries=8, show_spinner="Připravuji text dokumentu…")
def _layout(doc: str, text: int, _document: Document) -> Layout:
    return Layout.of(_document)


@st.cache_resource(max_entries=8, show_spinner="Připravuji hledání v dokumentu…")
def _words(doc: str, text: int, _document: Document) -> Words:
    return Words.of(_document.text)


def layout(document: Document) -> Layout:
    """Return a document's layout, made once for all visitors."""
    return _layout(document.id, hash((document.text, document.headings)), document)


def read_words(document: Document) -> Words:
    """Return a document's words, read once for all visitors."""
    return _words(document.id, hash(document.text), document)
