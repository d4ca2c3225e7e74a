"""The server keeps its limits of uploads also where no browser's widget does: a program talks to it directly."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import ReadError
from ingest.library import add
from ingest.readers import SIZE_LIMIT
from ingest.settings import Settings
from tests.browser import served
from tests.study_world import install
from tests.visiting import visiting
from views.upload_limits import SESSION_BYTES, SESSION_FILES
from views.uploads import MAX_ADDED, MAX_FILES, stage, take

TRANSPORT = 100 * 2**20
"""`server.maxUploadSize` in bytes."""

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def url(home: Settings) -> Iterator[str]:
    with served({"OPORA_CORPUS": str(home.corpus), "OPORA_DATA": str(home.data)}) as found:
        yield found


def chunks(size: int) -> Iterator[bytes]:
    """Yield the body of an upload of this size, without saying how long it is."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    for _ in range(size // 2**20):
        yield bytes(2**20)
    yield b"\r\n--x--\r\n"


@slow
def test_a_file_over_the_limit_is_refused_whether_it_says_its_size_or_not(url: str) -> None:
    with visiting(url) as visitor:
        assert visitor.put("a", bytes(TRANSPORT + 1)).status_code == 413
        assert visitor.put("b", chunks(TRANSPORT + 3 * 2**20)).status_code == 413
        assert visitor.put("c", b"text").status_code == 204


@slow
def test_without_a_running_session_nothing_is_kept(url: str) -> None:
    with visiting(url) as visitor:
        visitor.session = "neni"
        assert visitor.put("a", b"text").status_code == 400


@slow
def test_one_session_may_leave_only_so_many_files_with_the_server(url: str) -> None:
    with visiting(url) as visitor:
        replies = [visitor.put(f"f{n}", b"text").status_code for n in range(SESSION_FILES + 5)]
        assert replies == [204] * SESSION_FILES + [413] * 5
        reply = visitor.put("x", b"text")
        assert reply.text.startswith("Tolik souborů najednou server nepřijme.")
    with visiting(url) as other:
        assert other.put("f", b"text").status_code == 204


@slow
def test_one_session_may_leave_only_so_many_bytes_with_the_server(url: str) -> None:
    large = bytes(90 * 2**20)
    most = SESSION_BYTES // len(large)
    with visiting(url) as visitor:
        replies = [visitor.put(f"f{n}", large).status_code for n in range(most + 2)]
    assert replies == [204] * most + [413] * 2


@slow
def test_a_file_over_our_own_limit_is_refused_when_it_is_read_and_nothing_of_it_is_stored(
    url: str, home: Settings
) -> None:
    size = SIZE_LIMIT + 1
    with visiting(url) as visitor:
        assert visitor.put("velky", b"a" * size).status_code == 204
        told = visitor.run(files=(("velky", "velký.txt", size),))
    assert "nejvíce může mít 50 MB" in told
    assert not home.added.exists() or not any(home.added.iterdir())


@slow
def test_more_files_than_may_wait_are_not_read_and_what_is_read_is_let_go(url: str) -> None:
    with visiting(url) as visitor:
        for _ in range(3):
            files = tuple((f"s{n}", f"soubor {n}.exe", 2) for n in range(MAX_FILES + 3))
            assert {visitor.put(id_, b"MZ", name).status_code for id_, name, _ in files} == {204}
            told = visitor.run(files=files)
            assert told.count("nemá příponu, kterou Opora čte") >= MAX_FILES
            assert "Nahrajte až potom" in told


def _zip(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return content.getvalue()


WRONG: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a program as a PDF": ("a.pdf", lambda: b"MZ\x90\x00" + bytes(500)),
    "a program as a text": ("a.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(500)),
    "a ZIP as a Word file": ("a.docx", lambda: _zip(soubor=b"text")),
    "a ZIP as a text": ("a.md", lambda: _zip(soubor=bytes(range(256)))),
    "a picture as a web page": ("a.html", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "a Word file with macros by its name": ("a.docm", lambda: _zip(soubor=b"text")),
    "a script": ("a.sh", lambda: b"#!/bin/sh\n"),
    "nothing": ("a.pdf", lambda: b""),
}


@pytest.mark.parametrize("kind", WRONG)
def test_the_content_decides_what_a_file_is(home: Settings, kind: str) -> None:
    name, content = WRONG[kind]
    staged = stage(home, 1, name, content(), ())
    assert staged.document is None
    assert staged.error.startswith(("Soubor", "V souboru", "„")), staged.error


def test_an_installation_with_as_many_added_documents_as_it_may_have_takes_no_more(tmp_path: Path) -> None:
    home = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    home.corpus.mkdir()
    source = tmp_path / "první.txt"
    source.write_text("Obec může žádat o podporu bydlení.\n", encoding="utf-8")
    first = add(home, source)
    for n in range(MAX_ADDED - 1):
        shutil.copytree(home.added / first.id, home.added / f"{first.id}-{n}")
    staged = stage(home, 1, "další.txt", "Kraj žádá o podporu služeb.\n".encode(), ())
    assert staged.document
    with pytest.raises(ReadError, match="Přidaných dokumentů už je 500"):
        take(home, staged, "Další", "", ())
    shutil.rmtree(home.added / f"{first.id}-0")
    assert take(home, staged, "Další", "", ()).title == "Další"
