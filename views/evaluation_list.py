"""The questions of a run: filters, downloads, and a card for each that is left."""

from collections.abc import Sequence

import streamlit as st

from prompts.export.run_words import set_name
from prompts.export.sheets import csv_bytes, xlsx_bytes
from prompts.question_kinds import kind_label
from retrieval.analysis import fold
from views import evaluation_state as state
from views.catalogue_words import label_text
from views.downloads import EXCEL, file_stem
from views.evaluation_data import Answered, Run
from views.evaluation_export import questions_sheet
from views.evaluation_html import questions_counted
from views.evaluation_question_html import row_html, status_name
from views.markup import czech_number

_ORDERS = {"worst": "od nejhorší", "set": "podle sady"}


def show_questions(runs: Sequence[Run]) -> None:
    """Show the questions of the first run that the filters leave, with what the second run made of them."""
    st.html('<h2 class="opora-ev-title">Otázky</h2>')
    first = runs[0]
    _filters(runs)
    ids = found_ids(runs)
    with st.container(horizontal=True, vertical_alignment="center", key="opora_evaluation_bar"):
        shown = ids[: state.shown()]
        told = f"Zobrazeno {czech_number(len(shown))}, nalezeno {czech_number(len(ids))}"
        st.html(f'<p class="opora-count" role="status">{told}, v běhu {questions_counted(len(first.questions))}.</p>')
        _downloads(runs, ids)
    if not ids:
        st.html('<p class="opora-note" role="note">Filtrům neodpovídá žádná otázka. Uberte některý filtr.</p>')
        st.button("Zrušit filtry", key="opora_evaluation_clear", on_click=state.clear_filters)
        return
    for n, id_ in enumerate(shown):
        one = first.questions[id_]
        others = [(run.name, run.questions.get(id_)) for run in runs[1:]]
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"opora_evaluation_card_{n}"):
            st.html(row_html(first, one, others))
            st.button(
                "Podrobnosti",
                icon=":material/article:",
                help=label_text(one.question.question),
                key=f"opora_evaluation_open_{n}",
                on_click=state.open_question,
                args=(id_,),
            )
    left = len(ids) - len(shown)
    if left:
        more = min(left, state.PAGE_SIZE)
        st.button(f"Zobrazit další ({more})", key="opora_evaluation_more", on_click=state.show_more)


def _filters(runs: Sequence[Run]) -> None:
    first = runs[0].questions.values()
    sets = list(dict.fromkeys(one.set for one in first))
    kinds = sorted({one.question.kind for one in first}, key=kind_label)
    states = list(dict.fromkeys(one.status for one in first))
    with st.container(key="opora_evaluation_filters"):
        st.text_input(
            "Hledat v otázkách",
            icon=":material/search:",
            key=state.QUERY,
            on_change=state.restart_list,
            persist_state="session",
        )
        for label, key, options, name in (
            ("Sada", state.SETS, sets, set_name),
            ("Druh otázky", state.KINDS, kinds, kind_label),
            ("Stav odpovědi", state.STATES, states, status_name),
        ):
            kept = [value for value in st.session_state.get(key, []) if value in options]
            if kept != st.session_state.get(key, []):
                st.session_state[key] = kept
            st.multiselect(
                label,
                options,
                format_func=name,
                placeholder="všechny",
                key=key,
                on_change=state.restart_list,
                persist_state="session",
            )
    with st.container(horizontal=True, vertical_alignment="center", key="opora_evaluation_switches"):
        st.checkbox("Jen chyby", key=state.FAULTS, on_change=state.restart_list, persist_state="session")
        if len(runs) > 1:
            st.checkbox(
                "Jen kde se běhy liší", key=state.DIFFERENT, on_change=state.restart_list, persist_state="session"
            )
        st.selectbox(
            "Řazení",
            list(_ORDERS),
            format_func=_ORDERS.__getitem__,
            key=state.ORDER,
            on_change=state.restart_list,
            label_visibility="collapsed",
            filter_mode=None,
            persist_state="session",
            width=180,
        )


def found_ids(runs: Sequence[Run]) -> list[str]:
    """Return the ids of the questions that the filters leave, in the chosen order."""
    chosen = st.session_state
    words = fold(str(chosen.get(state.QUERY) or "")).split()
    found = [
        one
        for one in runs[0].questions.values()
        if all(word in fold(f"{one.question.question} {one.id}") for word in words)
        and (not chosen.get(state.SETS) or one.set in chosen[state.SETS])
        and (not chosen.get(state.KINDS) or one.question.kind in chosen[state.KINDS])
        and (not chosen.get(state.STATES) or one.status in chosen[state.STATES])
        and (not chosen.get(state.FAULTS) or one.faults)
        and (len(runs) < 2 or not chosen.get(state.DIFFERENT) or _differs(one, runs[1].questions.get(one.id)))
    ]
    if chosen.get(state.ORDER, "worst") == "worst":
        found.sort(key=badness)
    return [one.id for one in found]


def _differs(one: Answered, other: Answered | None) -> bool:
    if other is None:
        return True
    return (one.faults, one.score["found"], one.score["cited"]) != (
        other.faults,
        other.score["found"],
        other.score["cited"],
    )


def badness(one: Answered) -> tuple[int, float, float, float]:
    """Return what puts questions in order, worst first: wrong ones, by evidence found, facts, and rank."""
    recall, facts, rank = (one.value(name) for name in ("recall@3000c", "facts", "ndcg@10"))
    return (0 if one.faults else 1, recall or 0.0, 1.0 if facts is None else facts, rank or 0.0)


def _downloads(runs: Sequence[Run], ids: Sequence[str]) -> None:
    first = runs[0]
    stem = file_stem(f"hodnoceni {first.name}")
    with st.container(horizontal=True, width="content", gap="small", key="opora_evaluation_downloads"):
        # The files are made when the button is pressed, not with every click on the page.
        st.download_button(
            "CSV",
            lambda: csv_bytes(questions_sheet(runs, ids)),
            f"{stem}.csv",
            "text/csv",
            icon=":material/download:",
            help="Stáhnout nalezené otázky jako tabulku pro český Excel.",
            key="opora_evaluation_csv",
            on_click="ignore",
        )
        st.download_button(
            "XLSX",
            lambda: xlsx_bytes([questions_sheet(runs, ids)]),
            f"{stem}.xlsx",
            EXCEL,
            icon=":material/download:",
            help="Stáhnout nalezené otázky jako sešit pro Excel nebo LibreOffice.",
            key="opora_evaluation_xlsx",
            on_click="ignore",
        )
        st.download_button(
            "Záznamy",
            lambda: first.records_file.read_bytes(),
            f"{stem}-zaznamy.jsonl",
            "application/jsonl",
            icon=":material/download:",
            help="Stáhnout všechny odpovědi běhu tak, jak je zapsalo vyhodnocení (JSON Lines).",
            key="opora_evaluation_records",
            on_click="ignore",
        )
