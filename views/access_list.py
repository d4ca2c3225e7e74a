"""The list of people who may use the app and their roles, a TOML file that somebody keeps by hand.

    [roles]
    admin = ["starosta@obec.cz"]
    editor = ["jana@obec.cz"]
    reader = ["@obec.cz"]

An entry is an e-mail address, or "@" and a domain, which means everybody of exactly that domain. Whom several
entries fit has the highest role of them.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from ingest.errors import SettingsError


class Role(IntEnum):
    """What a user may do; each role may do what those before it may.

    A reader asks, reads and rates; an editor adds and removes documents and keeps question sets; an admin sees what
    others said about answers.
    """

    READER = 1
    EDITOR = 2
    ADMIN = 3


NAMES = {"admin": Role.ADMIN, "editor": Role.EDITOR, "reader": Role.READER}
"""Roles by their names in the file."""

_EXAMPLE = 'například reader = ["@obec.cz"]'

# One local part and one domain with a dot inside; no wildcards, and nothing that would be a list or a full name.
_DOMAIN = re.compile(r'@[^\s@.*,;:<>()"]+(\.[^\s@.*,;:<>()"]+)+')
_ADDRESS = re.compile(r'[^\s@*,;:<>()"]+' + _DOMAIN.pattern)
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class AccessList:
    """Roles by normal e-mail address and by "@" with a domain."""

    roles: dict[str, Role]

    def role_of(self, email: str) -> Role | None:
        """Return the role of a person, or None if nothing on the list fits the address."""
        address = normal_email(email)
        if not _ADDRESS.fullmatch(address):
            return None
        domain = "@" + address.partition("@")[2]
        return max((self.roles[entry] for entry in (address, domain) if entry in self.roles), default=None)


def normal_email(text: str) -> str:
    """Return an address or "@" with a domain in the form in which two are compared, or "" if it is not to be trusted.

    Untrusted is what only looks like other letters: characters of which normalization would make plain ones
    (a Kelvin sign, full width), and invisible ones.
    """
    text = text.strip()
    for char in text:
        if unicodedata.category(char) in _INVISIBLE:
            return ""
        if not char.isascii() and any(c.isascii() for c in unicodedata.normalize("NFKC", char)):
            return ""
    return unicodedata.normalize("NFC", text).lower()


def load_access_list(path: Path) -> AccessList:
    """Read the list.

    Raises
    ------
    SettingsError
        If the file is missing, is no TOML, names an unknown role or something that is neither an address nor a domain,
        or names nobody.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"Chybí seznam lidí, kteří smějí Oporu používat: „{path}“. Založte ho a napište do něj pod řádek [roles] "
            f"{_EXAMPLE}."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"Seznam přístupů „{path}“ nejde přečíst. Zkontrolujte práva k souboru a uložte ho v kódování UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        where = f" na řádku {place[1]}" if place else ""
        raise SettingsError(
            f"Seznam přístupů „{path}“ má chybu v zápisu{where}. Role se píší {_EXAMPLE}, každá "
            "jednou a pod řádek [roles]."
        ) from error
    return AccessList(_roles(path, found))


def _roles(path: Path, found: dict[str, object]) -> dict[str, Role]:
    table = found.get("roles")
    if set(found) != {"roles"} or not isinstance(table, dict):
        raise SettingsError(f"Seznam přístupů „{path}“ má obsahovat jediný oddíl [roles] a v něm role, {_EXAMPLE}.")
    roles: dict[str, Role] = {}
    for name, entries in table.items():
        if name not in NAMES:
            raise SettingsError(
                f"Seznam přístupů „{path}“ jmenuje neznámou roli „{name}“. Role jsou admin, editor a reader."
            )
        if not isinstance(entries, list):
            raise SettingsError(
                f"Role „{name}“ v seznamu přístupů „{path}“ má být seznam v hranatých závorkách, {_EXAMPLE}."
            )
        for entry in entries:
            normal = normal_email(entry) if isinstance(entry, str) else ""
            if not (_ADDRESS.fullmatch(normal) or _DOMAIN.fullmatch(normal)):
                raise SettingsError(
                    f"V seznamu přístupů „{path}“ není „{entry}“ u role „{name}“ e-mailová adresa (jana@obec.cz) ani "
                    "doména se zavináčem (@obec.cz). Opravte ji."
                )
            roles[normal] = max(NAMES[name], roles.get(normal, Role.READER))
    if not roles:
        raise SettingsError(
            f"Seznam přístupů „{path}“ nejmenuje nikoho, nikdo by se nepřihlásil. Doplňte ho, {_EXAMPLE}."
        )
    return roles
