"""The page Nápověda: how Opora works, what it cannot do, which documents it knows, privacy, and accessibility."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from ingest.document import Document
from views import conversation
from views.assistant import AssistantLike, assistant
from views.markup import czech_date, error_html, escaped, link_html
from views.source import validity

_HERE = Path(__file__).parent


def help_page() -> None:
    """Show the page over this installation's assistant."""
    show_help(assistant)


def show_help(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the page; without an index all but the table of documents is still there."""
    st.html('<h1 class="opora-title">Nápověda</h1>')
    st.html(_HERE / "help_how.cs.html")
    try:
        documents = open_assistant().documents
    except Exception as error:
        st.html('<section class="opora-help"><h2>Z jakých dokumentů odpovídám</h2></section>')
        st.html(error_html(conversation.failure_message(error)))
    else:
        st.html(coverage_html(documents))
    st.html(_HERE / "help_privacy.cs.html")
    st.html(_HERE / "help_accessibility.cs.html")


def coverage_html(documents: Sequence[Document]) -> str:
    """Return the table of documents: title, publisher, date of the text, period and validity."""
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Dokument", "Vydavatel", "Text ze dne", "Období a platnost")
    )
    body = "".join(_row(document) for document in documents)
    return (
        '<section class="opora-help"><h2>Z jakých dokumentů odpovídám</h2>'
        f'<table class="opora-coverage"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>'
    )


def _row(document: Document) -> str:
    source = document.source
    link = link_html(source.url, "původní dokument")
    cells = (
        ("Vydavatel", escaped(source.publisher) or "neuvedeno"),
        ("Text ze dne", escaped(czech_date(source.text_date)) or "neuvedeno"),
        ("Období a platnost", escaped(validity(source))),
    )
    title = f'<th scope="row">{escaped(source.title or source.id)}{"<br>" if link else ""}{link}</th>'
    # The label repeats the column's name where a phone shows each row as a card.
    rest = "".join(f'<td data-label="{name}">{value}</td>' for name, value in cells)
    return f"<tr>{title}{rest}</tr>"
