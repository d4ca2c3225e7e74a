"""The source panel beside an answer: the same frame on every page that lets a citation be opened."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from ingest.document import Document
from prompts.answer import Citation
from views import conversation
from views.markup import error_html, quoted
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
        except KeyError:
            st.html(gone_html(citation, "mezi dokumenty už není, byl odebrán"))
            return
        except Exception as error:
            st.html(error_html(conversation.failure_message(error)))
            return
        if there := _placed(citation, found):
            st.html(source_html(there, found, quotes))
        else:
            st.html(gone_html(citation, "se od této odpovědi změnil a citované místo v něm už není"))


def _placed(citation: Citation, document: Document) -> Citation | None:
    """Return the citation where its words stand in the document today, or None when they are gone."""
    if document.text[citation.start : citation.end] == citation.quote:
        return citation
    start = document.text.find(citation.quote)
    return replace(citation, start=start, end=start + len(citation.quote)) if start >= 0 else None


def gone_html(citation: Citation, why: str) -> str:
    """Return what is left of a citation whose place cannot be opened any more: the words that were cited."""
    message = f"Dokument „{citation.title}“ {why}. Položte dotaz znovu, odpovím ze současných dokumentů."
    return (
        f"{error_html(message)}"
        '<p class="opora-path">Když odpověď vznikla, stálo na citovaném místě:</p>'
        f'<blockquote class="opora-quote">{quoted(citation.quote)}</blockquote>'
    )
