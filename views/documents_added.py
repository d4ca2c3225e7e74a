"""The section Vlastní dokumenty: documents that this installation added, uploading, removal and indexing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st

from ingest.document import Document
from ingest.errors import OporaError
from ingest.library import Shelf, shelves
from ingest.settings import Settings
from prompts.czech import counted
from views import conversation
from views import documents_added_state as state
from views.assistant import AssistantLike
from views.documents_added_html import (
    confirm_html,
    progress_html,
    row_html,
    shipped_html,
    staged_html,
    standing_html,
)
from views.indexing import Indexing, State, indexing
from views.markup import error_html, escaped
from views.upload_limits import release
from views.uploads import FORMATS, MAX_FILES, MAX_MEGABYTES, MAX_TITLE, Staged, waiting

REFRESH = 1.0
"""Seconds between two looks at the progress."""

_TRANSPORT = 100
"""Megabytes that the browser may send, as the server allows: what is between our limit and this one is refused in
Czech beside the file's name, while what the browser itself refuses vanishes with the next upload."""


def added_documents(open_assistant: Callable[[], AssistantLike]) -> None:
    """Show the section over this installation's documents."""
    show_added(Settings.from_env(), open_assistant, indexing())


def show_added(settings: Settings, open_assistant: Callable[[], AssistantLike], job: Indexing) -> None:
    """Show the section; without an index everything waits for the first one."""
    st.html(Path(__file__).with_suffix(".css"))
    with st.container(key="opora_added"):
        st.html(
            '<h2 class="opora-part">Vlastní dokumenty</h2><p class="opora-purpose">Přidejte dokumenty, ze kterých má '
            "asistent odpovídat vedle základní sady: výzvy, krajské plány, metodiky. Uvidí je všichni uživatelé této "
            "instalace.</p>"
        )
        try:
            found = shelves(settings)
        except OporaError as error:
            st.html(error_html(str(error)))
            return
        # Looked at before the index: one that has ended by now is the one that is opened.
        now = job.state()
        indexed = _indexed(open_assistant)
        _documents(settings, job, found, indexed)
        _upload(settings, job)
        _index(settings, job, now, len(waiting(found, indexed)), usable=bool(indexed))


def _notices(place: Literal["list", "upload"]) -> None:
    for notice in state.take_notices(place):
        good = f'<p class="opora-note" role="status">{escaped(notice.text)}</p>'
        st.html(good if notice.good else error_html(notice.text))


def _indexed(open_assistant: Callable[[], AssistantLike]) -> tuple[Document, ...]:
    """Return the documents of the index that serves; none when there is no index or it cannot be used."""
    try:
        return open_assistant().documents
    except Exception as error:
        conversation.failure_message(error)  # what is unexpected goes to the log
        return ()


def _undo(settings: Settings, job: Indexing) -> None:
    for one in state.removed():
        with st.container(horizontal=True, vertical_alignment="center", key=f"opora_added_undo_{one.source.id}"):
            st.html(f'<p role="status">Dokument „{escaped(one.source.title)}“ je odebraný.</p>')
            st.button(
                "Vrátit zpět",
                icon=":material/undo:",
                key=f"opora_added_back_{one.source.id}",
                on_click=state.bring_back,
                args=(settings, job, one.source.id),
            )


def _documents(settings: Settings, job: Indexing, found: Sequence[Shelf], indexed: Sequence[Document]) -> None:
    texts = {document.id: document for document in indexed}
    late = set(waiting(found, indexed))
    added = [shelf for shelf in found if shelf.added]
    if not added:
        st.html('<p class="opora-hint">Zatím tu žádný vlastní dokument není.</p>')
    for shelf in added:
        doc = shelf.source.id
        with st.container(key=f"opora_added_row_{doc}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", key=f"opora_added_line_{doc}"):
                st.html(row_html(shelf, texts.get(doc), doc in late))
                if state.asked_to_confirm() != doc:
                    st.button(
                        "Odebrat",
                        icon=":material/delete:",
                        key=f"opora_added_remove_{doc}",
                        on_click=state.ask_removal,
                        args=(doc,),
                    )
            if state.asked_to_confirm() == doc:
                _confirm(settings, job, shelf)
    _undo(settings, job)
    _notices("list")
    st.html(shipped_html([shelf.source.title for shelf in found if not shelf.added]))


