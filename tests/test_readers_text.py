"""Plain text, Markdown and HTML, and what is no document at all."""

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers import SIZE_LIMIT, read, title_of
from ingest.readers.blocks import Block, clean, compose
from ingest.readers.text import decode

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent.parent / "corpus"
SOURCE = Source("a", "a")

CZECH = "Žádost o šetření podá město „Šťáhlavy“ – nejpozději do května."


def document(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read(path, SOURCE)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_text_of_a_corpus_file_is_the_file_byte_for_byte(path: Path) -> None:
    found = read(path, SOURCE)
    assert found.text.encode("utf-8") == path.read_bytes()
    assert found.pages == ()
    assert found.headings == ()


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not text.startswith("\ufeff")))
def test_text_in_utf_8_survives_reading_unchanged(text: str) -> None:
    assert decode(text.encode("utf-8")) == text
    assert decode(text.encode("utf-8-sig")) == text


def test_line_ends_of_windows_are_kept(tmp_path: Path) -> None:
    assert document(tmp_path / "a.txt", "jeden\r\ndva\r\n").text == "jeden\r\ndva\r\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250"])
def test_the_encoding_is_recognized(tmp_path: Path, encoding: str) -> None:
    assert document(tmp_path / "a.txt", CZECH.encode(encoding)).text == CZECH


@pytest.mark.parametrize("text", ["škola", "Šance", "žák", "věž", "ještě plať", "Žluťoučký kůň", "Ústí nad Orlicí"])
@pytest.mark.parametrize("encoding", ["cp1250", "iso8859_2"])
def test_both_eight_bit_encodings_of_czech_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_markdown_headings_lie_on_their_words(tmp_path: Path) -> None:
    text = (
        "# Plán obce #\r\n\r\nText.\r\n\r\nCíle plánu\r\n----------\r\n\r\n```\r\n# poznámka\r\n```\r\n### Bydlení\r\n"
        "#bez mezery\r\n- bod\r\n---\r\n"
    )
    found = document(tmp_path / "a.md", text)
    assert found.text == text
    assert [(found.text[h.start : h.end], h.level) for h in found.headings] == [
        ("Plán obce", 1),
        ("Cíle plánu", 2),
        ("Bydlení", 3),
    ]
    assert title_of(tmp_path / "a.md") == "Plán obce"


def test_the_web_page_has_the_words_of_its_source_and_nothing_around_them() -> None:
    found = read(DATA / "socialni-sluzby-stranka.html", SOURCE)
    wanted = (CORPUS / "asz-socialni-sluzby.txt").read_text("utf-8")
    assert [line for line in found.text.splitlines() if line] == [line for line in wanted.splitlines() if line]


def test_headings_of_the_web_page_lie_on_their_words() -> None:
    found = read(DATA / "socialni-sluzby-stranka.html", SOURCE)
    named = [(h.level, found.text[h.start : h.end]) for h in found.headings]
    assert named[:3] == [(2, "Sociální služby"), (2, "POPIS PROBLEMATIKY"), (2, "OPATŘENÍ K REALIZACI")]
    assert [level for level, _ in named[3:]] == [3] * 5
    assert named[-1][1] == "Zdravotně sociální pomocník"


PAGE = """<!doctype html><html><head><title>Výzva | Obec</title></head><body class="home-page">
<div class="cookie-bar">Používáme cookies</div><div id="main-menu"><ul><li>Úvod</li></ul></div>
<header><a href="/">Obec Lhota</a></header>
<div class="wrapper"><h1>Výzva <em>č. 5</em></h1>
Úvodní věta
s <b>tučným</b> slovem.<br>Druhý řádek.
<p>Podporu získá:</p>
<ul><li>obec,<ul><li>její organizace</li></ul></li><li><p>spolek.</p><p>Nezisková organizace.</p></li></ul>
<ol start="3"><li>krok</li><li>další krok</li></ol>
<table><tr><th>Rok</th><th>Částka</th></tr><tr><td>2025</td><td>1&nbsp;000 <span>Kč</span></td></tr></table>
<table><tr><td><p>Tabulka jen pro vzhled.</p></td></tr></table>
<p style="display: none">skryté</p><script>var x = "<p>skript</p>";</script>
</div><footer>Mapa stránek</footer></body></html>"""


