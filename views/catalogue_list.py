"""The list of the catalogue: the query, the filters, the order, the cards, and what to do when nothing is left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from retrieval.facets import Order, ordered
from retrieval.instruments import Instrument
from views import catalogue_state as state
from views.catalogue_data import CatalogueLike, failure
from views.catalogue_export import csv_bytes, xlsx_bytes
from views.catalogue_facets import show_chips, show_facets
from views.catalogue_html import card_html
from views.catalogue_words import instruments_counted, label_text, listed, title
from views.markup import error_html

if TYPE_CHECKING:
    from retrieval.instrument_search import Relevance

MAX_QUERY = 300

_ORDERS: dict[Order, str] = {
    "relevance": "podle shody s dotazem",
    "document": "podle dokumentu",
    "code": "podle kódu",
    "title": "podle názvu",
}


def show_list(opened: CatalogueLike) -> None:
    """Show the list of instruments that the query and the filters leave."""
    query = _search_box()
    relevance = _ranked(opened, query) if query else None
    pool, rest = _pool(opened, relevance)
    show_facets(opened.filing, pool)
    found = [instrument for instrument in pool if opened.filing.matches(instrument, state.chosen())]
    show_chips(opened.filing, query)
    order = _toolbar(opened, found, bool(query))
    aside = sum(opened.filing.matches(instrument, state.chosen()) for instrument in rest)
    if aside:
        st.checkbox(
            f"Ukázat i méně související ({aside})",
            key=state.WIDE,
            on_change=state.restart_list,
            persist_state="session",
        )
    found = ordered(found, opened.catalogue, order, relevance.scores if relevance else None)
    if not found:
        _nothing_found(bool(query))
        return
    shown = found[: state.shown()]
    for instrument in shown:
        hit = relevance.best.get(instrument.id) if relevance else None
        _card(opened, instrument, hit.text if hit and hit.id != instrument.id else "")
    left = len(found) - len(shown)
    if left > 0:
        more = min(left, state.PAGE_SIZE)
        with st.container(horizontal=True, key="opora_catalogue_more"):
            st.button(f"Zobrazit další ({more})", on_click=state.show_more, args=(more,), key="opora_catalogue_next")
            st.button(f"Zobrazit všechny ({left})", on_click=state.show_more, args=(left,), key="opora_catalogue_all")


def _search_box() -> str:
    query = st.text_input(
        "Hledat v nástrojích",
        placeholder="Například: pomoc lidem s dluhy",
        help="Hledá stejně jako asistent: i podle významu a bez diakritiky. Potvrďte klávesou Enter.",
        icon=":material/search:",
        key=state.QUERY,
        on_change=state.restart_list,
        persist_state="session",
    ).strip()
    if len(query) > MAX_QUERY:
        st.html(error_html(f"Dotaz je příliš dlouhý ({len(query)} znaků). Zkraťte jej na nejvýše {MAX_QUERY} znaků."))
        return ""
    return query


def _ranked(opened: CatalogueLike, query: str) -> "Relevance | None":
    try:
        with st.spinner("Hledám…"):
            return opened.rank(query)
    except Exception as error:
        st.html(error_html(f"{failure(error)} Zatím ukazuji všechny nástroje."))
        return None


def _pool(opened: CatalogueLike, relevance: "Relevance | None") -> tuple[Sequence[Instrument], Sequence[Instrument]]:
    """Return the instruments that the query leaves, and those that it puts aside unless they are asked for too."""
    everything = opened.catalogue.instruments
    if relevance is None:
        return everything, ()
    near = [instrument for instrument in everything if instrument.id in relevance.near]
    far = [instrument for instrument in everything if instrument.id not in relevance.near]
    return (everything if st.session_state.get(state.WIDE) else near), far


def _toolbar(opened: CatalogueLike, found: Sequence[Instrument], searched: bool) -> Order:
    total = len(opened.catalogue.instruments)
    with st.container(horizontal=True, vertical_alignment="center", key="opora_catalogue_bar"):
        shown = min(len(found), state.shown())
        count = listed(shown, len(found), total)
        st.html(f'<h2 class="opora-sr">Seznam nástrojů</h2><p class="opora-count" role="status">{count}</p>')
        offered = list(_ORDERS) if searched else [o for o in _ORDERS if o != "relevance"]
        order: Order = st.selectbox(
            "Řazení",
            offered,
            format_func=_ORDERS.__getitem__,
            key=f"{state.SORT}_{'searched' if searched else 'all'}",
            label_visibility="collapsed",
            filter_mode=None,
            persist_state="session",
            width=220,
        )
        if found:
            with st.container(horizontal=True, width="content", gap="small", key="opora_catalogue_downloads"):
                _downloads(opened, found)
    compared = state.compared()
    if compared:
        with st.container(horizontal=True, vertical_alignment="center", key="opora_catalogue_compare_bar"):
            st.html(f'<p class="opora-count">K porovnání: {instruments_counted(len(compared))}</p>')
            st.button(
                "Porovnat" if len(compared) > 1 else "Vyberte ještě jeden",
                icon=":material/compare_arrows:",
                type="primary",
                disabled=len(compared) < 2,
                on_click=state.go_to,
                args=("compare",),
                key="opora_catalogue_compare",
            )
    return order


def _downloads(opened: CatalogueLike, found: Sequence[Instrument]) -> None:
    told = (
        f"Obsahuje {instruments_counted(len(found))}; na každém řádku je citace s místem v textu, platností a otiskem "
        "SHA-256 zdroje."
    )
    # The files are made when the button is pressed, not with every click on the page.
    st.download_button(
        "CSV",
        lambda: csv_bytes(opened.catalogue, found),
        "opora-katalog.csv",
        "text/csv",
        icon=":material/download:",
        help=f"Stáhnout tabulku pro český Excel. {told}",
        key="opora_catalogue_csv",
        on_click="ignore",
    )
    st.download_button(
        "XLSX",
        lambda: xlsx_bytes(opened.catalogue, found),
        "opora-katalog.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        help=f"Stáhnout sešit pro Excel nebo LibreOffice. {told}",
        key="opora_catalogue_xlsx",
        on_click="ignore",
    )


def _nothing_found(searched: bool) -> None:
    words = "Dotazu a filtrům" if searched else "Filtrům"
    with st.container(key="opora_catalogue_empty"):
        st.html(
            f'<p class="opora-note" role="note">{words} neodpovídá žádný nástroj. Uberte některý filtr, zkuste jiná '
            "slova, nebo začněte znovu. To, že tu nástroj není, neznamená, že neexistuje: hledám jen v dokumentech, "
            "které mám.</p>"
        )
        st.button("Zrušit filtry", icon=":material/filter_alt_off:", on_click=state.clear, key="opora_catalogue_reset")


def _card(opened: CatalogueLike, instrument: Instrument, hit: str) -> None:
    box = f"opora_compare_{instrument.id}"
    compared = state.compared()
    with st.container(border=True, gap="xsmall", key=f"opora_card_{instrument.id}"):
        st.html(card_html(opened.catalogue, instrument, hit))
        with st.container(horizontal=True, vertical_alignment="center", key=f"opora_card_row_{instrument.id}"):
            st.button(
                "Podrobnosti",
                icon=":material/article:",
                help=label_text(title(instrument, 120)),
                on_click=state.open_instrument,
                args=(instrument.id,),
                key=f"opora_open_{instrument.id}",
            )
            full = len(compared) >= state.MOST_COMPARED and instrument.id not in compared
            st.checkbox(
                "Porovnat",
                value=instrument.id in compared,
                disabled=full,
                help=f"Porovnat lze nejvýše {state.MOST_COMPARED} nástroje." if full else None,
                on_change=state.compare_by_box,
                args=(instrument.id, box),
                key=box,
            )
