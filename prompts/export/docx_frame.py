"""An empty Word document of an office: A4, Czech, its styles, its properties and the footer with page numbers."""

from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from prompts.export.docx_parts import element, field, numbering

FONT = "Arial"
LANGUAGE = "cs-CZ"
MARGIN = Cm(2.5)
SHORT, LONG = Cm(21.0), Cm(29.7)

LEAD, FACT, NOTE, CELL = "Úvodní věta", "Údaj", "Poznámka Opory", "Text tabulky"
SOURCE, ORIGIN = "Citát zdroje", "Podrobnosti zdroje"
MARK, VERDICT, LINK, FILL = "Značka zdroje", "Ověření", "Odkaz", "K doplnění"

_INK, _GREY, _BLUE = RGBColor(0x1B, 0x2A, 0x41), RGBColor(0x55, 0x55, 0x55), RGBColor(0x0B, 0x4F, 0x9E)
_LONGEST_PROPERTY = 255
_INDENT = Cm(1.1)


def framed(title: str, made: datetime, wide: bool) -> Document:
    """Return a document without content; `wide` turns the paper to its long side."""
    document = docx.Document()
    _properties(document, title, made)
    _language(document)
    _page(document, wide)
    _styles(document)
    _footer(document, title)
    return document


def text_width(document: Document) -> Length:
    """Return the width between the margins."""
    section = document.sections[0]
    assert section.page_width is not None
    return Length(section.page_width - 2 * MARGIN)


def _properties(document: Document, title: str, made: datetime) -> None:
    properties = document.core_properties
    properties.title = title[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = "Opora"
    properties.created = properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    properties.language = LANGUAGE
    properties.comments = "Citace z programových dokumentů s uvedením zdrojů"
    properties.keywords = properties.subject = ""
    properties.revision = 1


def _language(document: Document) -> None:
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("w:lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA"))
    # Fonts of a theme would win over those of the styles.
    for fonts in styles.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
    settings = document.settings.element
    for old in settings.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), LANGUAGE)
    compatibility = settings.find(qn("w:compat"))
    if compatibility is not None:
        # Without this, Word opens the file in the mode of 2007.
        mode = element("w:compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word")
        mode.set(qn("w:val"), "15")
        compatibility.append(mode)


def _page(document: Document, wide: bool) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if wide else (SHORT, LONG)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    section.header_distance = section.footer_distance = Cm(1.25)


def _styles(document: Document) -> None:
    normal = _paragraph(document, "Normal", 11, after=6)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    normal.paragraph_format.line_spacing = 1.15
    normal.font.name = FONT
    title = _paragraph(document, "Title", 20, after=10, colour=_INK, bold=True)
    for border in title.element.iter(qn("w:pBdr")):
        border.clear()
    for level, (size, before) in enumerate(((15, 18), (12.5, 14), (11.5, 10)), 1):
        head = _paragraph(document, f"Heading {level}", size, before=before, after=4, colour=_INK, bold=True)
        head.paragraph_format.keep_with_next = True
    _paragraph(document, LEAD, 12, after=8)
    _paragraph(document, FACT, 11, after=3)
    _paragraph(document, NOTE, 10.5, after=6, colour=_GREY)
    _paragraph(document, CELL, 9.5, before=2, after=3)
    _paragraph(document, "List Bullet", 11, after=4)
    _paragraph(document, "Footer", 9, colour=_GREY)
    _quotes(_paragraph(document, "Quote", 11, before=2, after=6, colour=RGBColor(0, 0, 0)))
    _source_list(document)
    for name, colour in ((MARK, _BLUE), (VERDICT, _GREY), (LINK, _BLUE), (FILL, _GREY)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        assert isinstance(style, CharacterStyle)
        style.font.color.rgb = colour
        style.font.size = Pt(8.5) if name == VERDICT else None
        style.font.underline = name == LINK


def _paragraph(
    document: Document,
    name: str,
    size: float,
    *,
    before: float = 0,
    after: float = 0,
    colour: RGBColor | None = None,
    bold: bool | None = None,
) -> ParagraphStyle:
    """Return a style of this name, made if it is new; sizes and spaces are in points."""
    known = name in document.styles
    style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    if not known:
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, None
    if colour is not None:
        style.font.color.rgb = colour
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    return style


def _quotes(style: ParagraphStyle) -> None:
    """Set quotes apart by a bar, which is seen in black and white, too; long italics would be hard to read."""
    style.font.italic = False
    style.paragraph_format.left_indent = Cm(0.6)
    border = element("w:pBdr")
    border.append(element("w:left", val="single", sz="18", space="8", color="8FA9C7"))
    properties = style.element.get_or_add_pPr()
    # The format fixes the order of properties: borders come before spacing and indents.
    place = next(n for n, one in enumerate(properties) if one.tag in (qn("w:spacing"), qn("w:ind")))
    properties.insert(place, border)


def _source_list(document: Document) -> None:
    quote = _paragraph(document, SOURCE, 10.5, before=8, after=2)
    listed = element("w:numPr")
    listed.append(element("w:numId", val=str(numbering(document, "[%1]", int(_INDENT.twips)))))
    properties = quote.element.get_or_add_pPr()
    place = next(n for n, one in enumerate(properties) if one.tag == qn("w:spacing"))
    properties.insert(place, listed)
    origin = _paragraph(document, ORIGIN, 9, after=1, colour=_GREY)
    origin.paragraph_format.left_indent = _INDENT


def _footer(document: Document, title: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    stops = paragraph.style.paragraph_format.tab_stops if paragraph.style else paragraph.paragraph_format.tab_stops
    for stop in list(stops):
        del stops[list(stops).index(stop)]
    stops.add_tab_stop(text_width(document), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"Opora – {title if len(title) <= 70 else title[:70] + '…'}\tStrana ")
    field(paragraph, "PAGE")
    paragraph.add_run(" z ")
    field(paragraph, "NUMPAGES")
