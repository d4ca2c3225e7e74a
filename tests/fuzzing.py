"""Small files of every format that is read, and seeded ways of damaging them.

A blind change of bytes seldom gets past a checksum of an archive; so half of the changes to a DOCX are made inside its
parts, and the PDF files are not compressed.
"""

import io
import random
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache

import docx
from pypdf import PdfReader, PdfWriter

from tests.test_readers_pdf import down, pdf_of

TEXT = (
    "Plán sociálního začleňování\n\nCíle plánu\n• dostupné bydlení pro rodiny s dětmi\n• dluhové poradenství\n\n"
    "Opatření 4.6.a: Podpora obcí při zabydlování osob bez domova. Částka 298 997 803,50 Kč.\n"
)
PAGE = (
    '<!doctype html><html lang="cs"><head><meta charset="utf-8"><title>Služby</title></head><body><nav>Menu</nav><main>'
    "<h1>Sociální služby</h1><p>Pomoc <b>rodinám</b> v&nbsp;nouzi.</p><ul><li>poradenství</li><li>terénní práce"
    "<ol start='3'><li>doprovod</li></ol></li></ul><table><tr><th>Rok</th><th>Částka</th></tr>"
    "<tr><td>2024</td><td>1 000 Kč</td></tr></table><pre>a\n b</pre></main></body></html>"
)

# What parsers stumble over: numbers out of range, names of the formats, unfinished and endless things.
_TOKENS: dict[str, tuple[bytes, ...]] = {
    "pdf": (
        b"<<", b">>", b"[", b"]", b"(", b"\\", b"obj", b"endobj", b"stream\n", b"endstream", b"/Kids[2 0 R]", b"R",
        b"/Length 99999999", b"/Length -1", b"/Count 2147483647", b"/Filter/FlateDecode", b"/Filter[/ASCIIHexDecode]",
        b"/Filter/LZWDecode", b"/Filter/ASCII85Decode", b"/Parent 4 0 R", b"/Contents 1 0 R", b"/Contents null",
        b"/Encoding/Identity-H", b"/ToUnicode 5 0 R", b"/Font null", b"/MediaBox[0 0 1e99 nan]", b"/Rotate 45",
        b"1e309", b"-2147483649", b"99999999999999999999", b"null", b"true", b"BT", b"ET", b"q", b"Q", b"Tj", b"TJ",
        b"' ", b"Tf", b"0 0 0 0 0 0 cm", b"/F9 0 Tf", b"/Encrypt 3 0 R", b"/Outlines 1 0 R", b"/Type/Pages",
        b"BI ID EI",
        b"<feff00>", b"<zz>", b"%%EOF", b"xref", b"trailer", b"startxref\n0", b"/Prev 9", b"/XRefStm 9",
        b"/FontMatrix[0 0 0 0 0 0]", b"/Widths[null]", b"/DescendantFonts[2 0 R]", b"/Info 2 0 R", b"/Root 2 0 R",
    ),
    "docx": (
        b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:tr/>", b"<w:tc/>", b"<w:sdt>", b"<w:numId w:val='x'/>", b"&bad;", b"&#0;",
        b"<w:numId w:val='-1'/>", b"<w:ilvl w:val='99'/>", b"<w:ilvl w:val='999999999999'/>", b'w:val=""', b"]]>",
        b"w:val='8589934592'", b"<w:start w:val='1e9'/>", b"<w:lvlText w:val='%9%'/>", b"<w:numFmt w:val='?'/>",
        b"<w:outlineLvl w:val='a'/>", b"<w:basedOn w:val='Normal'/>", b"<w:basedOn w:val='Heading1'/>", b"xmlns:w='x'",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml?>", b"<!--", b"<w:vMerge/>", b"<w:br/>", b"\x00",
        b"\xff\xfe", b"\xed\xa0\x80",
        b"<w:abstractNumId w:val='77'/>", b"<w:t/>", b"Target='../../x'", b"TargetMode='External'", b"r:id='rId999'",
    ),
    "html": (
        b"<div>", b"</div>", b"<table><tr>", b"<td>", b"</table>", b"<ul>", b"<li>",
        b"<ol start='99999999999999999999'>",
        "<ol start='²'>".encode(), b"<pre>", b"<main>", b"</main>", b"<!--", b"-->", b"<![CDATA[",
        b"<script>", b"</", b"<", b"&#xD800;",
        b"&#0;", b"&#x110000;", b"<meta charset=utf-7>", b"<meta charset=utf-16>", b"<meta charset='x'>", b"<p hidden>",
        b"<svg><math>", b"\x00", b"\xff", b"<h1>", b"<h6>", b"<br>", b"<body>", b"<html>", b"<title>",
        b"<base href='x'>", b"<frameset>",
        b"<meta charset=rot13>", b"<meta charset=base64>", b"<meta charset=unicode_escape>", b"<meta charset=idna>",
    ),
    "txt": (
        b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\x0b", b"\x0c", b"\x85",
        b"# ", b"```", b"====", b"----",
        "\u202e".encode(), "\u200b".encode(), "\u2028".encode(), b"\x1b[31m", b"%PDF-", b"PK\x03\x04", b"<html>",
    ),
}  # fmt: skip
_VALUES = (
    b"",
    b"0",
    b"-1",
    b"99",
    b"8589934592",
    b"x",
    b"1.5",
    b"Heading1",
    b"Normal",
    b"%9",
    b"&#x2028;",
    b"continue",
)
_EVERYWHERE = (b"", b"0", b"-1", b"65536", b"4294967295", b"\n", b" ", b'"', b"A" * 5000)


