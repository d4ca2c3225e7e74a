"""The conversation of one browser session: kept in session state alone, gone with it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ingest.errors import OporaError
from prompts.answer import Answer, Citation, Turn
from views.assistant import AssistantLike, Streaming
from views.markup import czech_number

MAX_QUESTION = 1000

_CONVERSATION, _PENDING, _SOURCE, _REFUSED, _PLAIN = (
    "opora_conversation",
    "opora_pending",
    "opora_source",
    "opora_refused",
    "opora_plain",
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with the error that stood in its way."""

    question: str
    answer: Answer | None = None
    error: str = ""


def exchanges() -> list[Exchange]:
    """Return the exchanges of this session, oldest first; the list is live."""
    found: list[Exchange] = st.session_state.setdefault(_CONVERSATION, [])
    return found


def submit(question: str) -> None:
    """Take a question to be answered in this run, or note why it cannot be asked."""
    question = question.strip()
    st.session_state[_REFUSED] = ""
    if not question:
        st.session_state[_REFUSED] = "Dotaz je prázdný. Napište prosím, co hledáte."
    elif len(question) > MAX_QUESTION:
        st.session_state[_REFUSED] = (
            f"Dotaz má {czech_number(len(question))} znaků, nejvýše jich může mít "
            f"{czech_number(MAX_QUESTION)}. Zkraťte jej prosím, nebo jej rozdělte na několik dotazů."
        )
    else:
        st.session_state[_PENDING] = question


def refused() -> str:
    """Return why the last question was not taken, or ""."""
    return str(st.session_state.get(_REFUSED, ""))


def take_pending() -> str:
    """Return the question that waits for an answer, or "", and forget it."""
    return str(st.session_state.pop(_PENDING, ""))


def start_anew() -> None:
    """Forget the whole conversation and close the source panel."""
    for key in (_CONVERSATION, _PENDING, _SOURCE, _REFUSED):
        st.session_state.pop(key, None)


def retry() -> None:
    """Ask the last question again, in place of its failed exchange."""
    failed = exchanges().pop()
    submit(failed.question)


def plain() -> bool:
    """Tell whether questions are searched as typed: not corrected, not widened, not joined with earlier ones."""
    return bool(st.session_state.get(_PLAIN, False))


def switch_plain() -> None:
    """Switch between the two ways of searching and ask the last question again."""
    st.session_state[_PLAIN] = not plain()
    close_source()
    submit(exchanges().pop().question)


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
    try:
        exchange = Exchange(question, answer=_asked(open_assistant(), question, history, show))
    except Exception as error:
        exchange = Exchange(question, error=failure_message(error))
    exchanges().append(exchange)
    return exchange


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


def open_source(exchange: int, n: int) -> None:
    """Show citation `n` of the exchange with this index in the source panel."""
    st.session_state[_SOURCE] = (exchange, n)


def close_source() -> None:
    st.session_state.pop(_SOURCE, None)


def opened_source_key() -> tuple[int, int] | None:
    """Return the exchange's index and the number of the citation that the source panel shows, or None."""
    found: tuple[int, int] | None = st.session_state.get(_SOURCE)
    return found


def opened_source() -> Citation | None:
    """Return the citation that the source panel shows, or None when it is closed."""
    key = opened_source_key()
    if key is None:
        return None
    exchange, n = key
    answer = exchanges()[exchange].answer
    return next((c for c in answer.citations if c.n == n), None) if answer else None


def opened_quotes() -> list[str]:
    """Return the words that the answer quotes from the citation which the source panel shows."""
    key = opened_source_key()
    answer = exchanges()[key[0]].answer if key else None
    if key is None or answer is None:
        return []
    return [s.text for s in answer.said if s.verdict == "verbatim" and key[1] in s.citations]
