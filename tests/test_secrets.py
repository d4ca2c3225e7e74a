"""Secrets of an installation are in no log, no page, no reply and no file, whatever fails."""

import base64
import logging
import os
import socket
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from ingest.api_settings import ApiSettings
from ingest.errors import OporaError
from ingest.settings import ModelSettings, Settings
from prompts.assistant import Assistant
from tests.api_world import WRITABLE
from tests.browser import ARTIFACTS, served
from tests.model_server import fails, model_server
from tests.visiting import visiting

MODEL_KEY = "sk-tajny-klic-modelu-7f3a"
API_KEY = "tajny-klic-rozhrani-91bc"
COOKIE = "tajemstvi-susenky-0123456789abcdef-4d2e"
USER, PASSWORD = "spravce-modelu", "heslo-v-adrese-55e1"
SECRETS = {
    "key of the model": MODEL_KEY,
    "key of the interface": API_KEY,
    "secret of the cookies": COOKIE,
    "password in the address": PASSWORD,
    "password as a header carries it": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
}
NOISY = {
    "STREAMLIT_LOGGER_LEVEL": "debug",
    "OPENAI_LOG": "debug",
    "LANGCHAIN_VERBOSE": "true",
    "PYTHONASYNCIODEBUG": "1",
}


def leaks(where: str, text: str) -> list[str]:
    """Return which secrets a text holds."""
    return [f"{name} in {where}" for name, secret in SECRETS.items() if secret in text or quote(secret) in text]


@contextmanager
def refusing() -> Iterator[str]:
    """Serve a model that refuses every key and repeats it in its reply, as some do."""
    with model_server(fails(401, f"Incorrect API key provided: {MODEL_KEY}. Basic {PASSWORD}")) as model:
        yield model.url


@contextmanager
def nobody() -> Iterator[str]:
    """Yield an address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def breaking() -> Iterator[str]:
    with model_server(fails(500, f"traceback {MODEL_KEY}")) as model:
        yield model.url


@contextmanager
def with_password() -> Iterator[str]:
    """Yield an address with a password, which the settings refuse because libraries write addresses to their logs."""
    with model_server(fails(401)) as model:
        yield model.url.replace("http://", f"http://{USER}:{PASSWORD}@")


@contextmanager
def mistyped() -> Iterator[str]:
    """Yield an address with a typing error before the password, which the settings refuse."""
    yield f"htpp://{USER}:{PASSWORD}@model.example/v1"


FAULTS: dict[str, Callable[[], object]] = {
    "the key is refused": refusing,
    "nothing listens": nobody,
    "the server breaks": breaking,
    "a password is in the address": with_password,
    "the address is mistyped": mistyped,
}


def own(settings: Settings, home: Path) -> Path:
    """Make an installation with the same index and files of its own."""
    home.mkdir(parents=True)
    (home / "index").symlink_to(settings.index)
    return home


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_comes_out_of_the_app_or_the_interface(settings: Settings, tmp_path: Path, fault: str) -> None:
    home = own(settings, tmp_path / "home")
    with FAULTS[fault]() as address:  # type: ignore[attr-defined]
        env = {
            **NOISY,
            "OPORA_CORPUS": str(settings.corpus),
            "OPORA_DATA": str(home),
            "OPORA_MODEL": "openai:tajny",
            "OPORA_MODEL_URL": address,
            "OPORA_MODEL_KEY": MODEL_KEY,
            "OPORA_KEEP_QUESTIONS": "1",
            "OPORA_API": "1",
            "OPORA_API_KEYS": sha256(API_KEY.encode()).hexdigest(),
            "STREAMLIT_SERVER_COOKIE_SECRET": COOKIE,
        }
        found: list[str] = []
        with served(env) as url:
            right, wrong = {"Authorization": f"Bearer {API_KEY}"}, {"Authorization": f"Bearer {API_KEY}x"}
            for path in ("/readyz", "/metrics", "/api/instruments", "/api/openapi.json", "/_stcore/metrics", "/"):
                for headers in (right, wrong):
                    reply = httpx.get(f"{url}{path}", headers=headers, timeout=90)
                    found += leaks(f"GET {path}", reply.text + str(reply.headers))
            for body in ({"question": WRITABLE}, {"question": 5}, {}):
                for headers in (right, wrong, {**right, "Accept": "text/event-stream"}):
                    reply = httpx.post(f"{url}/api/ask", json=body, headers=headers, timeout=90)
                    found += leaks("POST /api/ask", reply.text + str(reply.headers))
            with visiting(url) as visitor:
                for page in ("", "katalog", "dokumenty", "hodnoceni", "napoveda"):
                    query = f"dotaz={quote(WRITABLE)}" if not page else ""
                    found += leaks(f"page {page or 'asistent'}", visitor.run(page, query=query))
        log = (ARTIFACTS / f"server-{url.rpartition(':')[2]}.log").read_text(encoding="utf-8")
    found += leaks("the log", log)
    for file in (file for file in home.rglob("*") if file.is_file()):
        found += leaks(str(file.relative_to(home)), file.read_bytes().decode("utf-8", "replace"))
    assert found == []
    assert log, "nothing was logged, so nothing was looked at"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["the key is refused", "nothing listens", "the server breaks"])
def test_no_secret_is_logged_by_any_library_at_its_most_talkative(
    settings: Settings, fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with FAULTS[fault]() as address, caplog.at_level(logging.DEBUG):  # type: ignore[attr-defined]
        model = ModelSettings("openai:tajny", url=address, key=MODEL_KEY, timeout=20)
        answer = Assistant.open(replace(settings, model=model)).ask(WRITABLE)
    out = capfd.readouterr()
    assert leaks("the log", caplog.text) + leaks("the output", out.out + out.err) == []
    assert leaks("the answer", answer.text + repr(answer)) == []
    assert len(caplog.records) > 3, "the libraries were not talkative"


def test_no_secret_is_in_the_representation_of_settings_or_in_their_errors() -> None:
    env = {"OPORA_MODEL": "openai:x", "OPORA_MODEL_KEY": MODEL_KEY, "OPORA_API_KEYS": API_KEY, "OPORA_API": "1"}
    assert leaks("the settings", repr(Settings.from_env(env)) + str(Settings.from_env(env).model)) == []
    with pytest.raises(OporaError, match="nesmí být jméno ani heslo") as inside:
        Settings.from_env({**env, "OPORA_MODEL_URL": f"https://{USER}:{PASSWORD}@model.example/v1"})
    with pytest.raises(OporaError) as mistake:
        Settings.from_env({**env, "OPORA_MODEL_URL": f"htpp://{USER}:{PASSWORD}@model.example"})
    with pytest.raises(OporaError) as unhashed:
        ApiSettings.from_env(env)
    assert leaks("the errors", str(inside.value) + str(mistake.value) + str(unhashed.value)) == []


def test_a_leak_would_be_noticed() -> None:
    assert leaks("x", f"Bearer {MODEL_KEY}") == ["key of the model in x"]
    assert leaks("x", f"https://{USER}:{PASSWORD}@m") == ["password in the address in x"]
    assert not [name for name in os.environ if leaks(name, os.environ[name])]


def test_no_secret_is_among_the_settings_that_are_committed() -> None:
    root = Path(__file__).resolve().parent.parent
    options = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert not [f"{s}.{name}" for s, found in options.items() for name in found if "secret" in name.lower()]
    assert not (root / ".streamlit" / "secrets.toml").exists()
