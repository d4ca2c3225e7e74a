"""Forgetting what is too old of questions and ratings while the app runs: one thread for all visitors."""

import streamlit as st

from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.retention import Retention


@st.cache_resource(show_spinner=False)
def forgetting() -> Retention | None:
    """Begin it with the first visitor; without usable settings, which the pages complain about, there is none."""
    try:
        retention = Retention(Settings.from_env())
    except SettingsError:
        return None
    retention.start()
    return retention
