"""The part Vlastní otázky of the page Hodnocení: question sets of this installation, edited by people."""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from ingest.document import Document
from ingest.errors import OporaError
from ingest.settings import Settings
from prompts.feedback import load_feedback
from prompts.question_drafts import Draft, drafts_of
from prompts.question_lines import Question
from retrieval.analysis import fold
from views import conversation
from views import question_editor_actions as actions
from views import question_editor_state as state
from views import question_store as store
from views.access import may, require
from views.access_list import Role
from views.assistant import AssistantLike
from views.markup import error_html, escaped
from views.question_editor_files import show_download, show_empty, show_upload
from views.question_editor_form import show_form
from views.question_editor_html import draft_html, row_html
from views.question_store import OwnSet

_HERE = Path(__file__).parent
_FILTERED_FROM = 6
"""Questions from which on a set can be searched."""


def question_editor(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the editor over this installation's sets, headed by an h2, so that it fits below a page's own title."""
    show_editor(Settings.from_env(), open_assistant)


# A fragment, so that typing and picking do not run the rest of the page anew.
@st.fragment
def show_editor(settings: Settings, open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the list of a set, or the form of one of its questions; without an index, sets can only be read."""
    require(Role.EDITOR)
    st.html(_HERE / "question_editor.css")
    script = (_HERE / "question_editor.js").read_text(encoding="utf-8")
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    folder = settings.question_sets
    with st.container(key="opora_qe"):
        st.html(
            '<h2 class="opora-part">Vlastní otázky</h2><p class="opora-purpose">Otázky, na kterých chcete asistenta '
            "měřit: co se má zodpovědět a které věty dokumentů to dokládají. Zůstávají na serveru této instalace.</p>"
        )
        try:
            documents = {document.id: document for document in open_assistant().documents}
            failed = ""
        except Exception as error:
            documents, failed = {}, conversation.failure_message(error)
        sets = store.load_sets(folder)
        if failed:
            st.html(error_html(failed))
        opened = state.form()
        if opened and opened.draft:
            require(Role.ADMIN)
        if opened and not failed:
            kinds = [question.kind for own in sets for question in own.questions]
            show_form(opened, folder, documents, kinds)
        else:
            _overview(settings, folder, sets, documents, editable=not failed)


def _overview(
    settings: Settings, folder: Path, sets: tuple[OwnSet, ...], documents: Mapping[str, Document], editable: bool
) -> None:
    _notices()
    _undo(folder)
    chosen = _chosen(sets)
    if chosen.error:
        st.html(error_html(chosen.error))
    else:
        with st.container(horizontal=True, vertical_alignment="bottom", key="opora_qe_bar"):
            st.button(
                "Přidat otázku",
                icon=":material/add:",
                type="primary",
                key="opora_qe_add",
                disabled=not editable,
                on_click=state.open_form,
                args=(chosen.name,),
            )
            show_download(chosen)
        if chosen.questions:
            _questions(folder, chosen, editable)
        else:
            show_empty(chosen)
    if editable:
        if may(Role.ADMIN):
            _drafts(settings, folder, sets, chosen, documents)
        show_upload(folder, documents)


def _notices() -> None:
    for notice in state.take_notices():
        good = f'<p class="opora-note" role="status">{escaped(notice.text)}</p>'
        st.html(good if notice.good else error_html(notice.text))


def _undo(folder: Path) -> None:
    if not state.undo_steps():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="opora_qe_undo_bar"):
        st.html(f'<p role="status">{escaped(state.undo_steps()[-1].text)}</p>')
        st.button(
            "Vrátit zpět", icon=":material/undo:", key="opora_qe_undo", on_click=actions.take_back, args=(folder,)
        )


