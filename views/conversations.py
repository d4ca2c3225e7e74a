"""The list of conversations of this browser session: open, rename, delete, and a way back."""

from datetime import datetime

import streamlit as st

from prompts.czech import counted
from views import conversation
from views import conversation_store as store
from views.chat_tools import undo_bar
from views.exchanges import Conversation, moment
from views.markup import escaped
from views.states import STATES

RENAME, DELETE = "Přejmenovat", "Smazat"

_RENAMED = "opora_renamed"


def conversation_list() -> None:
    """Show the list in the sidebar, newest first; without any it says what will be there."""
    known = store.conversations()
    with st.sidebar, st.container(key="opora_list", gap="xsmall"):
        st.html('<h2 class="opora-list-heading">Konverzace</h2>')
        if conversation.exchanges() or conversation.pending():
            st.button(
                "Nová konverzace",
                icon=":material/add_comment:",
                key="opora_list_new",
                width="stretch",
                on_click=conversation.start_anew,
            )
        undo_bar(deleted=True)
        if not known:
            st.html('<p class="opora-list-empty">Zatím tu žádná není. Objeví se po prvním dotazu.</p>')
        opened, now = store.current(), store.now()
        for one in known:
            _item(one, opened is not None and opened.id == one.id, now)
        st.html(
            '<p class="opora-list-note">Konverzace zná jen tato záložka prohlížeče. Po jejím zavření nebo obnovení '
            "zmizí.</p>"
        )


def summary(one: Conversation, waiting: bool, now: datetime) -> str:
    """Return what stands under a title: time, number of questions, and how many of them are not answered."""
    parts = [moment(one.changed, now), counted(len(one.exchanges) + waiting, "dotaz", "dotazy", "dotazů")]
    silent = sum(exchange.state == "not_found" for exchange in one.exchanges)
    if silent:
        parts.append(f"{silent}× {STATES['not_found'].label.lower()}")
    return " · ".join(parts)


def _item(one: Conversation, opened: bool, now: datetime) -> None:
    if st.session_state.get(_RENAMED) == one.id:
        _rename_form(one)
        return
    mark = " opora-list-opened" if opened else ""
    about = summary(one, opened and conversation.pending() is not None, now)
    with st.container(horizontal=True, gap=None, vertical_alignment="center", key=f"opora_list_item_{one.id}"):
        # The title is the user's text, which no label of a button may hold; the button lies over it.
        st.html(
            f'<p class="opora-list-title{mark}">{escaped(one.title)}</p>'
            f'<p class="opora-list-about">{escaped(about)}</p>'
        )
        st.button("Otevřít", key=f"opora_open_{one.id}", on_click=conversation.open_conversation, args=(one.id,))
        st.menu_button(
            "Možnosti",
            [RENAME, DELETE],
            key=f"opora_list_menu_{one.id}",
            icon=":material/more_vert:",
            type="tertiary",
            on_click=_chosen,
            args=(one.id,),
        )


def _rename_form(one: Conversation) -> None:
    box = f"opora_rename_text_{one.id}"
    with st.form(f"opora_rename_{one.id}", border=True):
        st.text_input("Název konverzace", value=one.title, key=box, max_chars=store.LONGEST_NAME)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Uložit", key=f"opora_rename_save_{one.id}", type="primary", on_click=_rename, args=(one.id, box)
            )
            st.form_submit_button("Zrušit", key=f"opora_rename_cancel_{one.id}", on_click=_finish_renaming)


def _chosen(number: int) -> None:
    if st.session_state[f"opora_list_menu_{number}"] == DELETE:
        conversation.delete_conversation(number)
    else:
        st.session_state[_RENAMED] = number


def _rename(number: int, box: str) -> None:
    store.rename(number, str(st.session_state[box]))
    _finish_renaming()


def _finish_renaming() -> None:
    st.session_state.pop(_RENAMED, None)
