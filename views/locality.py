"""The page Profil obce: a municipality's figures beside others, what stands out, and the measures that fit."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from ingest.document import Document
from ingest.localities import MAX_BYTES
from ingest.locality_data import DATASET, PUBLISHER, Municipality
from ingest.locality_figures import category_table
from ingest.locality_store import stored_years
from ingest.settings import Settings
from prompts.locality_profile import Profile
from prompts.locality_words import place_name
from views import conversation, locality_state
from views.chat import chat_page
from views.locality_form import Answers, form
from views.locality_html import bars_html, cards_html, categories_html, columns_html, comparison_html, standing_html
from views.locality_state import Loaded
from views.markup import error_html, escaped, page_title

if TYPE_CHECKING:
    from prompts.locality import Matches

_HERE = Path(__file__).parent


class Matching(Protocol):
    """What the page needs to find measures; `views.locality_state.MatcherLike` is the real one."""

    def match(self, profile: Profile) -> "Matches":
        """Return the measures that fit a profile."""

    def document(self, doc: str) -> Document:
        """Return a document by its id."""


def locality_page() -> None:
    """Show the page over this installation's data and index."""
    show_locality(Settings.from_env(), locality_state.MatcherLike(), _to_chat)


def _to_chat() -> None:
    st.switch_page(st.Page(chat_page, url_path="asistent", default=True))


def show_locality(settings: Settings, matching: Matching, to_chat: Callable[[], None]) -> None:
    """Show the page; without a dataset the form alone leads to measures."""
    st.html(_HERE / "locality.css")
    st.html(
        '<h1 class="opora-title">Profil obce</h1><p class="opora-purpose">Porovnám údaje o obci s okolím, řeknu, co '
        "vyčnívá a co chybí, a najdu opatření, která k tomu sedí, s citacemi.</p>"
    )
    _notice()
    loaded = _dataset(settings)
    one = _municipality(loaded) if loaded else None
    if loaded and one:
        profile = _figures(loaded, one)
    elif loaded is None or st.toggle("Pokračovat bez výběru obce, jen s formulářem", key="opora_locality_without"):
        profile = _from_form(form(with_size=True))
    else:
        return
    if _measures(profile, matching):
        to_chat()


def _notice() -> None:
    notice = locality_state.take_notice()
    if notice is None:
        return
    taken, text = notice
    st.html(f'<p class="opora-note" role="status">{escaped(text)}</p>' if taken else error_html(text))


def _dataset(settings: Settings) -> Loaded | None:
    """Return the dataset of the chosen year; without one, say how to get it and take it."""
    years = stored_years(settings)
    if not years:
        st.html(
            '<p class="opora-note" role="note">Údaje o obcích tu zatím nejsou. Vycházejí z datové sady '
            f"„{DATASET}“ (XLSX), kterou zveřejňuje {escaped(PUBLISHER)}. Soubor nahrajte zde, nebo ho načtěte "
            "příkazem „python -m ingest localities SOUBOR.xlsx“. Bez něj stačí vyplnit formulář.</p>"
        )
        _upload(settings)
        return None
    year = years[0]
    if len(years) > 1:
        year = st.selectbox("Rok údajů", years, key="opora_locality_year") or years[0]
    try:
        return locality_state.loaded(settings, year)
    except Exception as error:
        st.html(error_html(conversation.failure_message(error)))
        _upload(settings)
        return None


def _upload(settings: Settings) -> None:
    tries = st.session_state.setdefault("opora_locality_tries", 0)
    file = st.file_uploader(
        f"Soubor s datovou sadou {DATASET} (.xlsx)",
        type="xlsx",
        max_upload_size=MAX_BYTES // 2**20,
        key=f"opora_locality_file_{tries}",
    )
    if file is not None:
        with st.spinner("Kontroluji a ukládám údaje…"):
            locality_state.take_upload(settings, file.name, file.getvalue())
        # A fresh widget, so that the same file is not read again in every run.
        st.session_state["opora_locality_tries"] = tries + 1
        st.rerun()


