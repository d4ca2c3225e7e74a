"""Which source of the conversation is opened beside it."""

import streamlit as st

from prompts.answer import Answer, Citation
from views import conversation_store as store

_SOURCE = "opora_source"


def open_source(place: int, n: int) -> None:
    """Show citation `n` of the exchange with this index."""
    st.session_state[_SOURCE] = (place, n)


def close() -> None:
    st.session_state.pop(_SOURCE, None)


def opened_key() -> tuple[int, int] | None:
    """Return the exchange's index and the number of the citation that is shown, or None."""
    found: tuple[int, int] | None = st.session_state.get(_SOURCE)
    return found


def opened() -> Citation | None:
    """Return the citation that is shown, or None."""
    key, answer = opened_key(), _answer()
    return next((c for c in answer.citations if c.n == key[1]), None) if key and answer else None


def opened_quotes() -> list[str]:
    """Return the words that the answer quotes from the citation which is shown."""
    key, answer = opened_key(), _answer()
    if key is None or answer is None:
        return []
    return [s.text for s in answer.said if s.verdict == "verbatim" and key[1] in s.citations]


def _answer() -> Answer | None:
    """Return the answer that the source belongs to."""
    key, conversation = opened_key(), store.current()
    if key is None or conversation is None or key[0] >= len(conversation.exchanges):
        return None
    return conversation.exchanges[key[0]].answer
