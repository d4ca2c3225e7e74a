"""One instrument in full: every field with its quotes, and the source of each beside it."""

from collections.abc import Sequence

import streamlit as st

from prompts.answer import Citation
from prompts.compose import quote_text
from retrieval.instruments import FIELDS, THEMES, Catalogue, Instrument, Value
from views import catalogue_state as state
from views.catalogue_data import scroll_up
from views.catalogue_export import csv_bytes, xlsx_bytes
from views.catalogue_html import MISSING, value_html
from views.catalogue_words import (
    NOTES,
    THEME_NAMES,
    document_name,
    field_name,
    kind_and_code,
    period_and_validity,
    shortened,
)
from views.markup import escaped, page_title, quoted
from views.source_panel import source_panel

_LONGEST_HEAD = 200
"""Characters of a name that a heading can hold; a longer one is quoted in full below it."""

_PROGRAMME_ELSEWHERE = "Program text dokumentu sám nejmenuje; údaj je o dokumentu znám odjinud."


def show_detail(catalogue: Catalogue, instrument: Instrument) -> None:
    """Show an instrument; values are numbered from 1 in the order of the page."""
    st.set_page_config(page_title=page_title(shortened(quote_text(instrument.name.quote), 80), "Katalog nástrojů"))
    numbered = list(enumerate(sorted(instrument.values(), key=lambda v: _place(catalogue, *v)), 1))
    st.button(
        "Zpět do katalogu", icon=":material/arrow_back:", key="opora_back", on_click=state.open_instrument, args=("",)
    )
    with st.container(key=f"opora_detail_{instrument.id}"):
        scroll_up()
    with st.container(horizontal=True, gap="large", key="opora_desk"):
        with st.container(key="opora_conversation_column"):
            _head(catalogue, instrument)
            for field in FIELDS:
                own = [(n, value) for n, (name, value) in numbered if name == field]
                with st.container(key=f"opora_field_{field}", gap="xsmall"):
                    _field(catalogue, instrument, field, own)
            _downloads(catalogue, instrument)
        opened = next((value for n, (_, value) in numbered if n == state.opened_source()), None)
        if opened:
            _source(catalogue, opened)


def _place(catalogue: Catalogue, field: str, value: Value) -> tuple[int, int]:
    """Return where a value stands on the page: fields in their order, themes by their groups."""
    place = FIELDS.index(field) if field in FIELDS else -1
    return place, THEMES.index(catalogue.concepts[value.concepts[0]].group) if field == "themes" else 0


def _head(catalogue: Catalogue, instrument: Instrument) -> None:
    source = catalogue.source(instrument)
    st.html(
        f'<p class="opora-card-kind">{escaped(kind_and_code(instrument))}</p>'
        f'<p class="opora-card-facts"><span>{escaped(document_name(source))}</span></p>'
    )
    whole = quote_text(instrument.name.quote)
    head = f'<h2 class="opora-detail-title">{escaped(shortened(whole, _LONGEST_HEAD))}</h2>'
    if len(whole) > _LONGEST_HEAD:
        head += f'<p class="opora-value">{quoted(whole)}</p>'
    _numbered(1, head)


def _field(catalogue: Catalogue, instrument: Instrument, field: str, values: Sequence[tuple[int, Value]]) -> None:
    source = catalogue.source(instrument)
    heading = f'<h3 class="opora-heading">{escaped(field_name(instrument, field))}</h3>'
    if not values and field != "period" and not (field == "programme" and source.programme):
        st.html(f'<div class="opora-silent-field">{heading}{MISSING}</div>')
        return
    st.html(heading)
    if field == "period":
        st.html(f'<p class="opora-note" role="note">{escaped(period_and_validity(source))}</p>')
        if source.validity_basis:
            st.html(f'<p class="opora-path">Odkud to víme: {escaped(source.validity_basis)}</p>')
    if field == "programme" and not values and source.programme:
        st.html(
            f'<p class="opora-value">{escaped(source.programme)}</p><p class="opora-path">{_PROGRAMME_ELSEWHERE}</p>'
        )
        return
    if not values:
        return
    if note := NOTES.get(field):
        st.html(f'<p class="opora-path">{escaped(note)}</p>')
    if field == "themes":
        for group in THEMES:
            own = [(n, v) for n, v in values if catalogue.concepts[v.concepts[0]].group == group]
            if own:
                st.html(f'<p class="opora-option-head">{THEME_NAMES[group]}</p>')
                for n, value in own:
                    _value(catalogue, field, n, value)
        return
    label = ""
    for n, value in values:
        if field in ("groups", "programme_groups") and value.label and value.label != label:
            label = value.label
            st.html(f'<p class="opora-option-head">{escaped(label)}</p>')
        _value(catalogue, field, n, value)


def _value(catalogue: Catalogue, field: str, n: int, value: Value) -> None:
    _numbered(n, value_html(catalogue, field, value))


def _numbered(n: int, html: str) -> None:
    """Show a value with the button that opens its source."""
    with st.container(horizontal=True, gap="xsmall", key=f"opora_statement_{n}"):
        st.html(html)
        st.button(
            f"\\[{n}\\]",
            key=f"opora_cite_{n}",
            type="primary" if state.opened_source() == n else "secondary",
            on_click=state.open_source,
            args=(n,),
        )


def _source(catalogue: Catalogue, value: Value) -> None:
    n = state.opened_source()
    title = document_name(catalogue.documents[value.doc].source)
    citation = Citation(n, value.passage, value.start, value.end, value.quote, title)
    source_panel(citation, catalogue.documents.__getitem__, state.close_source)


def _downloads(catalogue: Catalogue, instrument: Instrument) -> None:
    name = f"opora-{instrument.code or 'nastroj'}".replace("/", "-")
    with st.container(horizontal=True, key="opora_detail_downloads"):
        st.download_button(
            "Stáhnout CSV", lambda: csv_bytes(catalogue, [instrument]), f"{name}.csv", "text/csv", on_click="ignore"
        )
        st.download_button(
            "Stáhnout XLSX", lambda: xlsx_bytes(catalogue, [instrument]), f"{name}.xlsx", on_click="ignore"
        )
