"""From instruments to HTML: the card of the list, one value with its quote, and the fold that opens its source."""

from collections.abc import Mapping

from ingest.document import Document
from prompts.compose import quote_text
from retrieval.instruments import Catalogue, Instrument, Value
from retrieval.period import VALIDITY
from views.catalogue_words import NOT_STATED, document_name, kind_and_code, shortened, title
from views.markup import escaped, quoted
from views.source import excerpt

# Characters around a quote in a table: enough to see its sentence.
_AROUND = 160

MISSING = f'<span class="opora-missing">{NOT_STATED}</span>'


def card_html(catalogue: Catalogue, instrument: Instrument, hit: str = "") -> str:
    """Return the summary of an instrument in the list; `hit` is the passage that the query found."""
    source = catalogue.source(instrument)
    state = VALIDITY[catalogue.validity[instrument.doc]]
    period = f" ({source.period})" if source.period and source.period_basis != "unknown" else ""
    groups = [catalogue.label(c) for v in instrument.groups for c in v.concepts]
    rows = [("Cílové skupiny", ", ".join(dict.fromkeys(groups)))] if groups else []
    if not groups and instrument.programme_groups:
        whole = "projekt" if instrument.kind == "project_activity" else "program"
        rows = [("Cílové skupiny", f"jen společné pro celý {whole}")]
    facts = "".join(f"<span>{escaped(name)}: {escaped(value)}</span>" for name, value in rows)
    found = f'<p class="opora-hit">Nalezeno: {quoted(shortened(quote_text(hit), 220))}</p>' if hit else ""
    return (
        f'<article class="opora-card"><p class="opora-card-kind">{escaped(kind_and_code(instrument))}</p>'
        f'<h3 class="opora-card-title">{escaped(title(instrument, 220))}</h3>{found}'
        f'<p class="opora-card-facts"><span>{escaped(document_name(source))}</span>'
        f"<span>{escaped(state + period)}</span>{facts}</p></article>"
    )


def value_html(catalogue: Catalogue, field: str, value: Value) -> str:
    """Return one value of the detail page: its concepts or label, and the quote."""
    code = f'<span class="opora-code">{escaped(value.code)}</span> ' if value.code else ""
    concepts = ", ".join(catalogue.label(c) for c in value.concepts)
    if field in ("themes", "groups") and not value.label and concepts:
        return f'<p class="opora-value"><strong>{escaped(concepts)}</strong> {quoted(quote_text(value.quote))}</p>'
    label = f"<strong>{escaped(value.label)}:</strong> " if field in ("facts", "beneficiaries") and value.label else ""
    return f'<p class="opora-value">{code}{label}{quoted(quote_text(value.quote))}</p>'


def spot_html(documents: Mapping[str, Document], value: Value) -> str:
    """Return a fold that opens the quote's place in its document."""
    document = documents[value.doc]
    text = document.text
    begin, finish = excerpt(text, value.start, value.end, _AROUND)
    parts = [h.strip() for h in value.passage.headings if h.strip()]
    if value.passage.page is not None:
        parts.append(f"strana {value.passage.page}")
    where = " › ".join(shortened(part, 80) for part in parts)
    path = f'<span class="opora-path">{escaped(where)}</span>' if where else ""
    before = ("… " if begin > 0 else "") + text[begin : value.start].lstrip()
    after = text[value.end : finish].rstrip() + (" …" if finish < len(text) else "")
    return (
        f'<details class="opora-spot"><summary>Zdroj<span class="opora-sr">: '
        f"{escaped(shortened(value.quote, 60))}</span></summary>"
        f'<span class="opora-path">{escaped(document_name(document.source))}</span>{path}'
        f'<span class="opora-excerpt">{escaped(before)}<mark>{escaped(value.quote)}</mark>{escaped(after)}</span>'
        "</details>"
    )
