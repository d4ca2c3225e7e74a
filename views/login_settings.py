"""What Streamlit's `[auth]` section in secrets.toml has to say before anybody can sign in."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from ingest.errors import SettingsError

SHORTEST_SECRET = 32
"""Characters of the secret that signs the cookies: whoever guesses it is whom he wants to be."""

_FILE = ".streamlit/secrets.toml"
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_SHARED = ("redirect_uri", "cookie_secret")
_CALLBACK = "/oauth2callback"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of sign-in: its name in secrets.toml ("default" for the one without a name) and our id with it."""

    name: str
    client_id: str


def providers_of(auth: Mapping[str, object]) -> tuple[Provider, ...]:
    """Return the providers that the section configures, at least one.

    Raises
    ------
    SettingsError
        If something is missing or unsafe; the message says all that is missing.
    """
    if not auth:
        raise SettingsError(
            f"Přihlašování je zapnuté (OPORA_ACCESS=oidc), ale soubor {_FILE} chybí, má chybu v zápisu, nebo nemá "
            f"oddíl [auth]. Uveďte v něm {', '.join((*_SHARED, *_NEEDED))}."
        )
    named = {name: value for name, value in auth.items() if isinstance(value, Mapping) and name != "client_kwargs"}
    missing = [name for name in _SHARED if not _text(auth, name)]
    if not named or any(_text(auth, name) for name in _NEEDED):
        named = {"default": auth, **named}
    for name, section in named.items():
        place = "" if name == "default" else f" (oddíl [auth.{name}])"
        missing += [key + place for key in _NEEDED if not _text(section, key)]
    if missing:
        raise SettingsError(f"V oddílu [auth] souboru {_FILE} chybí: {', '.join(missing)}. Doplňte je.")
    _check(auth, named)
    return tuple(Provider(name, _text(section, "client_id")) for name, section in named.items())


def _check(auth: Mapping[str, object], named: Mapping[str, Mapping[str, object]]) -> None:
    secret = _text(auth, "cookie_secret")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
        raise SettingsError(
            f"Hodnota cookie_secret v souboru {_FILE} je příliš snadná: kdo ji uhodne, přihlásí se jako kdokoli. Má "
            f"mít aspoň {SHORTEST_SECRET} náhodných znaků; vypíše je příkaz "
            '„python -c "import secrets; print(secrets.token_urlsafe(48))"“.'
        )
    if not urlsplit(_text(auth, "redirect_uri")).path.endswith(_CALLBACK):
        raise SettingsError(
            f"Adresa redirect_uri v souboru {_FILE} má končit {_CALLBACK}, například https://opora.obec.cz{_CALLBACK}."
        )
    addresses = {"redirect_uri": auth, **{f"server_metadata_url ({name})": section for name, section in named.items()}}
    for name, section in addresses.items():
        address = _text(section, name.partition(" ")[0])
        # Between the ends of one machine nobody can listen; anywhere else sign-in needs HTTPS.
        if not _is_safe(address):
            raise SettingsError(
                f"Adresa {name} v souboru {_FILE} má začínat https://, je v ní „{address}“. Opravte ji."
            )
    for name, section in named.items():
        if "_" in name:
            raise SettingsError(f"Název poskytovatele „{name}“ v souboru {_FILE} nesmí obsahovat podtržítko.")
        if "microsoftonline.com/" in (where := _text(section, "server_metadata_url")) and any(
            f"/{anybody}/" in where for anybody in ("common", "organizations", "consumers")
        ):
            raise SettingsError(
                f"Adresa server_metadata_url v souboru {_FILE} pouští dovnitř účty cizích organizací, které si e-mail "
                "volí samy. Místo common nebo organizations v ní uveďte označení své organizace (tenant)."
            )


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def check_library() -> None:
    """Check that the library that signs people in is there.

    Raises
    ------
    SettingsError
        If it is not installed.
    """
    try:
        version("authlib")
    except PackageNotFoundError as error:
        raise SettingsError(
            "K přihlašování chybí knihovna Authlib. Nainstalujte ji příkazem „pip install '.[login]'“ do prostředí, ve "
            "kterém Opora běží."
        ) from error


def _text(section: Mapping[str, object], name: str) -> str:
    value = section.get(name)
    return value.strip() if isinstance(value, str) else ""
