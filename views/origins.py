"""Who may be talked to: pages of other sites may not use the app through the browser of somebody who can reach it.

Two ways lead there. A foreign page can connect to a WebSocket or send a form; the browser then names the page's origin.
Or the name of a foreign site is made to lead to this machine (DNS rebinding); the request then carries that name.
"""

import ipaddress
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which names and origins a server answers to.

    Attributes
    ----------
    names
        Host names without ports, lower case; "*.obec.cz" means all below it, "*" any. Loopback names always count.
    checked
        Whether names are checked at all: where the server listens to a network, it cannot know what it is called.
    origins
        Origins of other sites that may use the app: "https://obec.cz".
    any_origin
        Whether the check of origins is switched off.
    """

    names: tuple[str, ...] = ()
    checked: bool = True
    origins: tuple[str, ...] = ()
    any_origin: bool = False

    @classmethod
    def from_options(cls) -> "Allowed":
        """Read Streamlit's options `server.address`, `allowedHosts`, `enableCORS` and so on."""
        address = str(st.get_option("server.address") or "")
        hosts: list[str] = list(st.get_option("server.allowedHosts") or [])
        names = [*hosts, address, str(st.get_option("browser.serverAddress") or "")]
        return cls(
            names=tuple(name.strip().lower().rstrip(".") for name in names if name),
            checked=bool(hosts) or is_loopback(address),
            origins=tuple(st.get_option("server.corsAllowedOrigins") or ()),
            any_origin=not st.get_option("server.enableCORS"),
        )

    def host(self, host: str) -> bool:
        """Tell whether the server answers to what a request says it is called."""
        if not self.checked:
            return True
        name = _name(_split(f"//{host}"))
        return bool(name) and (is_loopback(name) or _among(name, self.names))

    def origin(self, origin: str, host: str) -> bool:
        """Tell whether a page of this origin may send a request to this host; without an origin it is no page."""
        if not origin or self.any_origin or origin in self.origins:
            return True
        page = _split(origin)
        if page is None or not _name(page):
            return False
        there = _split(f"{page.scheme}://{host}")
        return _place(page) == _place(there) or _name(page) in self._public

    @property
    def _public(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if "*" not in name and not is_loopback(name))


def is_loopback(name: str) -> bool:
    """Tell whether a name or an address always means this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for what is no port
    except ValueError:
        return None
    return None if parts.username or parts.path.strip("/") or parts.query or parts.fragment else parts


def _name(parts: SplitResult | None) -> str:
    return (parts.hostname or "").rstrip(".") if parts else ""


def _place(parts: SplitResult | None) -> tuple[str, int | None] | None:
    return (_name(parts), parts.port or _PORTS.get(parts.scheme)) if parts else None


def _among(name: str, names: Iterable[str]) -> bool:
    return any(one in (name, "*") or (one.startswith("*.") and name.endswith(one[1:])) for one in names)


class Origins:
    """Middleware that refuses requests to foreign names, and those of foreign pages that could change something.

    `own_rules` is the beginning of paths whose requests have their own rules for origins.
    """

    def __init__(self, app: ASGIApp, own_rules: str) -> None:
        self.app = app
        self.own_rules = own_rules
        self.allowed = Allowed.from_options()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] in ("http", "websocket") and (refusal := self._refusal(scope)):
            log.warning("a request was refused: %s", refusal[2])
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": refusal[2]})
            else:
                await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Return status, message and a note for the log, or None when the request may pass."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if not self.allowed.host(host):
            return (
                421,
                "Na této adrese Opora neodpovídá. Otevřete ji adresou, kterou vám dal správce; správce může adresu "
                "povolit v nastavení server.allowedHosts.",
                f"host {host!r} is not among the allowed ones (server.allowedHosts)",
            )
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and not scope["path"].startswith(self.own_rules) and not self.allowed.origin(origin, host):
            return (
                403,
                "Požadavek přišel z cizí stránky, proto ho Opora odmítla. Správce může stránku povolit v nastavení "
                "server.corsAllowedOrigins.",
                f"origin {origin!r} is not among the allowed ones (server.corsAllowedOrigins)",
            )
        return None
