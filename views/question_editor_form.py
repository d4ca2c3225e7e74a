"""The form of one question; what is typed stays in it until it is stored or given up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from ingest.document import Document
from prompts.question_kinds import kind_label, kinds_with
from views import question_editor_actions as actions
from views import question_editor_state as state
from views.conversation import MAX_QUESTION
from views.markup import error_html
from views.question_editor_evidence import complaint_about, show_evidence
from views.question_editor_html import draft_html
from views.question_editor_state import Form

_ROLES = {"user": "Uživatel", "assistant": "Asistent"}
_SURE = "opora_qe_sure"


def show_form(opened: Form, folder: Path, documents: Mapping[str, Document], kinds: Sequence[str]) -> None:
    """Show the opened form; `kinds` are those that the sets of the installation use."""
    title = "Upravit otázku" if opened.before else "Posoudit návrh" if opened.draft else "Nová otázka"
    st.html(f'<h3 class="opora-qe-title" tabindex="-1" data-opora-form="{opened.number}">{title}</h3>')
    if opened.draft:
        titles = {doc: document.source.title for doc, document in documents.items()}
        st.html(f'<div class="opora-qe-draft">{draft_html(opened.draft, titles)}</div>')
        st.html(
            '<p class="opora-path">Upravte otázku tak, aby v ní nebyly osobní údaje, a vyberte citáty, které na ni '
            "správně odpovídají. Uložením se z návrhu stane otázka sady.</p>"
        )
    st.text_area(
        "Otázka",
        height=100,
        max_chars=MAX_QUESTION,
        key=opened.key("question"),
        persist_state="session",
    )
    st.selectbox(
        "Druh otázky",
        kinds_with(kinds),
        index=None,
        format_func=kind_label,
        placeholder="Vyberte druh",
        filter_mode=None,
        key=opened.key("kind"),
        persist_state="session",
    )
    _history(opened)
    answerable = st.radio(
        "Odpovídají na ni dokumenty?",
        [True, False],
        format_func=lambda yes: "Ano" if yes else "Ne, asistent má říct, že odpověď nemá",
        key=opened.key("answerable"),
        persist_state="session",
    )
    if answerable:
        show_evidence(opened, documents)
        st.text_area(
            "Údaje, které má odpověď obsahovat (nepovinné; každý na svém řádku, slovy z citátu)",
            height=100,
            key=opened.key("facts"),
            persist_state="session",
        )
    elif opened.evidence or state.given(opened, "facts"):
        st.html(
            '<p class="opora-note" role="note">Citáty a údaje se u otázky bez odpovědi neuloží. Dokud formulář '
            "nezavřete, zůstanou tu pro případ, že odpověď změníte zpět na Ano.</p>"
        )
    if opened.error:
        st.html(error_html(opened.error))
    _bar(opened, folder, documents)


def _history(opened: Form) -> None:
    name = f"Předchozí část rozhovoru ({len(opened.turns)})" if opened.turns else "Předchozí část rozhovoru (žádná)"
    with st.expander(name, expanded=bool(opened.turns), key=opened.key("history")):
        st.html('<p class="opora-path">Jen u otázky, která bez předchozího rozhovoru nedává smysl. Od nejstaršího.</p>')
        for position, n in enumerate(opened.turns, 1):
            with st.container(key=f"opora_qe_turn_{n}", gap="xsmall"):
                st.radio(
                    f"Kdo mluví ({position}. v pořadí)",
                    list(_ROLES),
                    format_func=_ROLES.__getitem__,
                    horizontal=True,
                    key=opened.key(f"role_{n}"),
                    persist_state="session",
                )
                st.text_area(
                    f"Co říká ({position}. v pořadí)", height=80, key=opened.key(f"turn_{n}"), persist_state="session"
                )
                st.button(
                    "Odebrat", icon=":material/close:", type="tertiary", key=f"opora_qe_drop_turn_{n}",
                    on_click=state.drop_turn, args=(n,),
                )  # fmt: skip
        st.button("Přidat větu rozhovoru", icon=":material/add:", key="opora_qe_add_turn", on_click=state.add_turn)


def _bar(opened: Form, folder: Path, documents: Mapping[str, Document]) -> None:
    with st.container(horizontal=True, key="opora_qe_form_bar"):
        st.button(
            "Uložit otázku",
            icon=":material/check:",
            type="primary",
            key="opora_qe_save",
            on_click=actions.save,
            args=(folder, lambda evidence: complaint_about(evidence, documents)),
        )
        if st.session_state.get(_SURE) != opened.number:
            st.button("Zavřít bez uložení", key="opora_qe_close", on_click=_ask, args=(opened,))
            return
        st.html('<p class="opora-qe-ask" role="alert">Opravdu zahodit, co je ve formuláři?</p>', width="content")
        st.button("Zahodit", key="opora_qe_discard", on_click=state.close_form)
        st.button("Psát dál", key="opora_qe_stay", type="tertiary", on_click=_stay)


def _ask(opened: Form) -> None:
    """Close a form that nothing was changed in; else ask first."""
    if state.changed(opened):
        st.session_state[_SURE] = opened.number
    else:
        state.close_form()


def _stay() -> None:
    st.session_state.pop(_SURE, None)
