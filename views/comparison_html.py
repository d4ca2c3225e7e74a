"""The comparison of two to four instruments as an HTML table; differences are marked by words and signs."""

from collections.abc import Sequence

from prompts.export.comparisons import same_key, values_of
from retrieval.instruments import FIELDS as QUOTED
from retrieval.instruments import Catalogue, Instrument, Value
from views.catalogue_html import MISSING, spot_html, value_html
from views.catalogue_words import (
    FIELD_NAMES,
    document_name,
    kind_and_code,
    period_and_validity,
    shortened,
    title,
)
from views.markup import escaped

FIELDS = tuple(name for name in QUOTED if name != "chapter")
"""The chapter is left out: it says where an instrument stands, not what it offers."""

_SHOWN = 5
"""Values of a cell that stand open; the rest is folded."""


def comparison_html(catalogue: Catalogue, instruments: Sequence[Instrument], only_differences: bool) -> str:
    """Return the table; with `only_differences` rows in which all say the same are left out."""
    names = [escaped(shortened(f"{i.code} {title(i, 60)}".strip(), 60)) for i in instruments]
    sources = [catalogue.source(i) for i in instruments]
    plain = (
        ("Dokument", [document_name(source) for source in sources]),
        ("Druh a kód", [kind_and_code(i) for i in instruments]),
        ("Období a platnost", [period_and_validity(source) for source in sources]),
    )
    rows = [_row(name, [escaped(t) or MISSING for t in texts], [{t} for t in texts], names) for name, texts in plain]
    for field in FIELDS:
        values = [values_of(i, field) for i in instruments]
        keys = [{same_key(value) for value in own} for own in values]
        cells = [_cell(catalogue, field, own, keys, n) for n, own in enumerate(values)]
        rows.append(_row(FIELD_NAMES[field], cells, keys, names))
    heads = "".join(
        f'<th scope="col"><span class="opora-card-kind">{escaped(kind_and_code(i))}</span>{escaped(title(i, 140))}</th>'
        for i in instruments
    )
    body = "".join(html for html, differs in rows if differs or not only_differences)
    if not body:
        return '<p class="opora-note">Ve všech polích říkají vybrané nástroje totéž.</p>'
    return (
        '<div class="opora-scroll" tabindex="0" role="region" aria-label="Porovnání nástrojů">'
        f'<table class="opora-compare"><thead><tr><th scope="col">Pole</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(name: str, cells: Sequence[str], keys: Sequence[set[str]], columns: Sequence[str]) -> tuple[str, bool]:
    """Return a row and whether its cells differ; `columns` name the cells where a phone shows the row as a card."""
    differs = any(key != keys[0] for key in keys)
    mark = "liší se" if differs else "shodné" if any(keys) else "nikde neuvedeno"
    sign = "≠" if differs else "="
    head = f'{escaped(name)}<span class="opora-mark"><span aria-hidden="true">{sign} </span>{mark}</span>'
    body = "".join(f'<td data-label="{column}">{cell}</td>' for column, cell in zip(columns, cells, strict=True))
    look = "opora-differs" if differs else "opora-same"
    return f'<tr class="{look}"><th scope="row">{head}</th>{body}</tr>', differs


def _cell(catalogue: Catalogue, field: str, values: Sequence[Value], keys: Sequence[set[str]], own: int) -> str:
    if not values:
        return MISSING
    others = {key for n, held in enumerate(keys) if n != own for key in held}
    items = []
    for value in values:
        only = "" if same_key(value) in others else '<span class="opora-only">jen zde</span>'
        items.append(f"<li>{value_html(catalogue, field, value)}{only}{spot_html(catalogue.documents, value)}</li>")
    shown, rest = items[:_SHOWN], items[_SHOWN:]
    folded = f"<details><summary>Další: {len(rest)}</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    return f"<ul>{''.join(shown)}</ul>{folded}"
