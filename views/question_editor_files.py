"""Question sets as files: a set for download, and an upload that is checked like what is typed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from ingest.document import Document
from ingest.errors import OporaError, QuestionSetError
from prompts.czech import counted
from prompts.question_lines import Question
from views import question_editor_state as state
from views import question_store as store
from views.access import require
from views.access_list import Role
from views.markup import error_html, escaped
from views.question_editor_evidence import complaint_about
from views.question_store import Lines, OwnSet, as_file

MAX_MEGABYTES = 5

_TRANSPORT = 100
"""Megabytes that the browser may send: what it refuses by itself, it refuses in English."""

_TRIES, _REFUSED = "opora_qe_tries", "opora_qe_refused"
_COMPLAINTS = 20


def show_download(chosen: OwnSet) -> None:
    """Offer a set as a file that `python -m eval` reads."""
    st.download_button(
        "Stáhnout sadu",
        as_file(chosen.questions),
        f"{chosen.name}.jsonl",
        "application/jsonl",
        icon=":material/download:",
        key="opora_qe_download",
        disabled=not chosen.questions,
        on_click="ignore",
    )


def show_upload(folder: Path, documents: Mapping[str, Document]) -> None:
    """Take a file of questions or of drafts; one with anything wrong is refused as a whole, with all that is wrong."""
    st.html(
        '<h3 class="opora-heading">Nahrát sadu</h3><p class="opora-path">Soubor JSONL s otázkami nebo s návrhy, '
        f"nejvýše {MAX_MEGABYTES} MB. Každý citát se ověří; je-li v souboru chyba, nic se neuloží a dozvíte se, na "
        "kterém řádku.</p>"
    )
    key = f"opora_qe_file_{st.session_state.setdefault(_TRIES, 0)}"
    st.file_uploader(
        "Soubor s otázkami", key=key, max_upload_size=_TRANSPORT, on_change=_take, args=(key, folder, documents)
    )
    if refused := str(st.session_state.get(_REFUSED, "")):
        st.html(error_html(refused))


def _take(key: str, folder: Path, documents: Mapping[str, Document]) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    require(Role.EDITOR)
    # A new widget, so that the next file is taken even if it has the same name.
    st.session_state[_TRIES] += 1
    st.session_state[_REFUSED] = ""
    try:
        if file.size > MAX_MEGABYTES * 2**20:
            raise QuestionSetError(f"Je větší než {MAX_MEGABYTES} MB. Rozdělte ho na menší sady.")
        _keep(folder, file.name, store.read_lines(file.getvalue()), documents)
    except OporaError as error:
        st.session_state[_REFUSED] = f"Soubor „{file.name}“ nebyl nahrán.\n{error}"


def _keep(folder: Path, name: str, found: Lines, documents: Mapping[str, Document]) -> None:
    if found.drafts:
        require(Role.ADMIN)
    _verify(found.questions, documents)
    if found.questions:
        made = store.new_name(folder, name)
        store.change(folder, made, lambda _: found.questions)
        state.choose_set(made)
        state.say(f"Nahráno: {counted(len(found.questions), 'otázka', 'otázky', 'otázek')}, sada „{made}“.")
    if found.drafts:
        store.add_drafts(folder, found.drafts)
        state.say(f"Nahráno k posouzení: {counted(len(found.drafts), 'návrh', 'návrhy', 'návrhů')}.")


def _verify(questions: Sequence[Question], documents: Mapping[str, Document]) -> None:
    wrong = [
        f"Otázka {question.id}: {complaint}"
        for question in questions
        for evidence in question.evidence
        if (complaint := complaint_about(evidence, documents))
    ]
    if wrong:
        rest = [f"… a další (počet: {len(wrong) - _COMPLAINTS})"] if len(wrong) > _COMPLAINTS else []
        raise QuestionSetError("\n".join(wrong[:_COMPLAINTS] + rest))


def show_empty(chosen: OwnSet) -> None:
    """Say what to do with a set that has no questions."""
    words = "Zatím tu žádná vlastní otázka není." if chosen.name == store.FIRST else "Sada je prázdná."
    st.html(
        f'<p class="opora-note" role="note">{escaped(words)} Přidejte první: napište, na co se lidé u vás ptají, '
        "a vyberte v dokumentech věty, které na to odpovídají. Na takových otázkách pak změříte, jak dobře asistent "
        "odpovídá.</p>"
    )
