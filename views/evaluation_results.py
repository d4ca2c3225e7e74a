"""The results of one run or two: tiles, all measures, a measure by kind, distributions, and how the runs were made."""

from collections.abc import Sequence
from functools import cache

import streamlit as st

from prompts.export.histograms import Mark
from prompts.export.run_words import MEASURES, decimal, set_name
from views import evaluation_state as state
from views.catalogue_words import label_text
from views.evaluation_data import Run
from views.evaluation_html import distributions_html, kind_rows, kinds_html, measures_html, tiles_html
from views.evaluation_made import made_html

_THRESHOLD = "calibration.threshold"
_ALL = ""


def show_results(runs: Sequence[Run]) -> None:
    """Show the results; the second run, if there is one, stands beside the first everywhere."""
    st.html('<h2 class="opora-ev-title">Hlavní míry</h2>')
    if len(runs) > 1 and set(runs[0].questions) != set(runs[1].questions):
        st.html(
            '<p class="opora-note" role="note">Běhy se neptaly na stejné otázky, jejich čísla proto nejsou přímo '
            "srovnatelná.</p>"
        )
    chosen = _chosen_set(runs)
    st.html(tiles_html(runs, chosen))
    st.html(
        '<p class="opora-path">Interval je 95% interval spolehlivosti z převzorkování otázek: na jiných otázkách téhož '
        "druhu by hodnota nejspíš ležela v něm. n je počet otázek (u doslovných citací počet citací).</p>"
    )
    with st.expander("Všechny míry a co znamenají", key="opora_evaluation_all"):
        st.html(measures_html(runs, chosen))
    _kinds(runs)
    st.html('<h2 class="opora-ev-title">Jistota a čas</h2>' + distributions_html(runs, _threshold))
    with st.expander("Jak běhy vznikly" if len(runs) > 1 else "Jak běh vznikl", key="opora_evaluation_made"):
        st.html(made_html(runs))


def _chosen_set(runs: Sequence[Run]) -> str:
    names = list(dict.fromkeys(name for run in runs for name in run.summary["sets"]))
    if len(names) < 2:
        return _ALL
    if st.session_state.get(state.SET) not in (_ALL, *names):
        st.session_state.pop(state.SET, None)
    chosen = st.segmented_control(
        "Sada otázek",
        [_ALL, *names],
        default=_ALL,
        required=True,
        format_func=lambda name: label_text(set_name(name)) if name else "všechny sady",
        key=state.SET,
        persist_state="session",
    )
    return chosen or _ALL


def _kinds(runs: Sequence[Run]) -> None:
    st.html('<h2 class="opora-ev-title">Podle druhu otázky</h2>')
    offered = [name for name in MEASURES if len(kind_rows(runs, name)) > 1]
    if not offered:
        st.html('<p class="opora-path">Běh má otázky jen jednoho druhu.</p>')
        return
    if st.session_state.get(state.MEASURE) not in offered:
        st.session_state.pop(state.MEASURE, None)
    measure = st.selectbox(
        "Míra",
        offered,
        format_func=lambda name: MEASURES[name].name,
        key=state.MEASURE,
        filter_mode=None,
        persist_state="session",
        width=340,
    )
    st.html(kinds_html(runs, measure))


def _threshold(run: Run) -> Mark:
    """Return the confidence below which the assistant refuses; the calibration knows it as the opposite."""
    own = run.run["settings"]["set"].get(_THRESHOLD)
    value = 1 - (_todays_threshold() if own is None else float(own))
    basis = "podle dnešního nastavení" if own is None else "podle nastavení běhu"
    return Mark(value, f"hranice {decimal(value, 2)} {basis}")


@cache
def _todays_threshold() -> float:
    # Imported here because it brings the analysis of texts, which the rest of the page does without.
    from prompts.calibration import Calibration

    return Calibration.load().threshold
