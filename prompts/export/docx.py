"""A report as a Word document: headings, lists, quotes and tables of Word's own, marks that lead to their sources."""

import io
from dataclasses import dataclass, field

from docx.document import Document as Word
from docx.shared import Cm, Length
from docx.text.paragraph import Paragraph

from prompts.export import docx_frame as frame
from prompts.export.docx_parts import bookmark, header_row, link_inside, link_outside, shaded
from prompts.export.provenance import Provenance, printable, web_address
from prompts.export.report import ABOUT, Block, Evidence, Grid, Report

_HEAD_FILL = "E8EEF6"
_LABELS = Cm(3.0)
"""Width of the column with the labels of a table's rows."""

_SHORT = 400
"""Characters of a quote that is kept on one page with its details."""

_STYLES = {"lead": frame.LEAD, "quote": "Quote", "item": "List Bullet", "fill": "List Bullet", "note": frame.NOTE}


def docx_bytes(report: Report) -> bytes:
    """Return the report as a DOCX file; characters that XML cannot hold become U+FFFD."""
    written = _Writer(report, frame.framed(printable(report.title), report.made, report.wide))
    written.write()
    target = io.BytesIO()
    written.word.save(target)
    return target.getvalue()


@dataclass(slots=True)
class _Writer:
    report: Report
    word: Word
    _bookmarks: int = field(default=0)

    def write(self) -> None:
        provenance = Provenance(self.report.made)
        self._add("Title").add_run(printable(self.report.title))
        self._fact("Vytvořeno", provenance.moment)
        self._add(frame.NOTE).add_run(ABOUT)
        for block in self.report.blocks:
            self._block(block)
        self._sources(provenance)
        self._documents(provenance)

    def _block(self, block: Block) -> None:
        if block.grid is not None:
            self._table(block.grid)
        elif block.form == "heading":
            self.word.add_heading(printable(block.text), max(1, block.level))
        elif block.form == "fact":
            self._fact(block.label, block.text)
        else:
            paragraph = self._add(_STYLES.get(block.form, "Normal"))
            self._words(paragraph, block)
            paragraph.paragraph_format.keep_with_next = block.text.endswith(":") or None

    def _words(self, paragraph: Paragraph, block: Block) -> None:
        """Add the words of a block, its marks, and what they are."""
        if block.label:
            paragraph.add_run(f"{printable(block.label)}: ").bold = True
        paragraph.add_run(printable(block.worded), frame.FILL if block.form == "fill" else None)
        for n in block.marks:
            paragraph.add_run("\u00a0")
            link_inside(paragraph, f"[{n}]", _source_place(n), frame.MARK)
        if block.tag:
            paragraph.add_run(" (" + block.tag.replace(" ", "\u00a0") + ")", frame.VERDICT)

    def _fact(self, label: str, text: str) -> Paragraph:
        paragraph = self._add(frame.FACT)
        paragraph.add_run(f"{printable(label)}: ").bold = True
        if text:
            paragraph.add_run(printable(text))
        return paragraph

    def _table(self, grid: Grid) -> None:
        width = frame.text_width(self.word)
        columns = len(grid.columns)
        widths = [_LABELS, *[Length((width - _LABELS) // (columns - 1))] * (columns - 1)]
        table = self.word.add_table(rows=1 + len(grid.rows), cols=columns, style="Table Grid")
        table.autofit = False
        header_row(table, "Srovnání: " + printable(", ".join(name for name in grid.columns if name)))
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = wide
        # python-docx looks every single cell up anew, so rows are asked once.
        lines = [row.cells for row in table.rows]
        for cell, name, wide in zip(lines[0], grid.columns, widths, strict=True):
            cell.width = wide
            shaded(cell, _HEAD_FILL)
            cell.paragraphs[0].style = frame.CELL
            cell.paragraphs[0].add_run(printable(name) or "Údaj").bold = True
        for line, row in zip(lines[1:], grid.rows, strict=True):
            for n, (cell, blocks, wide) in enumerate(zip(line, row, widths, strict=True)):
                cell.width = wide
                for position, block in enumerate(blocks):
                    paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
                    paragraph.style = frame.CELL
                    self._words(paragraph, block)
                    if n == 0 and position == 0:
                        paragraph.runs[0].bold = True
        self._add(frame.CELL)  # a paragraph must stand between two tables, or they become one

    def _sources(self, provenance: Provenance) -> None:
        self.word.add_heading("Zdroje", 1)
        if not self.report.sources:
            self._add(frame.NOTE).add_run("Tento dokument neobsahuje žádnou citaci, proto nemá ani zdroje.")
            return
        self._add(frame.NOTE).add_run(
            "Číslo v hranatých závorkách v textu vede na citát se stejným číslem. Citáty jsou doslovné i s překlepy "
            "předlohy. Znaky se počítají od nuly v textu dokumentu, jak ho má Opora uložený."
        )
        places = {document.id: f"dokument_{n}" for n, document in enumerate(self.report.documents, 1)}
        for entry in self.report.sources:
            self._source(entry, provenance, places[entry.document.id])

    def _source(self, entry: Evidence, provenance: Provenance, document: str) -> None:
        quote = self._add(frame.SOURCE)
        # A long quote may break over two pages; a short one stays with where it is from.
        quote.paragraph_format.keep_with_next = len(entry.citation.quote) <= _SHORT
        quote.add_run(f"„{printable(entry.citation.quote)}“")
        self._bookmark(quote, _source_place(entry.n))
        place = self._add(frame.ORIGIN)
        place.paragraph_format.keep_with_next = True
        link_inside(place, printable(provenance.title(entry.source)), document, frame.MARK)
        place.add_run(f"; {printable(provenance.spot(entry))}")
        origin = self._add(frame.ORIGIN)
        verdicts = ", ".join(self.report.verdicts(entry.n)) or "v textu bez značky"
        origin.add_run(
            f"Ověření: {verdicts}. Datum textu: {provenance.text_date(entry.source)}. "
            f"Získání: {provenance.obtained(entry.source)}.\nSHA-256 zdroje: {entry.source.sha256 or 'neuvedeno'}"
        )

    def _documents(self, provenance: Provenance) -> None:
        if not self.report.sources:
            return
        self.word.add_heading("Citované dokumenty a jejich platnost", 1)
        for n, document in enumerate(self.report.documents, 1):
            source = document.source
            title = self.word.add_heading(printable(provenance.title(source)), 2)
            self._bookmark(title, f"dokument_{n}")
            for label, text in provenance.details(source):
                self._fact(label, text)
            url = web_address(source.url)
            address = self._fact("Adresa", "" if url else source.url or "neuvedeno")
            if url:
                link_outside(address, printable(source.url.strip()), url, frame.LINK)

    def _add(self, style: str) -> Paragraph:
        return self.word.add_paragraph(style=style)

    def _bookmark(self, paragraph: Paragraph, name: str) -> None:
        self._bookmarks += 1
        bookmark(paragraph, name, self._bookmarks)


def _source_place(n: int) -> str:
    return f"zdroj_{n}"
