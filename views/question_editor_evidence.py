"""Evidence in the form of a question: quotes that are picked in a document, by search or by selecting text."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ingest.document import Document
from prompts.question_lines import Evidence, places
from views import question_editor_state as state
from views.documents_layout import Layout
from views.documents_search import LONGEST_QUERY, find
from views.documents_state import layout, read_words
from views.markup import escaped
from views.question_editor_html import evidence_html, hit_html, pick_html, text_html
from views.question_editor_state import Form
from views.question_picking import Pick, Sentences, found_sentences, moved, picked

_SHOWN = 4
"""Found sentences that are shown at once."""

_MOVES = (
    ("sentence", -1, "věta zpět", ":material/keyboard_double_arrow_left:"),
    ("word", -1, "slovo zpět", ":material/keyboard_arrow_left:"),
    ("word", 1, "slovo vpřed", ":material/keyboard_arrow_right:"),
    ("sentence", 1, "věta vpřed", ":material/keyboard_double_arrow_right:"),
)
_EDGES = (("start", "Začátek"), ("end", "Konec"))


def complaint_about(evidence: Evidence, documents: Mapping[str, Document]) -> str:
    """Return what is wrong with a quote, or "" when it stands in its document."""
    if evidence.doc not in documents:
        return f"Dokument „{evidence.doc}“ mezi dokumenty není. Citát odeberte a vyberte jiný."
    if not places(documents[evidence.doc].text, evidence.quote):
        return f"Citát „{evidence.quote[:60]}“ v dokumentu doslova nestojí. Odeberte ho a vyberte znovu."
    return ""


def show_evidence(opened: Form, documents: Mapping[str, Document]) -> None:
    """Show the quotes of the form and the tools that pick another one."""
    st.html('<h4 class="opora-heading">Citáty, které odpověď dokládají</h4>')
    if not opened.evidence:
        st.html('<p class="opora-path">Zatím žádný. Vyberte níže dokument, najděte v něm větu a přidejte ji.</p>')
    for n, evidence in enumerate(opened.evidence):
        with st.container(horizontal=True, vertical_alignment="center", key=f"opora_qe_evidence_{n}"):
            complaint = complaint_about(evidence, documents)
            st.html(evidence_html(evidence, documents.get(evidence.doc), complaint))
            st.button(
                "Odebrat",
                icon=":material/close:",
                type="tertiary",
                key=f"opora_qe_drop_evidence_{n}",
                on_click=state.keep,
                args=(replace(opened, evidence=opened.evidence[:n] + opened.evidence[n + 1 :]),),
            )
    with st.container(border=True, key="opora_qe_picker"):
        _picker(opened, documents)


def _picker(opened: Form, documents: Mapping[str, Document]) -> None:
    doc = st.selectbox(
        "Dokument",
        list(documents),
        format_func=lambda doc: documents[doc].source.title or doc,
        key=opened.key("doc"),
        persist_state="session",
        filter_mode=None,
        on_change=_forget,
    )
    if doc is None:
        st.html('<p class="opora-note" role="note">Není z čeho citovat. Přidejte dokument na stránce Dokumenty.</p>')
        return
    document = documents[doc]
    placed, sentences = layout(document), _sentences(document.id, hash(document.text), document)
    _search(opened, document, placed, sentences)
    _text(opened, document, placed)
    pick = opened.pick if opened.pick and opened.pick.doc == doc else None
    if pick:
        _adjust(opened, pick, document, sentences)


@st.cache_resource(max_entries=8, show_spinner="Připravuji text dokumentu…")
def _sentences(doc: str, text: int, _document: Document) -> Sentences:
    return Sentences.of(_document, layout(_document))


def _search(opened: Form, document: Document, placed: Layout, sentences: Sentences) -> None:
    query = st.text_input(
        "Najít větu podle slov",
        max_chars=LONGEST_QUERY,
        placeholder="slovo, kód nebo „přesná slova“",
        icon=":material/search:",
        key=opened.key("query"),
        persist_state="session",
        on_change=_from_first,
    )
    if not query:
        return
    read = read_words(document)
    found = found_sentences(document, placed, read, sentences, query)
    if not found:
        st.html('<p class="opora-note" role="status">Tato slova v dokumentu nejsou. Zkuste jiné slovo.</p>')
        return
    spans = [span for hit in find(read, placed.blocks, query).hits for span in hit.spans]
    first = min(int(state.given(opened, "from") or 0), len(found) - 1)
    st.html(f'<p class="opora-path" role="status">Nalezeno míst: {len(found)}.</p>')
    for n, span in enumerate(found[first : first + _SHOWN], first):
        with st.container(horizontal=True, vertical_alignment="center", key=f"opora_qe_hit_{n}"):
            st.html(hit_html(document, span, spans))
            st.button(
                "Vybrat",
                key=f"opora_qe_choose_{n}",
                on_click=_pick,
                args=(document, *span),
            )
    with st.container(horizontal=True, key="opora_qe_hits_bar"):
        if first:
            st.button("Předchozí místa", key="opora_qe_hits_before", on_click=_from, args=(max(0, first - _SHOWN),))
        if first + _SHOWN < len(found):
            st.button("Další místa", key="opora_qe_hits_after", on_click=_from, args=(first + _SHOWN,))


def _text(opened: Form, document: Document, placed: Layout) -> None:
    """Show the text itself; what is selected there comes back through a field that the page's script fills in."""
    box = st.expander("Vybrat přímo v textu dokumentu", key=opened.key("text"), on_change="rerun")
    if not box.open:
        return
    with box:
        pick = opened.pick if opened.pick and opened.pick.doc == document.id else None
        last = len(placed.windows) - 1
        window = min(int(state.given(opened, "window") or 0), max(last, 0))
        st.html('<p class="opora-path">Označte v textu myší slova, která odpověď dokládají, a převezměte je.</p>')
        st.html(text_html(document, placed, window, pick))
        if last > 0:
            with st.container(horizontal=True, vertical_alignment="center", key="opora_qe_windows"):
                st.html(f'<p class="opora-path">Část {window + 1} z {last + 1}</p>', width="content")
                if window:
                    st.button("Předchozí část", key="opora_qe_window_before", on_click=_window, args=(window - 1,))
                if window < last:
                    st.button("Další část", key="opora_qe_window_after", on_click=_window, args=(window + 1,))
        st.text_input(
            "Poloha vybraného textu",
            key="opora_qe_span",
            on_change=_take,
            args=(document,),
            label_visibility="collapsed",
        )