def _municipality(loaded: Loaded) -> Municipality | None:
    """Show the search, or the chosen municipality's name with the way back; return the chosen one."""
    code = locality_state.chosen_code()
    one = loaded.localities.by_code(code) if code is not None else None
    if one is not None:
        st.set_page_config(page_title=page_title(one.name, "Profil obce"))
        with st.container(horizontal=True, vertical_alignment="center", key="opora_locality_chosen"):
            st.html(f'<h2 class="opora-part">{escaped(one.name)} <small>{escaped(place_name(one))}</small></h2>')
            st.button("Jiná obec", icon=":material/search:", key="opora_locality_back", on_click=locality_state.leave)
        return one
    if code is not None:
        st.html(
            error_html(f"Obec s kódem {code} v údajích za rok {loaded.localities.year} není. Vyhledejte ji názvem.")
        )
    text = st.text_input(
        "Název obce",
        key="opora_locality_search",
        icon=":material/search:",
        live=True,
        placeholder="například Usti nad Labem nebo Nova Ves Melnik",
    )
    st.html('<p class="opora-path">Háčky a čárky psát nemusíte. U stejných názvů přidejte okres nebo ORP.</p>')
    if text and text.strip():
        _suggestions(loaded, text)
    return None


def _suggestions(loaded: Loaded, text: str) -> None:
    found = loaded.names.search(text)
    if not found:
        st.html('<p class="opora-note" role="status">Takovou obec jsem nenašel. Zkuste jen začátek názvu.</p>')
        return
    st.html('<p class="opora-sr" role="status">Návrhy obcí jsou pod polem.</p>')
    with st.container(key="opora_examples", gap="xsmall"):
        for one in found:
            st.button(
                _label(f"{one.name} · {place_name(one)}"),
                key=f"opora_locality_pick_{one.code}",
                width="stretch",
                on_click=locality_state.choose,
                args=(one.code,),
            )


def _label(text: str) -> str:
    """Return a text as a button's label: Streamlit reads it as Markdown, and names come from a file."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|$~:!" else c for c in text)


def _figures(loaded: Loaded, one: Municipality) -> Profile:
    localities = loaded.localities
    profile = Profile.of(localities, one)
    st.html(cards_html(localities, one, profile))
    st.html('<h2 class="opora-part">Co vyčnívá a co chybí</h2>')
    st.html(standing_html(profile.findings))
    st.html('<h2 class="opora-part">Pět ukazatelů proti okolí</h2>')
    st.html(f'<div class="opora-chart">{bars_html(profile.findings, one.name)}</div>')
    with st.expander("Tabulka: mediány, pořadí a percentily", key="opora_locality_table"):
        st.html(comparison_html(profile.findings))
    with st.expander("Co znamenají body a kategorie", key="opora_locality_meaning"):
        st.html(categories_html(localities, category_table(localities), profile.findings))
    with st.expander("Zdroj údajů a sloupce souboru", key="opora_locality_columns"):
        st.html(columns_html(localities))
    given = form(with_size=False)
    return Profile.of(localities, one, given.asker, given.hostel, given.excluded, given.chosen)


def _from_form(given: Answers) -> Profile:
    return Profile(
        asker=given.asker, size=given.size, hostel=given.hostel, excluded=given.excluded, chosen=given.chosen
    )


def _measures(profile: Profile, matching: Matching) -> bool:
    """Show the measures with the source panel; return whether the chat is to be opened."""
    go = False
    try:
        with st.spinner("Hledám opatření v dokumentech…"):
            # Imported here because it brings the search, which takes seconds; the figures above do not wait for it.
            from views.locality_measures import measures, next_steps, opened_source_panel

            matches = matching.match(profile)
        with st.container(horizontal=True, gap="large", key="opora_desk"):
            with st.container(key="opora_conversation_column"):
                measures(matches)
                go = next_steps(profile, matches, matching)
            opened_source_panel(matches, matching)
    except Exception as error:
        st.html(error_html(conversation.failure_message(error)))
    return go
