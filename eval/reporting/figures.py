"""The plots of a report: every measure by kind, confidence of both sorts of questions, and times."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.reporting.reading import Finished
from prompts.calibration import Calibration
from prompts.export.histograms import Mark, Sample, distribution_svg, durations_svg
from prompts.export.plot_parts import escaped
from prompts.export.plots import Point, Row, intervals_svg, legend_html
from prompts.export.run_words import MEASURES, decimal
from prompts.question_kinds import kind_label, kind_place

THRESHOLD = "calibration.threshold"

_NOT_BY_KIND = ("refusal_precision", "refusal_f1", "p95", "tokens_in", "tokens_out", "cost")
"""All questions of a kind are answerable or none is, so that these would only repeat other plots."""


def kinds_plots_html(runs: Sequence[Finished]) -> str:
    """Return a plot per measure: a row per kind of question, a point with its interval per run."""
    names = [run.name for run in runs]
    plots, even = [], []
    for name, measure in MEASURES.items():
        rows = _rows(runs, name)
        if len(rows) < 2 or name in _NOT_BY_KIND:
            continue
        values = {point.value for row in rows for point in row.points if point}
        if len(values) == 1:
            even.append(f"{measure.name} {decimal(values.pop(), measure.places)}")
            continue
        label = f"Graf: {measure.name} podle druhu otázky, s intervaly. " + _told(rows, names, measure.places)
        plot = intervals_svg(label, rows, share=measure.share, places=measure.places)
        plots.append(_figure(measure.name, measure.meaning, plot))
    lead = "Bod je hodnota, čára 95% interval, číslo vpravo počet otázek."
    if even:
        lead += f" Ve všech druzích stejné: {', '.join(even)}."
    return f'<p>{escaped(lead)}</p>{legend_html(names)}<div class="plots">{"".join(plots)}</div>'


def _rows(runs: Sequence[Finished], measure: str) -> list[Row]:
    kinds = sorted({kind for run in runs for kind in run.summary["kinds"]}, key=kind_place)
    groups = [(kind_label(k), [run.summary["kinds"].get(k, {}) for run in runs]) for k in kinds]
    groups.append(("celkem", [run.summary["all"] for run in runs]))
    rows = [Row(name, tuple(_point(found.get(measure)) for found in figures)) for name, figures in groups]
    return [row for row in rows if any(row.points)]


def _point(figure: Mapping[str, Any] | None) -> Point | None:
    return Point(figure["value"], figure["low"], figure["high"], figure["n"]) if figure else None


def _told(rows: Sequence[Row], names: Sequence[str], places: int) -> str:
    """Return the values of a plot in words, for those who do not see it."""
    several = len(names) > 1
    parts = []
    for row in rows:
        values = [
            f"{name} {decimal(point.value, min(places, 2))}" if several else decimal(point.value, min(places, 2))
            for name, point in zip(names, row.points, strict=True)
            if point
        ]
        parts.append(f"{row.name}: {', '.join(values)}")
    return "; ".join(parts) + "."


def confidence_html(runs: Sequence[Finished]) -> str:
    """Return a plot per run: how sure it was that the documents answer, at both sorts of questions.

    Where a system does not say how sure it is, the score of its first passage is shown, if scores differ at all.
    """
    plots = {run.name: _confidence(run) for run in runs}
    silent = [name for name, plot in plots.items() if not plot]
    note = f"<p>Jistotu ani skóre nevydává: {escaped(', '.join(silent))}.</p>" if silent else ""
    return f'<div class="plots">{"".join(plots.values())}</div>{note}'


def _confidence(run: Finished) -> str:
    sure = {id_: record.confidence for id_, record in run.records.items() if record.confidence is not None}
    if sure:
        values, axis, threshold = sure, "pravděpodobnost, že dokumenty odpovídají", _threshold(run)
        title = f"Jistota, že dokumenty odpovídají: {run.name}"
    else:
        values = {id_: record.retrieved[0].score for id_, record in run.records.items() if record.retrieved}
        axis, threshold, title = "skóre první pasáže", None, f"Skóre první pasáže: {run.name}"
        if len(set(values.values())) < 2:
            return ""
    above, below = (
        Sample(
            name, tuple(v for id_, v in values.items() if id_ in run.lines and run.lines[id_].answerable == answerable)
        )
        for name, answerable in (("zodpověditelné", True), ("nezodpověditelné", False))
    )
    left = len(run.records) - len(values)
    note = (
        "Plné sloupce nahoru jsou otázky, na které dokumenty odpovídají, prázdné dolů ty ostatní. "
        "Čím méně se překrývají, tím lépe je systém rozliší."
    )
    if left:
        note += f" Bez tohoto údaje (odmítnuté dřív, nebo s prosbou o upřesnění): {left}."
    label = f"Graf: {title}. Zodpověditelných {len(above.values)}, nezodpověditelných {len(below.values)}."
    if threshold:
        label += f" Svislá čára: {threshold.name}."
    return _figure(title, note, distribution_svg(label, above, below, axis, threshold))


def _threshold(run: Finished) -> Mark:
    """Return the confidence below which the assistant refuses; the calibration knows it as the opposite."""
    own = run.run["settings"]["set"].get(THRESHOLD)
    refusing = Calibration.load().threshold if own is None else float(own)
    basis = "podle dnešního nastavení" if own is None else "podle nastavení běhu"
    return Mark(1 - refusing, f"hranice {decimal(1 - refusing, 2)} {basis}")


def times_html(runs: Sequence[Finished]) -> str:
    """Return histograms of the times of all runs over one axis."""
    samples, told = [], []
    for run in runs:
        p50, p95 = (run.summary["all"].get(name, {}).get("value") for name in ("p50", "p95"))
        seconds = tuple(line.seconds for line in run.lines.values() if line.seconds is not None)
        if p50 is None or p95 is None or not seconds:
            continue
        marks = (Mark(p50, f"p50 {decimal(p50, 3)} s"), Mark(p95, f"p95 {decimal(p95, 3)} s"))
        samples.append((Sample(run.name, seconds), *marks))
        told.append(f"{run.name}: medián {decimal(p50, 3)} s, 95. percentil {decimal(p95, 3)} s")
    if not samples:
        return ""
    label = f"Graf: rozdělení času odpovědí na logaritmické ose. {'; '.join(told)}."
    note = "Plná čára je medián (p50), čárkovaná 95. percentil (p95); osa je logaritmická."
    return f'<div class="plots">{_figure("Čas odpovědi", note, durations_svg(label, samples))}</div>'


def _figure(title: str, note: str, plot: str) -> str:
    return f"<figure><h3>{escaped(title)}</h3>{plot}<figcaption>{escaped(note)}</figcaption></figure>"
