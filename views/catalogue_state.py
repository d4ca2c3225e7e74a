"""What one visitor has chosen in the catalogue: kept in session state alone, changed in callbacks."""

from collections.abc import Mapping

import streamlit as st

from retrieval.facets import FACETS, Choice, Facet

PAGE_SIZE = 10
MOST_COMPARED = 4

QUERY, SECTION, SORT, WIDE = (
    "opora_catalogue_query",
    "opora_catalogue_section",
    "opora_catalogue_sort",
    "opora_catalogue_wide",
)
_CHOSEN, _COMPARED, _OPENED, _SOURCE, _SHOWN = (
    "opora_catalogue_chosen",
    "opora_catalogue_compared",
    "opora_catalogue_opened",
    "opora_catalogue_source",
    "opora_catalogue_shown",
)


def chosen() -> Choice:
    """Return the chosen options of each facet."""
    found: Mapping[Facet, frozenset[str]] = st.session_state.get(_CHOSEN, {})
    return found


def choose(facet: Facet, key: str, taken: bool) -> None:
    """Take an option of a facet, or drop it; the list starts from its beginning."""
    now = dict(chosen())
    keys = now.get(facet, frozenset())
    now[facet] = keys | {key} if taken else keys - {key}
    st.session_state[_CHOSEN] = {name: options for name, options in now.items() if options}
    st.session_state.pop(_SHOWN, None)


def choose_by_box(facet: Facet, key: str, box: str) -> None:
    """Take over what a check box of a facet says now."""
    choose(facet, key, bool(st.session_state[box]))


def clear() -> None:
    """Drop all filters and the query."""
    for key in (_CHOSEN, _SHOWN, QUERY, WIDE):
        st.session_state.pop(key, None)


def clear_query() -> None:
    for key in (QUERY, WIDE, _SHOWN):
        st.session_state.pop(key, None)


def restart_list() -> None:
    """Show the list from its beginning again."""
    st.session_state.pop(_SHOWN, None)


def shown() -> int:
    """Return how many instruments of the list are shown."""
    return int(st.session_state.get(_SHOWN, PAGE_SIZE))


def show_more(count: int) -> None:
    st.session_state[_SHOWN] = shown() + count


def compared() -> tuple[str, ...]:
    """Return the ids of the instruments to compare, in the order of choosing."""
    found: tuple[str, ...] = st.session_state.get(_COMPARED, ())
    return found


def compare_by_box(instrument: str, box: str) -> None:
    """Take over what an instrument's check box "Porovnat" says now."""
    rest = tuple(i for i in compared() if i != instrument)
    st.session_state[_COMPARED] = (*rest, instrument) if st.session_state[box] else rest


def drop_compared(instrument: str) -> None:
    st.session_state[_COMPARED] = tuple(i for i in compared() if i != instrument)


def keep_known(instruments: frozenset[str]) -> None:
    """Forget what an index built anew no longer has."""
    st.session_state[_COMPARED] = tuple(i for i in compared() if i in instruments)
    if opened() not in instruments:
        open_instrument("")


def forget_unknown_options(known: Mapping[Facet, frozenset[str]]) -> None:
    """Drop chosen options that an index built anew no longer has."""
    kept = {facet: keys & known[facet] for facet, keys in chosen().items() if facet in FACETS}
    st.session_state[_CHOSEN] = {facet: keys for facet, keys in kept.items() if keys}


def go_to(section: str) -> None:
    """Show one of the sections of the page."""
    st.session_state[SECTION] = section
    open_instrument("")


def open_instrument(instrument: str) -> None:
    """Show the detail of an instrument, or with "" what was there before."""
    st.session_state[_OPENED] = instrument
    st.session_state.pop(_SOURCE, None)


def opened() -> str:
    """Return the id of the instrument whose detail is shown, or ""."""
    return str(st.session_state.get(_OPENED, ""))


def open_source(number: int) -> None:
    """Show the source of the detail's n-th value."""
    st.session_state[_SOURCE] = number


def close_source() -> None:
    st.session_state.pop(_SOURCE, None)


def opened_source() -> int:
    """Return the number of the value whose source is shown, or 0."""
    return int(st.session_state.get(_SOURCE, 0))
