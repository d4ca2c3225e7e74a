"""The tables of a report as HTML: how runs were made, and their measures with intervals and numbers of questions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from eval.reporting.reading import Finished
from prompts.czech import counted
from prompts.export.plot_parts import escaped
from prompts.export.run_words import MEASURES, decimal, measured
from prompts.question_kinds import kind_label, kind_place

KIND_COLUMNS = {
    "recall@5": "R@5",
    "recall@3000c": "3 000 znaků",
    "ndcg@10": "nDCG@10",
    "facts": "fakta",
    "cited_recall": "citované důkazy",
    "cited_precision": "citace k věci",
    "refusal_recall": "správně odmítnuté",
    "over_refusal": "neprávem odmítnuté",
}


def moment(iso: str) -> str:
    """Return a moment in local time, for example "22. 11. 2026 1:05"."""
    local = datetime.fromisoformat(iso).astimezone()
    return f"{local.day}.\u00a0{local.month}.\u00a0{local.year} {local.hour}:{local:%M}"


def configuration_html(runs: Sequence[Finished]) -> str:
    """Return a column per run: what was asked of what, when, on which machine and under which versions."""
    described = [dict(_configuration(run)) for run in runs]
    rows = ""
    for name in described[0]:
        values = [made[name] for made in described]
        # What all runs share is said once.
        same = len(set(values)) == 1
        cells = (
            f'<td colspan="{len(runs)}">{escaped(values[0])}</td>'
            if same
            else "".join(f"<td>{escaped(value)}</td>" for value in values)
        )
        rows += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    return _table("Konfigurace běhů", _heads("Údaj", [run.name for run in runs]), rows, "configuration")


def _configuration(run: Finished) -> Sequence[tuple[str, str]]:
    made, settings = run.run, run.run["settings"]
    changes = ", ".join(f"{name} = {decimal(value, 2)}" for name, value in settings["set"].items())
    versions = dict(made["versions"])
    machine = made["machine"]
    cores = counted(machine["cpus"], "jádro", "jádra", "jader")
    sets = ", ".join(f"{one['file']} ({one['questions']}, {one['sha256'][:8]})" for one in made["sets"])
    return (
        ("Systém", run.system),
        ("Model vyhledávání", settings["encoder"]),
        ("Jazykový model", settings["model"] or "žádný, odpovědi jsou z citátů"),
        ("Změněná nastavení", changes or "žádná"),
        ("Sady (počet otázek, otisk)", sets),
        ("Výběr otázek", f"nejvýš {made['limit']}, každý druh úměrně" if made.get("limit") else "všechny"),
        ("Začátek", moment(made["started"])),
        ("Celková doba", f"{decimal(made['seconds'], 1)} s, otázek najednou: {made.get('at_once', 1)}"),
        ("Počítač", f"{cores}, {decimal(machine['memory_gib'], 1)} GiB, {machine['system']}"),
        ("Rejstřík", str(made["index"])),
        ("Kód systému", str(made.get("code", "neuveden"))),
        ("Verze", f"Opora {versions.pop('opora', '?')}, Python {versions.pop('python', '?')}"),
        ("Knihovny", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Šablony pokynů", ", ".join(f"{name} {digest}" for name, digest in made["templates"].items()) or "žádné"),
    )


def measures_html(runs: Sequence[Finished]) -> str:
    """Return a row per measure with value, 95 % interval and n of every run; groups of measures under their name."""
    figures = [run.summary["all"] for run in runs]
    width = 1 + 3 * len(runs)
    rows, group = "", ""
    for name, measure in MEASURES.items():
        if not any(name in found for found in figures):
            continue
        if measure.group != group:
            group = measure.group
            rows += f'<tr class="group"><th colspan="{width}" scope="colgroup">{group}</th></tr>'
        cells = "".join(_figure_cells(name, found.get(name)) for found in figures)
        hint = " <small>méně je lépe</small>" if measure.better == "low" else ""
        rows += f'<tr><th scope="row">{escaped(measure.name)}{hint}</th>{cells}</tr>'
    names = "".join(f'<th colspan="3" scope="colgroup">{escaped(run.name)}</th>' for run in runs)
    inner = '<th scope="col">hodnota</th><th scope="col">95% interval</th><th scope="col">n</th>' * len(runs)
    head = f'<tr><th rowspan="2" scope="col">Míra</th>{names}</tr><tr>{inner}</tr>'
    return _table("Míry s intervaly spolehlivosti", head, rows, "figures")


def _figure_cells(measure: str, figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return '<td class="number">–</td><td class="number">–</td><td class="number">0</td>'
    value, low, high = (measured(measure, figure[key]) for key in ("value", "low", "high"))
    between = f"{low}&nbsp;až&nbsp;{high}"
    return (
        f'<td class="number"><strong>{value}</strong></td><td class="number">{between}</td>'
        f'<td class="number">{figure["n"]}</td>'
    )


def kinds_html(run: Finished) -> str:
    """Return a row per kind of question and one for all, with the means of the main measures."""
    figures = run.summary["kinds"]
    counts = Counter(line.kind for line in run.lines.values())
    rows = "".join(_kind_row(kind_label(kind), counts[kind], figures[kind]) for kind in sorted(figures, key=kind_place))
    rows += _kind_row("celkem", len(run.lines), run.summary["all"], "total")
    heads = _heads("Druh otázky", ["otázek", *KIND_COLUMNS.values()])
    return _table(f"Podle druhu otázky: {run.name}", heads, rows, "kinds")


def _kind_row(name: str, count: int, figures: Mapping[str, Any], style: str = "") -> str:
    cells = "".join(
        f'<td class="number">{decimal(figures[measure]["value"], 2) if measure in figures else "–"}</td>'
        for measure in KIND_COLUMNS
    )
    look = f' class="{style}"' if style else ""
    return f'<tr{look}><th scope="row">{escaped(name)}</th><td class="number">{count}</td>{cells}</tr>'


def meanings_html(runs: Sequence[Finished]) -> str:
    """Return what each measure counts, for the measures that the runs have."""
    known = {name for run in runs for name in run.summary["all"]}
    items = "".join(
        f"<div><dt>{escaped(measure.name)}</dt><dd>{escaped(measure.meaning)}</dd></div>"
        for name, measure in MEASURES.items()
        if name in known
    )
    return f'<dl class="meanings">{items}</dl>'


def _heads(first: str, names: Sequence[str]) -> str:
    return f'<tr><th scope="col">{first}</th>' + "".join(f'<th scope="col">{escaped(n)}</th>' for n in names) + "</tr>"


def _table(caption: str, head: str, rows: str, style: str) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(caption)}"><table class="{style}">'
        f"<caption>{escaped(caption)}</caption><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )
