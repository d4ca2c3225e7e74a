"""The results of runs as HTML: tiles of the main measures, tables, plots, and how runs were made."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from prompts.czech import counted
from prompts.export.histograms import Mark, Sample, distribution_svg, durations_svg
from prompts.export.plots import Point, Row, intervals_svg
from prompts.export.run_words import MEASURES, decimal, measured
from prompts.question_kinds import kind_label, kind_place
from views.evaluation_data import Listed, Run
from views.evaluation_plots import legend_html, plot_html
from views.markup import czech_number, escaped

TILES = ("recall@5", "recall@3000c", "facts", "cited_precision", "quotes_verbatim", "refusal_f1", "over_refusal", "p95")

Figures = Mapping[str, Mapping[str, Any]]


def moment(iso: str) -> str:
    """Return a moment in local time, for example "22. 11. 2026 1:05" with no-break spaces."""
    local = datetime.fromisoformat(iso).astimezone()
    return f"{local.day}.\u00a0{local.month}.\u00a0{local.year} {local.hour}:{local:%M}"


def questions_counted(count: int) -> str:
    """Return for example "5 otázek"."""
    return counted(count, "otázka", "otázky", "otázek").replace(str(count), czech_number(count), 1)


def figures_of(run: Run, set_name: str) -> Figures:
    """Return the figures of one of a run's sets, or with "" those of all its questions."""
    found: Figures = run.summary["sets"].get(set_name, {}) if set_name else run.summary["all"]
    return found


def unusable_html(runs: Sequence[Listed]) -> str:
    """Return what is wrong with the runs that cannot be shown and what to do, or ""."""
    lines = []
    for one in runs:
        name = escaped(one.name)
        if one.state == "unfinished":
            done = f"odpovězeno {one.answered} z {questions_counted(one.questions)}"
            lines.append(
                f"<li><strong>{name}</strong>: nedokončený, {done}. Dokončí ho týž příkaz "
                "<code>python -m eval run</code>, kterým začal.</li>"
            )
        elif one.state == "damaged":
            lines.append(
                f"<li><strong>{name}</strong>: soubory jsou poškozené nebo z jiné verze programu. Smaže ho "
                f"<code>python -m eval runs --delete {name}</code>.</li>"
            )
    return f'<ul class="opora-ev-unusable">{"".join(lines)}</ul>' if lines else ""


def tiles_html(runs: Sequence[Run], set_name: str) -> str:
    """Return a tile per main measure with the value, the interval and n of each run."""
    found = [figures_of(run, set_name) for run in runs]
    tiles = "".join(_tile(name, runs, found) for name in TILES if any(name in figures for figures in found))
    return f'{legend_html([run.name for run in runs])}<ul class="opora-ev-tiles">{tiles}</ul>'


def _tile(name: str, runs: Sequence[Run], found: Sequence[Figures]) -> str:
    measure = MEASURES[name]
    values = "".join(
        _tile_value(name, s, run.name if len(runs) > 1 else "", figures.get(name))
        for s, (run, figures) in enumerate(zip(runs, found, strict=True))
    )
    hint = '<span class="opora-ev-hint">méně je lépe</span>' if measure.better == "low" else ""
    return (
        f'<li class="opora-ev-tile"><p class="opora-ev-name">{escaped(measure.name)}{hint}</p>{values}'
        f'<p class="opora-ev-meaning">{escaped(measure.meaning)}</p></li>'
    )


def _tile_value(name: str, series: int, run: str, figure: Mapping[str, Any] | None) -> str:
    whose = f'<span class="opora-sr">{escaped(run)}: </span>' if run else ""
    if figure is None:
        return f'<p class="opora-ev-value">{whose}–</p>'
    value, low, high = float(figure["value"]), float(figure["low"]), float(figure["high"])
    track = ""
    if MEASURES[name].share:
        track = (
            f'<span class="opora-ev-track opora-ev-s{series}" aria-hidden="true"><i style="left:{100 * low:.1f}%;'
            f'width:{100 * (high - low):.1f}%"></i><b style="left:{100 * value:.1f}%"></b></span>'
        )
    between = f"{measured(name, low)}&nbsp;až&nbsp;{measured(name, high)}"
    return (
        f'<p class="opora-ev-value">{whose}<strong>{measured(name, value)}</strong> '
        f'<span class="opora-ev-interval">{between}, n&nbsp;=&nbsp;{figure["n"]}</span></p>{track}'
    )


def measures_html(runs: Sequence[Run], set_name: str) -> str:
    """Return the table of all measures with intervals and n."""
    found = [figures_of(run, set_name) for run in runs]
    rows = ""
    for name, measure in MEASURES.items():
        if any(name in figures for figures in found):
            cells = "".join(_cell(name, run.name, figures.get(name)) for run, figures in zip(runs, found, strict=True))
            rows += (
                f'<tr><th scope="row">{escaped(measure.name)}<span class="opora-ev-meaning">'
                f"{escaped(measure.meaning)}</span></th>{cells}</tr>"
            )
    return _table("Všechny míry", "Míra", [run.name for run in runs], rows)


