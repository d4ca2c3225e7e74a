"""What surrounds the pages: the HTML page in Czech, its security policy, and the last resort for failures.

Streamlit's own page says `lang="en"`, and a screen reader would read Czech with English sounds; so the same
page is served with the language, the title and scripts that put Streamlit's own labels into Czech and in reach.
"""

import logging
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope
from streamlit import file_util

from ingest.errors import AccessError
from views.headers import page_policy
from views.markup import error_html, escaped

# Paths of the pages in `views.main`; each is served the same HTML, and Streamlit picks the page.
PAGES = ("", "asistent", "katalog", "profil-obce", "dokumenty", "hodnoceni", "napoveda")

# Where Streamlit serves files and data of its own.
_STREAMLITS = ("_stcore", "app", "auth", "component", "media", "oauth2callback", "static", "vendor")

# Loaded before Streamlit's own, in this order.
_SCRIPTS = ("surface.js", "selection.js", "opora.js")

log = logging.getLogger(__name__)


def base_path() -> str:
    """Return the path under which the app is served, without a slash at its end; "" when it is the whole address."""
    base = "/" + str(st.get_option("server.baseUrlPath") or "").strip("/")
    return base.rstrip("/")


def page_routes() -> list[Route]:
    """Return the routes that serve the Czech page and its scripts ahead of Streamlit's own."""
    base = base_path()
    scripts = [Route(f"{base}/{name}", _script) for name in _SCRIPTS]
    # An address that no page has is served too, because Streamlit would serve its English page there.
    return [*scripts, Route(f"{base}/", _page), _PageRoute(f"{base}/{{page}}", _page), _Nowhere(base)]


class _PageRoute(Route):
    """Leaves the address at which a provider of sign-in sends users back to Streamlit."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is for a page."""
        match, child = super().matches(scope)
        signing_in = child.get("path_params", {}).get("page") == "oauth2callback"
        return (Match.NONE, {}) if signing_in else (match, child)


class _Nowhere(Route):
    """Takes addresses with a slash inside, which no page has; Streamlit would serve its English page there."""

    def __init__(self, base: str) -> None:
        super().__init__(f"{base}/{{first}}/{{rest:path}}", _nowhere)
        self.base = base

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Leave to Streamlit what it serves, and a slash at the end, which it takes away."""
        first, _, rest = str(scope["path"]).removeprefix(f"{self.base}/").partition("/")
        return (Match.NONE, {}) if first in _STREAMLITS or not rest else super().matches(scope)


def czech_page(page: str) -> str:
    """Return Streamlit's index page with Czech language, title and labels."""
    scripts = "".join(f'<script src="./{name}" defer></script>' for name in _SCRIPTS)
    replacements = (
        ('<html lang="en">', '<html lang="cs">'),
        ("<title>Streamlit</title>", f"<title>Opora</title>{scripts}"),
        (
            "You need to enable JavaScript to run this app.",
            "Opora potřebuje v prohlížeči zapnutý JavaScript.",
        ),
    )
    for ours, czech in replacements:
        page = page.replace(ours, czech)
    return page


async def _page(request: Request) -> Response:
    name = request.path_params.get("page", "")
    files = {file.name: file for file in Path(file_util.get_static_dir()).iterdir() if file.is_file()}
    index = files.pop("index.html")
    if name in files:
        return FileResponse(files[name])
    html = czech_page(index.read_text(encoding="utf-8"))
    return HTMLResponse(
        html,
        status_code=200 if name in PAGES else 404,
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": page_policy(html),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _nowhere(request: Request) -> Response:
    return HTMLResponse(
        '<!doctype html><html lang="cs"><title>Opora</title><p>Taková stránka tu není. '
        f'<a href="{escaped(base_path())}/">Přejít na úvodní stránku</a></p></html>',
        status_code=404,
    )


async def _script(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    return FileResponse(
        Path(__file__).with_name(name), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


def report_failure(error: Exception) -> bool:
    """Show one Czech line for an error that no page expected; the trace goes to the log."""
    if isinstance(error, AccessError):
        # An action is refused before the page's script runs, which would bring the style.
        st.html(Path(__file__).with_name("style.css"))
        st.html(error_html(str(error)))
        return True
    log.error("a page failed", exc_info=error)
    st.html(error_html("Stránku se nepodařilo zobrazit. Obnovte ji prosím; podrobnosti jsou v záznamu serveru."))
    return True
