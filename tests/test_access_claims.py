"""What a signed-in user's claims must say on every click, and what secrets.toml must say before."""

from typing import Any

import pytest

from ingest.errors import AccessError, SettingsError
from views.access_ended import Ended
from views.access_list import AccessList, Role
from views.login_claims import User, identify
from views.login_settings import Provider, providers_of

NOW = 1_800_000_000.0
PEOPLE = AccessList({"jana@obec.cz": Role.EDITOR, "@spolek.cz": Role.READER})
GOOD: dict[str, object] = {
    "aud": "opora",
    "iat": int(NOW) - 60,
    "email": "Jana@obec.cz",
    "email_verified": True,
    "name": "Jana Nováková",
}
SECRET = "q8Zr1-Pf0dK2vN7wTxYb4LmHs9JcEa3G"
AUTH: dict[str, Any] = {
    "redirect_uri": "https://opora.obec.cz/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "opora",
    "client_secret": "tajné",
    "server_metadata_url": "https://login.obec.cz/.well-known/openid-configuration",
}


def known(claims: dict[str, object]) -> User:
    return identify(claims, ("opora",), PEOPLE, NOW, hours=12)


def test_a_user_on_the_list_is_known_by_name_address_and_role() -> None:
    assert known(GOOD) == User(Role.EDITOR, "Jana Nováková", "Jana@obec.cz")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": ["opora"]},
        {"aud": ["jina", "opora"], "azp": "opora"},
        {"email_verified": "true"},
        {"iat": NOW - 11.9 * 3600},
        {"iat": NOW + 60},
        {"name": None},
    ],
)
def test_variants_that_providers_send_are_accepted(change: dict[str, object]) -> None:
    assert known({**GOOD, **change}).role is Role.EDITOR


def test_a_provider_that_does_not_speak_of_verification_is_believed() -> None:
    assert known({k: v for k, v in GOOD.items() if k != "email_verified"}).role is Role.EDITOR


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"aud": "jina"}, "nebylo určené"),
        ({"aud": "jina", "azp": "opora"}, "nebylo určené"),
        ({"aud": ["jina"]}, "nebylo určené"),
        ({"aud": []}, "nebylo určené"),
        ({"aud": None}, "nebylo určené"),
        ({"aud": {"opora": 1}}, "nebylo určené"),
        ({"aud": "oporaa"}, "nebylo určené"),
        ({"aud": "opor"}, "nebylo určené"),
        ({"iat": NOW - 12.1 * 3600}, "Platnost přihlášení skončila"),
        ({"iat": NOW + 3600}, "Platnost přihlášení skončila"),
        ({"iat": None}, "Platnost přihlášení skončila"),
        ({"iat": str(NOW)}, "Platnost přihlášení skončila"),
        ({"iat": float("nan")}, "Platnost přihlášení skončila"),
        ({"iat": True}, "Platnost přihlášení skončila"),
        ({"email": None}, "nesdělil vaši e-mailovou adresu"),
        ({"email": ""}, "nesdělil vaši e-mailovou adresu"),
        ({"email": "  "}, "nesdělil vaši e-mailovou adresu"),
        ({"email": ["jana@obec.cz"]}, "nesdělil vaši e-mailovou adresu"),
        ({"email": "cizi@jinde.cz"}, "není na seznamu"),
        ({"email": "x@spolek.cz.evil.cz"}, "není na seznamu"),
        ({"email_verified": False}, "neověřil"),
        ({"email_verified": "false"}, "neověřil"),
        ({"email_verified": None}, "neověřil"),
        ({"email_verified": 0}, "neověřil"),
    ],
)
def test_claims_that_do_not_let_in_say_why(change: dict[str, object], told: str) -> None:
    with pytest.raises(AccessError, match=told):
        known({**GOOD, **change})


def test_nobody_gets_in_when_no_provider_is_configured() -> None:
    with pytest.raises(AccessError):
        identify({**GOOD, "aud": None}, (), PEOPLE, NOW, 12)


def test_an_ended_sign_in_stays_ended_and_a_new_one_of_the_same_user_is_another() -> None:
    ended = Ended(hours=12)
    first = {"iss": "https://login", "sub": "1", "iat": 100, "nonce": "a"}
    assert not ended.has(first)
    ended.add(first)
    assert ended.has(first)
    assert not ended.has({**first, "nonce": "b"})
    assert not ended.has({**first, "sub": "2"})


def test_the_default_provider_and_named_ones_are_found() -> None:
    assert providers_of(AUTH) == (Provider("default", "opora"),)
    shared = {name: AUTH[name] for name in ("redirect_uri", "cookie_secret")}
    one = {name: AUTH[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    both = {**shared, "urad": one, "spolek": {**one, "client_id": "druhy"}}
    assert providers_of(both) == (Provider("urad", "opora"), Provider("spolek", "druhy"))
    assert providers_of({**AUTH, "client_kwargs": {"prompt": "login"}}) == (Provider("default", "opora"),)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *[({name: ""}, f"chybí: {name}") for name in AUTH],
        *[({name: 5}, f"chybí: {name}") for name in AUTH],
        ({"cookie_secret": "xxx"}, "příliš snadná"),
        ({"cookie_secret": "x" * 64}, "příliš snadná"),
        ({"redirect_uri": "https://opora.obec.cz/"}, "/oauth2callback"),
        ({"redirect_uri": "http://opora.obec.cz/oauth2callback"}, "https://"),
        ({"server_metadata_url": "http://login.obec.cz/x"}, "https://"),
        ({"server_metadata_url": "http://localhost.evil.cz/x"}, "https://"),
        ({"server_metadata_url": "https://login.microsoftonline.com/common/v2.0/x"}, "cizích organizací"),
        ({"urad": {"client_id": "x"}}, r"client_secret \(oddíl \[auth.urad\]\)"),
    ],
)
def test_incomplete_or_unsafe_settings_of_sign_in_are_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        providers_of({**AUTH, **change})


def test_without_the_section_the_message_lists_what_it_needs() -> None:
    with pytest.raises(SettingsError, match="redirect_uri, cookie_secret, client_id"):
        providers_of({})
