"""The page Dokumenty: every document of the index, and the reader for one that is opened."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ingest.errors import ReadError
from views import conversation
from views import documents_state as state
from views.access import may
from views.access_list import Role
from views.assistant import AssistantLike, assistant
from views.documents_holdings import Holding, holdings_of, installed_shelves
from views.documents_html import card_html
from views.documents_reader import show_reader
from views.markup import error_html

if TYPE_CHECKING:
    from ingest.library import Shelf

_HERE = Path(__file__).parent


def documents_page() -> None:
    """Show the page over this installation's index."""
    show_documents(assistant)


def show_documents(
    open_assistant: Callable[[], AssistantLike],
    open_shelves: "Callable[[], Sequence[Shelf]]" = installed_shelves,
) -> None:
    """Show the document that the page's address names at its place, or else all documents."""
    st.html(_HERE / "documents.css")
    script = (_HERE / "documents.js").read_text(encoding="utf-8")
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    try:
        holdings = holdings_of(open_assistant(), open_shelves)
    except Exception as error:
        _head()
        st.html(error_html(conversation.failure_message(error)))
        _own(open_assistant, opened=True)
        return
    try:
        place = state.read_place(st.query_params, {doc: held.document for doc, held in holdings.items()})
    except ReadError as error:
        _overview(holdings, open_assistant, str(error))
        return
    if place.doc:
        show_reader(holdings[place.doc], place)
    else:
        _overview(holdings, open_assistant)


def _head() -> None:
    st.html(
        '<h1 class="opora-title">Dokumenty</h1><p class="opora-purpose">Texty, ze kterých odpovídám: můžete je číst, '
        "hledat v nich a odkázat na přesné místo.</p>"
    )


def _overview(holdings: Mapping[str, Holding], open_assistant: Callable[[], AssistantLike], refusal: str = "") -> None:
    state.leave_document()
    _head()
    if refusal:
        st.html(error_html(refusal))
    if not holdings:
        st.html('<p class="opora-note" role="note">Zatím tu žádný dokument není. Přidejte ho níže.</p>')
    with st.container(key="opora_documents_cards"):
        for held in holdings.values():
            st.html(card_html(held.document, held.added, held.parts))
    _own(open_assistant, opened=not holdings)


def _own(open_assistant: Callable[[], AssistantLike], opened: bool) -> None:
    if not may(Role.EDITOR):
        return
    with st.expander("Vlastní dokumenty: přidat nebo odebrat", expanded=opened, key="opora_documents_own"):
        # Imported here because it brings all readers of files, which reading does not need.
        from views.documents_added import added_documents

        added_documents(open_assistant)
