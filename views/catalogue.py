"""The page Katalog nástrojů: every measure, activity and project of the documents, filtered and compared."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from views import catalogue_state as state
from views.catalogue_data import CatalogueLike, failure, open_catalogue
from views.catalogue_detail import show_detail
from views.catalogue_list import show_list
from views.catalogue_overviews import show_comparison, show_coverage, show_matrix
from views.markup import error_html

_SECTIONS = {
    "list": "Seznam",
    "compare": "Porovnání",
    "matrix": "Skupiny",
    "coverage": "Pokrytí",
}


def catalogue_page() -> None:
    """Show the page over this installation's index."""
    show_catalogue(open_catalogue)


def show_catalogue(open_catalogue: Callable[[], CatalogueLike]) -> None:
    """Show the whole page; without an index it says what to do."""
    st.html(Path(__file__).with_name("catalogue.css"))
    with st.container(key="opora_catalogue"):
        st.html(
            '<h1 class="opora-title">Katalog nástrojů</h1>'
            '<p class="opora-purpose">Opatření, podporované aktivity a projekty ze všech dokumentů. Každý údaj je '
            "doslovná citace; co dokument neříká, je „neuvedeno“.</p>"
        )
        try:
            opened = open_catalogue()
        except Exception as error:
            st.html(error_html(failure(error)))
            return
        if not opened.catalogue.instruments:
            st.html(
                '<p class="opora-note" role="note">V dokumentech jsem žádné nástroje nenašel. Poznám opatření s kódy '
                "(například 4.6.a) a odrážky pod nadpisy jako Aktivity, Činnosti nebo Opatření. Přidejte takový "
                "dokument, nebo se zeptejte na stránce Asistent.</p>"
            )
            return
        _show(opened)


def _show(opened: CatalogueLike) -> None:
    known = {instrument.id: instrument for instrument in opened.catalogue.instruments}
    state.keep_known(frozenset(known))
    state.forget_unknown_options({f: frozenset(o.key for o in opts) for f, opts in opened.filing.options.items()})
    if instrument := known.get(state.opened()):
        show_detail(opened.catalogue, instrument)
        return
    section = st.segmented_control(
        "Část katalogu",
        list(_SECTIONS),
        default="list",
        required=True,
        format_func=_SECTIONS.__getitem__,
        key=state.SECTION,
        label_visibility="collapsed",
        persist_state="session",
    )
    if section == "compare":
        show_comparison(opened.catalogue, [known[key] for key in state.compared()])
    elif section == "matrix":
        show_matrix(opened.catalogue)
    elif section == "coverage":
        show_coverage(opened.catalogue, opened.filing)
    else:
        show_list(opened)
