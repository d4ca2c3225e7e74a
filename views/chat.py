"""The page Asistent: a question, the answer with its quotes, and each quote's place in the source."""

import time
from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from prompts.answer import Answer, Statement, Status
from views import conversation
from views.assistant import AssistantLike, assistant
from views.conversation import Exchange
from views.markup import error_html, question_html, statement_html, unchecked_html, understood_html
from views.source_panel import source_panel

EXAMPLES = (
    "Jaká opatření pomáhají lidem s dluhy a exekucemi?",
    "Kolik stál projekt Systémové zajištění sociálního začleňování?",
    "Na které cílové skupiny míří specifický cíl 2.1?",
    "Co obsahuje opatření 4.6.a?",
)

# Seconds between two statements of a new answer, and the most that the display of one answer may take.
PAUSE, LONGEST_DISPLAY = 0.08, 1.5

# Seconds between two looks at what a chat model is writing.
REFRESH = 0.15

_Colour = Literal["green", "yellow", "blue", "gray", "red"]
_STATES: dict[Status, tuple[str, str, _Colour]] = {
    "answered": ("Zodpovězeno", ":material/check_circle:", "green"),
    "partial": ("Zodpovězeno zčásti", ":material/rule:", "yellow"),
    "not_found": ("V dokumentech není", ":material/search_off:", "blue"),
    "out_of_scope": ("Mimo zaměření", ":material/block:", "gray"),
    "clarify": ("Potřebuji upřesnit", ":material/contact_support:", "blue"),
    "blocked": ("Nelze vyhovět", ":material/front_hand:", "red"),
}


def chat_page() -> None:
    """Show the page over this installation's assistant."""
    show_chat(assistant)


def show_chat(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the whole page; the assistant is opened when it is first needed, not before the page stands."""
    question = conversation.take_pending()
    _header(started=bool(question or conversation.exchanges()))
    health = st.container(key="opora_health")
    with st.container(horizontal=True, gap="large", key="opora_desk"):
        with st.container(key="opora_conversation_column"):
            for index, exchange in enumerate(conversation.exchanges()):
                _finished(index, exchange)
            if question:
                _fresh(question, open_assistant)
            elif not conversation.exchanges():
                _examples()
        citation = conversation.opened_source()
        if citation:
            source_panel(
                citation,
                lambda doc: open_assistant().document(doc),
                conversation.close_source,
                conversation.opened_quotes(),
            )
    _question_box()
    if not conversation.exchanges():
        with health:
            _warm_up(open_assistant)


def _header(started: bool) -> None:
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


def _examples() -> None:
    st.html('<p class="opora-hint">Zeptejte se vlastními slovy, nebo začněte některým z dotazů:</p>')
    with st.container(key="opora_examples", gap="xsmall"):
        for index, example in enumerate(EXAMPLES):
            st.button(
                example,
                key=f"opora_example_{index}",
                icon=":material/search:",
                width="stretch",
                on_click=conversation.submit,
                args=(example,),
            )


def _question_box() -> None:
    # No `max_chars`: the browser would then swallow a long paste without a word. Placed in `st.bottom` by hand,
    # because Streamlit would otherwise keep the page at the end of the answer instead of its beginning.
    if conversation.refused():
        st.bottom.html(error_html(conversation.refused()))
    st.bottom.chat_input("Napište dotaz…", key="opora_question", on_submit=_submit_typed)


def _submit_typed() -> None:
    typed = str(st.session_state.opora_question or "")
    conversation.submit(typed)
    if conversation.refused():
        st.session_state.opora_question = typed  # back into the box, so that a long question can be shortened


def _finished(index: int, exchange: Exchange) -> None:
    with st.container(key=f"opora_exchange_{index}"):
        st.html(question_html(exchange.question))
        st.empty()  # holds the place of the spinner, so that elements keep their positions between runs
        _outcome(index, exchange, pause=0.0)


def _fresh(question: str, open_assistant: Callable[[], AssistantLike]) -> None:
    """Ask, then let the statements appear one after another."""
    index = len(conversation.exchanges())
    with st.container(key=f"opora_exchange_{index}"):
        st.html(question_html(question))
        place = st.empty()
        with place, st.spinner("Hledám v dokumentech…"):
            exchange = conversation.answer_question(question, open_assistant, _unchecked(place))
        place.empty()
        statements = len(exchange.answer.statements) if exchange.answer else 1
        _outcome(index, exchange, pause=min(PAUSE, LONGEST_DISPLAY / max(1, statements)))


def _unchecked(place: DeltaGenerator) -> Callable[[str], None]:
    """Return what shows in a place, a few times a second, the text that a chat model is writing."""
    shown = 0.0

    def show(text: str) -> None:
        nonlocal shown
        if time.monotonic() - shown >= REFRESH:
            shown = time.monotonic()
            place.html(unchecked_html(text))

    return show


def _outcome(index: int, exchange: Exchange, pause: float) -> None:
    if exchange.answer:
        _answer(index, exchange.answer, pause)
        return
    st.html(error_html(exchange.error))
    if index == len(conversation.exchanges()) - 1:
        st.button("Zkusit znovu", key=f"opora_retry_{index}", icon=":material/refresh:", on_click=conversation.retry)


def _answer(index: int, answer: Answer, pause: float) -> None:
    known = {citation.n for citation in answer.citations}
    with st.container(key=f"opora_answer_{index}", gap="xsmall"):
        _understood(index, answer)
        label, icon, colour = _STATES[answer.status]
        st.badge(label, icon=icon, color=colour)
        for position, statement in enumerate(answer.statements):
            time.sleep(pause)
            with st.container(horizontal=True, gap="xsmall", key=f"opora_statement_{index}_{position}"):
                st.html(statement_html(statement))
                for n in statement.citations:
                    if n in known:
                        _citation_button(index, position, n)
        for notice in answer.notices:
            st.html(statement_html(Statement(notice, "note", "note")))


def _understood(index: int, answer: Answer) -> None:
    """Say how the question was read, and beside the last one let the user have it read to the letter."""
    if answer.understood.lines:
        st.html(understood_html(answer.understood.lines))
    if index == len(conversation.exchanges()) - 1 and (answer.understood.lines or conversation.plain()):
        st.toggle(
            "Hledat jen přesně to, co jsem napsal(a)",
            value=conversation.plain(),
            key=f"opora_plain_{index}_{conversation.plain()}",
            on_change=conversation.switch_plain,
        )


def _citation_button(index: int, position: int, n: int) -> None:
    opened = conversation.opened_source_key() == (index, n)
    st.button(
        f"\\[{n}\\]",
        key=f"opora_cite_{index}_{position}_{n}",
        type="primary" if opened else "secondary",
        on_click=conversation.open_source,
        args=(index, n),
    )


def _warm_up(open_assistant: Callable[[], AssistantLike]) -> None:
    """Open the assistant while the visitor still reads, and say at once if there is no index."""
    try:
        open_assistant()
    except Exception as error:
        st.html(error_html(conversation.failure_message(error)))
