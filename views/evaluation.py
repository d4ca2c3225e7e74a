"""The page Hodnocení: how well the assistant did in recorded runs, question by question, and the question sets."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from ingest.errors import OporaError
from ingest.settings import Settings
from views import evaluation_state as state
from views.access import may
from views.access_list import Role
from views.assistant import AssistantLike, assistant
from views.evaluation_data import Listed, Run, documents_of, listed_runs, load_run
from views.evaluation_detail import show_question
from views.evaluation_html import moment, questions_counted, unusable_html
from views.evaluation_list import show_questions
from views.evaluation_results import show_results
from views.markup import error_html
from views.question_editor import question_editor

_SECTIONS = {"results": "Výsledky", "questions": "Otázky běhu", "editor": "Vlastní otázky"}
_NONE = ""

log = logging.getLogger(__name__)


def evaluation_page() -> None:
    """Show the page over this installation's runs."""
    show_evaluation(Settings.from_env(), assistant)


def show_evaluation(settings: Settings, open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the whole page; without a run it says how to record one."""
    st.html(Path(__file__).with_name("evaluation.css"))
    with st.container(key="opora_evaluation"):
        st.html(
            '<h1 class="opora-title">Hodnocení</h1><p class="opora-purpose">Jak dobře asistent odpovídá na sady otázek '
            "s ověřenými odpověďmi: co našel, co přehlédl, a kdy správně řekl, že to v dokumentech není.</p>"
        )
        offered = [name for name in _SECTIONS if name != "editor" or may(Role.EDITOR)]
        if st.session_state.get(state.SECTION, "results") not in offered:
            st.session_state.pop(state.SECTION)  # the role is gone since
        section = st.segmented_control(
            "Část hodnocení",
            offered,
            default="results",
            required=True,
            format_func=_SECTIONS.__getitem__,
            key=state.SECTION,
            label_visibility="collapsed",
            persist_state="session",
        )
        if section == "editor":
            question_editor(open_assistant)
            return
        try:
            _show(settings, section)
        except OporaError as error:
            st.html(error_html(str(error)))
        except Exception as error:
            log.error("the evaluation page failed", exc_info=error)
            st.html(
                error_html("Hodnocení se nepodařilo zobrazit. Obnovte stránku; podrobnosti jsou v záznamu serveru.")
            )


def _show(settings: Settings, section: str | None) -> None:
    listed = listed_runs(settings.runs)
    usable = [one for one in listed if one.state == "finished"]
    broken = unusable_html(listed)
    if not usable:
        _empty(broken)
        return
    runs = _chosen(usable)
    if broken:
        with st.expander("Běhy, které nelze ukázat", key="opora_evaluation_broken"):
            st.html(broken)
    if section == "results":
        show_results(runs)
        return
    documents = documents_of(settings)
    opened = state.opened()
    if opened in runs[0].questions:
        show_question(runs, opened, documents)
    else:
        show_questions(runs)


def _empty(broken: str) -> None:
    st.html(
        '<div class="opora-note" role="note"><p>Zatím tu není žádný dokončený běh. Běh nahraje na serveru příkaz</p>'
        "<p><code>python -m eval run --name prvni</code></p>"
        "<p>Položí asistentovi otázky ze sad projektu (několik set otázek, bez jazykového modelu za méně než minutu), "
        "zapíše odpovědi a změří je. Rychlou zkoušku na 60 otázkách udělá "
        "<code>python -m eval run --name zkouska --limit 60</code>. Potom tuto stránku obnovte.</p></div>"
    )
    if broken:
        st.html(f'<h2 class="opora-ev-title">Běhy, které nelze ukázat</h2>{broken}')


def _chosen(usable: Sequence[Listed]) -> list[Run]:
    """Let one run or two be chosen and return them; a choice that is gone falls back to the newest run."""
    by_name = {one.name: one for one in usable}
    if st.session_state.get(state.FIRST) not in by_name:
        st.session_state.pop(state.FIRST, None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="opora_evaluation_runs"):
        first = st.selectbox(
            "Běh",
            list(by_name),
            format_func=lambda name: _run_label(by_name[name]),
            key=state.FIRST,
            on_change=state.choose_run,
            persist_state="session",
        )
        others = [_NONE, *(name for name in by_name if name != first)]
        if st.session_state.get(state.SECOND) not in others:
            st.session_state.pop(state.SECOND, None)
        second = st.selectbox(
            "Porovnat s během",
            others,
            format_func=lambda name: _run_label(by_name[name]) if name else "neporovnávat",
            key=state.SECOND,
            on_change=state.restart_list,
            disabled=len(others) == 1,
            persist_state="session",
        )
    return [load_run(by_name[name].path) for name in (first, second) if name]


def _run_label(one: Listed) -> str:
    return f"{one.name} – {one.system}, {questions_counted(one.questions)}, {moment(one.run['started'])}"
