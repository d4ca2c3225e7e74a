"""The audit of the libraries: what fails a build, what does not, and what is said when the database is out of reach."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.browser import PROJECT

pytestmark = pytest.mark.slow

KNOWN = {
    "id": "PYSEC-2018-66",
    "aliases": ["CVE-2018-18074"],
    "summary": "Sends the password to another server.",
    "schema_version": "1.6.0",
    "published": "2018-10-09T17:29:00Z",
    "affected": [
        {
            "package": {"name": "requests", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.20.0"}]}],
        }
    ],
}


class _Database(BaseHTTPRequestHandler):
    """Knows one vulnerability of one release, in the form of the real database."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = (asked["package"]["name"], asked["version"]) == ("requests", "2.19.1")
        body = json.dumps({"vulns": [KNOWN]} if known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Database)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


def audit(folder: Path, pin: str, database: str, ignored: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the audit with the real pip-audit over one pinned release."""
    lock, judged = folder / "lock.txt", folder / "ignored.txt"
    lock.write_text(pin + "\n", encoding="utf-8")
    judged.write_text(ignored, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(PROJECT / ".ci" / "audit"), str(lock), str(judged)],
        env={**os.environ, "OPORA_AUDIT_URL": database},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_vulnerable_release_fails_the_build_and_says_which_one_is_mended(tmp_path: Path, database: str) -> None:
    done = audit(tmp_path, "requests==2.19.1", database)
    assert done.returncode == 1, done.stderr
    assert "requests 2.19.1: PYSEC-2018-66, opravená verze: 2.20.0" in done.stderr


def test_a_release_without_one_passes(tmp_path: Path, database: str) -> None:
    done = audit(tmp_path, "requests==2.32.3", database)
    assert (done.returncode, done.stdout) == (
        0,
        "Zkontrolováno knihoven: 1, nových zranitelností: 0, posouzených: 0.\n",
    ), done.stderr


@pytest.mark.parametrize("name", ["PYSEC-2018-66", "CVE-2018-18074"])
def test_one_that_was_judged_passes_under_any_of_its_names(tmp_path: Path, database: str, name: str) -> None:
    done = audit(tmp_path, "requests==2.19.1", database, f"# posouzeno\n{name} hesla neposíláme\n")
    assert done.returncode == 0, done.stderr
    assert "posouzených: 1" in done.stdout


def test_a_judgement_without_a_reason_fails(tmp_path: Path, database: str) -> None:
    done = audit(tmp_path, "requests==2.19.1", database, "PYSEC-2018-66\n")
    assert done.returncode == 2
    assert "chybí důvod" in done.stderr


def test_a_judgement_that_is_no_longer_needed_is_named(tmp_path: Path, database: str) -> None:
    done = audit(tmp_path, "requests==2.32.3", database, "PYSEC-2018-66 hesla neposíláme\n")
    assert done.returncode == 0
    assert "PYSEC-2018-66 se už netýká žádné knihovny" in done.stdout


def test_a_database_out_of_reach_is_one_line_and_no_failure(tmp_path: Path) -> None:
    done = audit(tmp_path, "requests==2.19.1", "http://127.0.0.1:9/v1/query")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert done.stdout.startswith("Kontrola zranitelností knihoven vynechána: databáze")


def test_a_lock_that_cannot_be_read_is_a_failure_and_no_skip(tmp_path: Path, database: str) -> None:
    done = audit(tmp_path, "requests>=2 # bez verze", database)
    assert done.returncode == 2
    assert "selhala" in done.stderr
