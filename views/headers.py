"""What every reply tells the browser: what it may load and run, and that nobody else may use it.

Pages have a policy of their own, which names their inline scripts by their hashes: any other script that found its way
into a page would not run. Everything else is data, and a browser that opens it by itself runs nothing in it.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HERE = Path(__file__).parent

# Scripts that pages hand to `st.html`; it puts them into the page as inline scripts.
INLINE_SCRIPTS = ("documents.js", "question_editor.js", "scroll_up.js")

_IN_PAGE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_DATA = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

# A reply that says something else about these keeps it.
_ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


@cache
def page_policy(page: str) -> str:
    """Return the content security policy of an HTML page whose own inline scripts may run, and those of the pages.

    Nothing is loaded from or sent to another server. Streamlit needs inline styles and evaluates chart code.
    """
    inline = [*_IN_PAGE.findall(page), *((_HERE / name).read_text(encoding="utf-8") for name in INLINE_SCRIPTS)]
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' {' '.join(map(_hash, inline))}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class Headers:
    """Middleware that completes the headers of every reply, the handshake of the WebSocket included.

    A failure that nothing below has turned into a reply becomes one here, so that it has the headers too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its reply."""
        begun = False

        async def completed(message: Message) -> None:
            nonlocal begun
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                begun = True
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if message["type"] == "http.response.start":
                    headers.setdefault("Content-Security-Policy", _DATA)
            await send(message)

        try:
            await self.app(scope, receive, completed)
        except Exception:
            if scope["type"] == "http" and not begun:
                reply = PlainTextResponse(
                    "Na serveru nastala chyba. Zkuste to znovu; podrobnosti jsou v záznamu serveru.", 500
                )
                await reply(scope, receive, completed)
            raise
