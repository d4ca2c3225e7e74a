"""The source panel beside an answer: the same frame on every page that lets a citation be opened."""

from collections.abc import Callable, Sequence

import streamlit as st

from ingest.document import Document
from prompts.answer import Citation
from views import conversation
from views.markup import error_html
from views.source import source_html


def source_panel(
    citation: Citation, document: Callable[[str], Document], on_close: Callable[[], None], quotes: Sequence[str] = ()
) -> None:
    """Show where a citation stands in its document; `quotes` are the words to highlight within the cited part."""
    with st.container(key="opora_source_panel", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", key="opora_source_bar"):
            st.html(f'<p class="opora-source-bar">Zdroj [{citation.n}]</p>')
            st.button("Zavřít", icon=":material/close:", type="tertiary", key="opora_close", on_click=on_close)
        try:
            found = document(citation.doc)
        except Exception as error:
            st.html(error_html(conversation.failure_message(error)))
            return
        st.html(source_html(citation, found, quotes))
