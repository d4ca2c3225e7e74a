"""Under an answer: whether it helped, and which of its sources is wrong. Nothing is stored before it is sent."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import streamlit as st

from ingest.errors import OporaError
from ingest.index_folder import current
from ingest.settings import Settings
from prompts.answer import Answer
from prompts.feedback import store_feedback, withdraw_feedback
from prompts.rating import Feedback, Rating, Reason, rated
from views import conversation
from views.access import require
from views.access_list import Role
from views.feedback_words import CONSENT, LABELS, LIMIT, REASONS, source_label, thanks
from views.markup import error_html, escaped

_STATE = "opora_feedback"

_BUTTONS: tuple[tuple[Rating, str, str], ...] = (
    ("up", "Pomohla", ":material/thumb_up:"),
    ("down", "Nepomohla", ":material/thumb_down:"),
    ("source", "Špatný zdroj", ":material/link_off:"),
)


@dataclass(frozen=True, slots=True)
class _Bar:
    """What one bar shows: the open form, what was stored, and what the user has to know.

    `fingerprint` is that of the index that served when the answer was first shown.
    """

    fingerprint: str
    form: Rating | None = None
    kept: Feedback | None = None
    error: str = ""
    note: str = ""


def feedback_bar(key: str, question: str, answer: Answer) -> None:
    """Let the user rate an answer; `key` tells it from the others of the page and stays with it for its life.

    The rating goes to the folder `feedback` of this installation when the form is sent, can be changed and withdrawn.
    """
    if key not in _bars():
        _keep(key, _Bar(_serving()))
    _bar_fragment(key, question, answer)


# A fragment, so that opening the form does not run the whole conversation anew.
@st.fragment
def _bar_fragment(key: str, question: str, answer: Answer) -> None:
    st.html(Path(__file__).with_name("feedback.css"))
    bar = _bars()[key]
    with st.container(key=f"opora_feedback_{key}", gap="xsmall"):
        if bar.kept and not bar.form:
            _kept(key, bar, bar.kept)
            return
        _choice(key, bar, answer)
        if bar.form:
            _form(key, bar, bar.form, question, answer)


def _choice(key: str, bar: _Bar, answer: Answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"opora_feedback_row_{key}"):
        st.html('<p class="opora-feedback-ask">Pomohla vám odpověď?</p>')
        for rating, label, icon in _BUTTONS:
            if rating == "source" and not answer.citations:
                continue
            st.button(
                label,
                key=f"opora_feedback_{rating}_{key}",
                icon=icon,
                type="secondary" if rating == bar.form else "tertiary",
                on_click=_keep,
                args=(key, replace(bar, form=rating, note="", error="")),
            )
    if bar.note and not bar.form:
        st.html(f'<p class="opora-feedback-done" role="status">{escaped(bar.note)}</p>')


def _form(key: str, bar: _Bar, rating: Rating, question: str, answer: Answer) -> None:
    """Show the form; what is typed stays in it until it is stored or given up."""
    earlier = bar.kept if bar.kept and bar.kept.rating == "source" else None
    with st.form(f"opora_feedback_form_{key}", enter_to_submit=False):
        if rating == "source":
            numbers = [citation.n for citation in answer.citations]
            labels = {citation.n: source_label(citation) for citation in answer.citations}
            st.selectbox(
                "Který zdroj je špatný",
                numbers,
                index=numbers.index(earlier.wrong) if earlier and earlier.wrong in numbers else None,
                format_func=labels.__getitem__,
                placeholder="Vyberte zdroj",
                filter_mode=None,
                key=_widget("wrong", key),
            )
            reasons = [reason for reason in get_args(Reason) if reason]
            st.radio(
                "Co je na něm špatně",
                reasons,
                index=reasons.index(earlier.reason) if earlier and earlier.reason else None,
                format_func=REASONS.__getitem__,
                key=_widget("reason", key),
            )
        st.text_area(
            f"{LABELS[rating]}. {LIMIT}",
            value=bar.kept.remark if bar.kept else "",
            height=80,
            key=_widget("remark", key),
        )
        st.html(f'<p class="opora-feedback-consent">{escaped(CONSENT)}</p>')
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Odeslat hodnocení",
                type="primary",
                key=f"opora_feedback_send_{key}",
                on_click=_send,
                args=(key, rating, question, answer),
            )
            st.form_submit_button(
                "Neodesílat",
                key=f"opora_feedback_leave_{key}",
                on_click=_keep,
                args=(key, replace(bar, form=None, error="")),
            )
        if bar.error:
            st.html(error_html(bar.error))


def _kept(key: str, bar: _Bar, kept: Feedback) -> None:
    st.html(f'<p class="opora-feedback-done" role="status">{escaped(bar.note)}</p>')
    with st.container(horizontal=True, gap="xsmall", key=f"opora_feedback_row_{key}"):
        st.button(
            "Změnit hodnocení",
            key=f"opora_feedback_change_{key}",
            icon=":material/edit:",
            type="tertiary",
            on_click=_keep,
            args=(key, replace(bar, form=kept.rating, error="")),
        )
        st.button(
            "Zrušit hodnocení",
            key=f"opora_feedback_withdraw_{key}",
            icon=":material/undo:",
            type="tertiary",
            on_click=_withdraw,
            args=(key,),
        )
    if bar.error:
        st.html(error_html(bar.error))


def _send(key: str, rating: Rating, question: str, answer: Answer) -> None:
    """Store what the form holds, or keep it open and say why it was not stored."""
    bar = _bars()[key]
    given = st.session_state
    try:
        require(Role.READER)
        feedback = rated(
            question,
            answer,
            rating,
            wrong=given.get(_widget("wrong", key)),
            reason=given.get(_widget("reason", key)) or "",
            remark=str(given.get(_widget("remark", key)) or ""),
            fingerprint=bar.fingerprint,
            earlier=bar.kept,
        )
        kept = store_feedback(Settings.from_env(), feedback)
    except OporaError as error:
        _keep(key, replace(bar, error=str(error)))
    except Exception as error:
        _keep(key, replace(bar, error=_unexpected(error)))
    else:
        _keep(key, _Bar(bar.fingerprint, kept=kept, note=thanks(kept)))


def _withdraw(key: str) -> None:
    bar = _bars()[key]
    if bar.kept is None:
        return
    try:
        require(Role.READER)
        withdraw_feedback(Settings.from_env(), bar.kept)
    except OporaError as error:
        _keep(key, replace(bar, error=str(error)))
    else:
        _keep(key, _Bar(bar.fingerprint, note="Hodnocení je zrušené a už se s ním nepočítá."))


def _unexpected(error: Exception) -> str:
    conversation.failure_message(error)  # for the log
    return "Hodnocení se nepodařilo uložit. Zkuste to prosím znovu; podrobnosti jsou v záznamu serveru."


def _widget(name: str, key: str) -> str:
    return f"opora_feedback_{name}_{key}"


def _bars() -> dict[str, _Bar]:
    found: dict[str, _Bar] = st.session_state.setdefault(_STATE, {})
    return found


def _keep(key: str, bar: _Bar) -> None:
    _bars()[key] = bar


def _serving() -> str:
    """Fingerprint of the index that serves, or "" when there is none to be told."""
    try:
        folder = current(Settings.from_env().index)
    except OporaError:
        return ""
    return folder.path.name if folder else ""