def _adjust(opened: Form, pick: Pick, document: Document, sentences: Sentences) -> None:
    st.html('<h5 class="opora-heading">Vybraný citát</h5>')
    quote = document.text[pick.start : pick.end]
    st.html(pick_html(document, pick, sentences, len(places(document.text, quote))))
    for edge, name in _EDGES:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"opora_qe_move_{edge}"):
            st.html(f'<p class="opora-qe-edge">{escaped(name)}</p>', width="content")
            for unit, step, label, icon in _MOVES:
                goal = moved(pick, document, sentences, edge, unit, step)
                st.button(
                    label,
                    icon=icon,
                    key=f"opora_qe_move_{edge}_{unit}_{'after' if step > 0 else 'before'}",
                    disabled=goal == pick,
                    on_click=state.keep,
                    args=(replace(opened, pick=goal),),
                )
    evidence = Evidence(pick.doc, quote)
    with st.container(horizontal=True, key="opora_qe_pick_bar"):
        st.button(
            "Přidat citát",
            icon=":material/add:",
            key="opora_qe_add_evidence",
            disabled=evidence in opened.evidence,
            on_click=state.keep,
            args=(replace(opened, evidence=(*opened.evidence, evidence), pick=None, error=""),),
        )
        st.button(
            "Zrušit výběr",
            type="tertiary",
            key="opora_qe_forget_pick",
            on_click=state.keep,
            args=(replace(opened, pick=None),),
        )
    if evidence in opened.evidence:
        st.html('<p class="opora-path" role="status">Tento citát už mezi důkazy je.</p>')


def _pick(document: Document, start: int, end: int) -> None:
    opened = state.form()
    if opened and (pick := picked(document, start, end)):
        state.keep(replace(opened, pick=pick))


def _take(document: Document) -> None:
    """Take over a selection: "start end" in characters of the text; anything else is no selection."""
    numbers = str(st.session_state.get("opora_qe_span", "")).split()
    st.session_state["opora_qe_span"] = ""
    if len(numbers) == 2 and all(number.isascii() and number.isdecimal() and len(number) < 10 for number in numbers):
        _pick(document, int(numbers[0]), int(numbers[1]))


def _forget() -> None:
    """Begin anew in another document."""
    if opened := state.form():
        st.session_state[opened.key("window")] = 0
        state.keep(replace(opened, pick=None))
    _from_first()


def _from_first() -> None:
    _from(0)


def _from(first: int) -> None:
    if opened := state.form():
        st.session_state[opened.key("from")] = first


def _window(window: int) -> None:
    if opened := state.form():
        st.session_state[opened.key("window")] = window