def _confirm(settings: Settings, job: Indexing, shelf: Shelf) -> None:
    st.html(confirm_html(shelf.source.title))
    with st.container(horizontal=True, key="opora_added_confirm_bar"):
        st.button(
            "Odebrat dokument",
            type="primary",
            key="opora_added_yes",
            on_click=state.remove_document,
            args=(settings, job, shelf.source.id),
        )
        st.button("Ponechat", key="opora_added_no", on_click=state.keep_document)


def _upload(settings: Settings, job: Indexing) -> None:
    st.html(
        '<h3 class="opora-heading">Přidat dokumenty</h3>'
        f'<p class="opora-path" id="opora-added-limits">Soubory {FORMATS}, každý nejvýše {MAX_MEGABYTES} MB, najednou '
        f"nejvýše {MAX_FILES}. Skeny potřebují rozpoznaný text (OCR). Nic se neposílá mimo tento server.</p>"
    )
    files = st.file_uploader(
        "Soubory k přidání",
        accept_multiple_files=True,
        max_upload_size=_TRANSPORT,
        key=state.uploader_key(),
    )
    if files:
        place = st.empty()

        def show(n: int, name: str) -> None:
            place.html(
                f'<p class="opora-added-progress" role="status">Čtu soubor {n + 1} z {len(files)}: {escaped(name)}</p>'
            )

        state.take_files(settings, files, show)
        release([file.file_id for file in files])
        st.rerun()
    _notices("upload")
    for one in state.staged():
        if one.document:
            with st.container(border=True, key=f"opora_added_staged_{one.number}", gap="small"):
                _staged(one, one.document)
        else:
            with st.container(horizontal=True, vertical_alignment="center", key=f"opora_added_staged_{one.number}"):
                st.html(error_html(one.error))
                _drop(one, "Skrýt")
    ready = sum(1 for one in state.staged() if one.document)
    if ready:
        st.button(
            f"Přidat {counted(ready, 'dokument', 'dokumenty', 'dokumentů')}",
            icon=":material/add:",
            type="primary",
            key="opora_added_add",
            on_click=state.add_staged,
            args=(settings, job),
        )


def _staged(one: Staged, document: Document) -> None:
    st.html(staged_html(one, document))
    st.text_input(
        "Název dokumentu",
        value=document.source.title,
        max_chars=MAX_TITLE,
        key=f"opora_added_title_{one.number}",
    )
    st.text_input(
        "Webová adresa, odkud pochází (nepovinné)",
        placeholder="https://…",
        key=f"opora_added_url_{one.number}",
    )
    _drop(one, "Nepřidávat")


def _drop(one: Staged, label: str) -> None:
    st.button(
        label,
        icon=":material/close:",
        type="tertiary",
        key=f"opora_added_drop_{one.number}",
        on_click=state.drop,
        args=(one.number,),
    )


def _index(settings: Settings, job: Indexing, now: State, late: int, usable: bool) -> None:
    st.html('<h3 class="opora-heading">Rejstřík</h3>')
    if state.ended_unannounced(now.number, now.running):
        good = now.phase == "done"
        st.toast(
            "Zaindexování skončilo, asistent už odpovídá ze současných dokumentů."
            if good
            else "Zaindexování se nepodařilo, podrobnosti jsou na stránce Dokumenty.",
            icon=":material/check_circle:" if good else ":material/error:",
            duration="long",
        )
    if now.running:
        st.fragment(_watch, run_every=REFRESH)(job)
        return
    for message in [now.error] if now.error else [text for _, text in now.report.failed] if now.report else []:
        st.html(error_html(message))
    st.html(standing_html(now, late, usable))
    st.button(
        "Znovu zaindexovat",
        icon=":material/refresh:",
        key="opora_added_index",
        on_click=state.index_again,
        args=(settings, job),
    )
    st.html(
        '<p class="opora-path">Přidané a odebrané dokumenty se zaindexují samy. Tlačítko použijte, když zaindexování '
        "selhalo nebo když správce změnil soubory přímo na serveru. Nezměněné dokumenty se znovu nezpracovávají.</p>"
    )


def _watch(job: Indexing) -> None:
    """Show the progress, alone, again and again; at the end have the whole page drawn."""
    now = job.state()
    if not now.running:
        st.rerun()
    st.html(progress_html(now))
