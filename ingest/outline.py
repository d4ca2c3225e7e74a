"""From classified lines to the tree of a document: headings, measures, labels and what belongs under each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.document import Document, Kind
from ingest.lines import Line
from ingest.marks import has_date, is_bare_article, is_contact, is_sentence
from ingest.roles import classify

# Levels of nesting, outermost first; depth of number, indent and kind of list are added to them.
_MARKED, _ARTICLE, _LEADING_NUMBER, _UNNUMBERED, _NUMBER, _MEASURE = 10, 20, 21, 30, 40, 50
_LABEL, _COLUMNS, _ROW, _CONTENT = 60, 65, 66, 70
_DEEPEST = 20
_NAME_LINES = 4
"""A document's title, and a contact before its first telephone or address, have at most so many lines."""


@dataclass(slots=True)
class Node:
    """A node of the outline; `end` of an inner node is the end of its own line, not of its children.

    `level` orders nesting: a node holds the nodes after it that have a higher level. `inferred` tells headings
    that only their place makes one from those that the file marks, numbers or writes in capitals.
    """

    kind: Kind
    start: int
    end: int
    level: int
    text: str = ""
    code: str = ""
    label: str = ""
    inferred: bool = False
    indent: int = 0
    rank: int = 0
    gap: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def last(self) -> int:
        """End of the last descendant."""
        return self.children[-1].last if self.children else self.end


def outline(document: Document) -> Node:
    """Return the root of the document's tree; its children are in the order of the text."""
    root = Node("title", 0, 0, 0)
    nodes = _nodes(document.text, classify(document))
    stack = [root]
    for node, following in zip_longest(nodes, nodes[1:]):
        while not _introduces(stack[-1], node) and (
            stack[-1].level >= node.level or _closes(node, following, stack[-1])
        ):
            stack.pop()
        stack[-1].children.append(node)
        stack.append(node)
    return root


def _introduces(holder: Node, node: Node) -> bool:
    """Tell whether the bullet "Osoby:" holds the next ones in a list whose depth the file does not show."""
    label = holder.kind == node.kind == "item" and holder.rank == 3 and bool(holder.label)
    flat = not holder.children or holder.children[0].level == holder.level
    return label and flat and node.level == holder.level and not node.label


def _closes(node: Node, following: Node | None, holder: Node) -> bool:
    """Tell whether a node ends what the holder opened although its level would let it belong there."""
    if holder.level in (_COLUMNS, _ROW):
        return node.level != _ROW
    if holder.kind in ("descriptor", "fact", "contact", "paragraph"):
        return holder.kind != "paragraph" or node.kind != "item" or not holder.text.endswith(":")
    if holder.kind == "item" and node.kind == "item":
        # Another kind of list at the same indent belongs to an item only if the item introduces it.
        return node.indent == holder.indent and not holder.text.endswith(":")
    if holder.kind != "heading":
        return False
    first = holder.children[0].kind if holder.children else ""
    if holder.inferred and first == "item" and node.kind in ("fact", "contact", "paragraph"):
        return True
    if holder.inferred and first == "paragraph" and node.level == _LABEL and node.kind == "heading":
        # "Popis činností:" after paragraphs stands beside their heading; "Jde o následující:" goes on in them.
        lists = following is not None and following.level > _LABEL and following.kind != "paragraph"
        return node.gap and lists and not is_sentence(node.label)
    # Clause 1.3 is not part of clause 1.2, which introduces a list; in an article clauses are numbered freely.
    numbered = node.kind == "heading" or (node.kind == "item" and "." in holder.code)
    both = holder.code[:1].isdigit() and node.code[:1].isdigit()
    return numbered and both and not node.code.startswith(f"{holder.code}.")


