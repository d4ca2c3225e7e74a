"""One question of a run in full: evidence, answer, retrieved passages; the second run stands beside the first."""

from collections.abc import Sequence

import streamlit as st

from views import evaluation_state as state
from views.catalogue_data import scroll_up
from views.evaluation_data import Run
from views.evaluation_list import found_ids
from views.evaluation_question_html import (
    Documents,
    answer_html,
    ask_link,
    evidence_html,
    filed,
    retrieved_html,
)
from views.markup import escaped


def show_question(runs: Sequence[Run], id_: str, documents: Documents) -> None:
    """Show a question of the first run; the buttons lead through the questions that the filters leave."""
    one = runs[0].questions[id_]
    _way(found_ids(runs), id_)
    with st.container(key=f"opora_evaluation_question_{list(runs[0].questions).index(id_)}"):
        scroll_up()
    st.html(
        f'<h2 class="opora-ev-title">{escaped(one.question.question)}</h2>'
        f'<p class="opora-path">{escaped(filed(one))}</p>'
    )
    if one.question.history:
        turns = "".join(
            f"<li><strong>{'Dotaz' if turn.role == 'user' else 'Odpověď'}:</strong> {escaped(turn.content)}</li>"
            for turn in one.question.history
        )
        st.html(
            f'<h3 class="opora-heading">Předchází</h3><ul class="opora-ev-answer">{turns}</ul>'
            '<p class="opora-path">Navazující otázku nelze položit v asistentovi samotnou.</p>'
        )
    else:
        st.html(ask_link(one.question.question))
    asked = [(run.name, run.questions.get(id_)) for run in runs]
    st.html(evidence_html(one, asked, documents))
    if one.question.facts:
        facts = "".join(f"<li>{escaped(fact)}</li>" for fact in one.question.facts)
        st.html(f'<h3 class="opora-heading">Očekávaná fakta</h3><ul class="opora-item">{facts}</ul>')
    for column, (name, found) in zip(st.columns(len(asked), gap="large"), asked, strict=True):
        with column:
            if found is None:
                st.html(f'<p class="opora-note" role="note">Běh {escaped(name)} se na tuto otázku neptal.</p>')
                continue
            st.html(answer_html(found, name if len(asked) > 1 else ""))
            st.html(f'<h3 class="opora-heading">Nalezené pasáže</h3>{retrieved_html(found, documents)}')


def _way(ids: Sequence[str], id_: str) -> None:
    place = ids.index(id_) if id_ in ids else -1
    before = ids[place - 1] if place > 0 else ""
    after = ids[place + 1] if 0 <= place < len(ids) - 1 else ""
    with st.container(horizontal=True, key="opora_evaluation_way"):
        st.button(
            "Zpět na seznam",
            icon=":material/arrow_back:",
            key="opora_evaluation_back",
            on_click=state.open_question,
            args=("",),
        )
        for label, icon, target, key in (
            ("Předchozí", ":material/chevron_left:", before, "before"),
            ("Další", ":material/chevron_right:", after, "after"),
        ):
            st.button(
                label,
                icon=icon,
                disabled=not target,
                key=f"opora_evaluation_{key}",
                on_click=state.open_question,
                args=(target,),
            )
