"""A link that repeats a question: `?dotaz=…` asks it once when the page opens, and does nothing else."""

from urllib.parse import quote

import streamlit as st

PARAMETER = "dotaz"
_SEEN = "opora_linked"


def take() -> str | None:
    """Return the question of the page's address the first time that this session sees it there, else None."""
    found = st.query_params.get(PARAMETER)
    if found is None or found == st.session_state.get(_SEEN):
        return None
    st.session_state[_SEEN] = found
    return found


def forget() -> None:
    """Take the question out of the address once the page goes on to something else."""
    st.query_params.pop(PARAMETER, None)


def link_to(question: str) -> str:
    """Return the whole address that asks this question; without a known server only its end, from the slash on."""
    return f"{(st.context.url or '').rstrip('/')}/?{PARAMETER}={quote(question, safe='')}"
