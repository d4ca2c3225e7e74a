"""`python -m eval bench` measures speed at growing sizes beside peers and lower bounds."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from eval.bench.measuring import Run
    from eval.bench.start_run import StartRun

EVAL = Path(__file__).resolve().parent.parent
OUT = EVAL / "reports" / "bench.md"
START_OUT = OUT.with_name("start.md")
QUESTIONS = EVAL / "questions" / "open.jsonl"

SIZES = (0, 1_000, 10_000, 100_000)
BUDGET = 60.0
REPEAT = 2


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the command."""
    bench = commands.add_parser(
        "bench",
        help="změřit rychlost vedle jiných systémů a při růstu sbírky",
        description="Změří odpovídání, sestavení, paměť a růst vedle jiných systémů a dolních mezí a zapíše zprávu.",
    )
    bench.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=list(SIZES),
        metavar="N",
        help="kolik pasáží mají sbírky mít; 0 je dodaný korpus, jak je",
    )
    bench.add_argument(
        "--out", type=Path, default=OUT, metavar="F.md", help="kam zprávu zapsat; vedle ní i JSON a grafy"
    )
    bench.add_argument(
        "--questions", type=Path, default=QUESTIONS, metavar="Q.jsonl", help="sada otázek (jinak otevřená)"
    )
    bench.add_argument("--count", type=int, default=0, metavar="N", help="kolik otázek položit (jinak všechny)")
    bench.add_argument(
        "--budget", type=float, default=BUDGET, metavar="S", help=f"vteřin na dotazování systému (jinak {BUDGET:.0f})"
    )
    bench.add_argument(
        "--repeat",
        type=int,
        default=REPEAT,
        metavar="N",
        help=f"kolikrát sestavovat, platí nejrychlejší (jinak {REPEAT})",
    )
    bench.add_argument("--note", default="", metavar="TEXT", help="za jakých podmínek se měřilo; přijde do zprávy")
    bench.add_argument("--work", type=Path, metavar="SLOŽKA", help="kam psát pracovní soubory (jinak dočasná složka)")
    bench.add_argument(
        "--page",
        action="store_true",
        help=f"změřit místo toho start aplikace, její paměť a stránku v prohlížeči (zpráva {START_OUT.name})",
    )
    # Suppressed, or it would overrule the option of the same name before the command.
    bench.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="vypsat naměřené jako JSON")


def run(options: argparse.Namespace) -> int:
    """Measure, write the report, its plots and its JSON; return 0.

    Raises
    ------
    OporaError
        If an option cannot be used, ours cannot be measured, or the report cannot be written.
    """
    # Imported here: the parser of all commands needs none of it.
    from eval.bench import measuring

    _check(options)
    log = Console(stderr=True)
    if options.page:
        return _run_page(options, log)
    found = measuring.run(
        Settings.with_llm(None),
        options.sizes,
        options.questions,
        options.count,
        options.budget,
        options.repeat,
        options.note,
        options.work,
        lambda told: log.print(told, highlight=False, markup=False, soft_wrap=True),
    )
    return _kept(options, log, options.out, lambda out: write(found, out))


def _run_page(options: argparse.Namespace, log: Console) -> int:
    from eval.bench import start_run

    found = start_run.run(
        options.questions,
        options.count,
        options.repeat,
        options.note,
        options.work,
        lambda told: log.print(told, highlight=False, markup=False, soft_wrap=True),
    )
    return _kept(options, log, START_OUT if options.out == OUT else options.out, lambda out: _write_page(found, out))


def _kept(options: argparse.Namespace, log: Console, out: Path, written: Callable[[Path], str]) -> int:
    """Have a report written, which returns its JSON, and say where it is; return 0."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        content = written(out)
    except OSError as error:
        raise SettingsError(f"Zprávu {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.") from error
    if options.json:
        Console(file=None, soft_wrap=True).file.write(content)
    log.print(f"Hotovo: {out}", highlight=False, soft_wrap=True)
    return 0


def _write_page(found: "StartRun", out: Path) -> str:
    """Write the report of the start and the page with its JSON beside it; return the JSON."""
    from eval.bench.start_report import markdown, record

    content = json.dumps(record(found), ensure_ascii=False, indent=1) + "\n"
    out.with_suffix(".json").write_text(content, encoding="utf-8", newline="\n")
    command = f"python -m eval bench --page --count {found.questions} --repeat {len(found.cold)}"
    out.write_text(markdown(found, command), encoding="utf-8", newline="\n")
    return content


def write(found: "Run", out: Path) -> str:
    """Write the report, with its plots and its JSON beside it; return the JSON."""
    from eval.bench.plots import growth_svg
    from eval.bench.ratios import all_ratios, growth
    from eval.bench.report import markdown

    asked: dict[str, list[tuple[float, float]]] = {
        "Opora": [(m.passages, m.ask["ours"].median) for m in found.sizes],
        "LangChain BM25 + Chroma, naše pasáže": _points(found, "ensemble_passages"),
        "Haystack v paměti": _points(found, "hybrid_passages"),
    }
    built: dict[str, list[tuple[float, float]]] = {
        "Opora": [(m.passages, m.seconds["ours"]) for m in found.sizes],
        "holé vložení do Chromy": [(m.passages, m.seconds["bare"]) for m in found.sizes],
        "LangChain from_documents, naše pasáže": [
            (m.passages, m.seconds["langchain_passages"]) for m in found.sizes if "langchain_passages" in m.seconds
        ],
    }
    plots = {}
    for part, title, unit, series in (
        ("ask", "Doba odpovědi podle velikosti", "ms", asked),
        ("ingest", "Doba sestavení podle velikosti", "s", built),
    ):
        file = out.with_name(f"{out.stem}-{part}.svg")
        file.write_text(growth_svg(title, unit, series), encoding="utf-8", newline="\n")
        plots[title] = file.name
    ratios = [dict(all_ratios(m)) for m in found.sizes]
    record = asdict(found) | {"growth": asdict(growth(found.sizes)), "ratios": ratios}
    content = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    out.with_suffix(".json").write_text(content, encoding="utf-8", newline="\n")
    sizes = " ".join(str(m.size) for m in found.sizes)
    out.write_text(markdown(found, plots, f"python -m eval bench --sizes {sizes}"), encoding="utf-8", newline="\n")
    return content


def _points(found: "Run", system: str) -> list[tuple[float, float]]:
    return [(m.passages, m.ask[system].median) for m in found.sizes if system in m.ask]


def _check(options: argparse.Namespace) -> None:
    if wrong := [size for size in options.sizes if size < 0]:
        raise SettingsError(f"Velikost sbírky (--sizes) má být aspoň 0, je to {wrong[0]}.")
    if options.count < 0:
        raise SettingsError(f"Počet otázek (--count) má být aspoň 0, je to {options.count}.")
    if options.repeat < 1:
        raise SettingsError(f"Počet sestavení (--repeat) má být aspoň 1, je to {options.repeat}.")
    if options.budget <= 0:
        raise SettingsError(f"Čas na dotazování (--budget) má být větší než 0, je to {options.budget}.")
    if options.work is not None and not options.work.is_dir():
        raise SettingsError(f"Složka {options.work} (--work) neexistuje. Vytvořte ji, nebo zadejte jinou.")
