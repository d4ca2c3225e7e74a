"""Tables of figures: one description, shown in the terminal or written as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table

MEASURE_NAMES = {"recall@5": "R@5", "recall@3000c": "R@3000c", "ndcg@10": "nDCG@10", "rr": "RR"}


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of texts; the first column is a name, the others are figures.

    Attributes
    ----------
    rows
        Cells in the order of `headings`. A row of a single cell opens a group of rows.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def as_table(figures: Figures) -> Table:
    """Return the table for a terminal; group names stand in a line of their own."""
    table = Table(
        title=figures.title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column(figures.headings[0])
    for heading in figures.headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in figures.rows:
        if len(row) == 1:
            table.add_section()
        table.add_row(*row, style="bold" if len(row) == 1 else None)
    return table


def as_markdown(figures: Figures) -> str:
    """Return the table as Markdown with its title above."""
    width = len(figures.headings)
    lines = [_line(figures.headings), _line(["---", *["---:"] * (width - 1)])]
    for row in figures.rows:
        cells = [f"**{row[0]}**", *[""] * (width - 1)] if len(row) == 1 else row
        lines.append(_line(cells))
    return "\n".join([f"**{figures.title}**", "", *lines, ""])


def decimal(value: float, places: int = 3, *, signed: bool = False) -> str:
    """Return the number in Czech form: decimal comma, a real minus sign."""
    return f"{value:{'+' if signed else ''}.{places}f}".replace(".", ",").replace("-", "−")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", "<br>").replace("|", "\\|") for cell in cells) + " |"