@lru_cache(maxsize=1)
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return small sound files by their suffix without the dot."""
    return {
        "pdf": (_pdf(), _pdf(marks=True), _compressed()),
        "docx": (_docx(),),
        "html": (PAGE.encode(), PAGE.replace("utf-8", "windows-1250").encode("cp1250")),
        "txt": (TEXT.encode(), TEXT.encode("cp1250"), TEXT.encode("utf-16")),
    }


def mutated(kind: str, seed: int) -> bytes:
    """Return a damaged file of a kind; the same for the same seed."""
    chance = random.Random(f"{kind}-{seed}")
    data = chance.choice(seeds()[kind])
    if kind == "docx" and chance.random() < 0.7:
        return _packed(dict(_damaged_parts(data, chance)))
    return _damaged(data, kind, chance)


def _damaged(data: bytes, kind: str, chance: random.Random) -> bytes:
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 10, 30))):
        _damage(result, kind, chance)
    return bytes(result)


def _damage(data: bytearray, kind: str, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    length = chance.choice((1, 1, 2, 4, 8, 16, 64, 256))
    match chance.randrange(8):
        case 0:
            data[place : place + 1] = bytes([chance.randrange(256)])
        case 1:
            del data[place : place + length]
        case 2:
            data[place:place] = data[place : place + length] * chance.choice((1, 2, 50))
        case 3:
            data[place:place] = chance.randbytes(length)
        case 4:
            start = chance.randrange(len(data) + 1)
            data[place : place + length] = data[start : start + length]
        case 5 if chance.random() < 0.3:
            del data[place:]
        case 6:
            _change_number(data, place, chance)
        case _:
            data[place : place + chance.choice((0, 0, length))] = chance.choice((*_TOKENS[kind], *_EVERYWHERE))


def _change_number(data: bytearray, place: int, chance: random.Random) -> None:
    """Put an awkward number in the place of the next one, as references and lengths are numbers."""
    digits = [i for i in range(place, min(len(data), place + 400)) if 48 <= data[i] <= 57]
    if digits:
        end = digits[0]
        while end < len(data) and 48 <= data[end] <= 57:
            end += 1
        data[digits[0] : end] = str(chance.choice((0, 1, 2, 3, 4, 5, 6, 7, 255, -1, 10**6, 2**31, 2**64))).encode()


def _damaged_parts(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    likely = [
        name for name in parts if name.endswith(("document.xml", "styles.xml", "numbering.xml", ".rels", "s].xml"))
    ]
    hit = set(chance.sample(likely, chance.choice((1, 1, 2))))
    for name, part in parts.items():
        if name not in hit:
            yield name, part
        elif chance.random() > 0.05:
            yield name, _damaged(part, "docx", chance) if chance.random() < 0.3 else _rearranged(part, chance)


def _rearranged(part: bytes, chance: random.Random) -> bytes:
    """Change XML so that most of it stays well formed: elements are copied, dropped, moved, their values replaced."""
    pieces = re.split(rb"(?<=>)(?=<)", part)
    for _ in range(chance.choice((1, 2, 5, 20))):
        place = chance.randrange(1, len(pieces))
        match chance.randrange(4):
            case 0:
                whole = [i for i, piece in enumerate(pieces) if piece.endswith(b"/>")]
                if whole:
                    pieces.insert(place, pieces[chance.choice(whole)])
            case 1:
                pieces[place:place] = chance.choice(([b"<w:p>", b"</w:p>"], [b"<w:tbl><w:tr>", b"</w:tr></w:tbl>"])) * 2
            case 2:
                pieces[place] = re.sub(rb'="[^"]*"', b'="' + chance.choice(_VALUES) + b'"', pieces[place], count=1)
            case _ if pieces[place].endswith(b"/>"):
                del pieces[place]
    return b"".join(pieces)


def _packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _pdf(marks: bool = False) -> bytes:
    lines = TEXT.replace("•", "–").splitlines()
    data = pdf_of(list(down(72, lines)), [*down(72, lines[:3]), *down(320, lines[3:6])])
    if not marks:
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    outer = writer.add_outline_item(title="Cíle plánu", page_number=0)
    writer.add_outline_item(title="Bydlení", page_number=1, parent=outer)
    writer.add_metadata({"/Title": "Plán"})
    return _written(writer)


def _compressed() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_pdf())))
    for page in writer.pages:
        page.compress_content_streams()
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _docx() -> bytes:
    word = docx.Document()
    word.add_heading("Plán obce", 1)
    word.add_paragraph("Aktivity:")
    for style in ("List Bullet", "List Number", "List Number 2"):
        word.add_paragraph("výstavba bytů", style=style)
    table = word.add_table(rows=2, cols=2)
    for cell in (cell for row in table.rows for cell in row.cells):
        cell.text = "1 000 Kč"
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()
