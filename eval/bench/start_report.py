"""The report on the start of the app and on its page, as Markdown and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from eval.bench.start import heavy
from eval.bench.start_run import StartRun, middle
from eval.figures import Figures, as_markdown, decimal

MOST_PACKAGES = 15
"""Packages of the import profile that have a line of their own."""

MISSING = "–"


def markdown(run: StartRun, command: str) -> str:
    """Return the report."""
    times = len(run.cold)
    parts = [
        "# Start aplikace a její stránka\n",
        f"Zapsal příkaz `{command}`. Procesorů: {run.cores}, Python {run.python}, průměrné zatížení na začátku "
        f"{decimal(run.loads[0], 1)}, na konci {decimal(run.loads[1], 1)}. Milisekundy a vteřiny nelze mezi počítači "
        "srovnávat.\n",
    ]
    if run.note:
        parts.append(f"**Podmínky:** {run.note}\n")
    parts += [
        as_markdown(_starts(run)),
        "Měří se totéž, co spouští druhé `make run`: kontrola rejstříku (`python -m ingest`, nic se nezměnilo) a pak "
        f"server; prostředí je připravené. Mediány, počet opakování: {times}. Před studeným startem dostal systém "
        "pokyn vyřadit soubory prostředí, programu a rejstříku z mezipaměti; co právě používá jiný proces, v ní "
        f"zůstává. Každý server odpověděl na {run.questions} otázek přes rozhraní `/api/ask`.\n",
        as_markdown(_page(run)),
    ]
    if run.page is None:
        parts.append(f"Stránka v prohlížeči se nezměřila. {run.missing}\n")
    else:
        parts.append(
            "Čas měří sama stránka v Chromiu: od stisku klávesy Enter do prvního snímku, v němž je vidět první citát "
            "nebo jiný údaj z dokumentů; u odmítnutí první věta. Po pěti otázkách začíná nová návštěva.\n"
        )
    parts += [
        as_markdown(_imports(run.imports)),
        "Doby jsou z měření `-X importtime`, které import samo zpomaluje. Těžké knihovny "
        f"(PyTorch, Chroma, LangChain, Tantivy, NumPy a další): {', '.join(heavy(run.imports)) or 'žádná'}.\n",
    ]
    return "\n".join(parts)


def record(run: StartRun) -> dict[str, Any]:
    """Return all that was measured, with the medians and the heavy libraries found."""
    return asdict(run) | {
        "median": {"cold": middle(run.cold), "warm": middle(run.warm)},
        "heavy": heavy(run.imports),
    }


def _starts(run: StartRun) -> Figures:
    cold, warm = middle(run.cold), middle(run.warm)
    rows: list[Sequence[str]] = [["vteřiny od příkazu"]]
    for key, name, target in (
        ("checked", "rejstřík je zkontrolovaný", MISSING),
        ("first_byte", "první bajt stránky", MISSING),
        ("ready", "dokumenty jsou otevřené (/readyz)", MISSING),
        ("answered", "odpověď na první otázku", "≤ 12"),
    ):
        rows.append([name, target, decimal(cold[key], 1), decimal(warm[key], 1)])
    rows.append(["vteřiny procesoru"])
    for key, name in (("checked_cpu", "kontrola rejstříku"), ("first_byte_cpu", "server do prvního bajtu")):
        rows.append([name, MISSING, decimal(cold[key], 1), decimal(warm[key], 1)])
    rows.append(["paměť serveru (MB)"])
    for key, name, target in (
        ("standing", "po prvním bajtu", MISSING),
        ("opened", "po otevření dokumentů", MISSING),
        ("asked", f"po {run.questions} otázkách", "≤ 900"),
    ):
        rows.append([name, target, decimal(cold[key] / 1e6, 0), decimal(warm[key] / 1e6, 0)])
    return Figures("Start a paměť", ("Co", "má být", "studený start", "další start"), rows)


def _page(run: StartRun) -> Figures:
    page, resident = run.page, run.page_resident
    rows = [
        ["medián (ms)", "≤ 700", decimal(page.median, 0) if page else MISSING],
        ["95. percentil (ms)", MISSING, decimal(page.p95, 0) if page else MISSING],
        ["otázek", MISSING, str(page.n) if page else MISSING],
        ["paměť serveru po nich (MB)", "≤ 900", decimal(resident / 1e6, 0) if resident else MISSING],
    ]
    return Figures("Od klávesy Enter k prvním slovům odpovědi", ("Co", "má být", "naměřeno"), rows)


def _imports(imports: dict[str, float]) -> Figures:
    shown = list(imports.items())[:MOST_PACKAGES]
    rest = sum(imports.values()) - sum(taken for _, taken in shown)
    rows = [[f"`{package}`", decimal(taken, 0)] for package, taken in shown]
    rows.append([f"ostatní balíčky ({len(imports) - len(shown)})", decimal(rest, 0)])
    rows.append(["celkem", decimal(sum(imports.values()), 0)])
    return Figures("Import před prvním bajtem stránky", ("Balíček", "ms"), rows)
