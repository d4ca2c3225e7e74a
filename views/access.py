"""Who the user is, and what they may do: asked by pages and again by actions that change or read others' data.

Hidden buttons protect nothing: an action may come from a page that was drawn while the user still had the role.
"""

import logging
import time
from collections.abc import Mapping

import streamlit as st

from ingest.access_settings import AccessSettings
from ingest.errors import AccessError, SettingsError
from views.access_ended import ended
from views.access_list import Role, load_access_list
from views.login_claims import User, identify
from views.login_settings import Provider, providers_of

_NEEDED = {
    Role.READER: "čtenář (ptát se, číst a hodnotit)",
    Role.EDITOR: "editor (přidávat a odebírat dokumenty, upravovat sady otázek)",
    Role.ADMIN: "správce (číst hodnocení uživatelů)",
}

log = logging.getLogger(__name__)


def current_user() -> User:
    """Return the user of this session as the list of access says at this moment; without sign-in, everybody is admin.

    Raises
    ------
    AccessError
        If nobody is signed in, or whoever is may not use the app.
    """
    try:
        settings = AccessSettings.from_env()
        if settings.mode != "oidc":
            return User(Role.ADMIN)
        return admitted(st.user.to_dict(), settings, time.time())
    except SettingsError as error:
        # Paths and settings are for whoever runs the server, not for whoever reached the page.
        log.error("access cannot be checked: %s", error)
        raise AccessError(
            "Přístup teď nejde ověřit, protože v nastavení serveru je chyba. Obraťte se na správce; podrobnosti jsou "
            "v záznamu serveru."
        ) from error


def admitted(claims: Mapping[str, object], settings: AccessSettings, now: float) -> User:
    """Return the user of whom the claims tell that a provider made; `now` is in seconds since 1970.

    Raises
    ------
    AccessError
        If nobody is signed in, or whoever is may not use the app.
    SettingsError
        If the provider's settings or the list cannot be read.
    """
    if claims.get("is_logged_in") is not True:
        raise AccessError("Do Opory se nejdřív přihlaste.")
    if ended(settings).has(claims):
        raise AccessError("Z tohoto přihlášení jste se už odhlásili. Přihlaste se znovu.")
    ours = [one.client_id for one in providers() if one.name == claims.get("provider")]
    return identify(claims, ours, load_access_list(settings.file), now, settings.hours)


def is_signed_in() -> bool:
    """Tell whether a provider has signed the user of this session in, whether they may use the app or not."""
    return st.user.get("is_logged_in") is True


def providers() -> tuple[Provider, ...]:
    """Return the providers that secrets.toml configures.

    Raises
    ------
    SettingsError
        If the file is missing or is no TOML, or something is missing or unsafe in it.
    """
    # Without the question first, a missing file would be reported on the page in English.
    found = st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}
    auth = found.get("auth")
    return providers_of(auth if isinstance(auth, dict) else {})


def may(role: Role) -> bool:
    """Tell whether the user of this session has the role or a higher one."""
    try:
        return current_user().role >= role
    except AccessError:
        return False


def require(role: Role) -> None:
    """Refuse whoever has not the role or a higher one.

    Raises
    ------
    AccessError
        If nobody is signed in, or the role of whoever is does not suffice.
    """
    if current_user().role < role:
        raise AccessError(
            f"K tomu vaše role nestačí: potřebujete roli {_NEEDED[role]}. "
            "Požádejte o ni správce; na předchozí obsah se vrátíte obnovením stránky."
        )
