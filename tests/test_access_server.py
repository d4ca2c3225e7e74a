"""Sign-in on a real server: what tokens, cookies, sockets and addresses get somebody who should not be let in."""

import json
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import OctKey
from streamlit.net_util import get_internal_ip
from websockets.exceptions import WebSocketException

from tests.browser import PROJECT
from tests.openid import (
    CLIENT,
    COOKIE_SECRET,
    USER_COOKIE,
    Claims,
    Signer,
    Spoil,
    bad_provider,
    good_provider,
    opened,
    protected,
    sign_in,
    visitor,
    write_secrets,
)
from tests.study_world import install

pytestmark = pytest.mark.slow

USERS: dict[str, Claims] = {
    "reader": {"email": "ctenar@obec.cz", "email_verified": True, "name": "Čeněk Čtenář"},
    "editor": {"email": "Editor@OBEC.cz", "email_verified": True, "name": "Eva Editorová"},
    "admin": {"email": "spravce@obec.cz", "email_verified": True, "name": "Spravoslav <b>Správce</b>"},
    "stranger": {"email": "cizi@jinde.cz", "email_verified": True, "name": "Cyril Cizí"},
    "suffix": {"email": "x@obec.cz.evil.cz", "email_verified": True},
    "unverified": {"email": "ctenar@obec.cz", "email_verified": False},
    "nameless": {"name": "Bez adresy"},
}
LOGIN, REFUSED, OUT = "opora_login_default", "opora_login_out", "opora_user_out"


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    settings = install(tmp_path_factory.mktemp("world"))
    return {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}


