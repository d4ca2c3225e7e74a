"""A page of another site can neither connect, nor upload, nor reach the app under a name of its own."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.api_world import OPEN
from tests.browser import ARTIFACTS, served
from views.origins import Allowed, is_loopback

LOCAL = Allowed(names=("localhost",))
FOREIGN = (
    "https://evil.example",
    "http://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost:1",
    "http://localhost:3000",
    "http://127.0.0.1:3000",
    "http://0.0.0.0:8501",
    "http://evil.example@localhost:8501",
    "http://localhost:8501.evil.example",
    "file://",
    "nesmysl",
    "http://[",
)
FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "0.0.0.0",
    "10.0.0.1",
    "",
    "localhost@evil.example",
    "evil.example#localhost",
    "localhost:99999",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served({**OPEN, "OPORA_DATA": str(tmp_path_factory.mktemp("empty"))}) as found:
        yield found


def socket_to(url: str, origin: str | None, host: str = "") -> ClientConnection:
    """Open the WebSocket of the app as a page of an origin would, at the server's address under the name `host`."""
    port = url.rpartition(":")[2]
    return connect(
        f"ws://{host or 'localhost'}:{port}/_stcore/stream",
        address=("127.0.0.1", int(port)),
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        proxy=None,
    )


@pytest.mark.slow
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_cannot_connect(url: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, socket_to(url, origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.slow
def test_the_own_page_and_a_program_connect(url: str) -> None:
    for origin in (url, None):
        with socket_to(url, origin) as found:
            assert found.subprotocol == "streamlit"


@pytest.mark.slow
def test_a_name_made_to_lead_here_does_not_open_the_websocket(url: str) -> None:
    port = url.rpartition(":")[2]
    for origin in (f"http://evil.example:{port}", None):
        with pytest.raises(InvalidStatus) as refused, socket_to(url, origin, "evil.example"):
            pass
        assert refused.value.response.status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/katalog", "/_stcore/health", "/media/x.png", "/api/search", "/healthz"])
def test_a_name_made_to_lead_here_reads_nothing(url: str, path: str) -> None:
    reply = httpx.get(f"{url}{path}", headers={"Host": "evil.example"})
    assert reply.status_code == 421
    assert reply.text.startswith("Na této adrese Opora neodpovídá.")
    assert httpx.get(f"{url.replace('localhost', '127.0.0.1')}/_stcore/health").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_foreign_page_cannot_upload_even_with_the_token_of_the_cookie(url: str, method: str) -> None:
    token = httpx.get(f"{url}/_stcore/health").cookies["_streamlit_xsrf"]
    headers = {"Origin": "https://evil.example", "X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
    reply = httpx.request(method, f"{url}/_stcore/upload_file/s/f", headers=headers, files={"f": b"x"})
    assert reply.status_code == 403
    assert "cizí stránky" in reply.text


@pytest.mark.slow
def test_an_upload_without_the_token_is_refused_wherever_it_comes_from(url: str) -> None:
    for origin in ({"Origin": url}, {}):
        assert httpx.put(f"{url}/_stcore/upload_file/s/f", headers=origin, files={"f": b"x"}).status_code == 403


@pytest.mark.slow
def test_no_reply_lets_a_foreign_page_read_it(url: str) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/x", "/api/openapi.json"):
        reply = httpx.get(f"{url}{path}", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in reply.headers, path
    assert json.loads(httpx.get(f"{url}/_stcore/host-config").text)["allowedOrigins"] is not None


@pytest.mark.slow
def test_a_refusal_is_in_the_log_in_one_line_whatever_the_page_called_itself(url: str) -> None:
    httpx.put(f"{url}/_stcore/upload_file/s/f", headers={"Origin": "https://evil.example/\x01x"})
    log = (ARTIFACTS / f"server-{url.rpartition(':')[2]}.log").read_text(encoding="utf-8")
    assert re.search(r"a request was refused: origin 'https://evil\.example", log)


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_only_loopback_names_and_the_configured_ones_count(host: str) -> None:
    assert not LOCAL.host(host)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "127.1.2.3", "[::1]:8501"])
def test_loopback_names_always_count(host: str) -> None:
    assert LOCAL.host(host)
    assert Allowed(names=("opora.obec.cz",)).host(host)


def test_names_can_be_allowed_one_by_one_or_by_their_end() -> None:
    allowed = Allowed(names=("opora.obec.cz", "*.kraj.cz"))
    assert allowed.host("opora.obec.cz:443")
    assert allowed.host("a.kraj.cz")
    assert not allowed.host("kraj.cz.evil.example")
    assert not allowed.host("evilkraj.cz")
    assert Allowed(names=("*",)).host("cokoli.cz")


def test_where_a_network_is_served_without_a_list_any_name_counts() -> None:
    assert Allowed(checked=False).host("opora.obec.cz")


@pytest.mark.parametrize("origin", FOREIGN)
def test_an_origin_is_compared_as_a_whole(origin: str) -> None:
    assert not LOCAL.origin(origin, "localhost:8501")


def test_the_own_origin_counts_also_behind_a_proxy() -> None:
    assert LOCAL.origin("http://localhost:8501", "localhost:8501")
    assert LOCAL.origin("https://opora.obec.cz", "opora.obec.cz")
    assert LOCAL.origin("https://opora.obec.cz", "opora.obec.cz:443")
    assert Allowed(names=("opora.obec.cz",)).origin("https://opora.obec.cz", "localhost:8501")
    assert Allowed(origins=("https://jina.cz",)).origin("https://jina.cz", "localhost:8501")
    assert Allowed(any_origin=True).origin("https://jina.cz", "localhost:8501")


def test_loopback_is_told_from_what_only_looks_like_it() -> None:
    assert [is_loopback(n) for n in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "localhost.cz", "10.1.1.1", "")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
