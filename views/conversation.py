"""The conversation on the page: its questions, how they come to their answers, and what may be taken back."""

import logging
from collections.abc import Callable

import streamlit as st

from ingest.errors import OporaError
from ingest.settings import Settings
from prompts.answer import Answer, Turn
from prompts.czech import counted
from prompts.question_log import keep_question
from views import chat_filter, chat_link, chat_source
from views import conversation_store as store
from views.assistant import AssistantLike, Streaming
from views.exchanges import Exchange, Undo
from views.markup import czech_number

MAX_QUESTION = 1000

_PENDING, _REFUSED, _PLAIN, _EDITED = "opora_pending", "opora_refused", "opora_plain", "opora_edited"

log = logging.getLogger(__name__)


def exchanges() -> tuple[Exchange, ...]:
    """Return the exchanges of the conversation on the page, oldest first."""
    found = store.current()
    return found.exchanges if found else ()


def submit(question: str) -> None:
    """Take a question from outside the conversation, which begins a new one; or note why it cannot be asked."""
    if _taken(question):
        start_anew()
        _await(question.strip())


def follow_up(question: str) -> None:
    """Take a question of this conversation, to be answered in this run; or note why it cannot be asked."""
    if _taken(question):
        store.forget_undo()
        _await(question.strip())


def ask_again(place: int, question: str, undo: bool = True) -> None:
    """Ask in place of the exchange with this index, which goes with all that follow; `undo` keeps a way back."""
    if not _taken(question):
        return
    stop()
    before = store.current()
    if before is None:
        return
    gone = before.exchanges[place:]
    source = chat_source.opened_key()
    if source and source[0] >= place:
        chat_source.close()
    store.cut(place)
    store.forget_undo()
    _await(question.strip())
    if undo and any(exchange.answer for exchange in gone):
        later = counted(len(gone) - 1, "následující dotaz", "následující dotazy", "následujících dotazů")
        also = f" Odstraněno s ní: {later}." if len(gone) > 1 else ""
        store.offer_undo(Undo(f"Původní odpověď je nahrazena.{also}", before))


def refused() -> str:
    """Return why the last question was not taken, or ""."""
    return str(st.session_state.get(_REFUSED, ""))


def pending() -> Exchange | None:
    """Return the question that waits for its answer, or None.

    It waits until the answer is kept, so that a click elsewhere on the page does not lose it.
    """
    found: Exchange | None = st.session_state.get(_PENDING)
    return found


def stop() -> None:
    """Give up the question that is being answered; what is already checked and kept stays."""
    waiting = pending()
    if waiting:
        st.session_state.pop(_PENDING)
        store.add(Exchange(waiting.question, stopped=True, id=waiting.id))


def start_anew() -> None:
    """Leave the conversation for an empty page; the list keeps it."""
    _turn_page()
    store.leave()


def open_conversation(conversation: int) -> None:
    """Put another conversation of this session on the page."""
    _turn_page()
    store.open_conversation(conversation)


def delete_conversation(conversation: int) -> None:
    """Delete a conversation with what is being answered in it; `undo` brings it back."""
    found = store.current()
    if found and found.id == conversation:
        st.session_state.pop(_PENDING, None)
        _turn_page()
    store.delete(conversation)


def undo() -> None:
    """Bring back what was deleted or replaced last."""
    offered, found = store.undo_offered(), store.current()
    if offered and found and found.id == offered.before.id:
        st.session_state.pop(_PENDING, None)
    _turn_page()
    store.go_back()


def edited() -> int | None:
    """Return the id of the exchange whose question is being edited, or None."""
    found: int | None = st.session_state.get(_EDITED)
    return found


def edit(exchange: int) -> None:
    """Let the user edit the question of an exchange."""
    st.session_state[_EDITED] = exchange
    st.session_state[_REFUSED] = ""


def finish_editing() -> None:
    st.session_state.pop(_EDITED, None)
    st.session_state[_REFUSED] = ""


def plain() -> bool:
    """Tell whether questions are searched as typed: not corrected, not widened, not joined with earlier ones."""
    return bool(st.session_state.get(_PLAIN, False))


def switch_plain() -> None:
    """Switch between the two ways of searching and ask the last question again."""
    st.session_state[_PLAIN] = not plain()
    ask_again(len(exchanges()) - 1, exchanges()[-1].question, undo=False)


def answer_question(
    question: str, open_assistant: Callable[[], AssistantLike], show: Callable[[str], None] = lambda text: None
) -> Exchange:
    """Ask the assistant, with the answered exchanges as history, and keep the exchange.

    `show` is given what a chat model has written so far, not yet checked, as often as it grows.

    It is kept before anything is shown, so a click in the middle of the display never asks twice.
    Nothing is raised: an expected error is shown as it is, any other as one line with the details in the log.
    """
    history = [
        turn
        for past in exchanges()
        if past.answer is not None
        for turn in (Turn("user", past.question), Turn("assistant", past.answer.text))
    ]
    waiting = pending()
    number = waiting.id if waiting else store.new_id()
    try:
        answer = _asked(open_assistant(), question, history, show)
        _keep(answer)
        exchange = Exchange(question, answer, id=number, when=store.now())
    except Exception as error:
        exchange = Exchange(question, error=failure_message(error), id=number)
    store.add(exchange)
    st.session_state.pop(_PENDING, None)
    return exchange


def _keep(answer: Answer) -> None:
    """Store the question where the installation has that switched on; a full disk must not hold the answer back."""
    try:
        keep_question(Settings.from_env(), answer)
    except OporaError as error:
        log.error("a question could not be stored: %s", error)


def _asked(assistant: AssistantLike, question: str, history: list[Turn], show: Callable[[str], None]) -> Answer:
    if not isinstance(assistant, Streaming):
        return assistant.ask(question, history, plain())
    written = ""
    for piece in assistant.stream(question, history, plain()):
        if isinstance(piece, Answer):
            return piece
        written += piece
        show(written)
    raise RuntimeError("the stream ended without an answer")


def failure_message(error: Exception) -> str:
    """Return what the user reads about a failure; the unexpected goes to the log with its trace."""
    if isinstance(error, OporaError):
        return str(error)
    log.error("the assistant failed", exc_info=error)
    return "Odpověď se nepodařilo připravit. Zkuste to prosím znovu; podrobnosti jsou v záznamu serveru."


def _taken(question: str) -> bool:
    """Tell whether a question can be asked, and note why not."""
    length = len(question.strip())
    st.session_state[_REFUSED] = ""
    if not length:
        st.session_state[_REFUSED] = "Dotaz je prázdný. Napište prosím, co hledáte."
    elif length > MAX_QUESTION:
        st.session_state[_REFUSED] = (
            f"Dotaz má {czech_number(length)} znaků, nejvýše jich může mít "
            f"{czech_number(MAX_QUESTION)}. Zkraťte jej prosím, nebo jej rozdělte na několik dotazů."
        )
    return not st.session_state[_REFUSED]


def _await(question: str) -> None:
    stop()
    finish_editing()
    chat_filter.show_all()
    chat_link.forget()
    store.ask(question)
    st.session_state[_PENDING] = Exchange(question, id=store.new_id())


def _turn_page() -> None:
    """Put away what belongs to the conversation on the page."""
    stop()
    chat_source.close()
    finish_editing()
    chat_filter.show_all()
    chat_link.forget()
