"""A report as Markdown: words of documents and users stay words, and every mark leads to its source."""

import re
from collections.abc import Iterator
from itertools import groupby

from prompts.export.provenance import Provenance, printable, web_address
from prompts.export.report import ABOUT, Block, Evidence, Grid, Report

# Signs that mean something anywhere in a line, and those that do so only at its beginning.
_ANYWHERE = re.compile(r"([\\`*_\[\]{}<>|~$&@^=])")
_BEGINNING = re.compile(r"^(?:(#{1,6}|[+\-:]|-+)|(\d{1,9})([.)]))(?=[ \t]|$)")
# Renderers turn bare addresses into links, and ":words" into pictures or colours.
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(?<![\d\\]):(?=[A-Za-z_+\-])")
_CLOSING = re.compile(r"(?<=[ \t])#")
_EDGES = re.compile(r"^[ \t]+|[ \t]+$")

_BETWEEN = "\\\n"
"""A backslash before a line end keeps the line end."""


def markdown(report: Report) -> str:
    """Return the report as CommonMark with tables of GFM; the marks are links to the headings "Zdroj N"."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: Report) -> Iterator[str]:
    provenance = Provenance(report.made)
    yield f"# {escaped(report.title)}"
    yield _fact("Vytvořeno", provenance.moment)
    yield escaped(ABOUT)
    for listed, blocks in groupby(report.blocks, lambda block: block.form in ("item", "fill")):
        written = map(_block, blocks)
        yield from ["\n".join(written)] if listed else written
    yield "## Zdroje"
    if not report.sources:
        yield "Tento dokument neobsahuje žádnou citaci, proto nemá ani zdroje."
        return
    yield (
        "Číslo v hranatých závorkách v textu vede na zdroj se stejným číslem. Citáty jsou doslovné i s překlepy "
        "předlohy. Znaky se počítají od nuly v textu dokumentu, jak ho má Opora uložený."
    )
    for entry in report.sources:
        yield from _source(entry, provenance, report)
    yield "## Citované dokumenty a jejich platnost"
    for document in report.documents:
        source = document.source
        yield f"### {escaped(provenance.title(source))}"
        lines = [_fact(label, text) for label, text in provenance.details(source)]
        yield "\n".join(f"- {line}" for line in [*lines, f"**Adresa:** {_address(source.url)}"])


def _block(block: Block) -> str:
    if block.grid is not None:
        return _table(block.grid)
    if block.form == "heading":
        return f"{'#' * (max(1, block.level) + 1)} {escaped(block.text)}"
    if block.form == "fact":
        return _fact(block.label, block.text)
    if block.form == "fill":
        return f"- *{escaped(block.text)}*"
    sign = {"quote": "> ", "item": "- "}.get(block.form, "")
    return _indented(_words(block), sign)


def _words(block: Block) -> str:
    marks = "".join(f"\u00a0[\\[{n}\\]](#zdroj-{n})" for n in block.marks)
    tag = f" *({block.tag})*" if block.tag else ""
    label = f"**{escaped(block.label)}:** " if block.label else ""
    return f"{label}{escaped(block.worded)}{marks}{tag}"


def _fact(label: str, text: str) -> str:
    return f"**{escaped(label)}:** {escaped(text, begins=False)}"


def _table(grid: Grid) -> str:
    head = [escaped(name) or "Údaj" for name in grid.columns]
    body = [["<br>".join(_in_cell(block) for block in cell) for cell in row] for row in grid.rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _in_cell(block: Block) -> str:
    return _words(block).replace(_BETWEEN, "<br>")


def _source(entry: Evidence, provenance: Provenance, report: Report) -> Iterator[str]:
    yield f"### Zdroj {entry.n}"
    yield _indented(escaped(f"„{entry.citation.quote}“"), "> ")
    verdicts = ", ".join(report.verdicts(entry.n)) or "v textu bez značky"
    lines = [
        ("Dokument", provenance.title(entry.source)),
        ("Místo", provenance.spot(entry)),
        ("Ověření", verdicts),
        ("Datum textu", provenance.text_date(entry.source)),
        ("Získání", provenance.obtained(entry.source)),
        ("SHA-256 zdroje", entry.source.sha256 or "neuvedeno"),
    ]
    yield "\n".join(f"- {_fact(label, text)}" for label, text in lines)


def _address(url: str) -> str:
    link = web_address(url).replace("(", "%28").replace(")", "%29").replace("&", "&amp;")
    return f"[{escaped(url.strip())}](<{link}>)" if link else escaped(url) or "neuvedeno"


def _indented(text: str, sign: str) -> str:
    """Put a sign before the first line; lines after it belong to the same quote or item."""
    rest = sign if sign == "> " else " " * len(sign)
    first, *others = text.split("\n")
    return "\n".join([f"{sign}{first}", *(f"{rest}{line}" for line in others)])


def escaped(text: str, begins: bool = True) -> str:
    """Return a text that Markdown shows with exactly these characters, its line ends included.

    `begins` tells whether it stands at the beginning of a line, where more signs have a meaning.
    """
    first, *others = printable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _BETWEEN.join([_line(first, begins), *(_line(line, True) for line in others)])


def _line(line: str, begins: bool) -> str:
    line = _ANYWHERE.sub(r"\\\1", line)
    line = _ADDRESS.sub(lambda m: "\\" + m[0] if m[0][0] == ":" else m[0][:-1] + "\\.", line)
    line = _CLOSING.sub(r"\\#", line)
    line = _DIRECTIVE.sub(r"\\:", line)
    if begins:
        inner = line.lstrip(" \t")
        marked = _BEGINNING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", inner)
        line = line[: len(line) - len(inner)] + marked
    # Spaces at the edges of a line would be dropped, so they are written by their numbers.
    return _EDGES.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), line)
