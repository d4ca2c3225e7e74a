"""The HTML around a document's text: cards of the overview, provenance, outline and the list of hits."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Document
from prompts.czech import counted
from views.documents_layout import Entry, Layout
from views.documents_search import Hit
from views.documents_state import Place
from views.documents_text import View
from views.markup import czech_date, czech_number, escaped, link_html
from views.source import validity

_OUTLINE = 300
"""Headings that an outline shows: of a longer one the deeper ones wait until their part of the document is open."""

_LONGEST_ENTRY = 110
_AROUND = 70
LISTED = 50
"""Hits that the list shows at once, around the one that the reader is at."""

NOT_STATED = "neuvedeno"

_WHOSE = {
    True: "Přidaný dokument",
    False: "Základní sada",
    None: "Soubor dokumentu už tu není; po obnovení rejstříku zmizí",
}


def go_link(place: Place, label: str, style: str = "opora-link", hint: str = "") -> str:
    """Return a link to a place that the page follows without loading itself anew."""
    described = f' aria-label="{escaped(hint)}"' if hint else ""
    return f'<a class="{style}" href="{escaped(place.href)}" data-opora-go{described}>{escaped(label)}</a>'


def size_words(document: Document, parts: int | None) -> str:
    """Return how long a document is: characters, pages if the file has any, passages if they are known."""
    words = [_counted(len(document.pages), "strana", "strany", "stran")] if document.pages else []
    words.append(_counted(len(document.text), "znak", "znaky", "znaků"))
    if parts is not None:
        words.append(f"{_counted(parts, 'část', 'části', 'částí')} k vyhledávání")
    return ", ".join(words)


def _counted(count: int, one: str, few: str, many: str) -> str:
    return counted(count, one, few, many).replace(str(count), czech_number(count), 1)


def card_html(document: Document, added: bool | None, parts: int | None) -> str:
    """Return a document's card in the overview; `added` is None when its file is gone."""
    source = document.source
    title = source.title or source.id
    rows = _rows(
        (
            ("Vydavatel", escaped(source.publisher) or NOT_STATED),
            ("Datum textu", escaped(czech_date(source.text_date)) or NOT_STATED),
            ("Období a platnost", escaped(validity(source))),
            ("Rozsah", size_words(document, parts)),
        )
    )
    read = go_link(Place(document.id), "Číst dokument", "opora-button", f"Číst dokument {title}")
    original = link_html(source.url, "Původní dokument") or '<span class="opora-path">Odkaz na původ není znám.</span>'
    return (
        f'<article class="opora-document"><p class="opora-document-kind">{_WHOSE[added]}</p>'
        f'<h2 class="opora-document-title">{escaped(title)}</h2>'
        f'<dl class="opora-facts opora-document-facts">{rows}</dl>'
        f'<p class="opora-document-links">{read} {original}</p></article>'
    )


def provenance_html(document: Document, added: bool | None, parts: int | None) -> str:
    """Return everything that is known about a document besides its text."""
    source = document.source
    link = link_html(source.url, source.url)
    rows = _rows(
        (
            ("Vydavatel", escaped(source.publisher) or NOT_STATED),
            ("Program", escaped(source.programme) or NOT_STATED),
            ("Datum textu", escaped(czech_date(source.text_date)) or NOT_STATED),
            ("Období a platnost", escaped(validity(source))),
            ("Odkud to víme", escaped(source.validity_basis) or NOT_STATED),
            ("Původní dokument", link or escaped(source.url) or "odkaz není znám"),
            ("Zařazení", _WHOSE[added]),
            ("Text převzat", escaped(czech_date(source.retrieved)) or "den není zaznamenán"),
            ("Soubor", escaped(source.file) or NOT_STATED),
            ("Otisk souboru (SHA-256)", f"<code>{escaped(source.sha256)}</code>" if source.sha256 else NOT_STATED),
            ("Rozsah", size_words(document, parts)),
        )
    )
    return f'<dl class="opora-facts opora-document-facts">{rows}</dl>'


def _rows(facts: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)


def outline_html(view: View) -> str:
    """Return the headings as nested lists of links; "" when the document has none."""
    entries = _shown_entries(view.layout, view.window)
    here = max((entry.start for entry in entries if entry.start <= view.position), default=-1)
    html, level = "", -1
    for entry in entries:
        depth = min(entry.depth, level + 1)
        html += '<ul class="opora-outline">' if depth > level else "</li>" + "</ul></li>" * (level - depth)
        goal = Place(view.place.doc, entry.start, query=view.place.query, page=view.place.page)
        words = escaped(_shortened(entry.words, _LONGEST_ENTRY))
        marks = ' class="opora-chapter"' if entry.depth == 0 else ""
        marks += ' aria-current="location"' if entry.start == here else ""
        html += f'<li><a href="{escaped(goal.href)}" data-opora-go data-opora-at="{entry.start}"{marks}>{words}</a>'
        level = depth
    html += "</li></ul>" * (level + 1)
    if len(entries) < len(view.layout.entries):
        shown, total = czech_number(len(entries)), czech_number(len(view.layout.entries))
        html += (
            f'<p class="opora-path">Ukazuji {shown} z {total} nadpisů: hlavní a ty kolem otevřené části. '
            "Ostatní najdete, když otevřete jejich část.</p>"
        )
    return html


