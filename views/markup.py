"""From plain text to the HTML of the pages. All text of documents and users becomes HTML here, escaped.

The pages hand it to `st.html`, never to Markdown: there `*`, `_`, `[`, `$` and `:` of a document would turn
into emphasis, links, formulas and colours, and a quote would no longer be verbatim.
"""

import html
import re
from datetime import date
from urllib.parse import urlsplit

from prompts.answer import Statement

# Control characters and lone surrogates cannot be sent to a browser; tab and line end are kept.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def escaped(text: str) -> str:
    """Return the text as HTML that shows exactly these characters, also inside a quoted attribute."""
    return html.escape(_UNPRINTABLE.sub("\ufffd", text), quote=True)


def quoted(text: str) -> str:
    """Return the text in Czech quotation marks, escaped; surrounding white space is left out."""
    return f"„{escaped(text.strip())}“"


def question_html(question: str) -> str:
    """Return the user's question as a heading, so that a screen reader can jump between questions."""
    return f'<h2 class="opora-question"><span class="opora-sr">Váš dotaz: </span>{escaped(question)}</h2>'


def statement_html(statement: Statement) -> str:
    """Return one statement in the look of its form; citation marks are buttons beside it, not part of it."""
    text = escaped(statement.text.strip())
    if statement.form == "heading":
        return f'<h3 class="opora-heading">{text}</h3>'
    if statement.form == "quote":
        body = quoted(statement.text) if statement.verdict == "verbatim" else text
        return f'<blockquote class="opora-quote">{body}</blockquote>'
    if statement.form == "item":
        body = quoted(statement.text) if statement.verdict == "verbatim" else text
        return f'<ul class="opora-item"><li>{body}</li></ul>'
    if statement.form == "note":
        return f'<p class="opora-note" role="note">{text}</p>'
    if statement.form == "table":
        return f'<div class="opora-table">{text}</div>'
    return f'<p class="opora-lead">{text}</p>'


def error_html(message: str) -> str:
    """Return a Czech error message in a box that screen readers announce."""
    return f'<p class="opora-error" role="alert">{escaped(message)}</p>'


def link_html(url: str, label: str) -> str:
    """Return a link that opens in a new tab, or "" when the address is not a web address (http, https)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return ""
    return (
        f'<a class="opora-link" href="{escaped(url.strip())}" target="_blank" rel="noopener noreferrer">'
        f'{escaped(label)}<span class="opora-sr"> (otevře se v nové záložce)</span></a>'
    )


def czech_date(iso: str) -> str:
    """Return an ISO date as "14. 1. 2020" (no-break spaces); any other text is returned as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day}.\u00a0{day.month}.\u00a0{day.year}"


def czech_number(value: int) -> str:
    """Return an integer with a no-break space between groups of three digits."""
    return f"{value:,}".replace(",", "\u00a0")
