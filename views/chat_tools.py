"""What can be done with an answer: copied, linked to, asked again, edited, taken along as a file, rated."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from prompts.answer import Answer
from prompts.export.report import Report
from views import chat_link, conversation
from views import conversation_store as store
from views.also_asked import also_asked
from views.assistant import AssistantLike
from views.downloads import download_menu
from views.exchanges import Exchange
from views.feedback import feedback_bar
from views.markup import error_html, escaped
from views.plain_answer import plain_answer

if TYPE_CHECKING:
    from prompts.export.sheets import Sheet

_BY_HAND = "opora_by_hand"


def answer_tools(place: int, exchange: Exchange, open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the tools under an exchange; what needs an answer is left out where there is none."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"opora_tools_{place}"):
        if exchange.answer:
            text = plain_answer(exchange.question, exchange.answer)
            _copy("copy", "Kopírovat", ":material/content_copy:", place, exchange, text)
        _copy("link", "Odkaz na dotaz", ":material/link:", place, exchange, chat_link.link_to(exchange.question))
        if exchange.answer:
            _download(exchange, exchange.answer, open_assistant)
        _tool("edit", "Upravit dotaz", ":material/edit:", place, conversation.edit, exchange.id)
        if exchange.answer or place < len(conversation.exchanges()) - 1:
            again = conversation.ask_again
            _tool("again", "Zeptat se znovu", ":material/refresh:", place, again, place, exchange.question)
    by_hand = st.session_state.get(_BY_HAND)
    if by_hand == ("copy", exchange.id) and exchange.answer:
        st.html(by_hand_html(plain_answer(exchange.question, exchange.answer)))
    elif by_hand == ("link", exchange.id):
        st.html(by_hand_html(chat_link.link_to(exchange.question)))
    if exchange.answer:
        feedback_bar(str(exchange.id), exchange.question, exchange.answer)


def suggestions(exchange: Exchange, open_assistant: Callable[[], AssistantLike]) -> None:
    """Offer what people also ask, under the last answer of the conversation."""
    if exchange.answer:
        asked = [past.question for past in conversation.exchanges()]
        also_asked(str(exchange.id), exchange.answer, open_assistant, conversation.follow_up, asked)


def edit_form(place: int, exchange: Exchange) -> None:
    """Let the user rewrite a question; it is asked in place of the old one and of all that follow."""
    box = f"opora_edit_text_{exchange.id}"
    with st.form(f"opora_edit_{exchange.id}", border=True):
        # Stands for the question among the headings.
        st.html('<h2 class="opora-sr">Upravit dotaz</h2>')
        st.text_area("Upravit dotaz", value=exchange.question, key=box, height=100)
        if place < len(conversation.exchanges()) - 1:
            st.html('<p class="opora-path">Nahradí i dotazy, které na něj navazují. Změnu půjde vrátit.</p>')
        if conversation.refused():
            st.html(error_html(conversation.refused()))
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Zeptat se",
                key=f"opora_edit_ask_{exchange.id}",
                type="primary",
                on_click=_ask_edited,
                args=(place, box),
            )
            st.form_submit_button(
                "Zrušit", key=f"opora_edit_cancel_{exchange.id}", on_click=conversation.finish_editing
            )


def undo_bar(deleted: bool) -> None:
    """Offer the way back from what was deleted, or else from what was replaced, while it is open."""
    offered = store.undo_offered()
    if offered is None or offered.deleted != deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="opora_undo"):
        st.html(f'<p class="opora-undo" role="status">{escaped(offered.message)}</p>')
        st.button("Vrátit zpět", key="opora_undo_button", icon=":material/undo:", on_click=conversation.undo)


def by_hand_html(text: str) -> str:
    """Return a field that holds a text to be copied with the keyboard, for browsers that let no script do it."""
    return (
        '<p class="opora-path" role="alert">Prohlížeč kopírování nedovolil. Označte text níže a stiskněte Ctrl+C.</p>'
        '<textarea class="opora-by-hand" readonly rows="6" aria-label="Text ke zkopírování">\n'
        f"{escaped(text)}</textarea>"
    )


def _tool(name: str, label: str, icon: str, place: int, act: Callable[..., None], *args: object) -> None:
    st.button(label, key=f"opora_{name}_{place}", icon=icon, type="tertiary", on_click=act, args=args)


def _copy(name: str, label: str, icon: str, place: int, exchange: Exchange, text: str) -> None:
    """Show a button whose text the page's script puts into the clipboard; where it may not, the text is shown."""
    st.html(f'<div hidden data-opora-copy="opora_{name}_{place}">{escaped(text)}</div>')
    _tool(name, label, icon, place, _show_by_hand, name, exchange.id)


def _show_by_hand(name: str, exchange: int) -> None:
    st.session_state[_BY_HAND] = (name, exchange)


def _ask_edited(place: int, box: str) -> None:
    conversation.ask_again(place, str(st.session_state[box]))


def _download(exchange: Exchange, answer: Answer, open_assistant: Callable[[], AssistantLike]) -> None:
    when = exchange.when or store.now()

    # Imported in these because it brings the index's libraries, which the page does not wait for.
    def report() -> Report:
        from prompts.export.answers import answer_report

        return answer_report(answer, lambda doc: open_assistant().document(doc), when)

    def sheets() -> "Sequence[Sheet]":
        from prompts.export.answers import answer_sheets

        return answer_sheets(answer, lambda doc: open_assistant().document(doc), when)

    download_menu(str(exchange.id), exchange.question, report, sheets)
