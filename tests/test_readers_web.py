"""Downloads from a real server on the loopback."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.document import Source
from ingest.errors import ReadError
from ingest.readers import read
from ingest.readers.web import fetch

DATA = Path(__file__).parent / "data"


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = "<html><body><p>Žádost o šetření</p></body></html>"
        match self.path.partition("?")[0]:
            case "/plan":
                self._send(page.encode("cp1250"), "text/html; charset=windows-1250")
            case "/stranka.html":
                self._send((DATA / "socialni-sluzby-stranka.html").read_bytes(), "text/html")
            case "/sluzby.pdf":
                self._send((DATA / "oplzz-3-1-tabulka.pdf").read_bytes(), "application/octet-stream")
            case "/presun":
                self._send(b"", "text/html", 302, {"Location": "/plan"})
            case "/dokola":
                self._send(b"", "text/html", 302, {"Location": "/dokola"})
            case "/jinam":
                self._send(b"", "text/html", 302, {"Location": "ftp://127.0.0.1/x"})
            case "/obrazek":
                self._send(b"\x89PNG", "image/png")
            case "/velke":
                self._send(b"a" * 5000, "text/plain")
            case "/prazdne":
                self._send(b"", "text/html")
            case "/pomale":
                time.sleep(1)
                self._send(b"pozde", "text/plain")
            case _:
                self._send(b"", "text/html", 404)

    def _send(self, body: bytes, kind: str, code: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the reader had enough, as some tests want

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_saved_with_the_encoding_that_only_the_server_states(site: str, tmp_path: Path) -> None:
    path = fetch(f"{site}/plan", tmp_path)
    assert path == tmp_path / "plan.html"
    assert read(path, Source("a", "a")).text == "Žádost o šetření"


def test_a_page_that_states_its_encoding_is_saved_as_it_is(site: str, tmp_path: Path) -> None:
    path = fetch(f"{site}/stranka.html?verze=2", tmp_path)
    assert path.read_bytes() == (DATA / "socialni-sluzby-stranka.html").read_bytes()


def test_a_file_of_unstated_type_is_saved_under_its_name(site: str, tmp_path: Path) -> None:
    path = fetch(f"{site}/sluzby.pdf", tmp_path)
    assert path.name == "sluzby.pdf"
    assert len(read(path, Source("a", "a")).pages) == 2


def test_redirects_are_followed(site: str, tmp_path: Path) -> None:
    assert read(fetch(f"{site}/presun", tmp_path), Source("a", "a")).text == "Žádost o šetření"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/neni", "odpověděl chybou 404"),
        ("/dokola", "nepodařilo načíst"),
        ("/jinam", "nepodařilo načíst"),
        ("/obrazek", "obsah typu image/png"),
        ("/prazdne", "neposlala žádný obsah"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_no_file(site: str, tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        fetch(site + path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_download_above_the_limit_is_cut_off(site: str, tmp_path: Path) -> None:
    assert fetch(f"{site}/velke", tmp_path, limit=5000).stat().st_size == 5000
    with pytest.raises(ReadError, match="je větší než"):
        fetch(f"{site}/velke", tmp_path, limit=4999)


def test_a_slow_server_is_not_waited_for(site: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="neposlala dokument do"):
        fetch(f"{site}/pomale", tmp_path, timeout=0.2)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/a.pdf", "file:///etc/hostname", "dokument.pdf", "javascript:alert(1)"]
)
def test_only_web_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(ReadError, match="není webová"):
        fetch(url, tmp_path)


def test_a_server_that_does_not_answer_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nepodařilo načíst"):
        fetch("http://127.0.0.1:1/a.pdf", tmp_path)
