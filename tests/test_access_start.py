"""Where the app may listen without access control, and what it says when it may not."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.access_settings import AccessSettings
from ingest.errors import SettingsError
from views.access_start import check_start, is_local

KEY = "a" * 64


def sign_in_works(access: AccessSettings) -> None:
    assert access.mode == "oidc"


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.0.0.2", "127.1", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_this_machine_need_no_access_control(address: str) -> None:
    assert is_local(address)
    check_start(address, {})
    check_start(address, {"OPORA_ACCESS": "local", "OPORA_API": "1", "OPORA_API_OPEN": "1"})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "0.0.0.0",
        "0",
        "::",
        "::ffff:0.0.0.0",
        "192.168.1.10",
        "10.0.0.1",
        "fe80::1",
        "203.0.113.5",
        "unix:///run/opora.sock",
        "/run/opora.sock",
        "localhost.invalid",
        "*",
        " ",
    ],
)
def test_elsewhere_the_app_does_not_start_without_being_told_so(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_start(address, {})
    message = str(caught.value)
    for way in ("localhost", "OPORA_ACCESS=oidc", "OPORA_ACCESS=open"):
        assert way in message
    check_start(address, {"OPORA_ACCESS": "open"})
    check_start(address, {"OPORA_ACCESS": "oidc"}, sign_in_works)


@pytest.mark.parametrize("mode", ["Open", "OPEN", "1", "true", "none", "oidc,open"])
def test_only_the_very_words_count(mode: str) -> None:
    with pytest.raises(SettingsError, match="OPORA_ACCESS má být"):
        check_start("localhost", {"OPORA_ACCESS": mode})


@pytest.mark.parametrize(
    ("address", "env"),
    [
        ("0.0.0.0", {"OPORA_ACCESS": "oidc"}),
        # A proxy in front of this machine's own address is what sign-in is for.
        ("localhost", {"OPORA_ACCESS": "oidc"}),
    ],
)
def test_an_interface_without_keys_would_lead_around_the_sign_in(address: str, env: Mapping[str, str]) -> None:
    unkeyed = {**env, "OPORA_API": "1", "OPORA_API_OPEN": "1"}
    with pytest.raises(SettingsError, match="OPORA_API_KEYS"):
        check_start(address, unkeyed, sign_in_works)
    check_start(address, {**unkeyed, "OPORA_API_KEYS": KEY}, sign_in_works)
    check_start(address, {**unkeyed, "OPORA_API": "0"}, sign_in_works)
    check_start(address, {**unkeyed, "OPORA_API_OPEN": "0"}, sign_in_works)
    check_start(address, {**unkeyed, "OPORA_ACCESS": "open"})


def test_the_list_is_in_the_folder_of_data_unless_said_otherwise() -> None:
    assert AccessSettings.from_env({"OPORA_DATA": "data"}).file == Path("data/access.toml")
    assert AccessSettings.from_env({"OPORA_DATA": "data", "OPORA_ACCESS_FILE": "x.toml"}).file == Path("x.toml")
    assert AccessSettings.from_env({}) == AccessSettings()


def test_hours_of_a_sign_in_are_a_number() -> None:
    assert AccessSettings.from_env({"OPORA_ACCESS_HOURS": "0,5"}).hours == 0.5
    with pytest.raises(SettingsError, match="OPORA_ACCESS_HOURS"):
        AccessSettings.from_env({"OPORA_ACCESS_HOURS": "věčně"})
