"""Forgetting what is too old of questions and ratings while the app runs: one thread for all visitors."""

from typing import TYPE_CHECKING

import streamlit as st

from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from prompts.retention import Retention


@st.cache_resource(show_spinner=False)
def forgetting() -> "Retention | None":
    """Begin it with the first visitor; without usable settings, which the pages complain about, there is none."""
    # Imported here because it brings the index's libraries, which no page waits for.
    from prompts.retention import Retention

    try:
        retention = Retention(Settings.from_env())
    except SettingsError:
        return None
    retention.start()
    return retention
