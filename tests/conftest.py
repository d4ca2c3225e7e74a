"""What all tests share: no settings from outside, no time limits that a busy machine would break, one built index."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

from ingest.settings import Settings
from prompts.assistant import Assistant
from tests.building import build

# How long one example takes says nothing here: builds share two cores with whatever else runs.
hypothesis_settings.register_profile("opora", deadline=None)
hypothesis_settings.load_profile("opora")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Remove OPORA_* of the person who runs the tests, so that these see the defaults or what they set."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [n for n in os.environ if n.startswith("OPORA_")]:
            environment.delenv(name)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an installation with the shipped corpus and encoder whose index is built."""
    built = Settings(data=tmp_path_factory.mktemp("opora"))
    build(built)
    return built


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    """Return the assistant over the shipped documents, answering in quotes."""
    return Assistant.open(settings)
