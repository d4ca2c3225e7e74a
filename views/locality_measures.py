"""The measures that fit a profile: by theme, with quotes, sources and reasons; the rest can be opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import streamlit as st

from ingest.document import Document
from prompts.answer import Citation
from prompts.compose import quote_text
from prompts.export.plans import plan_report
from prompts.export.sheets import report_sheets
from prompts.locality import Match, Matches, ThemeMatches
from prompts.locality_profile import Profile
from views import conversation, locality_state
from views.downloads import download_menu
from views.locality_html import match_html, rest_html, sentence
from views.markup import error_html, escaped
from views.source_panel import source_panel

_FIRST = 3
"""Measures of a theme that are shown before the user asks for more."""

_ASKED = 3
"""Themes that the proposed question names; more of them would blur what is found."""


class Documents(Protocol):
    """What the source panel needs."""

    def document(self, doc: str) -> Document:
        """Return a document by its id."""


def measures(matches: Matches) -> None:
    """Show all themes, then what belongs to none."""
    st.html('<h2 class="opora-part">Opatření, která k tomu sedí</h2>')
    if not matches.themes:
        st.html(
            '<p class="opora-note" role="note">Z údajů nevyplývá žádné téma. Vyberte, co vás trápí, nebo otevřete '
            "všechna opatření níže.</p>"
        )
    for found in matches.themes:
        _theme(found)
    _rest(matches)


def _theme(found: ThemeMatches) -> None:
    theme = found.wanted.theme
    with st.container(key=f"opora_locality_theme_{theme.id}", gap="small"):
        reasons = sentence(f"protože {'; '.join(found.wanted.reasons)}")
        st.html(f'<h3 class="opora-heading">{escaped(theme.label)}</h3><p class="opora-because">{escaped(reasons)}</p>')
        if not found.good:
            st.html('<p class="opora-path">Dobře shodné opatření dokumenty neobsahují.</p>')
        for match in found.good[:_FIRST]:
            _match(theme.id, match)
        more = [*found.good[_FIRST:], *found.low]
        if more and st.toggle(
            f"Další opatření k tématu ({len(more)}), i níže zařazená", key=f"opora_locality_more_{theme.id}"
        ):
            for match in more:
                _match(theme.id, match)


def _match(theme: str, match: Match) -> None:
    with st.container(horizontal=True, gap="xsmall", key=f"opora_statement_loc_{theme}_{match.citation.n}"):
        st.html(match_html(match))
        _cite(theme, match.citation)


def _cite(theme: str, citation: Citation) -> None:
    opened = locality_state.opened_source() == citation.passage.id
    st.button(
        f"\\[{citation.n}\\]",
        key=f"opora_cite_loc_{theme}_{citation.n}",
        type="primary" if opened else "secondary",
        on_click=locality_state.open_source,
        args=(citation.passage.id,),
    )


def _rest(matches: Matches) -> None:
    if not matches.rest:
        return
    st.html('<h3 class="opora-heading">Opatření mimo uvedená témata</h3>')
    if st.toggle(f"Zobrazit zbývající opatření a aktivity ({len(matches.rest)})", key="opora_locality_rest"):
        for citation in matches.rest:
            with st.container(horizontal=True, gap="xsmall", key=f"opora_statement_loc_rest_{citation.n}"):
                st.html(rest_html(quote_text(citation.quote), citation.title))
                _cite("rest", citation)


def opened_source_panel(matches: Matches, documents: Documents) -> None:
    """Show the opened source, if one is open and still belongs to the matches."""
    passage = locality_state.opened_source()
    citation = next((c for c in matches.citations.values() if c.passage.id == passage), None)
    if citation is not None:
        source_panel(citation, documents.document, locality_state.close_source)


def question_for(matches: Matches) -> str:
    """Return the question that the chat is to be asked, in the words of the documents; figures would mislead it."""
    # Neither the size of a place nor the number of its points is what troubles it.
    own = [found.wanted for found in matches.themes if found.wanted.theme.source not in ("size", "points")]
    names = [one.theme.label.lower() for one in own]
    return f"Jaká opatření mohou pomoci v obci, kterou trápí {_listed(names[:_ASKED])}?" if names else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} a {names[-1]}"


def next_steps(profile: Profile, matches: Matches, documents: Documents) -> bool:
    """Offer the chat with this profile and the draft of a plan; return whether the chat is to be opened."""
    st.html('<h2 class="opora-part">Co dál</h2>')
    with st.container(key="opora_locality_next"):
        proposed = question_for(matches)
        asked = st.text_area(
            "Dotaz pro asistenta s tímto profilem (můžete ho upravit)",
            value=proposed,
            # The key changes with the proposal, so that a new profile brings a new question.
            key=f"opora_locality_question_{profile.name}_{proposed}",
            height=100,
        )
        go = st.button("Zeptat se asistenta s tímto profilem", icon=":material/forum:", type="primary", key="opora_ask")
        download_menu(
            "plan",
            f"Návrh místního plánu {profile.name}",
            lambda: plan_report(profile, matches, documents.document, datetime.now()),
            lambda: report_sheets(plan_report(profile, matches, documents.document, datetime.now())),
            label="Stáhnout návrh místního plánu",
        )
    if go:
        conversation.submit(asked or "")
        if conversation.refused():
            st.html(error_html(conversation.refused()))
            return False
    return go
