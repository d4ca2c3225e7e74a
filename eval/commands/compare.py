"""`python -m eval compare A B`: how far two recorded runs differ, and at which questions."""

import argparse
from pathlib import Path

from rich.console import Console

from ingest.errors import SettingsError
from ingest.settings import Settings

SHOWN = 5
"""Losses and wins shown unless `--limit` says otherwise."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the command."""
    parser = commands.add_parser(
        "compare",
        help="porovnat dva nahrané běhy: rozdíly měr s intervaly a otázky, ve kterých se liší",
        description="Porovná běh B s během A na otázkách, které mají společné: nejdřív čím se běhy liší, pak rozdíly "
        "měr s intervaly a testem, nakonec otázky s největší ztrátou a ziskem a obě odpovědi vedle sebe.",
    )
    parser.add_argument("first", metavar="A", help="jméno výchozího běhu")
    parser.add_argument("second", metavar="B", help="jméno běhu, který se s ním porovná")
    parser.add_argument(
        "--kind", nargs="*", metavar="DRUH", help="porovnat i jednotlivé druhy otázek (bez jmen všechny)"
    )
    parser.add_argument("--measure", nargs="+", default=[], metavar="MÍRA", help="jen tyto míry; řadí i otázky")
    parser.add_argument(
        "--limit", type=int, default=SHOWN, metavar="N", help=f"kolik ztrát a zisků ukázat (jinak {SHOWN})"
    )
    parser.add_argument(
        "--out", type=Path, metavar="F.html|F.md", help="zapsat porovnání s celými odpověďmi do souboru"
    )


def run(options: argparse.Namespace, console: Console | None = None) -> int:
    """Compare the runs, print that and write the file if one is named; return 0.

    Raises
    ------
    OporaError
        If a run cannot be read, nothing is common to both, a name is unknown, or the file cannot be written.
    """
    # Imported here: the parser of all commands needs none of it.
    from eval import comparison_page
    from eval.comparing import compare
    from eval.comparison_terminal import terminal
    from eval.reporting.reading import finished_runs

    if options.limit < 0:
        raise SettingsError(f"Počet otázek (--limit) má být aspoň 0, je to {options.limit}.")
    writers = {".html": comparison_page.html, ".md": comparison_page.markdown}
    out: Path | None = options.out
    if out and out.suffix.lower() not in writers:
        raise SettingsError(f"Soubor „{out.name}“ má mít příponu .html nebo .md. Opravte volbu --out.")
    if options.first == options.second:
        raise SettingsError(f"Běh „{options.first}“ nelze porovnat sám se sebou. Zvolte dva různé.")
    first, second = finished_runs(Settings.from_env().runs, [options.first, options.second])
    comparison = compare(first, second, options.kind, options.measure)
    shown = console or Console()
    shown.print(terminal(comparison, options.limit))
    if out:
        content = writers[out.suffix.lower()](comparison, options.limit)
        try:
            out.write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise SettingsError(f"Soubor {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.") from error
        shown.print(f"Porovnání s celými odpověďmi je v souboru {out}.", highlight=False, soft_wrap=True, markup=False)
    return 0
