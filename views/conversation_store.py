"""Where the conversations of one browser session are: in session state alone, gone with it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from views.exchanges import Conversation, Exchange, Undo

LONGEST_NAME = 80

_ALL, _CURRENT, _UNDO, _COUNT = "opora_conversations", "opora_current", "opora_undo", "opora_count"


def now() -> datetime:
    """Return the time with the zone of the visitor's browser, or the server's where the browser names none."""
    try:
        return datetime.now(ZoneInfo(st.context.timezone or ""))
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.now().astimezone()


def conversations() -> tuple[Conversation, ...]:
    """Return all conversations of this session, the one that changed last first."""
    return tuple(sorted(_all().values(), key=lambda one: (one.changed, one.id), reverse=True))


def current() -> Conversation | None:
    """Return the conversation on the page, or None when a new one has not begun yet."""
    return _all().get(st.session_state.get(_CURRENT, -1))


def new_id() -> int:
    """Return a number that this session has not used: 0, 1, …"""
    found = int(st.session_state.get(_COUNT, 0))
    st.session_state[_COUNT] = found + 1
    return found


def open_conversation(conversation: int) -> None:
    """Put a conversation on the page."""
    st.session_state[_CURRENT] = conversation


def leave() -> None:
    """Take the conversation off the page; the next question begins a new one."""
    st.session_state.pop(_CURRENT, None)


def ask(question: str) -> None:
    """Note that a question is being asked in the current conversation, or in a new one where there is none."""
    found = current()
    if found is None:
        found = Conversation(new_id(), question, now())
        open_conversation(found.id)
    elif not found.exchanges:
        found = replace(found, opening=question)
    _put(replace(found, changed=now()))


def add(exchange: Exchange) -> None:
    """Add an exchange to the end of the current conversation, which begins with it where there is none."""
    found = current() or Conversation(new_id(), exchange.question, now())
    open_conversation(found.id)
    _put(replace(found, exchanges=(*found.exchanges, exchange), changed=now()))


def cut(length: int) -> None:
    """Keep so many exchanges of the current conversation."""
    if found := current():
        _put(replace(found, exchanges=found.exchanges[:length]))


def rename(conversation: int, name: str) -> None:
    """Give a conversation a name; an empty one brings back the title made from its question."""
    if found := _all().get(conversation):
        _put(replace(found, name=" ".join(name.split())[:LONGEST_NAME]))


def delete(conversation: int) -> None:
    """Take a conversation away, and keep a way back."""
    if gone := _all().pop(conversation, None):
        offer_undo(Undo(f"Konverzace „{gone.title}“ je smazaná.", gone, deleted=True))


def offer_undo(undo: Undo) -> None:
    """Keep the way back to what was there before; it replaces an earlier one."""
    st.session_state[_UNDO] = undo


def undo_offered() -> Undo | None:
    """Return the way back that is open, or None."""
    found: Undo | None = st.session_state.get(_UNDO)
    return found


def taken_away(place: int) -> int:
    """Return how many exchanges from this index on the way back would bring to the current conversation."""
    undo, found = undo_offered(), current()
    if undo is None or found is None or undo.before.id != found.id:
        return 0
    return max(0, len(undo.before.exchanges) - place)


def forget_undo() -> None:
    st.session_state.pop(_UNDO, None)


def go_back() -> None:
    """Put the conversation of the last offer back as it was, and on the page."""
    if undo := undo_offered():
        _put(undo.before)
        open_conversation(undo.before.id)
        forget_undo()


def _all() -> dict[int, Conversation]:
    found: dict[int, Conversation] = st.session_state.setdefault(_ALL, {})
    return found


def _put(conversation: Conversation) -> None:
    _all()[conversation.id] = conversation
