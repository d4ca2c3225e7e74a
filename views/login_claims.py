"""Who somebody is according to the token that a provider signed, and whether the list lets them in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ingest.errors import AccessError
from views.access_list import AccessList, Role

_SOON = 300.0
"""Seconds by which the clock of a provider may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may use the app; without sign-in there is no name and no e-mail."""

    role: Role
    name: str = ""
    email: str = ""


def identify(
    claims: Mapping[str, object], client_ids: Collection[str], people: AccessList, now: float, hours: float
) -> User:
    """Return the user of whom the claims of an ID token tell; `now` is in seconds since 1970.

    The signature, the issuer, the nonce and the expiry were checked when the user came back from the provider. What
    is checked here holds for every click: that the sign-in is not too old, that it was for us, and the list.

    Raises
    ------
    AccessError
        If the user is not let in; the message says why.
    """
    audience = claims.get("aud")
    # A token for another application is not one for us, even if it names us as the party that asked for it.
    if not any(one in client_ids for one in (audience if isinstance(audience, list) else [audience])):
        raise AccessError("Přihlášení nebylo určené pro tuto aplikaci. Odhlaste se a přihlaste se znovu.")
    issued = claims.get("iat")
    if not isinstance(issued, (int, float)) or not now - hours * 3600 <= issued <= now + _SOON:
        raise AccessError("Platnost přihlášení skončila. Odhlaste se a přihlaste se znovu.")
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip():
        raise AccessError(
            "Poskytovatel přihlášení nesdělil vaši e-mailovou adresu, podle které se řídí přístup. Správce musí "
            "v jeho nastavení povolit její předání (scope email)."
        )
    # Some providers leave it out, because all their addresses are verified; the others say so.
    if claims.get("email_verified", True) not in (True, "true"):
        raise AccessError(
            f"Poskytovatel přihlášení neověřil, že adresa {email.strip()} patří vám. Ověřte ji u něj a "
            "přihlaste se znovu."
        )
    role = people.role_of(email)
    if role is None:
        raise AccessError(
            f"Adresa {email.strip()} není na seznamu lidí, kteří smějí Oporu používat. Požádejte správce o přístup, "
            "nebo se odhlaste a použijte jiný účet."
        )
    name = claims.get("name")
    return User(role, name.strip() if isinstance(name, str) else "", email.strip())
