"""Every reply of the real server carries the headers that tell browsers what they may do with it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from websockets.sync.client import connect

from tests.api_world import OPEN
from tests.browser import PROJECT, served
from views.headers import INLINE_SCRIPTS, Headers, page_policy

ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
PAGES = ("/", "/katalog", "/napoveda", "/neni-takova")
DATA = (
    ("GET", "/_stcore/health"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("GET", "/media/neni.png"),
    ("GET", "/media/..%2f..%2fetc%2fpasswd"),
    ("GET", "/component/neni/x.js"),
    ("GET", "/static/js/neni.js"),
    ("GET", "/favicon.png"),
    ("GET", "/opora.js"),
    ("GET", "/surface.js"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/neni"),
    ("POST", "/api/ask"),
    ("GET", "/metrics"),
    ("PUT", "/_stcore/upload_file/neni/neni"),
    ("OPTIONS", "/_stcore/upload_file/neni/neni"),
    ("DELETE", "/_stcore/upload_file/neni/neni"),
    ("POST", "/katalog"),
    ("TRACE", "/"),
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server without any documents; headers need none."""
    with served({**OPEN, "OPORA_DATA": str(tmp_path_factory.mktemp("empty"))}) as found:
        yield found


def complete(headers: Mapping[str, str]) -> list[str]:
    """Return what is missing or wrong."""
    wrong = [f"{name}: {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    wrong += [name for name in ("content-security-policy", "permissions-policy") if not headers.get(name)]
    if headers.get("x-frame-options") not in ("SAMEORIGIN", "DENY"):
        wrong.append("x-frame-options")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_the_scripts_that_may_run_and_no_others(url: str, path: str) -> None:
    reply = httpx.get(f"{url}{path}")
    assert complete(reply.headers) == []
    scripts = re.findall(r"script-src ([^;]+)", reply.headers["content-security-policy"])[0]
    assert "'unsafe-inline'" not in scripts
    assert scripts.count("'sha256-") == 1 + len(INLINE_SCRIPTS)
    assert "http" not in scripts


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), DATA)
def test_what_is_no_page_runs_nothing_and_is_framed_by_nobody(url: str, method: str, path: str) -> None:
    reply = httpx.request(method, f"{url}{path}")
    assert complete(reply.headers) == [], reply.status_code
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


@pytest.mark.slow
def test_the_files_that_the_page_loads_have_them_too(url: str) -> None:
    found = re.findall(r'(?:src|href)="\./(static/[^"]+|[\w.]+\.(?:js|png))"', httpx.get(url).text)
    assert len(found) > 5
    for path in found:
        reply = httpx.get(f"{url}/{path}")
        assert (reply.status_code, complete(reply.headers)) == (200, []), path


@pytest.mark.slow
def test_an_address_with_a_slash_that_nobody_has_is_answered_in_czech(url: str) -> None:
    for path in ("/katalog/neni", "/%3Cb%3Ex%3C%2Fb%3E/y", "/a/b/c"):
        reply = httpx.get(f"{url}{path}")
        assert reply.status_code == 404, path
        assert "Taková stránka tu není." in reply.text
        assert "<b>" not in reply.text


@pytest.mark.slow
def test_the_handshake_of_the_websocket_has_them_too(url: str) -> None:
    with connect(f"{url.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"]) as socket:  # type: ignore[list-item]
        assert socket.response is not None
        missing = [name for name in ALWAYS if name not in socket.response.headers]
    assert missing == []


@pytest.mark.slow
def test_no_reply_says_which_version_of_what_serves(url: str) -> None:
    for _, path in DATA[:8]:
        headers = httpx.get(f"{url}{path}").headers
        assert "x-powered-by" not in headers
        assert not re.search(r"\d", headers.get("server", ""))


async def _raises(request: Request) -> Response:
    raise RuntimeError("tajemství v chybě")


async def _says_itself(request: Request) -> Response:
    return Response("", headers={"X-Frame-Options": "DENY", "Content-Security-Policy": "default-src 'self'"})


def test_a_failure_that_nobody_caught_is_one_czech_line_with_the_headers() -> None:
    app = Starlette(routes=[Route("/", _raises)], middleware=[Middleware(Headers)])
    reply = TestClient(app, raise_server_exceptions=False).get("/")
    assert reply.status_code == 500
    assert reply.text.startswith("Na serveru nastala chyba.")
    assert "tajemství" not in reply.text
    assert complete(reply.headers) == []


def test_a_reply_that_is_stricter_stays_so() -> None:
    app = Starlette(routes=[Route("/", _says_itself)], middleware=[Middleware(Headers)])
    headers = TestClient(app).get("/").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"] == "default-src 'self'"


def test_a_changed_script_changes_the_policy() -> None:
    assert page_policy("<script>a()</script>") != page_policy("<script>a() </script>")


def test_every_script_that_a_page_runs_is_one_that_the_policy_knows() -> None:
    views = [path for path in (PROJECT / "views").rglob("*.py") if path.name != "headers.py"]
    running = {path: path.read_text(encoding="utf-8") for path in views}
    running = {path: text for path, text in running.items() if "unsafe_allow_javascript" in text}
    assert len(running) >= 3
    named = {name for text in running.values() for name in re.findall(r'"(\w+\.js)"', text)}
    assert named == set(INLINE_SCRIPTS)
    for path, text in running.items():
        assert text.count("unsafe_allow_javascript") == text.count("<script>{script}</script>"), path
    assert all((PROJECT / "views" / name).is_file() for name in INLINE_SCRIPTS)
    assert Path(PROJECT / "views" / "scroll_up.js").read_text(encoding="utf-8").strip()
