"""From a document to its passages: leaves that answer by themselves, and the sections that hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.document import Document, Passage, Source
from ingest.outline import Node, outline
from ingest.splitter import split_long

SECTION_LIMIT = 1200
"""Longest passage in characters; also the longest that an evaluation record may hold."""

LEAF_LIMIT = 600
"""Longer paragraphs are cut at sentence ends, so that a quote stays short enough to be read."""


def passages(document: Document) -> tuple[Passage, ...]:
    """Return the leaves and sections of a document, ordered by start, sections after the leaf they start with.

    Every passage satisfies `document.text[p.start:p.end] == p.text`; ids are unique.
    """
    found: dict[str, Passage] = {}
    for passage in _walk(document, outline(document), (), None):
        found.setdefault(passage.id, passage)
    ordered = sorted(found.values(), key=lambda p: (p.start, p.grain == "section", p.end))
    return tuple(replace(p, context=_context(document.source, p, found)) for p in ordered)


def _walk(document: Document, node: Node, path: tuple[str, ...], parent: Passage | None) -> Iterator[Passage]:
    owner = parent
    # Of what only introduces its children no leaf is made; numbered chapters and headings that open nothing are.
    introduces = node.kind == "heading" or (node.kind == "item" and bool(node.label))
    chapter = node.kind == "heading" and node.code[:1].isdigit()
    if node.end and node.kind != "descriptor" and (chapter or not (introduces and node.children)):
        leaves = list(_leaves(document, node, path, parent))
        yield from leaves
        if node.kind == "measure":
            owner = leaves[0]
    below = path
    if node.kind == "heading" or (node.kind in ("item", "paragraph") and node.children):
        below = (*path, node.text.rstrip(":"))
    elif node.kind == "measure":
        below = (*path, node.text)
    for kind, group in groupby(node.children, key=lambda child: child.kind):
        children = list(group)
        if kind == "descriptor":
            labelled = bool(node.label) and node.kind == "heading" and children[0] is node.children[0]
            start = node.start if labelled else children[0].start
            listed = Node("descriptor", start, children[-1].end, 0, label=node.label)
            yield from _leaves(document, listed, path if labelled else below, owner)
        else:
            for child in children:
                yield from _walk(document, child, below, owner)
    if node.children:
        yield from _sections(document, node, path, owner if node.kind != "measure" else parent)


def _leaves(document: Document, node: Node, path: tuple[str, ...], parent: Passage | None) -> Iterator[Passage]:
    code = f"{parent.code}/{node.code}" if node.kind == "task" and parent else node.code
    text = document.text[node.start : node.end]
    spans = [(0, len(text))] if len(text) <= LEAF_LIMIT else split_long(text, LEAF_LIMIT * 2 // 3)
    for start, end in spans:
        yield _passage(document, node.start + start, node.start + end, node, "leaf", path, parent, code)
    if len(spans) > 1 and len(text) <= SECTION_LIMIT:
        yield _passage(document, node.start, node.end, node, "section", path, parent, code)


def _sections(document: Document, node: Node, path: tuple[str, ...], parent: Passage | None) -> Iterator[Passage]:
    if node.kind == "title":
        yield from _loose_sections(document, node, path)
        return
    for a, b in _parts(node, node.start):
        if (a, b) != (node.start, node.end):
            yield _passage(document, a, b, node, "section", path, parent, node.code)


def _loose_sections(document: Document, root: Node, path: tuple[str, ...]) -> Iterator[Passage]:
    """Facts, contacts and paragraphs that stand under no heading are read together, never across one."""
    for inner, group in groupby(root.children, key=lambda child: bool(child.children)):
        children = list(group)
        if not inner and len(children) > 1:
            loose = Node("section", children[0].start, 0, 0, children=children)
            for a, b in _parts(loose, loose.start):
                yield _passage(document, a, b, loose, "section", path, None, "")


def _parts(node: Node, start: int) -> Iterator[tuple[int, int]]:
    """Cut a node into consecutive spans of whole children, each at most SECTION_LIMIT characters long."""
    begin, end = start, node.end or start
    for child_start, child_end in _pieces(node.children):
        if child_end - begin > SECTION_LIMIT and end > begin:
            if end - begin <= SECTION_LIMIT:
                yield begin, end
            begin = child_start
        end = child_end
    if end - begin <= SECTION_LIMIT:
        yield begin, end


def _pieces(children: Sequence[Node]) -> Iterator[tuple[int, int]]:
    for child in children:
        if child.last - child.start <= SECTION_LIMIT or not child.children:
            yield child.start, child.last
        else:
            yield child.start, child.end
            yield from _pieces(child.children)


def _passage(
    document: Document,
    start: int,
    end: int,
    node: Node,
    grain: str,
    path: tuple[str, ...],
    parent: Passage | None,
    code: str,
) -> Passage:
    return Passage(
        doc=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        kind="section" if grain == "section" else node.kind,
        grain="section" if grain == "section" else "leaf",
        headings=path,
        parent=parent.id if parent else None,
        code=code,
        label=node.label or (path[-1] if path and node.kind == "item" else ""),
        page=document.page_at(start),
    )


def _context(source: Source, passage: Passage, found: dict[str, Passage]) -> str:
    parts = [source.title, *source.short_names, source.programme, *passage.headings, passage.label]
    if passage.parent and passage.parent in found:
        parts.append(found[passage.parent].text)
    seen: dict[str, None] = dict.fromkeys(part for part in parts if part and part != passage.text)
    return "\n".join(seen)