def _cell(name: str, run: str, figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return f'<td data-label="{escaped(run)}">–</td>'
    value, low, high = (measured(name, float(figure[key])) for key in ("value", "low", "high"))
    return (
        f'<td data-label="{escaped(run)}"><strong>{value}</strong> <span class="opora-ev-interval">{low}&nbsp;až&nbsp;'
        f"{high}, n&nbsp;=&nbsp;{figure['n']}</span></td>"
    )


def kind_rows(runs: Sequence[Run], measure: str) -> list[Row]:
    """Return a row for each kind of question that the measure applies to, and one for all."""
    kinds = sorted({kind for run in runs for kind in run.summary["kinds"]}, key=kind_place)
    groups = [(kind_label(kind), [run.summary["kinds"].get(kind, {}) for run in runs]) for kind in kinds]
    groups.append(("celkem", [run.summary["all"] for run in runs]))
    rows = [Row(name, tuple(_point(found.get(measure)) for found in figures)) for name, figures in groups]
    return [row for row in rows if any(row.points)]


def _point(figure: Mapping[str, Any] | None) -> Point | None:
    return Point(figure["value"], figure["low"], figure["high"], figure["n"]) if figure else None


def kinds_html(runs: Sequence[Run], name: str) -> str:
    """Return a measure by kind of question, as a plot and as a table of the same numbers."""
    rows, measure = kind_rows(runs, name), MEASURES[name]
    label = f"Graf: {measure.name} podle druhu otázky, {len(rows)} řádků. Tatáž čísla jsou v tabulce vedle."
    body = ""
    for row in rows:
        cells = "".join(
            _cell(name, run.name, {"value": p.value, "low": p.low, "high": p.high, "n": p.n} if p else None)
            for run, p in zip(runs, row.points, strict=True)
        )
        body += f'<tr><th scope="row">{escaped(row.name)}</th>{cells}</tr>'
    table = _table(f"{measure.name} podle druhu otázky", "Druh otázky", [run.name for run in runs], body)
    plot = plot_html(intervals_svg(label, rows, share=measure.share, places=measure.places))
    return (
        f'{legend_html([run.name for run in runs])}<div class="opora-ev-beside"><figure class="opora-ev-figure">{plot}'
        f"<figcaption>{escaped(measure.meaning)} Bod je hodnota, čára 95% interval, číslo vpravo n.</figcaption>"
        f"</figure>{table}</div>"
    )


def _table(caption: str, first: str, names: Sequence[str], rows: str) -> str:
    heads = "".join(f'<th scope="col">{escaped(name)}</th>' for name in names)
    return (
        f'<table class="opora-ev-table"><caption class="opora-sr">{escaped(caption)}</caption><thead><tr>'
        f'<th scope="col">{first}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def distributions_html(runs: Sequence[Run], threshold: Callable[[Run], Mark]) -> str:
    """Return how sure each run was at both sorts of questions, and the times of all.

    `threshold` returns below which confidence a run refused.
    """
    plots = [plot for run in runs if (plot := _confidence(run, threshold))]
    times = [one for run in runs if (one := _times(run))]
    if times:
        told = "; ".join(f"{sample.name}: {p50.name}, {p95.name}" for sample, p50, p95 in times)
        label = f"Graf: rozdělení času odpovědí na logaritmické ose. {told}."
        note = "Plná čára je medián (p50), čárkovaná 95. percentil (p95); osa je logaritmická."
        plots.append(_figure("Čas odpovědi", note, durations_svg(label, times)))
    return f'<div class="opora-ev-plots">{"".join(plots)}</div>'


def _confidence(run: Run, threshold: Callable[[Run], Mark]) -> str:
    sure = [
        (one, one.record["confidence"]) for one in run.questions.values() if one.record.get("confidence") is not None
    ]
    if not sure:
        return ""
    above, below = (
        Sample(name, tuple(float(value) for one, value in sure if one.question.answerable == answerable))
        for name, answerable in (("zodpověditelné", True), ("nezodpověditelné", False))
    )
    mark = threshold(run)
    title = f"Jistota, že dokumenty odpovídají: {run.name}"
    label = f"Graf: {title}. Zodpověditelných {len(above.values)}, nezodpověditelných {len(below.values)}; {mark.name}."
    left = len(run.questions) - len(sure)
    note = "Nahoru otázky, na které dokumenty odpovídají, dolů ostatní. Čím méně se překrývají, tím lépe."
    note += f" Bez údaje (odmítnuté dřív, nebo s prosbou o upřesnění): {left}." if left else ""
    plot = distribution_svg(label, above, below, "pravděpodobnost, že dokumenty odpovídají", mark)
    return _figure(title, note, plot)


def _times(run: Run) -> tuple[Sample, Mark, Mark] | None:
    seconds = tuple(float(s) for one in run.questions.values() if (s := one.score["seconds"]) is not None)
    found = run.summary["all"]
    if not seconds or "p50" not in found or "p95" not in found:
        return None
    p50, p95 = (float(found[name]["value"]) for name in ("p50", "p95"))
    return Sample(run.name, seconds), Mark(p50, f"p50 {decimal(p50)} s"), Mark(p95, f"p95 {decimal(p95)} s")


def _figure(title: str, note: str, plot: str) -> str:
    return (
        f'<figure class="opora-ev-figure"><h3 class="opora-heading">{escaped(title)}</h3>{plot_html(plot)}'
        f"<figcaption>{escaped(note)}</figcaption></figure>"
    )
