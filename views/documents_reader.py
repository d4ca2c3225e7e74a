"""The reader: one document with its provenance, its outline, search inside, and the images of its pages."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from ingest.document import Document
from prompts.czech import counted, out_of
from views import conversation
from views import documents_state as state
from views.documents_holdings import Holding
from views.documents_html import go_link, hits_html, outline_html, provenance_html, windows_html
from views.documents_search import Found, find
from views.documents_state import Place
from views.documents_text import View, reader_html
from views.markup import error_html, escaped, page_title
from views.source import validity


def show_reader(held: Holding, place: Place) -> None:
    """Show a document at a place: what is known about it, the search, the outline, the text and page images."""
    document = held.document
    st.set_page_config(page_title=page_title(document.source.title or document.id, "Dokumenty"))
    st.html(go_link(Place(), "← Všechny dokumenty"))
    st.html(
        f'<h1 class="opora-title">{escaped(document.source.title or document.id)}</h1>'
        f'<p class="opora-note opora-validity" role="note">{escaped(validity(document.source))}</p>'
    )
    with st.expander("O dokumentu: původ, platnost a soubor", key="opora_documents_provenance"):
        st.html(provenance_html(document, held.added, held.parts))
    if not document.text.strip():
        st.html('<p class="opora-note" role="note">Dokument nemá žádný text.</p>')
        return
    found = _search(document, place)
    hits = found.hits if found else ()
    current = hits[min(place.hit, len(hits)) - 1] if hits and place.hit else None
    view = View(document, state.layout(document), place, hits, current, held.pdf is not None)
    _bar(view, found)
    _desk(view, held)


def _search(document: Document, place: Place) -> Found | None:
    """Return what the search finds, or None when nothing is searched."""
    if not place.query:
        return None
    return find(state.read_words(document), state.layout(document).blocks, place.query)


def _searched(document: Document, place: Place, position: int) -> None:
    """Take over what the search box says now; the reader goes to the first hit after where they are."""
    query = state.search_box()
    if not query:
        # The reader stays where the last hit stood.
        Place(place.doc, position or None, page=place.page).go()
        return
    asked = replace(place, query=query, hit=0)
    found = _search(document, asked)
    hits = found.hits if found else ()
    if hits:
        replace(asked, hit=next((n for n, hit in enumerate(hits, 1) if hit.start >= position), 1)).go()
    else:
        replace(asked, start=position or None, end=place.end if place.start == position else None).go()


def _bar(view: View, found: Found | None) -> None:
    """Show the search box with the count of hits, the way between them, and the button that copies a link."""
    place, count = view.place, len(view.found)
    state.fill_search_box(place)
    with st.container(horizontal=True, vertical_alignment="bottom", key="opora_documents_bar", gap="small"):
        st.text_input(
            "Hledat v dokumentu",
            placeholder="slovo, kód nebo „přesná slova“",
            icon=":material/search:",
            key=state.QUERY,
            on_change=partial(_searched, view.document, place, view.position),
        )
        if found is not None:
            _between_hits(view)
        cited = f' data-opora-cited="{escaped(place.href)}"' if place.cited else ""
        st.html(
            f'<button type="button" class="opora-button opora-copy"{cited}>Zkopírovat odkaz na toto místo</button>'
            '<span class="opora-copied" role="status"></span>',
            width="content",
        )
    if found is None:
        return
    if not count:
        st.html(
            '<p class="opora-note" role="status">Tato slova v dokumentu nejsou. Zkuste jiné slovo, jen jeho začátek, '
            "nebo vynechejte uvozovky.</p>"
        )
        return
    if found.loose:
        st.html(
            '<p class="opora-note" role="note">Všechna slova pohromadě v žádném odstavci nestojí. Ukazuji místa, kde '
            "je aspoň jedno z nich.</p>"
        )
    with st.expander(f"Seznam nalezených míst ({count})", key="opora_documents_hits"):
        st.html(hits_html(view))


def _between_hits(view: View) -> None:
    place, count = view.place, len(view.found)
    now = view.found.index(view.current) + 1 if view.current else 0
    words = f"{now} {out_of(count).split(' ', 1)[1]}" if now else counted(count, "místo", "místa", "míst")
    after = now or sum(hit.start < view.position for hit in view.found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="opora_documents_between"):
        st.html(f'<p class="opora-count" role="status">{words}</p>', width="content")
        for key, label, icon, goal in (
            ("before", "Předchozí", ":material/keyboard_arrow_up:", (now or after + 1) - 1 or count),
            ("after", "Další", ":material/keyboard_arrow_down:", after % max(count, 1) + 1),
        ):
            if count:
                st.button(label, icon=icon, key=f"opora_documents_{key}", on_click=replace(place, hit=goal).go)
        st.button(
            "Zrušit",
            icon=":material/close:",
            type="tertiary",
            key="opora_documents_clear",
            on_click=Place(place.doc, view.position or None, page=place.page).go,
        )


def _desk(view: View, held: Holding) -> None:
    """Show the outline, the text and the image of a page beside each other, or one above the other on a phone."""
    place = view.place
    page = place.page
    if page is None and place.cited and held.pdf:
        page = view.document.page_at(place.cited[0])
    pictured = held.pdf if page and page <= len(view.document.pages) else None
    outline = outline_html(view)
    if outline:
        # Beside the text on wide screens, unless an image is there; else above it, closed.
        narrow = "opora_documents_contents" if pictured else "opora_documents_contents_narrow"
        with st.container(key=narrow), st.expander("Obsah dokumentu", key="opora_documents_contents_expander"):
            st.html(f'<nav aria-label="Obsah dokumentu">{outline}</nav>')
    with st.container(horizontal=True, gap="large", key="opora_documents_desk"):
        if outline and not pictured:
            with st.container(key="opora_documents_outline_wide"):
                st.html(f'<nav aria-label="Obsah"><p class="opora-hint">Obsah</p>{outline}</nav>')
        with st.container(key="opora_documents_text"):
            if bar := windows_html(view):
                st.html(bar)
            # A search without a hit leaves the reader where they are.
            moves = view.found or not place.query
            target = (view.document.id, *(view.target or (view.position, -1))) if moves else None
            st.html(reader_html(view, state.turn(target)))
            if bar := windows_html(view, ends=True):
                st.html(bar)
        if pictured and page:
            with st.container(key="opora_documents_image"):
                _image(pictured, page, view)


def _image(path: Path, page: int, view: View) -> None:
    """Show the image of a page, with the way to its neighbours and to its text."""
    # Imported here because it brings the PDF library, which most visits do not need.
    from views.page_images import page_image

    place, last = view.place, len(view.document.pages)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="opora_documents_image_bar"):
        st.html(f'<p class="opora-source-bar">Strana {page} {out_of(last).split(" ", 1)[1]}</p>', width="content")
        for key, label, icon, goal in (
            ("before", "Předchozí strana", ":material/chevron_left:", page - 1),
            ("after", "Další strana", ":material/chevron_right:", page + 1),
        ):
            st.button(
                label,
                icon=icon,
                key=f"opora_documents_page_{key}",
                disabled=not 1 <= goal <= last,
                on_click=replace(place, page=goal).go,
            )
        st.button(
            "Zavřít", icon=":material/close:", type="tertiary", key="opora_close", on_click=replace(place, page=0).go
        )
    try:
        image = page_image(path, page)
    except Exception as error:
        st.html(error_html(conversation.failure_message(error)))
    else:
        st.image(image, width="stretch", alt=f"Obraz strany {page} původního souboru; její text je v dokumentu.")
    start = view.document.pages[page - 1]
    if start < len(view.document.text):
        st.html(go_link(Place(place.doc, start, page=page), f"Přejít na text strany {page}"))
