"""From instruments side by side to a report: a table of quotes, differences marked, and their sources."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prompts.answer import Citation
from prompts.compose import quote_text, validity
from prompts.export.report import Block, Grid, GridCell, Numbering, Report, facts, heading
from retrieval.instruments import KINDS, Catalogue, Instrument, Value

_LONGEST_NAME = 120


def values_of(instrument: Instrument, field: str) -> tuple[Value, ...]:
    """Return the values of a field of an instrument, none when the document states nothing."""
    found: Value | tuple[Value, ...] | None = getattr(instrument, field)
    return found if isinstance(found, tuple) else (found,) if found else ()


def same_key(value: Value) -> str:
    """Return what makes two values the same: their concepts, else their words."""
    return " ".join(value.concepts) or " ".join(value.quote.lower().split())


def comparison_report(
    catalogue: Catalogue,
    instruments: Sequence[Instrument],
    fields: Mapping[str, str],
    when: datetime,
    only_differences: bool = False,
) -> Report:
    """Return the comparison of two to four instruments.

    `fields` are the fields to compare with their names, in the order of the rows; with `only_differences` rows in
    which all say the same are left out, and the report says so.

    Raises
    ------
    ExportError
        If a quote does not stand in its document.
    """
    numbering = Numbering(catalogue.documents.__getitem__)
    sources = [catalogue.source(instrument) for instrument in instruments]
    rows = [
        _plain_row("Dokument", [source.title or source.id for source in sources]),
        _plain_row("Druh a kód", [_kind(instrument) for instrument in instruments]),
        _plain_row("Období a platnost", [validity(source) for source in sources]),
        *(_row(catalogue, numbering, instruments, field, name) for field, name in fields.items()),
    ]
    shown = [row for row, differs in rows if differs or not only_differences]
    names = [_name(instrument) for instrument in instruments]
    told = [("Rozsah", f"jen rozdíly; vynecháno shodných řádků: {len(rows) - len(shown)}")] if only_differences else []
    table = Grid(("Údaj", *names), tuple(shown))
    blocks = [*facts(told), heading("Srovnání", 1)]
    if shown:
        blocks.append(Block("table", "", grid=table))
    else:
        blocks.append(Block("note", "Ve všech polích říkají vybrané nástroje totéž."))
    return Report("Porovnání nástrojů podpory", when, tuple(blocks), numbering.sources)


def _kind(instrument: Instrument) -> str:
    return f"{KINDS[instrument.kind]} {instrument.code}".strip()


def _name(instrument: Instrument) -> str:
    name = quote_text(instrument.name.quote).rstrip(" ;,")
    if len(name) > _LONGEST_NAME:
        name = f"{name[: name.rfind(' ', 0, _LONGEST_NAME)]} …"
    return f"{_kind(instrument)}: {name}"


def _plain_row(name: str, texts: Sequence[str]) -> tuple[tuple[GridCell, ...], bool]:
    cells = tuple((Block("text", text or "neuvedeno"),) for text in texts)
    return (_label(name, [{text} for text in texts]), *cells), len(set(texts)) > 1


def _row(
    catalogue: Catalogue, numbering: Numbering, instruments: Sequence[Instrument], field: str, name: str
) -> tuple[tuple[GridCell, ...], bool]:
    values = [values_of(instrument, field) for instrument in instruments]
    keys = [{same_key(value) for value in own} for own in values]
    cells = []
    for n, own in enumerate(values):
        others = {key for m, held in enumerate(keys) if m != n for key in held}
        labels = [_value_label(catalogue, field, value) for value in own]
        quotes = [
            # A label that several values share stands before the first of them.
            _quote(catalogue, numbering, value, "" if label == before else label, same_key(value) not in others)
            for value, label, before in zip(own, labels, ["", *labels], strict=False)
        ]
        cells.append(tuple(quotes) or (Block("text", "neuvedeno"),))
    return (_label(name, keys), *cells), any(key != keys[0] for key in keys)


def _label(name: str, keys: Sequence[set[str]]) -> GridCell:
    differs = any(key != keys[0] for key in keys)
    mark = "≠ liší se" if differs else "= shodné" if any(keys) else "nikde neuvedeno"
    return Block("heading", name), Block("text", mark)


def _value_label(catalogue: Catalogue, field: str, value: Value) -> str:
    label = value.label
    if field in ("themes", "groups") and not label:
        label = ", ".join(catalogue.label(concept) for concept in value.concepts)
    return " ".join(part for part in (value.code, label) if part)


def _quote(catalogue: Catalogue, numbering: Numbering, value: Value, label: str, only_here: bool) -> Block:
    title = catalogue.documents[value.doc].source.title
    mark = numbering.number(Citation(0, value.passage, value.start, value.end, value.quote, title))
    aside = "jen zde" if only_here else ""
    return Block("quote", quote_text(value.quote), "verbatim", (mark,), label=label, aside=aside)