def _chosen(sets: tuple[OwnSet, ...]) -> OwnSet:
    """Return the set that is shown, after letting the user choose among several."""
    known = {own.name: own for own in sets}
    name = state.chosen_set(list(known))
    if len(sets) > 1:
        # What the widget holds is lost while a form is shown, so the choice is kept beside it.
        st.session_state[state.SET] = name
        st.selectbox(
            "Sada otázek",
            list(known),
            format_func=lambda name: f"{'vlastní' if name == store.FIRST else name} ({len(known[name].questions)})",
            key=state.SET,
            filter_mode=None,
            on_change=state.choose_set,
        )
    return known[name]


def _questions(folder: Path, chosen: OwnSet, editable: bool) -> None:
    shown = chosen.questions
    if len(shown) >= _FILTERED_FROM:
        wanted = fold(
            st.text_input("Najít otázku v sadě", icon=":material/search:", key=state.FILTER, persist_state="session")
        ).split()
        shown = tuple(q for q in shown if all(word in fold(f"{q.id} {q.question}") for word in wanted))
        st.html(f'<p class="opora-count" role="status">Otázek: {len(shown)}</p>')
    limit = int(st.session_state.get(state.SHOWN, state.PAGE))
    with st.container(key="opora_qe_list", gap="xsmall"):
        for question in shown[:limit]:
            _row(folder, chosen, question, editable)
    if len(shown) > limit:
        st.button("Zobrazit další otázky", key="opora_qe_more", on_click=_more, args=(limit,))


def _row(folder: Path, chosen: OwnSet, question: Question, editable: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"opora_qe_row_{question.id}"):
        st.html(row_html(question))
        st.button(
            "Upravit",
            icon=":material/edit:",
            type="tertiary",
            key=f"opora_qe_edit_{question.id}",
            disabled=not editable,
            on_click=state.open_form,
            args=(chosen.name, question),
        )
        st.button(
            "Smazat",
            icon=":material/delete:",
            type="tertiary",
            key=f"opora_qe_delete_{question.id}",
            on_click=actions.delete,
            args=(folder, chosen.name, question),
        )


def _more(limit: int) -> None:
    st.session_state[state.SHOWN] = limit + state.PAGE


def _drafts(
    settings: Settings,
    folder: Path,
    sets: tuple[OwnSet, ...],
    chosen: OwnSet,
    documents: Mapping[str, Document],
) -> None:
    st.html('<h3 class="opora-heading">Návrhy z hodnocení uživatelů</h3>')
    try:
        waiting = _waiting(settings, folder, sets)
    except OporaError as error:
        st.html(error_html(str(error)))
        return
    if not waiting:
        st.html(
            '<p class="opora-path">Žádný návrh nečeká. Objeví se tu dotazy, u kterých někdo označil odpověď za '
            "neužitečnou nebo zdroj za špatný.</p>"
        )
        return
    titles = {doc: document.source.title for doc, document in documents.items()}
    for draft in waiting:
        with st.container(border=True, key=f"opora_qe_draft_{draft.id}", gap="xsmall"):
            st.html(draft_html(draft, titles))
            with st.container(horizontal=True, key=f"opora_qe_draft_bar_{draft.id}"):
                st.button(
                    "Posoudit",
                    icon=":material/rule:",
                    key=f"opora_qe_judge_{draft.id}",
                    disabled=bool(chosen.error),
                    on_click=state.open_form,
                    args=(chosen.name, None, draft),
                )
                st.button(
                    "Zamítnout",
                    type="tertiary",
                    key=f"opora_qe_reject_{draft.id}",
                    on_click=actions.reject,
                    args=(folder, draft),
                )


def _waiting(settings: Settings, folder: Path, sets: tuple[OwnSet, ...]) -> tuple[Draft, ...]:
    """Return the drafts that nobody has judged: neither stored as a question nor rejected."""
    done = {question.id for own in sets for question in own.questions} | store.rejected(folder)
    found = {draft.id: draft for draft in (*store.load_drafts(folder), *drafts_of(load_feedback(settings)))}
    return tuple(draft for draft in found.values() if draft.id not in done)