@pytest.fixture(scope="module")
def url(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app with sign-in by `oidc-provider-mock`."""
    with good_provider(USERS) as provider, protected(tmp_path_factory.mktemp("good"), provider, env) as found:
        yield found


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with bad_provider() as found:
        yield found


@pytest.fixture(scope="module")
def misled(signer: Signer, env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app with sign-in by the provider that misbehaves."""
    with protected(tmp_path_factory.mktemp("bad"), signer.address, env) as found:
        yield found


def is_let_in(client: httpx.Client) -> bool:
    """Tell whether pages and files are there for a visitor; both must agree."""
    files = client.get("/_stcore/metrics").status_code == 200
    shown = opened(client)
    pages = OUT in shown.buttons
    assert pages == ("opora_examples" in shown.text) == ("chat_input" in shown.text)
    assert files == pages
    return pages


def test_nobody_sees_more_than_the_page_for_signing_in(url: str) -> None:
    client = visitor(url)
    for page in ("", "asistent", "katalog", "profil-obce", "dokumenty", "hodnoceni", "napoveda"):
        shown = opened(client, page)
        assert LOGIN in shown.buttons
        assert len(shown.buttons) == 1
        assert "Plán sociálního začleňování" not in shown.text
    assert not is_let_in(client)


@pytest.mark.parametrize("sub", ["reader", "editor", "admin"])
def test_whoever_is_on_the_list_is_let_in_by_name(url: str, sub: str) -> None:
    client = visitor(url)
    assert sign_in(client, sub)
    assert is_let_in(client)
    shown = opened(client).text
    assert str(USERS[sub]["name"]).replace("<", "&lt;").replace(">", "&gt;") in shown


@pytest.mark.parametrize(
    ("sub", "told"),
    [
        ("stranger", "není na seznamu"),
        ("suffix", "není na seznamu"),
        ("unverified", "neověřil"),
        ("nameless", "nesdělil vaši e-mailovou adresu"),
    ],
)
def test_whoever_is_not_reads_why_and_can_only_sign_out(url: str, sub: str, told: str) -> None:
    client = visitor(url)
    sign_in(client, sub)
    shown = opened(client, "dokumenty")
    assert told in shown.text
    assert list(shown.buttons) == [REFUSED]
    assert not is_let_in(client)


def test_only_editors_change_documents_and_question_sets(url: str) -> None:
    offered = {}
    for sub in ("reader", "editor", "admin"):
        client = visitor(url)
        sign_in(client, sub)
        documents, evaluation = opened(client, "dokumenty"), opened(client, "hodnoceni")
        assert "Plán sociálního začleňování" in documents.text
        offered[sub] = ("opora_added_index" in documents.buttons, "Vlastní otázky" in evaluation.text)
    assert offered == {"reader": (False, False), "editor": (True, True), "admin": (True, True)}


def test_a_reader_who_presses_an_editors_button_starts_nothing(url: str) -> None:
    editor, reader = visitor(url), visitor(url)
    sign_in(editor, "editor")
    sign_in(reader, "reader")
    button = opened(editor, "dokumenty").buttons["opora_added_index"]
    before = opened(editor, "dokumenty")
    assert "opora-added-progress" not in before.text
    opened(reader, "dokumenty", press=button)
    anonymous = visitor(url)
    opened(anonymous, "dokumenty", press=button)
    time.sleep(1)
    after = opened(editor, "dokumenty")
    assert after.buttons.keys() == before.buttons.keys()
    assert _standing(after.text) == _standing(before.text)


def _standing(text: str) -> str:
    return text.partition("opora-added-standing")[2].partition("</p>")[0]


def test_another_users_session_cannot_be_resumed(url: str) -> None:
    editor, reader = visitor(url), visitor(url)
    sign_in(editor, "editor")
    sign_in(reader, "reader")
    session = opened(editor).session
    assert opened(editor, session=session).session == session
    for thief in (reader, visitor(url)):
        shown = opened(thief, session=session)
        assert shown.session != session
        assert "Eva Editorová" not in shown.text


def test_after_signing_out_neither_the_cookie_nor_another_tab_goes_on(url: str) -> None:
    client = visitor(url)
    sign_in(client, "editor")
    kept = client.cookies[USER_COOKIE]
    other_tab = opened(client)
    button = opened(client).buttons[OUT]
    session = opened(client).session
    assert "auth_redirect" in opened(client, press=button, session=session).text
    assert not is_let_in(client)
    assert "už odhlásili" in opened(client, session=other_tab.session).text
    client.get("/auth/logout")
    assert USER_COOKIE not in client.cookies
    client.cookies.set(USER_COOKIE, kept, domain="localhost.local", path="/")
    assert not is_let_in(client)
    client.cookies.delete(USER_COOKIE)
    assert sign_in(client, "editor")
    assert is_let_in(client)


def test_what_streamlit_serves_by_itself_gives_nothing_to_whoever_is_not_signed_in(url: str) -> None:
    client = visitor(url)
    public = ("/", "/dokumenty", "/opora.js", "/surface.js", "/_stcore/health", "/_stcore/host-config", "/healthz")
    assert {path: client.get(path).status_code for path in public} == dict.fromkeys(public, 200)
    private = (
        "/media/abc.pdf",
        "/_stcore/metrics",
        "/_stcore/upload_file/session/file",
        "/_stcore/script-health-check",
        "/_stcore/bidi-components/x/y",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/component/x/index.html",
        "/app/static/x",
        "/_stcore/stream/",
        "/_stcore/health/../metrics",
    )
    got = {path: httpx.get(url + path).status_code for path in private}
    assert all(status in (403, 404) for status in got.values()), got
    assert got["/media/abc.pdf"] == got["/_stcore/metrics"] == 403
    upload = client.put("/_stcore/upload_file/session/file", files={"file": ("a.txt", b"a")})
    assert upload.status_code == 403
    assert client.post("/api/ask", json={"question": "Kdo?"}).status_code == 404
    assert client.get("/metrics").status_code == 404
    for path in ("/oauth2callback", "/auth/login", "/oauth2callback?code=a&state=b", "/auth/login?provider=x"):
        assert "Plán sociálního" not in client.get(path).text
    assert not is_let_in(client)


def part(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(signer: Signer, claims: Claims) -> str:
    head = part(json.dumps({"alg": "none", "kid": "pravý"}).encode())
    return f"{head}.{signer.sign(claims).split('.')[1]}."


def tampered(signer: Signer, claims: Claims) -> str:
    """Return the signature of one token under the claims of another."""
    head, _, signature = signer.sign({**claims, "email": "jiny@jinde.cz"}).split(".")
    return f"{head}.{signer.sign(claims).split('.')[1]}.{signature}"


def by_public_key(signer: Signer, claims: Claims) -> str:
    """Return a token whose shared secret is the provider's public key, known to everybody."""
    key = OctKey.import_key(signer.key.as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": "pravý"}, claims, key)


def own_key_inside(signer: Signer, claims: Claims) -> str:
    header = {"alg": "RS256", "kid": "cizí", "jwk": signer.other.as_dict(private=False)}
    return jwt.encode(header, claims, signer.other)


def said(**changes: object) -> Spoil:
    """Return a maker of well-signed tokens with other claims; None leaves one out."""
    return lambda signer, claims: signer.sign({k: v for k, v in {**claims, **changes}.items() if v is not None})


def moved(name: str, seconds: float) -> Spoil:
    return lambda signer, claims: signer.sign({**claims, name: int(time.time() + seconds)})


BAD: dict[str, Spoil] = {
    "expired": moved("exp", -600),
    "expired an hour ago": moved("exp", -3600),
    "without an expiry": said(exp=None),
    "with an expiry that is no number": said(exp="zítra"),
    "not valid yet": moved("nbf", 3600),
    "issued in the future": moved("iat", 3600),
    "issued yesterday": moved("iat", -26 * 3600),
    "without a time of issue": said(iat=None),
    "signed with another key under the same name": lambda s, claims: s.sign(claims, s.other),
    "signed with another key under another name": lambda s, claims: s.sign(claims, s.other, kid="cizí"),
    "signed with a key that it brings": own_key_inside,
    "signed with the public key as a secret": by_public_key,
    "signed with the client's secret": lambda s, claims: jwt.encode(
        {"alg": "HS256", "kid": "pravý"}, claims, OctKey.import_key("heslo-klienta")
    ),
    "without a signature, alg none": unsigned,
    "without a signature": lambda s, claims: s.sign(claims).rpartition(".")[0] + ".",
    "with a part of the signature": lambda s, claims: s.sign(claims)[:-40],
    "with the signature of other claims": tampered,
    "for another application": said(aud="jina"),
    "for another application, asked for by us": said(aud="jina", azp=CLIENT),
    "for several others": said(aud=["jina", "dalsi"], azp=CLIENT),
    "for us, asked for by another": said(azp="jina"),
    "without an audience": said(aud=None),
    "by another issuer": said(iss="https://login.evil.cz"),
    "by an issuer whose name goes on": lambda s, claims: s.sign({**claims, "iss": s.address + ".evil.cz"}),
    "without an issuer": said(iss=None),
    "with another nonce": said(nonce="jina"),
    "with an empty nonce": said(nonce=""),
    "without a nonce": said(nonce=None),
    "without a subject": said(sub=None),
    "with the hash of another access token": said(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "that is no token": lambda s, claims: "nesmysl",
    "that is empty": lambda s, claims: "",
    "with claims that are no object": lambda s, claims: f"{s.sign(claims).split('.')[0]}.{part(b'[]')}.AAAA",
}


def test_the_provider_that_misbehaves_signs_people_in_while_it_behaves(misled: str, signer: Signer) -> None:
    signer.spoil = lambda s, claims: s.sign(claims)
    client = visitor(misled)
    assert sign_in(client)
    assert is_let_in(client)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_signs_nobody_in(misled: str, signer: Signer, name: str) -> None:
    signer.spoil = BAD[name]
    issued = signer.issued
    client = visitor(misled)
    sign_in(client)
    assert signer.issued == issued + 1, "the app did not even ask for the token"
    assert not is_let_in(client)


def test_a_token_of_an_earlier_sign_in_signs_nobody_in(misled: str, signer: Signer) -> None:
    kept: list[str] = []

    def keep(s: Signer, claims: Claims) -> str:
        kept.append(s.sign(claims))
        return kept[0]

    signer.spoil = keep
    assert sign_in(visitor(misled))
    thief = visitor(misled)
    sign_in(thief)
    assert len(kept) == 2
    assert not is_let_in(thief)


def test_a_callback_that_the_visitor_did_not_begin_signs_nobody_in(misled: str, signer: Signer) -> None:
    signer.spoil = lambda s, claims: s.sign(claims)
    for query in ("code=a&state=b", "code=a", "state=b", "", "error=access_denied&state=b"):
        client = visitor(misled)
        client.get(f"/oauth2callback?{query}")
        assert not is_let_in(client)


def signed(payload: object, secret: str = COOKIE_SECRET, name: str = USER_COOKIE, days_ago: float = 0.0) -> str:
    """Return a cookie as Streamlit signs it."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - days_ago * 86400)

    return str(URLSafeTimedSerializer(secret, salt=name, signer=Earlier).dumps(json.dumps(payload)))


def right(url: str, **changes: object) -> Claims:
    now = int(time.time())
    claims = {
        **{"iss": "http://localhost", "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": str(now)},
        **{"email": "editor@obec.cz", "email_verified": True, "name": "Eva Editorová"},
        **{"origin": url, "is_logged_in": True, "provider": "default"},
    }
    return {k: v for k, v in {**claims, **changes}.items() if v is not None}


def mixed(first: str, second: str, from_second: int) -> str:
    """Return a cookie of two: its parts are payload, time and signature."""
    parts = first.rsplit(".", 2)
    parts[from_second] = second.rsplit(".", 2)[from_second]
    return ".".join(parts)


def cookies_of(url: str) -> dict[str, str]:
    """Return cookies that must let nobody in, by what is wrong with them."""
    good, yesterday = signed(right(url)), int(time.time()) - 13 * 3600
    admin = signed(right(url, email="spravce@obec.cz"), "uhodnuté-tajemství-jiné-než-to-pravé")
    old = signed(right(url), days_ago=40)
    return {
        "signed with another secret": signed(right(url), "jiné-tajemství-stejné-délky-jako-to-pravé"),
        "signed with no secret": signed(right(url), ""),
        "signed with the secret of before": signed(right(url), COOKIE_SECRET[::-1]),
        "with another payload": mixed(good, admin, 0),
        "without a signature": good.rpartition(".")[0],
        "with a newer time": mixed(old, good, 1),
        "with the signature of another": mixed(good, admin, 2),
        "a cookie of another kind": signed(right(url), name="_streamlit_user_tokens"),
        "signed 32 days ago": signed(right(url), days_ago=32),
        "of a sign-in 13 hours ago": signed(right(url, iat=yesterday, exp=yesterday + 86400)),
        "of a sign-in in the future": signed(right(url, iat=int(time.time()) + 86400)),
        "that says it is signed out": signed(right(url, is_logged_in=False)),
        "that does not say it is signed in": signed(right(url, is_logged_in=None)),
        "of an unknown provider": signed(right(url, provider="jiny")),
        "without a provider": signed(right(url, provider=None)),
        "of another app": signed(right(url, origin="http://localhost:1")),
        "for another client": signed(right(url, aud="jina", azp=CLIENT)),
        "without an address": signed(right(url, email=None)),
        "with an unverified address": signed(right(url, email_verified=False)),
        "of a stranger": signed(right(url, email="x@obec.cz.evil.cz")),
        "that is a list": signed([right(url)]),
        "that is a number": signed(1),
        "that is nothing": signed(None),
        "in too many pieces": str(URLSafeTimedSerializer(COOKIE_SECRET, salt=USER_COOKIE).dumps("chunks-99999999")),
        "that is rubbish": "rubbish",
        "that is empty": "",
    }


def test_a_cookie_with_the_right_secret_is_what_the_server_takes(url: str) -> None:
    client = visitor(url)
    client.cookies.set(USER_COOKIE, signed(right(url)))
    assert is_let_in(client)


@pytest.mark.parametrize("name", cookies_of("http://localhost"))
def test_a_forged_or_old_cookie_signs_nobody_in(url: str, name: str) -> None:
    client = visitor(url)
    client.cookies.set(USER_COOKIE, cookies_of(url)[name])
    assert not is_let_in(client)


def test_a_socket_of_another_site_or_without_its_token_is_not_signed_in(url: str) -> None:
    client = visitor(url)
    client.cookies.set(USER_COOKIE, signed(right(url)))
    assert OUT in opened(client).buttons
    for token in ("", "2|00000000|00000000000000000000000000000000|1"):
        assert list(opened(client, token=token).buttons) == [LOGIN]
    for origin in ("https://evil.cz", "null", url + ".evil.cz"):
        with pytest.raises(WebSocketException):
            opened(client, origin=origin)


def test_a_change_of_the_list_holds_from_the_next_click(env: dict[str, str], tmp_path: Path, signer: Signer) -> None:
    signer.spoil = lambda s, claims: s.sign(claims)
    with protected(tmp_path, signer.address, env) as url:
        client = visitor(url)
        sign_in(client)
        page = opened(client, "dokumenty")
        assert "opora_added_index" in page.buttons
        people = tmp_path / "access.toml"
        people.write_text('[roles]\nreader = ["editor@obec.cz"]', encoding="utf-8")
        pressed = opened(client, "dokumenty", press=page.buttons["opora_added_index"], session=page.session)
        assert "vaše role nestačí" in pressed.text
        assert "opora_added_index" not in opened(client, "dokumenty").buttons
        people.write_text('[roles]\nreader = ["jiny@obec.cz"]', encoding="utf-8")
        assert not is_let_in(client)
        people.write_text("[roles", encoding="utf-8")
        shown = opened(client)
        assert "v nastavení serveru je chyba" in shown.text
        assert str(tmp_path) not in shown.text
        assert not is_let_in(client)


def ended(*arguments: str, **env: str) -> tuple[int, str]:
    """Return the exit code of a server that is to refuse its start, and what it wrote to its error output."""
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0", *arguments],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


def test_a_server_that_everybody_would_reach_ends_with_one_message() -> None:
    for address in ("0.0.0.0", "::", ""):
        code, told = ended("--server.address", address)
        assert code == 2
        assert told.count("Opora se nespustila.") == 1
        assert "OPORA_ACCESS=open" in told
        assert "Traceback" not in told


def test_a_sign_in_that_cannot_work_ends_the_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    oidc = {"OPORA_ACCESS": "oidc", "HOME": str(home), "OPORA_ACCESS_FILE": str(tmp_path / "access.toml")}
    code, told = ended(**oidc)
    assert (code, "oddíl [auth]" in told) == (2, True)
    write_secrets(home, "https://login.obec.cz", client_secret="")
    code, told = ended(**oidc)
    assert (code, "chybí: client_secret" in told) == (2, True)
    write_secrets(home, "https://login.obec.cz")
    code, told = ended(**oidc)
    assert (code, "Chybí seznam lidí" in told) == (2, True)
    (tmp_path / "access.toml").write_text('[roles]\nadmin = ["a@obec.cz"]', encoding="utf-8")
    code, told = ended(**oidc, OPORA_API="1", OPORA_API_OPEN="1")
    assert (code, "OPORA_API_KEYS" in told) == (2, True)
    code, told = ended(**oidc, STREAMLIT_SERVER_TRUSTED_USER_HEADERS='{"X-Email": "email"}')
    assert (code, "trustedUserHeaders" in told) == (2, True)
    assert COOKIE_SECRET not in told
    assert "heslo-klienta" not in told


@contextmanager
def other_server(env: dict[str, str]) -> Iterator[int]:
    """Serve the app by a server that Streamlit does not start, on all addresses, and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "0.0.0.0", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=PROJECT, env={"PATH": "/usr/bin:/bin", **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.HTTPError:
                    assert time.monotonic() < deadline
                    time.sleep(0.2)
            yield port
        finally:
            process.terminate()


def test_another_server_on_all_addresses_answers_this_machine_alone(env: dict[str, str]) -> None:
    outer = get_internal_ip() or "127.0.0.1"
    if outer.startswith("127."):
        pytest.skip("this machine has no address but its own")
    with other_server(env) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        # Whatever the request calls itself, it came in from the network.
        for headers in ({}, {"Host": "localhost"}, {"Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}):
            for path in ("/", "/healthz", "/_stcore/health", "/_stcore/stream", "/media/x"):
                reply = httpx.get(f"http://{outer}:{port}{path}", headers=headers)
                assert reply.status_code in (403, 421)
