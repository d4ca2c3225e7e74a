"""`python -m eval run` records a run; `python -m eval runs` lists the recorded ones or deletes one."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.runs import SYSTEMS
from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from eval.runs.changes import Changes
    from eval.runs.systems import Opened

INTERRUPTED = 130
"""What a shell returns for a command that was ended by Ctrl+C."""

WITH_MODEL, WITHOUT_MODEL = 4, 1
"""Questions in flight together. Composing quotes keeps one core busy: 720 questions took 15 s one by one, two or four
at once, and each of them two or four times as long, so that the times would no longer be those of a user. A server
of a chat model answers several at once."""

Opens = Callable[[str, Settings, "Changes", Callable[[int, int, str], None]], "Opened"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of both commands."""
    record = commands.add_parser(
        "run",
        help="nahrát běh: položit otázky, zapsat odpovědi a změřit je",
        description="Položí otázky sad, zapíše odpovědi s konfigurací a změří je. Přerušený běh týž příkaz dokončí.",
    )
    record.add_argument("--name", required=True, metavar="JMÉNO", help="jméno běhu")
    record.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        default=(),
        metavar="Q.jsonl",
        help="sady otázek (jinak tři sady projektu)",
    )
    record.add_argument("--system", choices=SYSTEMS, default=SYSTEMS[0], help="čeho se ptát (jinak asistenta)")
    record.add_argument(
        "--llm",
        nargs="?",
        const="",
        metavar="MODEL",
        help="nechat odpovědi psát jazykový model, zde uvedený nebo z OPORA_MODEL (jinak se jen cituje)",
    )
    record.add_argument(
        "--encoder", metavar="MODEL", help="vyhledávat s jiným modelem (jméno nebo složka); sestaví si vlastní rejstřík"
    )
    record.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="JMÉNO=HODNOTA",
        help="změnit nastavení jen pro tento běh, například weights.concepts=0",
    )
    record.add_argument("--limit", type=int, metavar="N", help="jen N otázek, každý druh úměrně zastoupený")
    record.add_argument(
        "--at-once",
        type=int,
        metavar="N",
        help=f"kolik otázek klást najednou (jinak {WITHOUT_MODEL}, s jazykovým modelem {WITH_MODEL})",
    )
    listing = commands.add_parser(
        "runs", help="vypsat nahrané běhy, nebo jeden smazat", description="Vypíše nahrané běhy od nejnovějšího."
    )
    listing.add_argument("--delete", metavar="JMÉNO", help="smazat běh tohoto jména se všemi jeho soubory")


def run(options: argparse.Namespace, opens: Opens | None = None) -> int:
    """Run the command that the options name; return 0, or 130 after Ctrl+C.

    Raises
    ------
    OporaError
        Whatever keeps a run from being recorded, listed or deleted; the message says what to do.
    """
    console, log = Console(), Console(stderr=True)
    if options.command == "runs":
        return _runs(Settings.from_env().runs, options.delete, console)
    return _record(options, opens, console, log)


def _record(options: argparse.Namespace, opens: Opens | None, console: Console, log: Console) -> int:
    # Imported here: the parser of all commands needs none of it, and LangChain alone takes a second.
    from eval.figures import as_table
    from eval.runs.asked import SETS, choose
    from eval.runs.changes import parse
    from eval.runs.configuration import configuration
    from eval.runs.files import run_folder
    from eval.runs.record import record
    from eval.runs.showing import summary_figures
    from eval.runs.systems import open_system, with_encoder

    settings = with_encoder(Settings.with_llm(options.llm), options.encoder)
    folder = run_folder(settings.runs, options.name)
    changes = parse(options.set)
    chosen = choose(tuple(options.questions) or SETS, options.limit)
    together = options.at_once
    if together is None:
        together = WITH_MODEL if settings.model else WITHOUT_MODEL
    if together < 1:
        raise SettingsError(f"Počet otázek najednou (--at-once) má být aspoň 1, je to {together}.")
    with _bar("Sestavuji rejstřík", log) as (show, _):
        opened = (opens or open_system)(options.system, settings, changes, lambda n, of, title: show(n, of))
    made = configuration(options.system, settings, changes, opened.index, chosen.sets, options.limit, together)
    try:
        with _bar("Odpovídám na otázky", log) as (show, step):

            def begins(done: int, total: int) -> Callable[[], None]:
                show(done, total)
                return step

            summary = record(folder, opened, chosen, made, begins)
    except KeyboardInterrupt:
        log.print(f"Přerušeno. Týž příkaz dokončí běh „{folder.name}“ tam, kde přestal.", highlight=False)
        return INTERRUPTED
    console.print(as_table(summary_figures(folder.name, summary)))
    log.print(f"Běh je ve složce {folder.path}.", highlight=False, soft_wrap=True)
    return 0


def _runs(runs: Path, name: str | None, console: Console) -> int:
    from eval.runs.files import delete, recorded, run_folder
    from eval.runs.showing import runs_table

    if name is not None:
        delete(run_folder(runs, name))
        console.print(f"Běh „{name}“ je smazaný.", highlight=False)
        return 0
    folders = recorded(runs)
    if not folders:
        console.print("Žádný běh ještě není nahraný. Nahrajte první: python -m eval run --name JMÉNO", highlight=False)
        return 0
    console.print(runs_table(folders))
    return 0


@contextmanager
def _bar(description: str, log: Console) -> Iterator[tuple[Callable[[int, int], None], Callable[[], None]]]:
    """Show a bar with the remaining time on a terminal; yield what sets (done, total) and what moves it by one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as progress:
        task = progress.add_task(description, total=None, visible=False)

        def show(done: int, total: int) -> None:
            # Set anew, so that questions answered before do not count into the speed.
            progress.reset(task, completed=done, total=total, visible=True)

        yield show, lambda: progress.advance(task)
