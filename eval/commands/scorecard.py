"""`python -m eval scorecard`: measure the system beside the baselines and write that down in the repository."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ingest.errors import SettingsError
from ingest.settings import PROJECT, Settings

if TYPE_CHECKING:
    from eval.reporting.reading import Finished


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the command."""
    parser = commands.add_parser(
        "scorecard",
        help="změřit systém vedle učebnicových postupů a zapsat to do README a eval/reports",
        description="Zapíše přehled naměřených hodnot do README a eval/reports/scorecard.json a .md. Bez jmen nahraje "
        "nové běhy asistenta i učebnicových postupů (scorecard-…) nad celými sadami projektu.",
    )
    parser.add_argument("names", nargs="*", metavar="JMÉNO", help="nahrané běhy, ze kterých přehled sestavit")


def run(options: argparse.Namespace, readme: Path | None = None, reports: Path | None = None) -> int:
    """Record the runs unless some are named, and write the scorecard; return 0.

    `readme` and `reports` say where, if not in the project.

    Raises
    ------
    OporaError
        If a run cannot be recorded or read, the runs do not fit together, or a file cannot be written.
    """
    # Imported here: the parser of all commands needs none of it.
    from eval.readme import rewritten
    from eval.reporting.reading import finished_runs
    from eval.scorecard import NAME, REPORTS, scorecard
    from eval.scorecard_page import page

    settings, log = Settings.with_llm(None), Console(stderr=True)
    runs = finished_runs(settings.runs, options.names) if options.names else _anew(settings, log)
    card = scorecard(runs)
    text = page(card)
    file, folder = readme or PROJECT / "README.md", reports or REPORTS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        contents = {
            folder / f"{NAME}.json": json.dumps(card, ensure_ascii=False, indent=1) + "\n",
            folder / f"{NAME}.md": text + "\n",
            file: rewritten(file.read_text(encoding="utf-8"), {NAME: text}),
        }
        for path, content in contents.items():
            path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"Přehled nelze zapsat ({error}). Zkontrolujte složku a práva k zápisu.") from error
    written = ", ".join(path.name for path in contents)
    Console().print(f"Přehled je zapsaný: {written}.", highlight=False, soft_wrap=True, markup=False)
    return 0


def _anew(settings: Settings, log: Console) -> "Sequence[Finished]":
    """Record a run of each system under a name of its own, in place of an earlier one."""
    from eval.fresh import asking, record_anew
    from eval.runs import SYSTEMS
    from eval.runs.asked import SETS
    from eval.runs.files import delete, run_folder
    from eval.scorecard import NAME
    from ingest.library import shelves

    added = [shelf.source.id for shelf in shelves(settings) if shelf.added]
    if added:
        raise SettingsError(
            f"Přehled se měří jen na dodaných dokumentech, tato instalace má i přidané ({', '.join(added)}). "
            "Nastavte v OPORA_DATA jinou složku; rejstřík si v ní příkaz sestaví sám."
        )
    found = []
    for system in SYSTEMS:
        folder = run_folder(settings.runs, f"{NAME}-{system}")
        if folder.path.is_dir():
            delete(folder)
        with asking(f"Nahrávám {folder.name}", log) as begins:
            found.append(record_anew(folder, settings, SETS, None, begins, system))
    return found
