"""What each component of the search adds, as `python -m eval ablate` wrote it: the table, and a plot of differences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts.export.plot_parts import escaped
from prompts.export.plots import Point, Row, intervals_svg

_CELL = re.compile(r"(?P<value>[\d,]+) \((?P<by>[+−][\d,]+)\)<br>(?P<low>−?[\d,]+) až (?P<high>−?[\d,]+)")
_NAMES = 238
"""Room for the names of components, which are longer than those of kinds."""

_COUNT = re.compile(r"\((\d+) otázek\)")


@dataclass(frozen=True, slots=True)
class Study:
    """A table of a study: its title, headings and rows; a row of one cell opens a group."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def questions(self) -> int:
        found = _COUNT.search(self.title)
        return int(found.group(1)) if found else 0


def read_study(path: Path) -> Study | None:
    """Read a table that the command wrote, or return None when there is none in the file."""
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").split("\n")
    title = next((line.strip("* ") for line in lines if line.startswith("**")), "")
    table = [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines if line.startswith("|")]
    if len(table) < 3:
        return None
    head, _, *rows = table
    return Study(title, head, tuple((row[0].strip("* "),) if row[0].startswith("**") else row for row in rows))


def ablation_html(study: Study) -> str:
    """Return the plot of the differences to the whole system in its first measure, and the table."""
    measure = study.headings[1]
    rows = [Row(row[0], (_difference(row[1], study),) if len(row) > 1 else ()) for row in study.rows]
    rows = [row for row in rows if any(row.points) or not row.points]
    plot = ""
    if rows:
        told = "; ".join(f"{row.name} {_signed(row.points[0])}" if row.points else row.name for row in rows)
        label = f"Graf: rozdíly {measure} proti celému systému s intervaly. {told}."
        drawn = intervals_svg(label, rows, share=False, places=3, room=_NAMES)
        plot = (
            f"<figure><h3>{escaped(measure)}: rozdíl proti celému systému</h3>{drawn}<figcaption>Vlevo od nuly je hůř "
            "než celý systém. Interval, který nulu obsahuje, rozdíl neprokazuje.</figcaption></figure>"
        )
    return f'<p>{escaped(study.title)}</p><div class="plots">{plot}</div>{_table(study)}'


def _difference(cell: str, study: Study) -> Point | None:
    found = _CELL.fullmatch(cell)
    if found is None:
        return None
    by, low, high = (_number(found.group(name)) for name in ("by", "low", "high"))
    return Point(by, low, high, study.questions)


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", "").replace(",", "."))


def _signed(point: Point | None) -> str:
    return f"{point.value:+.3f}".replace(".", ",").replace("-", "−") if point else "–"


def _table(study: Study) -> str:
    heads = "".join(f'<th scope="col">{escaped(heading)}</th>' for heading in study.headings)
    body = "".join(_row(row, len(study.headings)) for row in study.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(study.title)}"><table class="ablation">'
        f"<caption>{escaped(study.title)}: hodnota, rozdíl a jeho 95% interval</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str], width: int) -> str:
    if len(row) == 1:
        return f'<tr class="group"><th colspan="{width}" scope="colgroup">{escaped(row[0])}</th></tr>'
    cells = "".join(
        f'<td class="number">{"<br>".join(escaped(part) for part in cell.split("<br>"))}</td>' for cell in row[1:]
    )
    return f'<tr><th scope="row">{escaped(row[0])}</th>{cells}</tr>'
