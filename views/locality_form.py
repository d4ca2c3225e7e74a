"""The form of the page Profil obce: who asks, what they know of the place, and which themes trouble them."""

from dataclasses import dataclass

import streamlit as st

from ingest.locality_figures import SIZES
from prompts.locality_profile import askers, themes
from prompts.locality_words import size_name

_UNKNOWN, _YES, _NO = "nevíme", "ano", "ne"
_ANSWERS = {_UNKNOWN: None, _YES: True, _NO: False}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers; None is unknown, which is never a no."""

    asker: str
    hostel: bool | None
    excluded: bool | None
    chosen: tuple[str, ...]
    size: int | None = None


def form(with_size: bool) -> Answers:
    """Show the form and return its answers; the size is asked only where no dataset tells it."""
    labels = {theme.id: theme.label for theme in themes()}
    st.html('<h2 class="opora-part">Upřesněte</h2>')
    with st.container(key="opora_locality_form"):
        asker = st.radio(
            "Kdo se ptá",
            list(askers()),
            format_func=lambda key: askers()[key].label,
            horizontal=True,
            key="opora_locality_asker",
        )
        size = None
        if with_size:
            size = st.selectbox(
                "Velikost obce",
                range(len(SIZES)),
                index=None,
                format_func=size_name,
                placeholder="neuvedeno",
                key="opora_locality_size",
            )
        hostel = st.radio("Je v obci ubytovna?", list(_ANSWERS), horizontal=True, key="opora_locality_hostel")
        excluded = st.radio(
            "Je v obci sociálně vyloučená lokalita?", list(_ANSWERS), horizontal=True, key="opora_locality_excluded"
        )
        chosen = st.pills(
            "Co vás trápí (i víc témat)",
            list(labels),
            selection_mode="multi",
            format_func=lambda key: labels[key],
            key="opora_locality_themes",
        )
    return Answers(
        asker=asker or "obec",
        hostel=_ANSWERS[hostel or _UNKNOWN],
        excluded=_ANSWERS[excluded or _UNKNOWN],
        chosen=tuple(chosen),
        size=size,
    )
