"""`python -m eval report` writes recorded runs as one HTML file to read, send or print."""

import argparse
from datetime import datetime
from pathlib import Path

from rich.console import Console

from ingest.errors import SettingsError
from ingest.settings import Settings

ABLATION = Path(__file__).resolve().parent.parent / "reports" / "ablation.md"

WORST = 10
"""Questions that each list of the report shows in full unless told otherwise."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the command."""
    report = commands.add_parser(
        "report",
        help="sestavit z běhů zprávu: jeden soubor HTML k přečtení, poslání i tisku",
        description="Sestaví z nahraných běhů jednu zprávu v HTML, s tabulkami, grafy a nejhoršími otázkami.",
    )
    report.add_argument(
        "names", nargs="+", metavar="JMÉNO", help="jména běhů; první určuje, které otázky jsou nejhorší"
    )
    report.add_argument("--out", type=Path, metavar="F.html", help="kam zprávu zapsat (jinak do složky prvního běhu)")
    report.add_argument(
        "--worst", type=int, default=WORST, metavar="N", help=f"kolik nejhorších otázek rozepsat (jinak {WORST})"
    )


def run(options: argparse.Namespace) -> int:
    """Write the report that the options describe; return 0.

    Raises
    ------
    OporaError
        If a run does not exist, is not finished or is damaged, or the file cannot be written.
    """
    # Imported here: the parser of all commands needs none of it.
    from eval.reporting.ablation import read_study
    from eval.reporting.page import report_html
    from eval.reporting.reading import Shelf, finished_runs

    if options.worst < 0:
        raise SettingsError(f"Počet otázek (--worst) má být aspoň 0, je to {options.worst}.")
    settings = Settings.with_llm(None)
    runs = finished_runs(settings.runs, options.names)
    out: Path = options.out or settings.runs / runs[0].name / "report.html"
    page = report_html(runs, Shelf.of(settings), read_study(ABLATION), options.worst, datetime.now())
    try:
        out.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"Soubor {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.") from error
    Console(stderr=True).print(f"Hotovo: {out}", highlight=False, soft_wrap=True)
    return 0
