"""What came of a question: the statements with the buttons of their sources, or why there is no answer."""

import time

import streamlit as st

from prompts.answer import Answer, Statement
from views import chat_source, conversation
from views.exchanges import Exchange
from views.markup import error_html, statement_html, understood_html
from views.states import STATES


def outcome(place: int, exchange: Exchange, pause: float) -> None:
    """Show an answer, its statements so many seconds apart, or what stood in its way with a way to try again."""
    if exchange.answer:
        _answer(place, exchange.answer, pause)
        return
    if exchange.stopped:
        st.html(
            '<p class="opora-note" role="status">Odpověď jste zastavili dříve, než byla hotová a ověřená, '
            "proto ji neukazuji.</p>"
        )
    else:
        st.html(error_html(exchange.error))
    if _is_last(place):
        st.button(
            "Zkusit znovu",
            key=f"opora_retry_{place}",
            icon=":material/refresh:",
            on_click=conversation.ask_again,
            args=(place, exchange.question),
        )


def _is_last(place: int) -> bool:
    return place == len(conversation.exchanges()) - 1


def _answer(place: int, answer: Answer, pause: float) -> None:
    known = {citation.n for citation in answer.citations}
    with st.container(key=f"opora_answer_{place}", gap="xsmall"):
        _understood(place, answer)
        state = STATES[answer.status]
        st.badge(state.label, icon=state.icon, color=state.colour)
        told = False
        for position, statement in enumerate(answer.statements):
            # The first words from the documents have been waited for long enough, and what leads to them tells nothing.
            if told:
                time.sleep(pause)
            told = told or bool(statement.citations)
            with st.container(horizontal=True, gap="xsmall", key=f"opora_statement_{place}_{position}"):
                st.html(statement_html(statement))
                for n in statement.citations:
                    if n in known:
                        _citation_button(place, position, n)
        for notice in answer.notices:
            st.html(statement_html(Statement(notice, "note", "note")))


def _understood(place: int, answer: Answer) -> None:
    """Say how the question was read, and beside the last one let the user have it read to the letter."""
    if answer.understood.lines:
        st.html(understood_html(answer.understood.lines))
    if _is_last(place) and (answer.understood.lines or conversation.plain()):
        st.toggle(
            "Hledat jen přesně to, co jsem napsal(a)",
            value=conversation.plain(),
            key=f"opora_plain_{place}_{conversation.plain()}",
            on_change=conversation.switch_plain,
        )


def _citation_button(place: int, position: int, n: int) -> None:
    st.button(
        f"\\[{n}\\]",
        key=f"opora_cite_{place}_{position}_{n}",
        type="primary" if chat_source.opened_key() == (place, n) else "secondary",
        on_click=chat_source.open_source,
        args=(place, n),
    )
