"""Chat models over real sockets: what they say is streamed and counted, each failure is one Czech line."""

import logging
import socket
import subprocess
import sys
import time

import pytest

from ingest.errors import ModelError, SettingsError
from ingest.settings import PROJECT, ModelSettings, Settings
from prompts.answer import Spent
from prompts.model import LONGEST_REPLY, ChatModel
from tests.model_server import (
    BROKEN_EVENTS,
    NOTHING,
    PAGE,
    Behaviour,
    breaks_off,
    breaks_the_connection,
    fails,
    hangs,
    hangs_after,
    model_server,
    says,
    trickles,
)

KEY = "sk-tajny-klic-123456"


def chat(url: str, timeout: float = 20, name: str = "openai:loopback", key: str = KEY) -> ChatModel:
    return ChatModel.open(ModelSettings(name, url, key, timeout))


def told(model: ChatModel) -> tuple[str, Spent]:
    """Return the whole reply and what it took."""
    *pieces, spent = model.stream("Odpovídej česky.", "Kdo je předlužený?")
    assert isinstance(spent, Spent)
    return "".join(str(piece) for piece in pieces), spent


def test_without_a_setting_there_is_no_model() -> None:
    assert Settings.from_env({}).model is None
    assert Settings.from_env({"OPORA_MODEL": "  ", "OPORA_MODEL_URL": "http://localhost:1"}).model is None


def test_the_settings_come_from_the_environment_with_decimal_commas() -> None:
    env = {
        "OPORA_MODEL": "openai:gpt-4o-mini",
        "OPORA_MODEL_URL": "http://localhost:8080/v1/",
        "OPORA_MODEL_KEY": KEY,
        "OPORA_MODEL_TIMEOUT": "12,5",
        "OPORA_MODEL_TOKENS": "400",
        "OPORA_MODEL_PRICE_IN": "0,15",
        "OPORA_MODEL_PRICE_OUT": "0.6",
    }
    expected = ModelSettings("openai:gpt-4o-mini", "http://localhost:8080/v1", KEY, 12.5, 400, 0.15, 0.6)
    assert Settings.from_env(env).model == expected


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OPORA_MODEL_URL", "localhost:8080", "má začínat http:// nebo https://, začíná jinak"),
        ("OPORA_MODEL_TIMEOUT", "minuta", "má být číslo aspoň 0.1, je v ní „minuta“"),
        ("OPORA_MODEL_TIMEOUT", "0", "má být číslo aspoň 0.1"),
        ("OPORA_MODEL_TIMEOUT", "inf", "má být číslo aspoň 0.1"),
        ("OPORA_MODEL_PRICE_IN", "-1", "má být číslo aspoň 0, je v ní „-1“"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} {message}"):
        Settings.from_env({"OPORA_MODEL": "openai:x", name: value})


def test_a_command_uses_the_model_only_when_asked_to() -> None:
    env = {"OPORA_MODEL": "openai:set", "OPORA_MODEL_URL": "http://localhost:1"}
    assert Settings.with_llm(None, env).model is None
    assert Settings.with_llm("", env).model == ModelSettings("openai:set", "http://localhost:1")
    assert Settings.with_llm("openai:other", env).model == ModelSettings("openai:other", "http://localhost:1")
    with pytest.raises(SettingsError, match=r"není nastavený\. Zadejte ho proměnnou OPORA_MODEL"):
        Settings.with_llm("", {})


def test_the_key_is_not_in_what_is_printed_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    settings = ModelSettings("openai:loopback", "http://localhost:1/v1", KEY)
    assert KEY not in repr(settings)
    assert KEY not in repr(Settings(model=settings))
    assert KEY not in repr(ChatModel.open(settings))
    caplog.set_level(logging.DEBUG)
    with model_server(fails(401, f"Incorrect API key provided: {KEY}")) as server:
        with pytest.raises(ModelError) as raised:
            told(chat(server.url))
        assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in str(raised.value)
    assert KEY not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("prompts"))


def test_a_server_of_ones_own_never_gets_the_key_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai-klic")
    with model_server(says("Ano.")) as server:
        told(chat(server.url, key=""))
        assert server.keys == ["Bearer none"]


def test_a_name_without_provider_is_taken_as_openai_compatible_where_an_address_is_given() -> None:
    with model_server(says("Ano.")) as server:
        assert told(chat(server.url, name="llama3.1:8b"))[0] == "Ano."
        assert server.requests[0]["model"] == "llama3.1:8b"
    with pytest.raises(SettingsError, match=r"chybí poskytovatel\. Zapište ho před dvojtečku"):
        chat("", name="llama3.1:8b")


def test_an_unknown_provider_says_which_settings_to_look_at() -> None:
    with pytest.raises(SettingsError, match=r"„neznamy:model“ nelze nastavit\. Zkontrolujte OPORA_MODEL"):
        chat("http://localhost:1", name="neznamy:model")


def test_a_provider_whose_library_is_missing_says_what_to_install() -> None:
    pytest.importorskip("langchain")
    with pytest.raises(SettingsError, match=r"chybí knihovna .*pip install langchain langchain-fireworks"):
        chat("", name="fireworks:model")


