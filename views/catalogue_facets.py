"""The filters of the catalogue: a button for each facet, and chips for what is chosen."""

from collections.abc import Sequence

import streamlit as st

from prompts.czech import counted
from retrieval.analysis import fold
from retrieval.facets import FACETS, Facet, Filing, Option
from retrieval.instruments import Instrument
from views import catalogue_state as state
from views.catalogue_words import THEME_NAMES, label_text, shortened

OPEN_FACET = "opora_facet_open"

_LONG = 12
"""From so many options on, a facet has a box to find one."""


def show_facets(filing: Filing, pool: Sequence[Instrument]) -> None:
    """Show a button for each facet; the pressed one shows its options below.

    `pool` are the instruments that the full-text search leaves; the counts tell how many of them each option would
    leave under the other facets. The options stand in the page and not in a popover, which Streamlit appends to the
    end of the document, where the keyboard does not find it.
    """
    facet = st.pills(
        "Filtrovat podle",
        list(FACETS),
        format_func=FACETS.__getitem__,
        key=OPEN_FACET,
        persist_state="session",
    )
    if facet is not None:
        with st.container(border=True, key="opora_facet"):
            _options(filing, pool, facet)


def _options(filing: Filing, pool: Sequence[Instrument], facet: Facet) -> None:
    options = filing.options[facet]
    counts = filing.counts(pool, state.chosen(), facet)
    places = {option.key: n for n, option in enumerate(options)}
    if len(options) > _LONG:
        wanted = st.text_input("Najít v nabídce", key=f"opora_find_{facet}", icon=":material/search:").strip()
        found = [o for o in options if fold(wanted) in fold(o.label)]
        left = len(options) - len(found)
        if left:
            tail = counted(left, "možnost", "možnosti", "možností")
            st.html(f'<p class="opora-hint">Slovu neodpovídá {tail} z {len(options)}.</p>')
        options = tuple(found)
    if facet == "group":
        st.html('<p class="opora-hint">Počítají se i skupiny, které dokument uvádí pro celý program.</p>')
    with st.container(key="opora_options", gap="xsmall"):
        section = ""
        for option in sorted(
            options, key=lambda o: list(THEME_NAMES).index(o.section) if o.section else len(THEME_NAMES)
        ):
            if option.section != section and option.section:
                st.html(f'<p class="opora-option-head">{THEME_NAMES[option.section]}</p>')
            section = option.section
            _box(facet, option, counts[option.key], places[option.key])


def _box(facet: Facet, option: Option, count: int, place: int) -> None:
    key = f"opora_option_{facet}_{place}"
    st.checkbox(
        f"{label_text(option.label)} ({count})",
        value=option.key in state.chosen().get(facet, ()),
        key=key,
        on_change=state.choose_by_box,
        args=(facet, option.key, key),
    )


def show_chips(filing: Filing, query: str) -> None:
    """Show what is chosen as chips that take it back, and a button that takes back all of it."""
    chosen = [(facet, key) for facet in FACETS for key in sorted(state.chosen().get(facet, ()))]
    if not chosen and not query:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="opora_chips"):
        if query:
            st.button(
                f"Hledáno: {label_text(shortened(query, 40))}",
                icon=":material/close:",
                help="Zrušit hledání",
                key="opora_chip_query",
                on_click=state.clear_query,
            )
        for facet, option in chosen:
            st.button(
                f"{FACETS[facet]}: {label_text(shortened(filing.label(facet, option), 60))}",
                icon=":material/close:",
                help="Zrušit tento filtr",
                key=f"opora_chip_{facet}_{[o.key for o in filing.options[facet]].index(option)}",
                on_click=_drop,
                args=(filing, facet, option),
            )
        st.button("Zrušit filtry", type="tertiary", key="opora_clear", on_click=state.clear)


def _drop(filing: Filing, facet: Facet, option: str) -> None:
    place = [o.key for o in filing.options[facet]].index(option)
    st.session_state.pop(f"opora_option_{facet}_{place}", None)
    state.choose(facet, option, taken=False)
