"""What the routes of Streamlit itself give to whom: its pages ask who the user is, its files and figures would not.

Two gaps are closed. Files that the pages show or offer for download have addresses that work for anybody who has them;
with sign-in they are given to those alone who are on the list. And a server that is not started by Streamlit
(`uvicorn app:app --host …`) listens where it likes; without access control, only what arrives at this machine's
own address is answered.
"""

import time
from collections.abc import Mapping

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ingest.access_settings import AccessSettings
from ingest.errors import OporaError
from views.access import admitted
from views.access_cookie import cookie_claims
from views.access_start import is_local

_PRIVATE = ("/media/", "/component/", "/app/", "/_stcore/")

# The page asks for these before anybody can sign in; the WebSocket runs the script, which asks who the user is.
_PUBLIC = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream")


def access_guards(base: str) -> list[Middleware]:
    """Return the middleware; `base` is the path under which the app is served, without a slash at its end."""
    return [Middleware(AccessGuard, base=base)]


class AccessGuard:
    """Middleware that refuses what the settings of access do not allow."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] in ("http", "websocket") and (refusal := self._refusal(scope)):
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            else:
                await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        access = AccessSettings.from_env()
        if access.mode == "local" and not is_local(str((scope.get("server") or ("",))[0])):
            return (
                "Opora tu není zpřístupněná ze sítě. Správce zvolí v OPORA_ACCESS přihlašování (oidc), nebo provoz bez "
                "něj (open)."
            )
        path = str(scope["path"]).removeprefix(self.base)
        if access.mode != "oidc" or path in _PUBLIC or not path.startswith(_PRIVATE):
            return ""
        return "" if _may_read(HTTPConnection(scope).cookies, access) else "Nejdřív se do Opory přihlaste."


def _may_read(cookies: Mapping[str, str], access: AccessSettings) -> bool:
    try:
        admitted(cookie_claims(cookies), access, time.time())
    except OporaError:
        return False
    return True
