"""What one visitor has chosen on the page Hodnocení: kept in session state alone, changed in callbacks."""

import streamlit as st

PAGE_SIZE = 20

SECTION, FIRST, SECOND = "opora_evaluation_section", "opora_evaluation_run", "opora_evaluation_other"
SET, MEASURE = "opora_evaluation_set", "opora_evaluation_measure"
QUERY, SETS, KINDS, STATES = (
    "opora_evaluation_query",
    "opora_evaluation_sets",
    "opora_evaluation_kinds",
    "opora_evaluation_states",
)
FAULTS, DIFFERENT, ORDER = "opora_evaluation_faults", "opora_evaluation_different", "opora_evaluation_order"
_SHOWN, _OPENED = "opora_evaluation_shown", "opora_evaluation_opened"


def shown() -> int:
    """Return how many questions of the list are shown."""
    return int(st.session_state.get(_SHOWN, PAGE_SIZE))


def show_more() -> None:
    st.session_state[_SHOWN] = shown() + PAGE_SIZE


def restart_list() -> None:
    """Show the list from its beginning again."""
    st.session_state.pop(_SHOWN, None)


def choose_run() -> None:
    """Leave the opened question when another run is chosen, and show its list from the beginning."""
    restart_list()
    open_question("")


def clear_filters() -> None:
    """Drop all filters and the query."""
    for key in (QUERY, SETS, KINDS, STATES, FAULTS, DIFFERENT):
        st.session_state.pop(key, None)
    restart_list()


def open_question(id_: str) -> None:
    """Show a question in full, or with "" the list."""
    st.session_state[_OPENED] = id_


def opened() -> str:
    """Return the id of the question that is shown in full, or ""."""
    return str(st.session_state.get(_OPENED, ""))
