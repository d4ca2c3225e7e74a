"""Files that want to take all memory, all time or the whole process: they are refused, and nothing else happens."""

import io
import os
import signal
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from ingest.bounded import BoundedReader, Limits, read_apart
from ingest.document import Source
from ingest.errors import ReadError
from ingest.library import add
from ingest.manifest import source_for
from ingest.readers import read
from ingest.settings import Settings
from tests.test_readers_pdf import down, pdf_of

pytestmark = pytest.mark.slow

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(p for p in DATA.iterdir() if p.stem not in ("sken", "useknuty", "zaheslovany"))
PAGE = DATA / "socialni-sluzby-stranka.html"
SMALL = Limits(memory=400 << 20, seconds=20)
SOURCE = Source("a", "")


def refusal(path: Path, limits: Limits = SMALL) -> str:
    with pytest.raises(ReadError) as caught:
        read_apart(path, SOURCE, limits)
    return str(caught.value)


def word_with(path: Path, part: str, content: bytes) -> Path:
    """Write a Word file in which a part is replaced."""
    stream = io.BytesIO()
    word = docx.Document()
    word.add_paragraph("Text.")
    word.save(stream)
    with zipfile.ZipFile(stream) as sound, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in sound.namelist():
            changed.writestr(name, content if name == part else sound.read(name))
    return path


def body(inside: bytes, before: bytes = b"") -> bytes:
    word = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return before + b'<w:document xmlns:w="' + word + b'"><w:body>' + inside + b"</w:body></w:document>"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_file_read_apart_is_the_document_that_its_reader_gives(path: Path) -> None:
    expected = read(path, source_for(path))
    assert read_apart(path, Source(expected.source.id, "", sha256=expected.source.sha256, file=path.name)) == expected


@pytest.mark.parametrize(
    ("name", "said"), [("sken.pdf", "sken"), ("useknuty.pdf", "neúplný"), ("zaheslovany.pdf", "heslem")]
)
def test_what_is_wrong_with_a_file_is_said_in_the_words_of_its_reader(name: str, said: str) -> None:
    assert said in refusal(DATA / name)


def test_a_title_that_is_given_stays() -> None:
    assert read_apart(PAGE, Source("a", "Můj název")).source.title == "Můj název"


