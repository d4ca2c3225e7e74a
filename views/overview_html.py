"""The overviews of the catalogue as HTML: target groups by document, and the chart of what documents cover."""

from collections.abc import Iterable, Mapping, Sequence

from ingest.document import Document, Source
from prompts.compose import quote_text
from prompts.czech import counted
from retrieval.facets import Facet, Filing
from retrieval.instruments import Catalogue
from retrieval.overview import CoverageRow, GroupRow
from views.catalogue_html import MISSING, spot_html
from views.catalogue_words import THEME_NAMES, document_name, instruments_counted, shortened
from views.markup import escaped, quoted

_COUNTED: tuple[Facet, ...] = ("theme", "group")

_MORE = 3
"""Further places of a target group that a cell lists; the rest is counted."""


def matrix_html(catalogue: Catalogue, rows: Sequence[GroupRow]) -> str:
    """Return the table target group × document, with a quote in each cell."""
    documents = list(catalogue.documents.values())
    heads = "".join(f'<th scope="col">{_column(d.source)}</th>' for d in documents)
    body = "".join(_matrix_row(catalogue, row, documents) for row in rows)
    return (
        f'<table class="opora-matrix"><thead><tr><th scope="col">Cílová skupina</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _column(source: Source) -> str:
    known = source.period and source.period_basis != "unknown"
    period = source.period if known else "období dokument neuvádí"
    return f'{escaped(shortened(document_name(source), 70))}<span class="opora-period">{escaped(period)}</span>'


def _matrix_row(catalogue: Catalogue, row: GroupRow, documents: Iterable[Document]) -> str:
    cells = []
    for document in documents:
        name = escaped(shortened(document_name(document.source), 60))
        stated = row.cells.get(document.id)
        if stated is None:
            cells.append(f'<td class="opora-silent" data-label="{name}">{MISSING}</td>')
            continue
        basis = "v seznamu cílových skupin" if stated.listed else "zmínka v textu"
        parts = "".join(
            f'<p class="opora-value">{quoted(quote_text(value.quote))}</p>' + spot_html(catalogue.documents, value)
            for value in stated.values[:1]
        )
        more = len(stated.values) - 1
        if more:
            spots = "".join(
                f"<li>{quoted(quote_text(v.quote))} {spot_html(catalogue.documents, v)}</li>"
                for v in stated.values[1 : _MORE + 1]
            )
            hidden = more - _MORE
            rest = f"<li>a na dalších místech: {hidden}</li>" if hidden > 0 else ""
            parts += f"<details><summary>Další místa: {more}</summary><ul>{spots}{rest}</ul></details>"
        cells.append(f'<td data-label="{name}"><span class="opora-basis">{basis}</span>{parts}</td>')
    return f'<tr><th scope="row">{escaped(row.label)}</th>{"".join(cells)}</tr>'


def chart_html(rows: Sequence[CoverageRow], documents: Mapping[str, Document], what: str) -> str:
    """Return bars of how many instruments of each document cover each row; a table says the same in numbers."""
    most = max((count for row in rows for count in row.counts.values()), default=1)
    names = {doc: shortened(document_name(document.source), 60) for doc, document in documents.items()}
    heads = "".join(f'<span class="opora-bar-doc">{escaped(name)}</span>' for name in names.values())
    lines = []
    for row in rows:
        bars = "".join(_bar(row.counts[doc], most, name) for doc, name in names.items())
        section = f'<span class="opora-period">{escaped(THEME_NAMES[row.section])}</span>' if row.section else ""
        lines.append(
            f'<div class="opora-bar-row"><span class="opora-bar-label">{escaped(row.label)}{section}</span>{bars}</div>'
        )
    summary = f"Graf: {what} podle dokumentů, řádků {len(rows)}. Tytéž počty jsou v tabulce pod grafem."
    return (
        f'<div class="opora-chart" role="img" aria-label="{escaped(summary)}" style="--documents: {len(names)}">'
        f'<div class="opora-bar-row opora-bar-head"><span class="opora-bar-label"></span>{heads}</div>'
        f"{''.join(lines)}</div>{_numbers(rows, names, what)}"
    )


def _bar(count: int, most: int, name: str) -> str:
    label = f'<span class="opora-bar-name">{escaped(name)}</span>'
    if not count:
        return f'<span class="opora-bar opora-bar-none">{label}<span>–</span></span>'
    # The bar leaves room for its number.
    width = f"{max(3, round(70 * count / most))}%"
    return (
        f'<span class="opora-bar">{label}<span class="opora-bar-fill" style="width: {width}"></span>'
        f"<span>{count}</span></span>"
    )


def _numbers(rows: Sequence[CoverageRow], names: Mapping[str, str], what: str) -> str:
    heads = "".join(f'<th scope="col">{escaped(name)}</th>' for name in names.values())
    body = "".join(
        f'<tr><th scope="row">{escaped(row.label)}</th>'
        + "".join(f'<td data-label="{escaped(name)}">{row.counts[doc]}</td>' for doc, name in names.items())
        + "</tr>"
        for row in rows
    )
    return (
        f'<details class="opora-numbers"><summary>Tabulka s počty nástrojů</summary>'
        f'<table class="opora-matrix"><caption class="opora-sr">{escaped(what)} podle dokumentů</caption>'
        f'<thead><tr><th scope="col">{escaped(what)}</th>{heads}</tr></thead><tbody>{body}</tbody></table></details>'
    )


def totals_html(catalogue: Catalogue, filing: Filing) -> str:
    """Return one line per document: how many instruments, themes and target groups it has."""
    lines = []
    for document in catalogue.documents.values():
        own = [instrument for instrument in catalogue.instruments if instrument.doc == document.id]
        themes, groups = (len({key for i in own for key in filing.tags[i.id][facet] if key}) for facet in _COUNTED)
        lines.append(
            f"<li><strong>{escaped(document_name(document.source))}</strong>: {instruments_counted(len(own))}, "
            f"{counted(themes, 'téma', 'témata', 'témat')}, "
            f"{counted(groups, 'cílová skupina', 'cílové skupiny', 'cílových skupin')}</li>"
        )
    return f'<ul class="opora-totals">{"".join(lines)}</ul>'
