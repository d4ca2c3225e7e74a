"""From text fragments with positions to lines: what stands on one baseline, cut at table columns."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.readers.blocks import clean

Font = tuple[str, float]
"""Name and size in points."""

BULLETS = "•▪◦●○■□‣∙·◾◆►➢➤✓"
_SYMBOL_FONTS = ("symbol", "wingding", "webding", "dingbat")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text drawn in one go; `x` and `y` in points, upright page, y grows upwards."""

    text: str
    x: float
    y: float
    font: Font


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a page, or of one table cell.

    Attributes
    ----------
    x
        Left edge in points, of the words behind the bullet if there is one.
    y
        Baseline in points.
    end
        Right edge in points, estimated from the letters: good to some 15 %.
    fonts
        All fonts in it; `font` is the one of most letters.
    bullet
        Whether it starts with a bullet, which `text` no longer holds.
    page
        1-based.
    stretched
        Whether its blanks are widened so that it fills its column, which no last line of a paragraph is.
    """

    text: str
    x: float
    y: float
    end: float
    font: Font
    fonts: frozenset[Font]
    bullet: bool
    page: int
    stretched: bool = False

    @property
    def size(self) -> float:
        return self.font[1]


def lines_of(fragments: Sequence[Fragment], page: int) -> list[Line]:
    """Return the lines of a page in the order in which they were drawn."""
    columns = _column_starts(fragments)
    groups: list[list[Fragment]] = []
    for fragment in fragments:
        if groups and _continues(groups[-1], fragment, columns):
            groups[-1].append(fragment)
        elif fragment.text.strip():
            groups.append([fragment])
    return _lend_bullets([line for group in groups if (line := _line(group, page))])


def text_width(text: str, size: float) -> float:
    """Estimate the width in points of text set in a common proportional font."""
    return size * sum(map(_em, " ".join(text.split())))


def _em(character: str) -> float:
    if character in " \u00a0.,;:!|'iíjlItfrř()[]-„“‚‘":
        return 0.29
    if character in "mwMW%—@":
        return 0.82
    return 0.65 if character.isupper() else 0.48


def _same_baseline(a: Fragment, b: Fragment) -> bool:
    return abs(a.y - b.y) < 0.45 * max(a.font[1], b.font[1])


def _gap(group: Sequence[Fragment], fragment: Fragment) -> float:
    """Blank width before the fragment, in its font sizes."""
    end = max(part.x + text_width(part.text, part.font[1]) for part in group)
    return (fragment.x - end) / fragment.font[1]


def _continues(group: Sequence[Fragment], fragment: Fragment, columns: frozenset[int]) -> bool:
    last = group[-1]
    if not _same_baseline(last, fragment) or fragment.x < last.x - 1:
        return False
    after_bullet = len("".join(part.text for part in group).strip()) <= 1
    return after_bullet or round(fragment.x) not in columns or _gap(group, fragment) < 0.8


def _column_starts(fragments: Sequence[Fragment]) -> frozenset[int]:
    """Return left edges (rounded points) at which table cells start.

    Such an edge recurs: lines start there, or words after a wide blank.
    """
    fresh: Counter[int] = Counter()
    behind_blank: Counter[int] = Counter()
    group: list[Fragment] = []
    for fragment in (f for f in fragments if f.text.strip()):
        if not group or not _same_baseline(group[-1], fragment):
            fresh[round(fragment.x)] += 1
            group = []
        elif _gap(group, fragment) > 1.5:
            behind_blank[round(fragment.x)] += 1
        group.append(fragment)
    exact = {x for x in behind_blank if fresh[x] + behind_blank[x] >= 3 or fresh[x] >= 2}
    return frozenset(x + d for x in exact for d in (-1, 0, 1))


def _line(group: Sequence[Fragment], page: int) -> Line | None:
    words = [part for part in group if part.text.strip()]
    first = words[0]
    bullet = _is_bullet(first, len(words) > 1)
    raw = "".join(part.text for part in group).lstrip()
    text = clean(raw[1:] if bullet else raw)
    if not text and not bullet:
        return None
    letters: Counter[Font] = Counter()
    for part in words[1:] if bullet and len(first.text.strip()) == 1 else words:
        letters[part.font] += len(part.text.strip())
    body = words[1] if bullet and len(words) > 1 and len(first.text.strip()) == 1 else first
    font = letters.most_common(1)[0][0] if letters else first.font
    # Word spacing may stretch a line: the start of the last words is exact, the rest is estimated.
    end = max(part.x + text_width(part.text, part.font[1]) for part in words)
    # pypdf gives a widened blank as two.
    stretched = re.search(r"\S  +\S.*\S  +\S", raw) is not None
    fonts = frozenset(letters) or frozenset([font])
    return Line(text, body.x, body.y, end, font, fonts, bullet, page, stretched)


def _is_bullet(fragment: Fragment, followed: bool) -> bool:
    text = fragment.text.strip()
    if text[0] in BULLETS or "\uf000" <= text[0] <= "\uf0ff":
        return True
    if len(text) > 1 or not followed:
        return False
    name = fragment.font[0].lower()
    # Word draws its second and third bullet as "o" in Courier and "§" in Wingdings.
    return any(font in name for font in _SYMBOL_FONTS) or (text == "o" and "courier" in name)


def _lend_bullets(lines: list[Line]) -> list[Line]:
    """Give a bullet that was drawn by itself to the words beside or below it."""
    result: list[Line] = []
    pending = False
    for line in lines:
        if not line.text:
            pending = True
            continue
        result.append(replace(line, bullet=True) if pending else line)
        pending = False
    return result