def _nodes(text: str, lines: Sequence[Line]) -> list[Node]:
    nodes: list[Node] = []
    i = _title_length(lines)
    if i:
        start, end = lines[0].start, lines[i - 1].end
        code = next((line.code for line in lines[:i] if line.code), "")
        nodes.append(Node("title", start, end, 1, text[start:end], code))
    numbered_first = next((bool(line.code) for line in lines[i:] if line.kind in ("heading", "article")), False)
    short_until = 0
    while i < len(lines):
        line = lines[i]
        if line.kind != "short":
            run = _short_run(lines, i)
        else:
            # A run ends where that of the line before it does; a list of thousands is walked through once.
            short_until = short_until if i < short_until else i + _short_run(lines, i)
            run = short_until - i
        named = lines[i : i + min(run, _NAME_LINES + 1)]
        if run > 1 and any(is_contact(x.text) for x in named):
            end = lines[i + run - 1].end
            nodes.append(_node("contact", line, _CONTENT, end, text[line.start : end]))
            i += run
        elif line.kind == "label" and run > 1:
            nodes.append(_node("heading", line, _LABEL))
            nodes += [_node("item", x, _CONTENT, x.tail) for x in lines[i + 1 : i + run]]
            i += run
        elif i + 1 < len(lines) and _titles(lines[i + 1], line):
            level = _heading_level(line, numbered_first)
            words = f"{line.text} {lines[i + 1].text}"
            nodes.append(_node("heading", line, level, lines[i + 1].end, words))
            i += 2
        else:
            nodes.append(_single(line, numbered_first))
            i += 1
    return nodes


def _title_length(lines: Sequence[Line]) -> int:
    """Number of leading lines that name the document: headings and dates before its first chapter or text."""
    n = 0
    for line in lines:
        chapter = line.kind == "heading" and line.code and line.text[0].isdigit()
        naming = line.kind in ("heading", "short") and line.text[-1] not in ".;,"
        deeper = line.level > lines[0].level > 0 and not line.code
        if chapter or not naming or deeper or n == _NAME_LINES:
            break
        n += 1
    # The last short line before a text is a chapter's heading unless it carries a code or is all there is.
    while n > 1 and lines[n - 1].kind == "heading" and not _names_document(lines[n - 1]):
        n -= 1
    return n


def _names_document(line: Line) -> bool:
    return bool(line.code) or any(c.isdigit() for c in line.text)


def _titles(line: Line, article: Line) -> bool:
    """Tell whether the line is the title of an article that has only its number before it."""
    if article.kind not in ("article", "heading") or not is_bare_article(article.text):
        return False
    plain = line.kind in ("heading", "short") and not line.code and line.text[-1] not in ".;"
    return plain and line.level in (0, article.level)


def _short_run(lines: Sequence[Line], i: int) -> int:
    """Number of consecutive short lines from i on: a label or a short line, then short lines and contacts."""
    if lines[i].kind not in ("short", "label"):
        return 0
    n = 1
    while i + n < len(lines):
        line = lines[i + n]
        contact_label = line.kind in ("label", "fact") and is_contact(line.text)
        if line.kind != "short" and not contact_label:
            break
        if lines[i].kind == "label" and not is_contact(lines[i].text) and line.gap != lines[i + 1].gap:
            break
        n += 1
    return n


def _single(line: Line, numbered_first: bool) -> Node:
    match line.kind:
        case "heading" | "article":
            return _node("heading", line, _heading_level(line, numbered_first))
        case "measure":
            return _node("measure", line, _MEASURE)
        case "label":
            return _node("heading", line, _LABEL)
        case "columns":
            return _node("heading", line, _COLUMNS)
        case "row":
            return _node("item", line, _ROW)
        case "task":
            return _node("task", line, _LABEL)
        case "descriptor":
            return _node("descriptor", line, _CONTENT)
        case "bullet":
            return _node("item", line, _CONTENT + 4 * min(line.indent, _DEEPEST) + line.rank)
    return _node("fact" if line.kind == "fact" or has_date(line.text) else "paragraph", line, _CONTENT)


def _heading_level(line: Line, numbered_first: bool) -> int:
    if line.level:
        return _MARKED + min(line.level, 9)
    if line.kind == "article":
        return _ARTICLE
    if line.code and line.text[0].isdigit():
        return (_LEADING_NUMBER if numbered_first else _NUMBER) + line.code.count(".")
    return _UNNUMBERED


def _node(kind: Kind, line: Line, level: int, end: int = 0, text: str = "") -> Node:
    text = re.sub(r"\s*\n\s*", " ", text or line.text)
    inferred = kind == "heading" and not line.level and not line.code and not line.text.isupper()
    return Node(
        kind,
        line.start,
        end or line.end,
        level,
        text,
        line.code,
        line.label,
        inferred,
        line.indent,
        line.rank,
        line.gap,
    )