def test_plain_text_is_read_without_a_process(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Plán obce\n\nText.", encoding="utf-8")
    # No process could start within this time and memory.
    found = read_apart(path, SOURCE, Limits(memory=1, seconds=0.0))
    assert (found.text, found.source.title) == ("Plán obce\n\nText.", "Plán obce")


def test_a_pdf_that_is_called_text_is_still_read_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(pdf_of(list(down(72, ["Plán obce", "Text."]))))
    assert "déle než 0 s" in refusal(path, Limits(seconds=0.0))
    assert "Plán obce" in read_apart(path, SOURCE).text


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("chybí.pdf", "chybí.txt"):
        assert f"{name}“ neexistuje" in refusal(tmp_path / name)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert "trvalo déle než 0.01 s" in refusal(DATA / "akcni-plan-2024-2026.pdf", Limits(seconds=0.01))


def test_more_text_than_the_limit_is_refused() -> None:
    assert "příliš mnoho textu" in refusal(PAGE, Limits(output=1000))


def test_a_process_that_runs_out_of_memory_takes_only_its_file_with_it() -> None:
    with BoundedReader(Limits(memory=1 << 20)) as reader:  # less than it has at its start: it can take no more
        for _ in range(2):
            with pytest.raises(ReadError, match=r"akcni-plan-2024-2026.pdf.*(?:nelze přečíst|příliš mnoho paměti)"):
                reader.read(DATA / "akcni-plan-2024-2026.pdf", SOURCE)
    assert read_apart(PAGE, SOURCE).text


def test_a_process_that_is_killed_says_so_and_the_next_file_has_a_new_one() -> None:
    with BoundedReader() as reader:
        reader.read(PAGE, SOURCE)
        first = reader.process_id
        assert first
        os.kill(first, signal.SIGKILL)
        assert reader.read(PAGE, SOURCE).text
        assert reader.process_id != first


def test_one_process_reads_many_files_and_goes_on_after_one_that_cannot_be_read() -> None:
    with BoundedReader(Limits(files=2)) as reader:
        lengths = [len(reader.read(PAGE, SOURCE).text) for _ in range(3)]
        with pytest.raises(ReadError, match="sken"):
            reader.read(DATA / "sken.pdf", SOURCE)
        lengths.append(len(reader.read(PAGE, SOURCE).text))
    assert lengths == [len(read(PAGE, SOURCE).text)] * 4


def test_secrets_of_the_server_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPORA_MODEL_KEY", "tajné")
    with BoundedReader() as reader:
        reader.read(PAGE, SOURCE)
        assert reader.process_id
        environment = Path(f"/proc/{reader.process_id}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"OPORA" not in environment


def test_no_process_is_left_behind() -> None:
    with BoundedReader() as reader:
        reader.read(PAGE, SOURCE)
        number = reader.process_id
    assert number
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    paragraph = b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % (b"a" * 1000)
    bomb = word_with(tmp_path / "a.docx", "word/document.xml", body(paragraph * 150_000))
    assert bomb.stat().st_size < 1 << 20
    assert "„a.docx“" in refusal(bomb)


def test_a_file_that_says_it_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "x")
        with archive.open("word/media/image1.bmp", "w", force_zip64=True) as part:
            for _ in range(410):
                part.write(bytes(1 << 20))
    assert "po rozbalení příliš velký" in refusal(path)


def test_entities_that_multiply_are_not_expanded(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<!DOCTYPE a [<!ENTITY e0 "x">{levels}]>'.encode()
    content = body(b'<w:p w:x="&e11;"><w:r><w:t>&e11;</w:t></w:r></w:p>', kind)
    assert "poškozený" in refusal(word_with(tmp_path / "a.docx", "word/document.xml", content))


def test_an_entity_does_not_bring_in_a_file_of_the_server(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("heslo", encoding="utf-8")
    kind = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    path = word_with(tmp_path / "a.docx", "word/document.xml", body(b"<w:p><w:r><w:t>Text&e;</w:t></w:r></w:p>", kind))
    assert read_apart(path, SOURCE, SMALL).text == "Text"


def test_a_huge_attribute_is_refused(tmp_path: Path) -> None:
    content = body(b'<w:p w:rsidR="' + b"a" * (60 << 20) + b'"><w:r><w:t>Text</w:t></w:r></w:p>')
    assert "a.docx" in refusal(word_with(tmp_path / "a.docx", "word/document.xml", content))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    content = body(b"<w:tbl><w:tr><w:tc>" * 30_000)
    assert "poškozený" in refusal(word_with(tmp_path / "a.docx", "word/document.xml", content))
    page = tmp_path / "a.html"
    page.write_bytes(b"<html><body>" + b"<div><b>" * 100_000 + b"text")
    assert "a.html" in refusal(page)


def test_a_pdf_stream_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of(list(down(72, ["Plán obce"]))))))
    stream = StreamObject()
    stream.set_data(b" " * (200 << 20))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").stat().st_size < 1 << 20
    assert "a.pdf" in refusal(tmp_path / "a.pdf")


@pytest.mark.slow
def test_a_pdf_of_two_thousand_pages_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    lines = ["Obec zajistí dostupné bydlení pro rodiny s dětmi a pro osoby bez domova."] * 38
    path.write_bytes(
        pdf_of(*([*down(72, [*lines[:20], f"Opatření {n} strategie.", *lines[20:]])] for n in range(1, 2001)))
    )
    found = read_apart(path, SOURCE)
    assert len(found.pages) == 2000
    assert found.page_at(found.text.index("Opatření 1999 strategie")) == 1999


def test_a_file_that_cannot_be_read_is_not_added_and_one_that_can_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with pytest.raises(ReadError, match="sken"):
        add(settings, DATA / "sken.pdf", title="Sken")
    assert not settings.added.exists()
    assert add(settings, PAGE).title == source_for(PAGE).title
    assert add(settings, DATA / "oplzz-3-1-tabulka.docx", title="Tabulka").title == "Tabulka"
