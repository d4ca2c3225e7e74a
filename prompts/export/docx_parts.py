"""The parts of Word's format that python-docx has no words for: links, bookmarks, fields, numbering, table rows."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return an element such as "w:lang" with attributes of the same namespace."""
    made = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, content in attributes.items():
        made.set(qn(f"{prefix}:{name}"), content)
    return made


def link_inside(paragraph: Paragraph, text: str, bookmark: str, style: str) -> None:
    """Add words that lead to a bookmark of the same document."""
    link = element("w:hyperlink", anchor=bookmark, history="1")
    paragraph._p.append(link)
    _run_in(link, paragraph, text, style)


def link_outside(paragraph: Paragraph, text: str, url: str, style: str) -> None:
    """Add words that lead to a web address."""
    related = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = element("w:hyperlink", history="1")
    link.set(qn("r:id"), related)
    paragraph._p.append(link)
    _run_in(link, paragraph, text, style)


def _run_in(link: BaseOxmlElement, paragraph: Paragraph, text: str, style: str) -> None:
    run = paragraph.add_run(text, style)
    link.append(run._r)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Make the words that a paragraph has so far a place to lead to; `number` is unique in the document."""
    start = element("w:bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def field(paragraph: Paragraph, code: str) -> None:
    """Add a field that Word computes, such as "PAGE"; until then it shows 1."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
        elif kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            instruction = element("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)


def numbering(document: Document, pattern: str, indent: int) -> int:
    """Define a numbered list with a pattern such as "[%1]", hanging by so many twips; return its id."""
    definitions = document.part.numbering_part.element
    abstract = 1 + max((int(a.get(qn("w:abstractNumId"))) for a in definitions.findall(qn("w:abstractNum"))), default=0)
    made = element("w:abstractNum", abstractNumId=str(abstract))
    made.append(element("w:multiLevelType", val="singleLevel"))
    level = element("w:lvl", ilvl="0")
    for tag, content in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", pattern), ("w:lvlJc", "left")):
        level.append(element(tag, val=content))
    properties = element("w:pPr")
    properties.append(element("w:ind", left=str(indent), hanging=str(indent)))
    level.append(properties)
    made.append(level)
    # All definitions stand before the first list that uses one.
    first = definitions.find(qn("w:num"))
    definitions.insert(len(definitions) if first is None else list(definitions).index(first), made)
    return int(definitions.add_num(abstract).numId)


def header_row(table: Table, caption: str) -> None:
    """Mark the first row as one that is repeated on each page, and name the table for screen readers."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    properties.append(element("w:tblHeader"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        table._tbl.tblPr.remove(look)
    look = element("w:tblLook", val="04A0", firstRow="1", lastRow="0", firstColumn="1", lastColumn="0", noVBand="1")
    table._tbl.tblPr.append(look)
    table._tbl.tblPr.append(element("w:tblCaption", val=caption))


def shaded(cell: _Cell, fill: str) -> None:
    """Give a table cell a background colour in hexadecimal form."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=fill))
