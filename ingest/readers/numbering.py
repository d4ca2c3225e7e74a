"""Numbers and bullets of Word lists, which the file holds as rules and not as text."""

from collections import defaultdict
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


class Numbering:
    """Counts the list items of one Word file; paragraphs must be asked for in document order."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._overrides: dict[tuple[str, int], int] = {}
        self._family: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._started: set[tuple[str, int]] = set()
        if any(rel.reltype.endswith("/numbering") for rel in document.part.rels.values()):
            self._load(document.part.numbering_part.element)

    def mark(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """Return the mark ("•", "2.", "b)") and the 0-based depth of a list item, None for other paragraphs.

        The mark is empty for a level without number or bullet.
        """
        number, depth = _reference(paragraph)
        levels = self._levels.get(number)
        if not levels or depth not in levels:
            return None
        form = _value(levels[depth], "w:numFmt", "decimal")
        if form == "bullet":
            return "•", depth
        counts = self._count(number, depth, levels)
        if form == "none":
            return "", depth
        template = _value(levels[depth], "w:lvlText", f"%{depth + 1}.")
        for level in range(depth, -1, -1):
            if level in levels:
                shown = _format(counts.get(level, _start(levels[level])), _value(levels[level], "w:numFmt", ""))
                template = template.replace(f"%{level + 1}", shown)
        return template.strip(), depth

    def _load(self, root: Any) -> None:
        abstract = {a.get(qn("w:abstractNumId")): a for a in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            number = num.get(qn("w:numId"))
            family = _value(num, "w:abstractNumId", "")
            self._family[number] = family
            if (rules := abstract.get(family)) is not None:
                self._levels[number] = {int(x.get(qn("w:ilvl"))): x for x in rules.findall(qn("w:lvl"))}
            for override in num.findall(qn("w:lvlOverride")):
                if (start := _value(override, "w:startOverride", "")).isdecimal():
                    self._overrides[number, int(override.get(qn("w:ilvl")))] = int(start)

    def _count(self, number: str, depth: int, levels: dict[int, Any]) -> dict[int, int]:
        """Count one more item; lists made from the same rules go on counting unless told to start again."""
        counts = self._counts[self._family[number]]
        fresh = (number, depth) not in self._started
        self._started.add((number, depth))
        if fresh and (number, depth) in self._overrides:
            counts[depth] = self._overrides[number, depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else _start(levels[depth])
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return counts


def _reference(paragraph: Paragraph) -> tuple[str, int]:
    """Return the number of the list that a paragraph or one of its styles names, and the depth in it."""
    elements = [paragraph._p]
    style: Any = paragraph.style
    while style is not None:
        elements.append(style.element)
        style = style.base_style
    depth: int | None = None
    for element in elements:
        properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is None:
            continue
        level = _value(properties, "w:ilvl", "")
        depth = int(level) if depth is None and level.isdecimal() else depth
        # List 0 switches the numbering of a style off, which no list of that number can do.
        if number := _value(properties, "w:numId", ""):
            return number, depth or 0
    return "", 0


def _value(element: Any, tag: str, default: str) -> str:
    child = element.find(qn(tag))
    return default if child is None else str(child.get(qn("w:val"), default))


def _start(level: Any) -> int:
    start = _value(level, "w:start", "1")
    return int(start) if start.isdecimal() else 1


def _format(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if form == "upperRoman" else roman
    return str(number)
