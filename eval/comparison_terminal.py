"""A comparison in the terminal: tables, then the questions that changed most with both answers side by side."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval import comparison_words as words
from eval.comparing import Change, Comparison
from eval.figures import Figures, as_table
from eval.records import Record
from prompts.export.provenance import printable
from prompts.question_kinds import kind_label

LONGEST = 700
"""Characters of an answer that are shown; a file holds the whole."""

# In the terminal the corrected p-value is enough, and the sides need to be narrow.
_SHOWN = (0, 1, 2, 3, 4, 6, 7, 8)
_HEADINGS = {8: "+ / = / −"}


def terminal(comparison: Comparison, limit: int) -> RenderableType:
    """Return what is printed, with at most so many losses and wins each."""
    return Group(*_parts(comparison, limit))


def _parts(comparison: Comparison, limit: int) -> Iterator[RenderableType]:
    yield Text(f"A = {comparison.first}, B = {comparison.second}", "bold")
    yield ""
    yield Text("V čem se běhy liší (bylo = A, teď = B)", "bold")
    yield from (Text(f"– {line}") for line in words.otherwise(comparison))
    yield ""
    yield from map(Text, words.counts(comparison))
    yield ""
    yield _table("Všechny společné otázky", words.rows(comparison.total))
    yield ""
    first, *rest = words.verdict(comparison)
    yield Text(first, "bold" if rest else "")
    yield from (Text(f"– {line}") for line in rest)
    yield from (Text(line, "dim") for line in words.how(comparison))
    if comparison.kinds:
        yield ""
        grouped = [row for kind, found in comparison.kinds.items() for row in ([kind_label(kind)], *words.rows(found))]
        yield _table("Podle druhu otázky", grouped)
    yield ""
    yield Text(words.tally(comparison), "bold")
    for title, changes in (("Největší ztráty", comparison.losses), ("Největší zisky", comparison.wins)):
        if changes and limit:
            yield ""
            yield Text(f"{title} ({min(limit, len(changes))} z {len(changes)})", "bold")
            for change in changes[:limit]:
                yield from _change(change)


def _table(title: str, rows: Sequence[Sequence[str]]) -> Table:
    cut = [row if len(row) == 1 else [row[at] for at in _SHOWN] for row in rows]
    return as_table(Figures(title, [_HEADINGS.get(at, words.HEADINGS[at]) for at in _SHOWN], cut))


def _change(change: Change) -> Iterator[RenderableType]:
    yield ""
    yield Text(f"{words.question_line(change)}: {printable(change.question.question)}", "cyan")
    yield Text(words.value_line(change))
    yield Text(words.expected(change), "dim")
    table = Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False)
    for side, record in (("A", change.first), ("B", change.second)):
        table.add_column(f"{side}: {words.status(record)}", ratio=1, overflow="fold")
    table.add_row(_answer(change.first), _answer(change.second))
    yield table


def _answer(record: Record | None) -> Text:
    said = printable(record.text) if record else ""
    return Text(said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()} … (zkráceno)")