@pytest.mark.parametrize("name", ["ollama:llama3.1", "anthropic:claude-loopback"])
def test_other_providers_take_the_same_settings(name: str) -> None:
    pytest.importorskip(f"langchain_{name.partition(':')[0]}")
    model = chat(f"http://127.0.0.1:{closed_port()}", name=name)
    with pytest.raises(ModelError, match="Server jazykového modelu není dostupný"):
        told(model)


def test_a_reply_comes_in_pieces_and_is_counted() -> None:
    with model_server(says("Osoby předlužené jsou osoby v exekuci.", size=10)) as server:
        settings = ModelSettings("openai:loopback", server.url, price_in=0.5, price_out=2)
        *pieces, spent = ChatModel.open(settings).stream("Odpovídej česky.", "Kdo?")
        assert pieces == ["Osoby před", "lužené jso", "u osoby v ", "exekuci."]
        assert spent == Spent(1, 1000, 200, (1000 * 0.5 + 200 * 2) / 1e6, complete=True)
        assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]
        assert server.requests[0]["temperature"] == 0


def test_without_prices_the_cost_is_unknown() -> None:
    with model_server(says("Ano.")) as server:
        assert told(chat(server.url))[1].cost is None


def test_a_reply_cut_at_its_longest_length_is_known_as_incomplete() -> None:
    with model_server(says("Osoby předlužené jso", finish="length")) as server:
        assert not told(chat(server.url))[1].complete
    with model_server(says("dokola " * 5000, size=700)) as server:
        text, spent = told(chat(server.url))
        assert LONGEST_REPLY < len(text) <= LONGEST_REPLY + 700
        assert not spent.complete


@pytest.mark.parametrize(
    ("behaviour", "message", "tries"),
    [
        (fails(500), r"hlásí chybu \(500\)", 3),
        (fails(503), r"hlásí chybu \(503\)", 3),
        (fails(429), r"přetížený, nebo je vyčerpaný limit", 3),
        (fails(401), r"odmítl přístup \(401\)\. Zkontrolujte OPORA_MODEL_KEY", 1),
        (fails(404), r"takový jazykový model nezná\. Zkontrolujte OPORA_MODEL", 1),
        (fails(400), r"dotaz odmítl \(400\)", 1),
        (PAGE, r"poslal něco jiného než odpověď\. Zkontrolujte OPORA_MODEL_URL", 1),
        (BROKEN_EVENTS, r"poslal něco jiného než odpověď", 1),
        (NOTHING, r"poslal něco jiného než odpověď", 1),
        (says(""), r"poslal prázdnou odpověď", 1),
        (breaks_off("Osoby předlu"), r"se uprostřed přerušila", 1),
        (breaks_the_connection("Osoby předlu"), r"se přerušilo", 1),
    ],
)
def test_each_failure_has_its_line_and_only_a_passing_one_is_tried_again(
    behaviour: Behaviour, message: str, tries: int
) -> None:
    with model_server(behaviour) as server:
        with pytest.raises(ModelError, match=message):
            told(chat(server.url))
        assert len(server.requests) == tries


def test_a_failure_that_passes_is_not_noticed() -> None:
    with model_server(fails(503), fails(429), says("Ano.")) as server:
        text, spent = told(chat(server.url))
    assert (text, spent.calls) == ("Ano.", 3)


def test_a_model_that_takes_no_temperature_is_asked_again_without_one() -> None:
    with model_server(fails(400, "Unsupported value: 'temperature' does not support 0"), says("Ano.")) as server:
        assert told(chat(server.url))[0] == "Ano."
        assert ["temperature" in request for request in server.requests] == [True, False]


@pytest.mark.parametrize("behaviour", [hangs, hangs_after("Osoby"), trickles("předlužené " * 100, 0.15)])
def test_a_server_that_is_too_slow_is_given_up_in_time(behaviour: Behaviour) -> None:
    with model_server(behaviour) as server:
        started = time.monotonic()
        with pytest.raises(ModelError, match=r"neodpověděl včas \(do 0,5 s\)"):
            told(chat(server.url, timeout=0.5))
        assert time.monotonic() - started < 3
        assert len(server.requests) == 1


def test_a_server_that_is_down_is_said_to_be_unavailable() -> None:
    with pytest.raises(ModelError, match="Server jazykového modelu není dostupný"):
        told(chat(f"http://127.0.0.1:{closed_port()}/v1"))


def test_a_reader_who_stops_early_leaves_no_connection_open() -> None:
    with model_server(says("Osoby předlužené jsou osoby v exekuci.")) as server:
        stream = chat(server.url).stream("", "Kdo?")
        assert next(stream) == "Osoby předlu"
        stream.close()  # type: ignore[attr-defined]


def test_preparing_to_ask_loads_no_library_of_a_provider() -> None:
    loaded = "sorted(m for m in sys.modules if m in ('langchain', 'langchain_openai', 'openai'))"
    code = f"import sys; import prompts.model; print({loaded})"
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def closed_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
