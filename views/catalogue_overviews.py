"""The overviews of the catalogue: comparison, target groups by document, coverage of themes."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from prompts.export.comparisons import comparison_report
from retrieval.facets import Facet, Filing
from retrieval.instruments import Catalogue, Instrument
from retrieval.overview import coverage, group_matrix
from views import catalogue_state as state
from views.catalogue_data import scroll_up
from views.catalogue_export import catalogue_sheets
from views.catalogue_words import FIELD_NAMES, kind_and_code, label_text, shortened, title
from views.comparison_html import FIELDS, comparison_html
from views.downloads import download_menu
from views.overview_html import chart_html, matrix_html, totals_html

_FIRST_ROWS = 15

_COVERED: dict[Facet, str] = {"theme": "Témata", "group": "Cílové skupiny"}


def show_comparison(catalogue: Catalogue, instruments: Sequence[Instrument]) -> None:
    """Show the chosen instruments side by side."""
    if len(instruments) < 2:
        chosen = f" Zatím je vybraný jeden: {title(instruments[0], 100)}" if instruments else ""
        st.info(
            "Vyberte v seznamu dva až čtyři nástroje zaškrtnutím „Porovnat“." + label_text(chosen),
            icon=":material/compare_arrows:",
        )
        st.button("Přejít do seznamu", on_click=state.go_to, args=("list",), key="opora_to_list")
        return
    with st.container(horizontal=True, gap="xsmall", key="opora_chips"):
        for n, instrument in enumerate(instruments):
            st.button(
                label_text(f"{kind_and_code(instrument)}: {shortened(title(instrument, 60), 60)}"),
                icon=":material/close:",
                help="Odebrat z porovnání",
                key=f"opora_drop_{n}",
                on_click=state.drop_compared,
                args=(instrument.id,),
            )
    with st.container(horizontal=True, vertical_alignment="center", key="opora_compare_bar"):
        only = st.checkbox("Ukázat jen rozdíly", key="opora_only_differences", persist_state="session")
        download_menu(
            "comparison",
            "porovnani-nastroju",
            lambda: comparison_report(
                catalogue, instruments, {field: FIELD_NAMES[field] for field in FIELDS}, datetime.now(), only
            ),
            lambda: catalogue_sheets(catalogue, instruments),
        )
    scroll_up()
    st.html(comparison_html(catalogue, instruments, only))


def show_matrix(catalogue: Catalogue) -> None:
    """Show which document names which target group, with its words."""
    rows = group_matrix(catalogue)
    st.html(
        '<h2 class="opora-detail-title">Které skupiny dokumenty jmenují</h2>'
        '<p class="opora-path">„Neuvedeno“ znamená, že ji nejmenuje seznam cílových skupin ani text žádného nástroje '
        "dokumentu; neznamená, že ji dokument vylučuje.</p>"
    )
    if not rows:
        st.html('<p class="opora-note" role="note">Dokumenty žádnou cílovou skupinu ze slovníku nejmenují.</p>')
        return
    st.html(matrix_html(catalogue, rows))


def show_coverage(catalogue: Catalogue, filing: Filing) -> None:
    """Show how many instruments of each document cover which themes and target groups."""
    st.html('<h2 class="opora-detail-title">Co který dokument pokrývá</h2>' + totals_html(catalogue, filing))
    facet = st.segmented_control(
        "Co počítat",
        list(_COVERED),
        default="theme",
        required=True,
        format_func=_COVERED.__getitem__,
        key="opora_covered",
        label_visibility="collapsed",
        persist_state="session",
    )
    rows = coverage(catalogue, filing, facet)
    everything = False
    if len(rows) > _FIRST_ROWS:
        everything = st.checkbox(
            f"Ukázat všechny řádky ({len(rows)}), nejen {_FIRST_ROWS} nejčastějších", key=f"opora_all_{facet}"
        )
    st.html(chart_html(rows if everything else rows[:_FIRST_ROWS], catalogue.documents, _COVERED[facet]))
