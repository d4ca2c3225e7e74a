"""The source panel: where a citation stands in its document, and what is known about that document."""

from collections.abc import Sequence
from urllib.parse import quote

from ingest.anticipated import Squeezed
from ingest.document import Document, Source
from prompts.answer import Citation
from views.markup import czech_date, escaped, link_html

# Characters shown on each side of the quote: enough to judge it, short enough to read at a glance.
SURROUNDINGS = 600


def excerpt(text: str, start: int, end: int, around: int = SURROUNDINGS) -> tuple[int, int]:
    """Return the span to show around `text[start:end]`: about `around` characters each side, in whole lines.

    Where a line is longer than that, the span ends between words. Always `begin <= start <= end <= finish`.
    """
    begin, finish = max(0, start - around), min(len(text), end + around)
    if begin > 0:
        begin = _after_break(text, begin, start)
    if finish < len(text):
        finish = _before_break(text, end, finish)
    return begin, finish


def _after_break(text: str, begin: int, start: int) -> int:
    """Return the first place in `begin..start` that follows a line end, else a space, else `begin`."""
    for mark in ("\n", " "):
        found = text.find(mark, begin, start)
        if found >= 0:
            return found + 1
    return begin


def _before_break(text: str, end: int, finish: int) -> int:
    """Return the last place in `end..finish` that precedes a line end, else a space, else `finish`."""
    for mark in ("\n", " "):
        found = text.rfind(mark, end, finish)
        if found >= 0:
            return found
    return finish


def excerpt_html(document: Document, start: int, end: int, quotes: Sequence[str] = ()) -> str:
    """Return the surroundings of a cited part with what is quoted of it highlighted, or else the whole part.

    "…" says that the document goes on.
    """
    text = document.text
    begin, finish = excerpt(text, start, end)
    before = ("… " if begin > 0 else "") + text[begin:start].lstrip("\n")
    after = text[end:finish].rstrip("\n") + (" …" if finish < len(text) else "")
    return (
        '<div class="opora-excerpt" tabindex="0" role="group" aria-label="Úryvek dokumentu">'
        f"{escaped(before)}{_marked(text[start:end], quotes)}{escaped(after)}</div>"
    )


def _marked(part: str, quotes: Sequence[str]) -> str:
    """Return a cited part with the places of its quotes highlighted; white space and bullet marks play no part."""
    squeezed = Squeezed(part)
    places = sorted({span for quote in quotes for span in squeezed.spans(quote)[:1]})
    if not places or places == [(0, len(part))]:
        return f"<mark>{escaped(part)}</mark>"
    html, position = "", 0
    for begin, finish in places:
        if begin >= position:
            html += f"{escaped(part[position:begin])}<mark>{escaped(part[begin:finish])}</mark>"
            position = finish
    return f'<span class="opora-cited">{html}{escaped(part[position:])}</span>'


def place(citation: Citation) -> str:
    """Return where the quote stands: heading path and page, for example "4.1. Prevence › strana 3"."""
    parts = [heading.strip() for heading in citation.passage.headings if heading.strip()]
    if citation.page is not None:
        parts.append(f"strana {citation.page}")
    return " › ".join(parts)


def validity(source: Source) -> str:
    """Return what is known about period and validity, in sentences; unknown is said to be unknown."""
    parts = [_period(source), source.status, source.validity_note]
    return " ".join(_sentence(part) for part in parts if part.strip())


def _period(source: Source) -> str:
    if source.period_basis == "unknown" or not source.period:
        return source.period or "období dokument neuvádí"
    said_by = "uvádí dokument" if source.period_basis == "from_document" else "dokument sám je neuvádí"
    return f"období: {source.period} ({said_by})"


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def reader_link(document: Document, citation: Citation) -> str:
    """Return the link that opens the cited place in the whole document.

    In a new tab: a page that is loaded anew would forget the conversation.
    """
    doc = quote(document.id.encode("utf-8", "replace"), safe="")
    return (
        f'<p class="opora-path"><a class="opora-link" href="dokumenty?doc={doc}&amp;start={citation.start}'
        f'&amp;end={citation.end}" target="_blank" rel="noopener noreferrer">Otevřít v dokumentu'
        '<span class="opora-sr"> (otevře se v nové záložce)</span></a></p>'
    )


def source_html(citation: Citation, document: Document, quotes: Sequence[str] = ()) -> str:
    """Return the whole panel for one citation; every word of the document is escaped.

    `quotes` are the words that the answer quotes from it, which are highlighted within the cited part.
    """
    source = document.source
    facts = [
        ("Vydavatel", source.publisher),
        ("Datum textu", czech_date(source.text_date)),
        ("Platnost", validity(source)),
        ("Odkud to víme", source.validity_basis),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{escaped(value)}</dd></div>" for name, value in facts if value.strip())
    where = place(citation)
    path = f'<p class="opora-path">{escaped(where)}</p>' if where else ""
    link = link_html(source.url, "Otevřít původní dokument")
    missing = "" if link else '<p class="opora-path">Odkaz na původní dokument není znám.</p>'
    return (
        f'<section class="opora-source" aria-label="Zdroj {citation.n}">'
        f'<h3 class="opora-source-title">{escaped(source.title or citation.title)}</h3>{path}'
        f"{excerpt_html(document, citation.start, citation.end, quotes)}{reader_link(document, citation)}"
        f'<dl class="opora-facts">{rows}</dl>{link}{missing}</section>'
    )