def test_a_page_keeps_its_order_lists_and_tables_and_drops_its_frame(tmp_path: Path) -> None:
    found = document(tmp_path / "a.html", PAGE)
    assert found.text == (
        "Výzva č. 5\n\nÚvodní věta s tučným slovem.\nDruhý řádek.\n\nPodporu získá:\n• obec,\n  • její organizace\n"
        "• spolek.\n\nNezisková organizace.\n\n3. krok\n4. další krok\nRok | Částka\n2025 | 1\u00a0000 Kč\n\n"
        "Tabulka jen pro vzhled."
    )
    assert title_of(tmp_path / "a.html") == "Výzva č. 5"


def test_a_page_is_recognized_without_its_suffix_and_a_text_file_stays_text(tmp_path: Path) -> None:
    assert "<h1>" not in document(tmp_path / "stranka", PAGE).text
    assert document(tmp_path / "a.txt", PAGE).text == PAGE


def test_a_page_without_text_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"neobsahuje žádný text\..*uložte"):
        document(tmp_path / "a.html", "<!doctype html><html><body><script>x()</script></body></html>")


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\ufeff\n"])
def test_an_empty_file_is_reported(tmp_path: Path, content: str) -> None:
    with pytest.raises(ReadError, match=r"„a\.txt“ je prázdný"):
        document(tmp_path / "a.txt", content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MZ\x90\x00\x03\x00", "je program, ne dokument"),
        (b"\x89PNG\r\n\x1a\n\x00", "je obrázek"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "je obrázek"),
        (b"{\\rtf1\\ansi ", "RTF. Uložte ho ve Wordu jako DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ve starém formátu Microsoft Office"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "je chráněn heslem"),
        (b"PK\x03\x04 zbytek chyb\xc3\xad", "je poškozený nebo neúplný"),
        (bytes(range(256)) * 4, "není dokument, kterému lze rozumět"),
    ],
)
def test_what_is_no_document_is_refused_with_advice(tmp_path: Path, content: bytes, message: str) -> None:
    for name in ("priloha.txt", "priloha.pdf", "priloha"):
        with pytest.raises(ReadError, match=message) as caught:
            document(tmp_path / name, content)
        assert f"„{name}“" in str(caught.value)


_SAMPLES = ("oplzz-3-1-tabulka.pdf", "oplzz-3-1-tabulka.docx", "socialni-sluzby-stranka.html")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_SAMPLES), st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=8)), max_size=30))
def test_damage_of_any_kind_gives_a_text_or_a_clear_message(name: str, damage: list[tuple[float, bytes]]) -> None:
    data = bytearray((DATA / name).read_bytes())
    for place, content in damage:
        start = int(place * len(data))
        data[start : start + len(content)] = content
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        title_of(path)
        try:
            outcome = read(path, SOURCE).text
        except ReadError as error:
            outcome = str(error) if f"„{name}“" in str(error) else ""
        assert outcome


def test_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ReadError, match="archiv nebo tabulka"):
        read(tmp_path / "a.xlsx", SOURCE)


def test_a_file_above_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "velky.pdf").open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    with pytest.raises(ReadError, match=r"„velky\.pdf“ má 50 MB, nejvíce lze přečíst 50 MB"):
        read(tmp_path / "velky.pdf", SOURCE)


def test_a_missing_file_and_a_folder_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="neexistuje"):
        read(tmp_path / "neni.txt", SOURCE)
    with pytest.raises(ReadError, match="nelze otevřít"):
        read(tmp_path, SOURCE)


_KINDS = st.sampled_from(["paragraph", "heading", "item", "row"])
_BLOCKS = st.lists(st.builds(Block, st.text(st.characters(categories=["L", "Zs"]), min_size=1), _KINDS, st.just(2)))


@given(_BLOCKS, st.integers(0, 5))
def test_headings_and_pages_lie_inside_the_text(blocks: list[Block], page_count: int) -> None:
    marked = [Block(b.text, b.kind, b.level, ((0, i),)) for i, b in enumerate(blocks[:page_count], 1)]
    found = compose(SOURCE, [*marked, *blocks[page_count:]], page_count)
    assert [found.text[h.start : h.end] for h in found.headings] == [b.text for b in blocks if b.kind == "heading"]
    assert len(found.pages) == page_count
    assert list(found.pages) == sorted(found.pages)
    assert all(0 <= start <= len(found.text) for start in found.pages)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
