"""From plain text to the HTML of the pages. All text of documents and users becomes HTML here, escaped.

The pages hand it to `st.html`, never to Markdown: there `*`, `_`, `[`, `$` and `:` of a document would turn
into emphasis, links, formulas and colours, and a quote would no longer be verbatim.
"""

import html
import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from prompts.answer import Cell, Statement, Table

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


def understood_html(lines: Iterable[str]) -> str:
    """Return how a question was read, one line for each kind of reading."""
    return f'<p class="opora-understood">{"<br>".join(escaped(line) for line in lines)}</p>'


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
    if statement.form == "text":
        return f'<p class="opora-text">{text}</p>'
    if statement.form == "note" and text.endswith(":"):
        # What only introduces the quotes below it is no remark.
        return f'<p class="opora-place">{text}</p>'
    if statement.form == "note":
        return f'<p class="opora-note" role="note">{text}</p>'
    if statement.form == "table":
        return f'<div class="opora-table">{table_html(statement.table) if statement.table else text}</div>'
    return f'<p class="opora-lead">{text}</p>'


def table_html(table: Table) -> str:
    """Return a table with a heading for each column and each row; quotes carry the numbers of their citations."""
    head = "".join(f'<th scope="col">{escaped(heading)}</th>' for heading in table.columns)
    rows = ""
    for label, *cells in table.rows:
        rows += f'<tr><th scope="row">{_cell_html(label)}</th>'
        rows += "".join(f"<td>{_cell_html(cell)}</td>" for cell in cells) + "</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell_html(cell: Cell) -> str:
    return "".join(
        f"<p>{quoted(said.text) if said.verdict == 'verbatim' else escaped(said.text)}"
        f"{''.join(f' [{n}]' for n in said.citations)}</p>"
        for said in cell
    )


def unchecked_html(text: str) -> str:
    """Return what a chat model has written so far, marked as not yet checked."""
    return (
        '<div class="opora-unchecked" aria-live="off"><p class="opora-unchecked-mark">Píše se, ještě neověřeno</p>'
        f"<p>{escaped(text.strip())}</p></div>"
    )


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


def page_title(*parts: str) -> str:
    """Return a page's title for the browser, from what is opened to where it is: "Šedá Čtvrť – Profil obce – Opora"."""
    return " – ".join((*parts, "Opora"))


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