def _shown_entries(layout: Layout, window: int) -> Sequence[Entry]:
    """Return all headings, or of too many the highest ones with those of the open window."""
    if len(layout.entries) <= _OUTLINE:
        return layout.entries
    first, past = layout.windows[window]
    here = range(layout.blocks[first].start, layout.blocks[past - 1].end)
    for deepest in (2, 1, 0):
        shown = [entry for entry in layout.entries if entry.depth <= deepest or entry.start in here]
        if len(shown) <= _OUTLINE:
            return shown
    # Thousands of headings of one level: those around the reader.
    middle = bisect_right(layout.entries, here.start, key=lambda entry: entry.start)
    return layout.entries[max(0, middle - _OUTLINE // 2) : middle + _OUTLINE // 2]


def _shortened(words: str, longest: int) -> str:
    if len(words) <= longest:
        return words
    return words[: max(words.rfind(" ", 0, longest), longest // 2)].rstrip(" ,;:–-") + "\u00a0…"


def hits_html(view: View) -> str:
    """Return the places that the search found, each with its words, headings and page, as links; at most `LISTED`."""
    now = view.found.index(view.current) if view.current else 0
    first = max(0, min(now - LISTED // 2, len(view.found) - LISTED))
    items = "".join(_hit_html(view, n, hit) for n, hit in enumerate(view.found[first : first + LISTED], first + 1))
    note = ""
    if len(view.found) > LISTED:
        last = czech_number(first + LISTED)
        note = f'<p class="opora-path">Ukazuji místa {first + 1} až {last} z {czech_number(len(view.found))}.</p>'
    return f'{note}<ol class="opora-hits" start="{first + 1}">{items}</ol>'


def _hit_html(view: View, number: int, hit: Hit) -> str:
    document, text = view.document, view.document.text
    block = view.layout.blocks[view.layout.block_at(hit.start)]
    first, last = block.start, max(block.end, hit.end)
    begin, end = max(first, hit.start - _AROUND), min(last, hit.end + _AROUND)
    begin = begin if begin == first else text.find(" ", begin, hit.start) + 1 or begin
    end = end if end == last else max(text.rfind(" ", hit.end, end), hit.end)
    words, position = "… " if begin > first else "", begin
    for a, b in hit.spans:
        if a >= position:
            words += f"{escaped(text[position:a])}<mark>{escaped(text[a:b])}</mark>"
            position = b
    words += escaped(text[position:end]) + (" …" if end < last else "")
    where = [_shortened(heading, 60) for heading in view.layout.path_at(hit.start)]
    page = document.page_at(hit.start)
    where += [f"strana {page}"] if page is not None else []
    path = f'<span class="opora-path">{escaped(" › ".join(where))}</span>' if where else ""
    goal = replace(view.place, hit=number)
    current = ' aria-current="true"' if hit == view.current else ""
    return f'<li><a href="{escaped(goal.href)}" data-opora-go{current}>{words}</a>{path}</li>'


def windows_html(view: View, ends: bool = False) -> str:
    """Return where in a document of several parts the reader is, with links to the parts around; "" for a short one.

    `ends` is for the bar below the text, whose links are read after it.
    """
    windows, blocks = view.layout.windows, view.layout.blocks
    if len(windows) < 2:
        return ""
    now = view.window
    start, end = blocks[windows[now][0]].start, blocks[windows[now][1] - 1].end
    place = f"Část {now + 1} z {len(windows)}"
    pages = view.document.page_at(start), view.document.page_at(end - 1)
    if pages[0] is not None:
        place += f", strana {pages[0]}" if pages[0] == pages[1] else f", strany {pages[0]} až {pages[1]}"

    def link(window: int, label: str) -> str:
        goal = Place(view.place.doc, blocks[windows[window][0]].start, query=view.place.query, page=view.place.page)
        return go_link(goal, label, "opora-button")

    before = link(now - 1, "← Předchozí část") if now else ""
    after = link(now + 1, "Další část →") if now + 1 < len(windows) else ""
    name = "Části dokumentu pod textem" if ends else "Části dokumentu"
    return f'<nav class="opora-windows" aria-label="{name}">{before}<span>{place}</span>{after}</nav>'
