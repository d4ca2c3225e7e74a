"""The page Asistent: a question, the answer with its quotes, and each quote's place in the source."""

import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from prompts.czech import counted
from prompts.export.report import Report
from views import chat_link, chat_source, conversation
from views import conversation_store as store
from views.assistant import AssistantLike, assistant
from views.chat_answer import outcome
from views.chat_filter import filtered
from views.chat_start import examples
from views.chat_tools import answer_tools, edit_form, suggestions, undo_bar
from views.conversations import conversation_list
from views.downloads import download_menu
from views.exchanges import Exchange
from views.markup import error_html, escaped, question_html, unchecked_html
from views.source_panel import source_panel
from views.states import STATES

# Seconds between two statements of a new answer, and the most that the display of one answer may take.
PAUSE, LONGEST_DISPLAY = 0.08, 1.5

# Seconds between two looks at what a chat model is writing.
REFRESH = 0.15

# Pixels; the list of conversations leaves the rest of the page to the answer and its source.
LIST_WIDTH = 250


def chat_page() -> None:
    """Show the page over this installation's assistant."""
    show_chat(assistant)


def show_chat(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the whole page; the assistant is opened when it is first needed, not before the page stands."""
    st.set_page_config(initial_sidebar_state=LIST_WIDTH)
    st.html(Path(__file__).with_name("chat.css"))
    linked = chat_link.take()
    if linked is not None:
        conversation.submit(linked)
    waiting = conversation.pending()
    started = bool(waiting or conversation.exchanges())
    conversation_list()
    _header(started, open_assistant)
    _question_box()
    health = st.container(key="opora_health")
    with st.container(horizontal=True, gap="large", key="opora_desk"):
        with st.container(key="opora_conversation_column"):
            # Three fixed places, so that what was offered under the last answer goes at once when a new one begins.
            choice, thread, offers = st.container(), st.container(key="opora_thread"), st.empty()
            with choice:
                shown = filtered(conversation.exchanges())
            with thread:
                for place in shown:
                    _finished(place, conversation.exchanges()[place], open_assistant)
                if waiting:
                    _fresh(waiting, open_assistant)
            with offers.container(key="opora_offers"):
                _offers(open_assistant)
        citation, source = chat_source.opened(), chat_source.opened_key()
        if citation and source and source[0] in shown:
            source_panel(
                citation, lambda doc: open_assistant().document(doc), chat_source.close, chat_source.opened_quotes()
            )
    if not started:
        with health:
            _warm_up(open_assistant)


def _offers(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show what one may do next: take back a change, or ask one of the proposed questions."""
    undo_bar(deleted=False)
    if conversation.exchanges():
        suggestions(conversation.exchanges()[-1], open_assistant)
    else:
        examples()


def _header(started: bool, open_assistant: Callable[[], AssistantLike]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="opora_header"):
        st.html(
            '<h1 class="opora-title">Opora</h1>'
            '<p class="opora-purpose">Hledám v programových dokumentech a odpovídám jejich doslovnými '
            "citacemi; co v nich není, si nevymýšlím, a o nároku na podporu nerozhoduji.</p>"
        )
        if started:
            st.button(
                "Nová konverzace",
                icon=":material/add_comment:",
                key="opora_new",
                on_click=conversation.start_anew,
            )
        _whole_conversation(open_assistant)


def _whole_conversation(open_assistant: Callable[[], AssistantLike]) -> None:
    """Offer the conversation as a file once it holds two answers; a single one has its own menu."""
    found = store.current()
    answered = [(one.question, one.answer) for one in conversation.exchanges() if one.answer]
    if not found or len(answered) < 2:
        return

    def report() -> Report:
        # Imported here because it brings the index's libraries, which the page does not wait for.
        from prompts.export.conversations import conversation_report

        return conversation_report(found.title, answered, lambda doc: open_assistant().document(doc), found.changed)

    download_menu(f"conversation_{found.id}", found.title, report, label="Stáhnout konverzaci")


def _question_box() -> None:
    # No `max_chars`: the browser would then swallow a long paste without a word. Placed in `st.bottom` by hand,
    # because Streamlit would otherwise keep the page at the end of the answer instead of its beginning.
    if conversation.refused() and conversation.edited() is None:
        st.bottom.html(error_html(conversation.refused()))
    st.bottom.chat_input("Napište dotaz…", key="opora_question", on_submit=_submit_typed)


def _submit_typed() -> None:
    typed = str(st.session_state.opora_question or "")
    conversation.finish_editing()
    conversation.follow_up(typed)
    if conversation.refused():
        st.session_state.opora_question = typed  # back into the box, so that a long question can be shortened


def _finished(place: int, exchange: Exchange, open_assistant: Callable[[], AssistantLike]) -> None:
    with st.container(key=f"opora_exchange_{exchange.id}"):
        editing = conversation.edited() == exchange.id
        if editing:
            edit_form(place, exchange)
        else:
            st.html(question_html(exchange.question))
        # In the place of the spinner, so that elements keep their positions between runs.
        st.html(_announcement_html(exchange))
        with st.container(key=f"opora_outcome_{exchange.id}"):
            outcome(place, exchange, pause=0.0)
        with st.empty().container(key=f"opora_tail_{place}", gap="xsmall"):
            if not editing:
                answer_tools(place, exchange, open_assistant)


def _fresh(waiting: Exchange, open_assistant: Callable[[], AssistantLike]) -> None:
    """Ask, then let the statements appear one after another; a press of "Zastavit" cuts both short."""
    place = len(conversation.exchanges())
    box = st.container(key=f"opora_exchange_{waiting.id}")
    for _ in range(store.taken_away(place + 1)):
        st.empty()  # what stood below the replaced question goes at once, not when the answer is there
    with box:
        st.html(question_html(waiting.question))
        writing = st.empty()
        answered, tail = st.container(key=f"opora_outcome_{waiting.id}"), st.empty()
        tail.button("Zastavit", icon=":material/stop_circle:", key="opora_stop", on_click=conversation.stop)
        with writing, st.spinner("Hledám v dokumentech…"):
            exchange = conversation.answer_question(waiting.question, open_assistant, _unchecked(writing))
        writing.empty()
        statements = len(exchange.answer.statements) if exchange.answer else 1
        with answered:
            outcome(place, exchange, pause=min(PAUSE, LONGEST_DISPLAY / max(1, statements)))
    # What stands above the answer counts it from now on: the list, the filter, the menu of files.
    st.rerun()


def _announcement_html(exchange: Exchange) -> str:
    """Return what the page's script has screen readers read out, once; an error announces itself."""
    if exchange.answer is None:
        return '<span class="opora-sr"></span>'
    sources = counted(len(exchange.answer.citations), "zdroj", "zdroje", "zdrojů")
    said = f"Odpověď je hotová: {STATES[exchange.state].label}, {sources}."
    return f'<span class="opora-sr" data-opora-say="{exchange.id}">{escaped(said)}</span>'


def _unchecked(place: DeltaGenerator) -> Callable[[str], None]:
    """Return what shows in a place, a few times a second, the text that a chat model is writing."""
    shown = 0.0

    def show(text: str) -> None:
        nonlocal shown
        if time.monotonic() - shown >= REFRESH:
            shown = time.monotonic()
            place.html(unchecked_html(text))

    return show


def _warm_up(open_assistant: Callable[[], AssistantLike]) -> None:
    """Open the assistant while the visitor still reads, and say at once if there is no index."""
    try:
        open_assistant()
    except Exception as error:
        st.html(error_html(conversation.failure_message(error)))
