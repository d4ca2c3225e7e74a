"""Providers of sign-in on this machine, an app that uses one, and visitors without a browser.

One provider is the PyPI package `oidc-provider-mock`, which does everything right. The other one misbehaves on demand:
it issues any token, signed with any key.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from google.protobuf import text_format  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.browser import served

CLIENT, COOKIE_SECRET = "opora", "mJ4vQz81-kTn0RfWbX6sYhUe3LcPd9Ga"
USER_COOKIE = "_streamlit_user"

PEOPLE = """
[roles]
admin = ["spravce@obec.cz"]
editor = ["editor@obec.cz"]
reader = ["@obec.cz"]
"""

Claims = dict[str, Any]
Spoil = Callable[["Signer", Claims], str]
"""Makes an ID token of the right claims."""


@contextmanager
def good_provider(users: Mapping[str, Claims]) -> Iterator[str]:
    """Run `oidc-provider-mock` with these users, by subject, and yield its address."""
    port = _free_port()
    known = [arg for sub, claims in users.items() for arg in ("--user-claims", json.dumps({"sub": sub, **claims}))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *known]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://localhost:{port}"
        try:
            _wait_for(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(url, timeout=2).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@dataclass
class Signer:
    """The provider that misbehaves: `spoil` makes the next token, `extra` are claims of its user."""

    address: str = ""
    spoil: Spoil = lambda signer, claims: signer.sign(claims)
    extra: Claims = field(default_factory=lambda: {"email": "editor@obec.cz", "email_verified": True})
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "pravý"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "pravý"}))
    issued: int = 0
    metadata: Claims = field(default_factory=dict)

    def sign(self, claims: Claims, key: RSAKey | None = None, **header: str) -> str:
        """Return a token with these claims, by default with the provider's own key."""
        return jwt.encode({"alg": "RS256", "kid": "pravý", **header}, claims, key or self.key)

    def claims(self, nonce: str) -> Claims:
        """Return what a token should say."""
        now = int(time.time())
        right = {"iss": self.address, "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": nonce}
        return {**right, **self.extra}


@contextmanager
def bad_provider() -> Iterator[Signer]:
    """Run the provider that misbehaves and yield what steers it."""
    signer = Signer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(signer))
    signer.address = f"http://localhost:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield signer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(signer: Signer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                # The nonce travels as the code, so that nothing has to be remembered.
                back = urlencode({"code": asked["nonce"], "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            elif parts.path == "/jwks":
                self._json({"keys": [signer.key.as_dict(private=False)]})
            else:
                self._json(
                    {
                        "issuer": signer.address,
                        "authorization_endpoint": f"{signer.address}/authorize",
                        "token_endpoint": f"{signer.address}/token",
                        "jwks_uri": f"{signer.address}/jwks",
                        "id_token_signing_alg_values_supported": ["RS256"],
                        **signer.metadata,
                    }
                )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            claims = signer.claims(parse_qs(body)["code"][0])
            signer.issued += 1
            reply = {"access_token": "a", "token_type": "Bearer", "expires_in": 600}
            self._json({**reply, "id_token": signer.spoil(signer, claims)})

        def _json(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the output of the tests clean."""

    return Handler


@contextmanager
def protected(folder: Path, provider: str, env: Mapping[str, str], people: str = PEOPLE) -> Iterator[str]:
    """Serve the app with sign-in by a provider and yield its address; `folder` takes its settings."""
    home = folder / "home"
    write_secrets(home, provider)
    (folder / "access.toml").write_text(people, encoding="utf-8")
    access = {"OPORA_ACCESS": "oidc", "OPORA_ACCESS_FILE": str(folder / "access.toml"), "HOME": str(home)}
    with served({**access, **env}) as url:
        yield url


def write_secrets(home: Path, provider: str, **changes: str) -> None:
    """Write the secrets.toml of a user whose home this is."""
    values = {
        "redirect_uri": "http://localhost:{port}/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": CLIENT,
        "client_secret": "heslo-klienta",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
        **changes,
    }
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    (home / ".streamlit").mkdir(parents=True, exist_ok=True)
    (home / ".streamlit" / "secrets.toml").write_text(f"[auth]\n{lines}", encoding="utf-8")


def visitor(url: str) -> httpx.Client:
    """Return a visitor who keeps cookies and follows redirects, with the token that forms and sockets need."""
    # Connections are not kept, so that nobody has to close a visitor.
    limits = httpx.Limits(max_keepalive_connections=0)
    client = httpx.Client(base_url=url, follow_redirects=True, timeout=30, limits=limits)
    client.get("/_stcore/health").raise_for_status()
    return client


def sign_in(client: httpx.Client, sub: str = "") -> bool:
    """Go through the sign-in as a browser would; tell whether a cookie with a user came of it.

    `sub` is who to be at the provider that asks; the other one does not.
    """
    address = client.get("/auth/login", params={"provider": _provider_token()})
    if sub:
        address = client.post(str(address.url), data={"sub": sub})
    assert address.status_code == 200, address.text
    return USER_COOKIE in client.cookies


def _provider_token() -> str:
    """Return what the button of the page hands to Streamlit's own route, which signs it with the cookie secret."""
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(COOKIE_SECRET))


@dataclass(frozen=True)
class Shown:
    """What the server sent to a visitor who opened a page: all texts, the session's id, and ids of its buttons."""

    text: str
    session: str
    buttons: Mapping[str, str]


def opened(
    client: httpx.Client,
    page: str = "",
    press: str = "",
    session: str = "",
    origin: str = "",
    token: str | None = None,
) -> Shown:
    """Open a page through its WebSocket, as the browser does.

    `press` is the id of a button that counts as pressed, `session` one to be resumed, `origin` and `token` those to
    be sent instead of the right ones.

    Raises
    ------
    websockets.exceptions.WebSocketException
        If the server does not accept the connection.
    """
    base = str(client.base_url).rstrip("/")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    token = client.cookies["_streamlit_xsrf"] if token is None else token
    with connect(
        base.replace("http", "ws", 1) + "/_stcore/stream",
        origin=Origin(origin or base),
        subprotocols=[Subprotocol(one) for one in ("streamlit", token, session) if one],
        additional_headers={"Cookie": cookies},
        max_size=None,
    ) as connection:
        message = BackMsg()
        message.rerun_script.page_name = page
        if press:
            message.rerun_script.widget_states.widgets.add(id=press, trigger_value=True)
        connection.send(message.SerializeToString())
        return _received(connection)


def _received(connection: ClientConnection) -> Shown:
    texts: list[str] = []
    session, buttons = "", {}
    while True:
        reply, data = ForwardMsg(), connection.recv(timeout=90)
        assert isinstance(data, bytes)
        reply.ParseFromString(data)
        kind = reply.WhichOneof("type")
        if kind == "new_session":
            session = reply.new_session.initialize.session_id
        elif kind == "delta" and reply.delta.new_element.WhichOneof("type") == "button":
            id_ = reply.delta.new_element.button.id
            buttons[id_.rpartition("-")[2]] = id_
        is_style = reply.delta.new_element.html.body.startswith("<style>")
        if kind in ("delta", "navigation", "auth_redirect") and not is_style:
            texts.append(text_format.MessageToString(reply, as_utf8=True).replace('\\"', '"'))
        if kind == "script_finished":
            return Shown("\n".join(texts), session, buttons)
