"""A comparison as a file: Markdown, or one HTML page that needs no network, with the whole answers."""

from collections.abc import Iterator, Sequence

from eval import comparison_words as words
from eval.comparing import Change, Comparison
from eval.records import Record
from prompts.export.markdown import escaped as plain
from prompts.export.plot_parts import escaped
from prompts.question_kinds import kind_label

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere;
  color: light-dark(#1b1b1b, #ececec); background: light-dark(#fff, #181a1d); }
h1, h2, h3 { line-height: 1.25; } h3 { margin: 2rem 0 .25rem; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 3px solid #1668c4; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid light-dark(#d4d7db, #3a3f45); text-align: right;
  vertical-align: top; white-space: nowrap; }
th:first-child { text-align: left; white-space: normal; min-width: 11rem; font-weight: 400; }
thead th, tr.group th { font-weight: 600 !important; } tr.group th { padding-top: 1rem; }
tr.proven { font-weight: 600; } tr.proven th { font-weight: 600 !important; }
.quiet { color: light-dark(#555b62, #a9b0b8); font-size: .9rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.sides > div { border: 1px solid light-dark(#d4d7db, #3a3f45); border-radius: .4rem; padding: .6rem .8rem; }
.sides h4 { margin: 0 0 .4rem; font-size: .95rem; } .answer { white-space: pre-wrap; margin: 0; }
@media (max-width: 44rem) { .sides { grid-template-columns: 1fr; } }
@media print { body { max-width: none; font-size: 10pt; color: #000; background: #fff; } .scroll { overflow: visible; }
  th, td { white-space: normal; } .sides > div { break-inside: auto; } h3 { break-after: avoid; } }
"""


def html(comparison: Comparison, limit: int) -> str:
    """Return the page, with at most so many losses and wins each; their answers are whole."""
    title = f"Porovnání běhů {comparison.first} a {comparison.second}"
    return (
        '<!doctype html>\n<html lang="cs"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escaped(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escaped(title)}</h1>{''.join(_html_parts(comparison, limit))}</main></body></html>\n"
    )


def _html_parts(comparison: Comparison, limit: int) -> Iterator[str]:
    yield f"<p>A je běh {escaped(comparison.first)}, B je běh {escaped(comparison.second)}.</p>"
    yield f"<h2>V čem se běhy liší</h2>{_list(list(words.otherwise(comparison)))}"
    yield '<p class="quiet">Bylo = A, teď = B.</p>' if comparison.otherwise else ""
    yield "<h2>Míry</h2>" + "".join(f"<p>{escaped(line)}</p>" for line in words.counts(comparison))
    proven = [one.holm < words.ALPHA for one in comparison.total]
    body = "".join(_html_row(row, known) for row, known in zip(words.rows(comparison.total), proven, strict=True))
    yield _html_table("Všechny společné otázky", body)
    first, *rest = words.verdict(comparison)
    yield f"<p>{escaped(first)}</p>{_list(rest)}"
    yield "".join(f'<p class="quiet">{escaped(line)}</p>' for line in words.how(comparison))
    if comparison.kinds:
        groups = "".join(
            f'<tr class="group"><th colspan="{len(words.HEADINGS)}" scope="colgroup">'
            f"{escaped(kind_label(kind))}</th></tr>"
            + "".join(_html_row(row, one.holm < words.ALPHA) for row, one in zip(words.rows(found), found, strict=True))
            for kind, found in comparison.kinds.items()
        )
        yield _html_table("Podle druhu otázky", groups)
    yield f"<h2>Otázky</h2><p>{escaped(words.tally(comparison))}</p>"
    for title, changes in _chosen(comparison, limit):
        yield f"<h2>{title}</h2>{''.join(_html_change(change) for change in changes)}"


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escaped(line)}</li>' for line in lines)}</ul>" if lines else ""


def _html_table(caption: str, body: str) -> str:
    heads = "".join(f'<th scope="col">{escaped(heading)}</th>' for heading in words.HEADINGS)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_row(row: Sequence[str], proven: bool) -> str:
    cells = "".join(f"<td>{escaped(cell)}</td>" for cell in row[1:])
    look = ' class="proven"' if proven else ""
    return f'<tr{look}><th scope="row">{escaped(row[0])}</th>{cells}</tr>'


def _html_change(change: Change) -> str:
    sides = "".join(
        f"<div><h4>{side}: {escaped(words.status(record))}</h4>"
        f'<p class="answer">{escaped(record.text if record else "")}</p></div>'
        for side, record in _sides(change)
    )
    return (
        f"<h3>{escaped(change.question.question)}</h3>"
        f'<p class="quiet">{escaped(words.question_line(change))}</p>'
        f"<p>{escaped(words.value_line(change))}<br>{escaped(words.expected(change))}</p>"
        f'<div class="sides">{sides}</div>'
    )


def markdown(comparison: Comparison, limit: int) -> str:
    """Return the comparison as Markdown with tables of GFM, with at most so many losses and wins each."""
    return "\n\n".join(_markdown_parts(comparison, limit)) + "\n"


def _markdown_parts(comparison: Comparison, limit: int) -> Iterator[str]:
    yield f"# Porovnání běhů {plain(comparison.first)} a {plain(comparison.second)}"
    yield f"A je běh {plain(comparison.first)}, B je běh {plain(comparison.second)}."
    yield "## V čem se běhy liší (bylo = A, teď = B)"
    yield "\n".join(f"- {plain(line)}" for line in words.otherwise(comparison))
    yield "## Míry"
    yield from map(plain, words.counts(comparison))
    yield _markdown_table(words.rows(comparison.total))
    first, *rest = words.verdict(comparison)
    yield plain(first)
    if rest:
        yield "\n".join(f"- {plain(line)}" for line in rest)
    yield from map(plain, words.how(comparison))
    for kind, found in comparison.kinds.items():
        yield f"### {plain(kind_label(kind))}"
        yield _markdown_table(words.rows(found))
    yield "## Otázky"
    yield plain(words.tally(comparison))
    for title, changes in _chosen(comparison, limit):
        yield f"## {title}"
        for change in changes:
            yield f"### {plain(change.question.question)}"
            for line in (words.question_line, words.value_line, words.expected):
                yield plain(line(change))
            for side, record in _sides(change):
                yield f"**{side}: {plain(words.status(record))}**"
                said = record.text.split("\n") if record else []
                yield "\n".join(f"> {plain(line)}\\" if line else ">" for line in said).removesuffix("\\") or "> –"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    lines = [words.HEADINGS, ["---", *["---:"] * (len(words.HEADINGS) - 1)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in (*lines, *([plain(cell) for cell in row] for row in rows)))


def _chosen(comparison: Comparison, limit: int) -> Iterator[tuple[str, Sequence[Change]]]:
    for title, changes in (("Největší ztráty", comparison.losses), ("Největší zisky", comparison.wins)):
        if changes and limit:
            yield f"{title} ({min(limit, len(changes))} z {len(changes)})", changes[:limit]


def _sides(change: Change) -> tuple[tuple[str, Record | None], ...]:
    return (("A", change.first), ("B", change.second))
