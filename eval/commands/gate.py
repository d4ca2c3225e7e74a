"""`python -m eval gate`: whether the assistant reaches what gate.toml demands; 1 if not."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from eval.reporting.reading import Finished


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the command."""
    parser = commands.add_parser(
        "gate",
        help="ověřit, že asistent dosahuje požadovaných hodnot (eval/gate.toml); jinak skončit s chybou",
        description="Změří asistenta nad sadami projektu (nebo vezme nahraný běh) a srovná ho s mezemi "
        "v eval/gate.toml a s přehledem eval/reports/scorecard.json. Není-li některá mez splněna, vypíše nejhorší "
        "otázky a vrátí 1.",
    )
    parser.add_argument("name", nargs="?", metavar="JMÉNO", help="nahraný běh (jinak se změří dnešní stav)")
    parser.add_argument("--quick", action="store_true", help="jen malý výběr otázek, každý druh zastoupený")


def run(
    options: argparse.Namespace,
    settings: Settings | None = None,
    thresholds: Path | None = None,
    reports: Path | None = None,
) -> int:
    """Hold a recorded or a fresh run against the thresholds and print the verdicts; return 0, or 1 if one is missed.

    Raises
    ------
    OporaError
        If the thresholds or the scorecard cannot be used, or the run cannot be read or recorded.
    """
    # Imported here: the parser of all commands needs none of it.
    from eval import gate, scorecard
    from eval.figures import as_table
    from eval.gate_words import failures, verdicts
    from eval.reporting.reading import finished_runs

    if options.name and options.quick:
        raise SettingsError("Volba --quick měří dnešní stav, ne nahraný běh. Vynechte ji, nebo jméno běhu.")
    demanded = gate.load(thresholds or gate.FILE)
    card = scorecard.load(reports or scorecard.REPORTS)
    used = settings or Settings.with_llm(None)
    if options.name:
        (found,) = finished_runs(used.runs, [options.name])
    else:
        found = _anew(used, scorecard.QUICK if options.quick else None)
    drops = any(one.rule == "drop" for one in demanded)
    checks = gate.check(found, demanded, scorecard.baseline(card, found) if drops else {})
    console = Console()
    console.print(as_table(verdicts(found, checks)))
    for line in failures(found, checks):
        console.print(Text(line))
    return 0 if all(check.passed for check in checks) else 1


def _anew(settings: Settings, limit: int | None) -> "Finished":
    """Ask the project's sets and keep nothing: what is looked into more closely is recorded with `run`."""
    from eval.fresh import asking, record_anew
    from eval.runs.asked import SETS
    from eval.runs.files import RunFolder

    with tempfile.TemporaryDirectory() as scratch, asking("Odpovídám na otázky", Console(stderr=True)) as begins:
        return record_anew(RunFolder(Path(scratch) / "gate"), settings, SETS, limit, begins)
