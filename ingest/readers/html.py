"""HTML: the main content of a page in its order, with headings, lists and tables; what surrounds it is left out.

An extractor that guesses (trafilatura) drops headings that only links follow, as on pages that list
measures with "Více info"; so the page's own markup decides here.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.readers.blocks import Block, clean, compose
from ingest.readers.text import decode

_DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|^\s*<\?xml[^>]+encoding=["']([\w-]+)""", re.I)
_NEVER = frozenset(
    "script style noscript template head nav footer aside form button select input iframe svg object "
    "canvas audio video dialog".split()
)
_ROLES = frozenset("navigation banner contentinfo complementary search menu menubar dialog alert".split())
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navigace|menu|submenu|breadcrumbs?|drobecky|footer|paticka|sidebar|"
    r"cookies?|cookiebar|skip|skiplink|share|sdilet|social-links|pagination|sr-only|visually-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "p div section article main header ul ol li dl dt dd table thead tbody tfoot tr td th caption h1 h2 h3 h4 h5 "
    "h6 blockquote pre address figure figcaption details summary fieldset legend hr body center".split()
)


def read(data: bytes, source: Source, name: str) -> Document:
    """Return the main content as a document.

    Raises
    ------
    ReadError
        If the page holds no text.
    """
    tree = _tree(data)
    blocks = [] if tree is None else list(_blocks(_main(tree)))
    if not blocks:
        raise ReadError(
            f"Stránka „{name}“ neobsahuje žádný text. Je-li text vidět jen v prohlížeči, "
            "uložte stránku z prohlížeče celou nebo jako PDF."
        )
    return compose(source, blocks)


def title_of(data: bytes) -> str:
    """Return the first heading of the highest level, else the title of the page, else an empty string."""
    tree = _tree(data)
    if tree is None:
        return ""
    for path in (".//h1", ".//title"):
        for element in tree.iterfind(path):
            if text := " ".join(clean(str(element.text_content())).split("\n")):
                return text
    return ""


def _tree(data: bytes) -> lxml_html.HtmlElement | None:
    match = _DECLARED.search(data[:4096])
    declared = (match[1] or match[2]).decode("ascii") if match else ""
    text = decode(data, "cp1252" if declared.lower() == "iso-8859-1" else declared)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        # lxml refuses a document without any element.
        return None


def _main(tree: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """Return the element that the page itself calls its main content, else its body."""
    for path in (".//main", ".//*[@role='main']", ".//article", ".//*[@id='content']", ".//*[@id='main']"):
        found = tree.findall(path)
        if len(found) == 1 and clean(str(found[0].text_content())):
            return found[0]
    body = tree.find(".//body")
    return tree if body is None else body


def _blocks(element: lxml_html.HtmlElement, depth: int = -1) -> Iterator[Block]:
    """Yield the blocks inside an element; `depth` is that of the list around it, -1 outside lists."""
    inline: list[str] = [_fold(element.text)]
    for child in element:
        if not isinstance(child.tag, str) or _skipped(child):
            pass
        elif child.tag in _BLOCKS or _holds_blocks(child):
            yield from _paragraph(inline)
            inline = []
            yield from _block(child, depth)
        else:
            inline.append(_inline(child))
        inline.append(_fold(child.tail))
    yield from _paragraph(inline)


def _block(element: lxml_html.HtmlElement, depth: int) -> Iterator[Block]:
    tag = str(element.tag)
    if re.fullmatch("h[1-6]", tag):
        if text := " ".join(clean(_inline(element)).split("\n")):
            yield Block(text, "heading", int(tag[1]))
    elif tag in ("ul", "ol"):
        yield from _list(element, depth + 1)
    elif tag == "table" and not _is_layout(element):
        for row in element.iter("tr"):
            cells = (" ".join(_words(cell)) for cell in row if cell.tag in ("td", "th"))
            if text := " | ".join(cell for cell in cells if cell):
                yield Block(text, "row")
    elif tag == "pre":
        if text := "\n".join(clean(line) for line in str(element.text_content()).splitlines() if line.strip()):
            yield Block(text)
    else:
        yield from _blocks(element, depth)


def _list(element: lxml_html.HtmlElement, depth: int) -> Iterator[Block]:
    start = element.get("start", "1")
    number = int(start) if start.isdecimal() and len(start) < 10 else 1
    for child in element:
        if not isinstance(child.tag, str) or _skipped(child):
            continue
        inner = list(_block(child, depth) if child.tag in ("ul", "ol") else _blocks(child, depth))
        for index, block in enumerate(inner):
            if index or child.tag != "li" or block.kind == "item":
                yield block
                continue
            mark = f"{number}." if element.tag == "ol" else "•"
            yield Block(f"{'  ' * depth}{mark} {block.text}", "item", depth)
        number += child.tag == "li"


def _paragraph(inline: list[str]) -> Iterator[Block]:
    if text := clean("".join(inline)):
        yield Block(text)


def _inline(element: lxml_html.HtmlElement) -> str:
    """Return the text of an element with its forced line breaks; white space of the file is folded."""
    if element.tag == "br":
        return "\n"
    parts = [_fold(element.text)]
    for child in element:
        if isinstance(child.tag, str) and not _skipped(child):
            parts.append(_inline(child))
        parts.append(_fold(child.tail))
    return "".join(parts)


def _fold(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _words(element: lxml_html.HtmlElement) -> list[str]:
    return [" ".join(block.text.split("\n")) for block in _blocks(element)]


def _skipped(element: lxml_html.HtmlElement) -> bool:
    if element.tag in _NEVER or (element.get("role") or "") in _ROLES:
        return True
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    if hidden or re.search(r"display\s*:\s*none", element.get("style") or ""):
        return True
    if element.tag == "header" and element.getparent() is not None and element.getparent().tag == "body":
        return True
    return bool(_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _holds_blocks(element: lxml_html.HtmlElement) -> bool:
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _is_layout(table: lxml_html.HtmlElement) -> bool:
    """Tell whether a table only places things: it has one column, holds tables, lists or headings."""
    if any(child.tag in ("table", "h1", "h2", "h3") for child in table.iterdescendants()):
        return True
    return all(sum(cell.tag in ("td", "th") for cell in row) < 2 for row in table.iter("tr"))
