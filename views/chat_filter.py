"""Which answers of a conversation are shown: all, or those in chosen states."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from prompts.czech import counted
from views.exchanges import Exchange
from views.states import STATES, Shown

_CHOSEN = "opora_states"


def show_all() -> None:
    """Show answers in all states again."""
    if _CHOSEN in st.session_state:
        st.session_state[_CHOSEN] = []


def filtered(exchanges: Sequence[Exchange]) -> list[int]:
    """Let the user choose states where there is more than one; return the places of the exchanges to show, in order."""
    counts = Counter(exchange.state for exchange in exchanges)
    if len(counts) < 2:
        return list(range(len(exchanges)))

    def label(state: Shown) -> str:
        return f"{STATES[state].icon} {STATES[state].label} {counts[state]}"

    with st.container(key="opora_filter", gap="xsmall"):
        chosen = st.pills(
            "Zobrazit jen odpovědi ve stavu",
            [state for state in STATES if counts[state]],
            selection_mode="multi",
            format_func=label,
            key=_CHOSEN,
        )
        places = [place for place, exchange in enumerate(exchanges) if not chosen or exchange.state in chosen]
        hidden = len(exchanges) - len(places)
        if hidden:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key="opora_hidden"):
                said = counted(hidden, "odpověď je skrytá", "odpovědi jsou skryté", "odpovědí je skrytých")
                st.html(f'<p class="opora-hidden" role="status">{said}.</p>')
                st.button("Zobrazit všechny", key="opora_show_all", type="tertiary", on_click=show_all)
    return places
