"""The interface for other systems in tests: clients over an installation, and requests that are right."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest
import streamlit as st
from starlette.testclient import TestClient

from ingest.settings import Settings
from views.api.routes import api_app

KEY = "klíč pro testy č. 1"
QUESTION = "Jaké jsou cílové skupiny OPZ 2.1?"

WRITABLE = "Jaká opatření pomáhají lidem s dluhy a exekucemi?"
"""A question whose answer a chat model may write; complete lists are never left to it."""

OPEN = {"OPORA_API": "1", "OPORA_API_OPEN": "1", "OPORA_API_RATE": "0"}
KEYED = {"OPORA_API": "1", "OPORA_API_KEYS": sha256(KEY.encode()).hexdigest(), "OPORA_API_RATE": "0"}


@contextmanager
def client(**env: str) -> Iterator[TestClient]:
    """Yield a client of the interface with these settings, open to everybody unless they say otherwise."""
    with TestClient(api_app("", env or OPEN), raise_server_exceptions=False) as found:
        yield found


def point_at(settings: Settings, monkeypatch: pytest.MonkeyPatch, **env: str) -> None:
    """Make the assistant of this process that of an installation, opened anew with these settings."""
    values = {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data), **env}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()


def ready(api: TestClient, patience: float = 60.0) -> None:
    """Wait until the interface says that it is ready, for at most so many seconds."""
    deadline = time.monotonic() + patience
    while api.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, "it never becomes ready"


def bearer(key: str) -> dict[bytes, bytes]:
    """Return the header that sends a key; bytes, because a key may have letters that headers only carry as UTF-8."""
    return {b"Authorization": f"Bearer {key}".encode()}


def code(reply: Any) -> str:
    """Return the code of a refusal after checking that it has the one form of all errors."""
    assert reply.headers["content-type"] == "application/json", reply.text
    error = reply.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert error["message"].endswith((".", "!")), error["message"]
    return str(error["code"])


def events(text: str) -> list[tuple[str, str]]:
    """Return the events of a stream in their order, each with its name and its data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], fields["data"]))
    return found
