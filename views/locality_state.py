"""What the page Profil obce keeps: the installation's datasets, cached, and the choices of one browser session."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ingest.document import Document
from ingest.errors import OporaError
from ingest.localities import parse_localities
from ingest.locality_data import Localities
from ingest.locality_names import NameIndex
from ingest.locality_store import folder, load_localities, save_localities
from ingest.settings import Settings
from prompts.locality_profile import Profile
from prompts.locality_words import municipalities
from views.assistant import made_of_index

if TYPE_CHECKING:
    from prompts.locality import Matcher, Matches

_OPENED, _NOTICE, _TOWN = "opora_locality_opened", "opora_locality_notice", "obec"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One year's dataset with the index of its names."""

    localities: Localities
    names: NameIndex


class MatcherLike:
    """Matches profiles over this installation's index, which opens on first need."""

    def match(self, profile: Profile) -> "Matches":
        """Return the measures that fit.

        Raises
        ------
        OporaError
            If there is no index yet, or it cannot be opened.
        """
        return installed_matcher().match(profile)

    def document(self, doc: str) -> Document:
        """Return a document by its id."""
        return installed_matcher().documents[doc]


def installed_matcher() -> "Matcher":
    """Return the matcher over the index that serves; a new index brings a new one."""
    # Imported here because it brings the search, which takes seconds to import.
    from prompts.locality import Matcher

    return made_of_index("matcher", None, Matcher.of)


def loaded(settings: Settings, year: int) -> Loaded:
    """Return a year's dataset, read once for all visitors until its file changes.

    Raises
    ------
    ReadError
        If it is damaged.
    """
    path = folder(settings) / f"{year}.json"
    return _loaded(settings, year, path.stat().st_mtime_ns if path.exists() else 0)


@st.cache_resource(show_spinner="Načítám údaje o obcích…", max_entries=4)
def _loaded(_settings: Settings, year: int, changed: int) -> Loaded:
    localities = load_localities(_settings, year)
    return Loaded(localities, NameIndex.of(localities.municipalities))


def take_upload(settings: Settings, name: str, content: bytes) -> bool:
    """Read and store an uploaded workbook; keep what the user is to read about it, and return whether it was taken."""
    try:
        localities = parse_localities(content, name)
        save_localities(settings, localities)
    except OporaError as error:
        st.session_state[_NOTICE] = (False, str(error))
        return False
    except OSError as error:
        st.session_state[_NOTICE] = (
            False,
            f"Údaje se nepodařilo uložit ({error.strerror}). Zkontrolujte místo na disku.",
        )
        return False
    count = municipalities(len(localities.municipalities))
    st.session_state[_NOTICE] = (True, f"Načteno: {count}, rok {localities.year}.")
    return True


def take_notice() -> tuple[bool, str] | None:
    """Return whether the last upload was taken and what to say of it, once."""
    found: tuple[bool, str] | None = st.session_state.pop(_NOTICE, None)
    return found


def chosen_code() -> int | None:
    """Return the code of the municipality in the page's address, or None."""
    text = st.query_params.get(_TOWN, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def choose(code: int) -> None:
    """Put a municipality into the page's address, so that the link leads to it."""
    st.query_params[_TOWN] = str(code)
    close_source()


def leave() -> None:
    """Go back to the search."""
    st.query_params.pop(_TOWN, None)
    close_source()


def open_source(passage: str) -> None:
    """Show a passage in the source panel."""
    st.session_state[_OPENED] = passage


def close_source() -> None:
    st.session_state.pop(_OPENED, None)


def opened_source() -> str:
    """Return the id of the passage that the source panel shows, or ""."""
    return str(st.session_state.get(_OPENED, ""))
