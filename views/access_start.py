"""Whether the app may start: never open to a network without access control, unless told so in so many words."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address

import streamlit as st

from ingest.access_settings import AccessSettings
from ingest.api_settings import ApiSettings
from ingest.errors import OporaError, SettingsError
from views.access import providers
from views.access_list import load_access_list
from views.login_settings import check_library

EXIT_CODE = 2


def end_unless_protected() -> None:
    """End the process with one message on its error output if the app must not start as it is set.

    Raises
    ------
    SystemExit
        With `EXIT_CODE`; servers let it pass without a trace.
    """
    try:
        check_start(str(st.get_option("server.address") or ""))
    except OporaError as error:
        sys.stderr.write(f"Opora se nespustila. {error}\n")
        raise SystemExit(EXIT_CODE) from None


def check_start(
    address: str, env: Mapping[str, str] = os.environ, check_login: "Callable[[AccessSettings], None] | None" = None
) -> None:
    """Check that the app may listen at an address, "" for all of this machine, with these settings.

    Raises
    ------
    SettingsError
        If it may not; the message says why and what to do.
    """
    access = AccessSettings.from_env(env)
    if access.mode == "oidc":
        (check_login or check_sign_in)(access)
    elif access.mode == "local" and not is_local(address):
        raise SettingsError(_unprotected(address))
    if access.mode != "open" and (access.mode == "oidc" or not is_local(address)) and _api_is_open(env):
        raise SettingsError(
            "Rozhraní pro jiné systémy by odpovídalo komukoli bez klíče (OPORA_API_OPEN=1), i když stránky chrání "
            "přihlašování. Zvolte jedno z toho:\n"
            "  1. jen s klíčem: nastavte otisky klíčů v OPORA_API_KEYS a zrušte OPORA_API_OPEN;\n"
            "  2. bez rozhraní: zrušte OPORA_API;\n"
            "  3. vše bez přihlašování, pro každého, kdo se k adrese dostane: OPORA_ACCESS=open."
        )


def check_sign_in(access: AccessSettings) -> None:
    """Check that people can sign in, and that nothing lets them be whom they want.

    Raises
    ------
    SettingsError
        If a library, the settings of a provider or the list are missing or wrong.
    """
    check_library()
    providers()
    load_access_list(access.file)
    # Streamlit would believe these headers more than the provider, from whoever sends them.
    if st.get_option("server.trustedUserHeaders"):
        raise SettingsError(
            "Nastavení server.trustedUserHeaders dovoluje každému vydávat se za někoho jiného a k přihlašování "
            "(OPORA_ACCESS=oidc) se nehodí. Zrušte ho."
        )


def is_local(address: str) -> bool:
    """Tell whether only this machine reaches what listens at an address.

    A Unix socket does not count as local: what listens there is there for a proxy.
    """
    if not address or "/" in address:
        return False
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(address, None)}
        return bool(found) and all(_is_loopback(one) for one in found)
    except (OSError, UnicodeError, ValueError):
        return False


def _is_loopback(address: str) -> bool:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback


def _api_is_open(env: Mapping[str, str]) -> bool:
    try:
        api = ApiSettings.from_env(env)
    except SettingsError:
        return False  # it stays off then
    return api.on and api.open and not api.keys


def _unprotected(address: str) -> str:
    where = f"na adrese „{address}“" if address else "na všech síťových adresách tohoto počítače"
    return (
        f"Má naslouchat {where}, odkud ji otevře každý v síti, a přihlašování není nastavené. Zvolte jedno z toho:\n"
        "  1. jen pro tento počítač: naslouchejte na localhost (make run bez ADDRESS, "
        "nebo --server.address localhost);\n"
        "  2. s přihlašováním: OPORA_ACCESS=oidc, poskytovatel v .streamlit/secrets.toml a seznam lidí v access.toml "
        "(postup je v README);\n"
        "  3. bez přihlašování, pro každého, kdo se k adrese dostane: OPORA_ACCESS=open."
    )
