"""`python -m ingest verify | repair | backup FILE | restore FILE`: care for what an installation keeps."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingest.backup import Backup, write_backup
from ingest.build import Report
from ingest.errors import OporaError
from ingest.integrity import Finding, repair, verify
from ingest.restore import restore_backup
from ingest.settings import Settings

_STATES = {"ok": ("v pořádku", "green"), "damaged": ("poškozeno", "red"), "missing": ("zatím není", "yellow")}


def care(arguments: Sequence[str], console: Console, build: Callable[[Settings], Report]) -> int:
    """Run one of the commands, named by the first argument; return 0 when all went well and all is whole, else 1."""
    parser = argparse.ArgumentParser(prog="python -m ingest")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify", description="Zkontroluje, zda je vše uložené celé.")
    commands.add_parser("repair", description="Znovu sestaví poškozený rejstřík a odloží stranou poškozené záznamy.")
    taking = commands.add_parser("backup", description="Zapíše zálohu; aplikace přitom může běžet.")
    taking.add_argument("file", type=Path, metavar="SOUBOR.tar.gz", help="kam zálohu zapsat")
    giving = commands.add_parser("restore", description="Vrátí vše do stavu, který je v záloze.")
    giving.add_argument("file", type=Path, metavar="SOUBOR.tar.gz", help="záloha z příkazu backup")
    giving.add_argument("--dry-run", action="store_true", help="zálohu jen zkontrolovat, nic neměnit")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_env()
        match options.command:
            case "verify":
                return _verified(console, verify(settings))
            case "repair":
                for line in repair(settings, lambda: build(settings)) or ("Nic opravovat nebylo potřeba.",):
                    _say(console, line)
                return _verified(console, verify(settings))
            case "backup":
                done = write_backup(settings, options.file)
                _say(console, f"Záloha „{options.file}“ je zapsaná: {_contents(done)}.")
            case _:
                _restore(console, settings, options.file, options.dry_run)
    except OporaError as error:
        _say(console, str(error), "red")
        return 1
    return 0


def _verified(console: Console, findings: Sequence[Finding]) -> int:
    """Show the table; return 1 when something is damaged."""
    table = Table("Co", "Stav", "Podrobnosti", "Co dělat")
    for found in findings:
        word, style = _STATES[found.state]
        table.add_row(found.part, f"[{style}]{word}[/]", _plain(found.what), _plain(found.advice))
    console.print(table)
    return int(any(found.state == "damaged" for found in findings))


def _restore(console: Console, settings: Settings, archive: Path, dry_run: bool) -> None:
    done = restore_backup(settings, archive, dry_run=dry_run)
    if dry_run:
        _say(console, f"Záloha „{archive}“ je v pořádku: {_contents(done.backup)}. Nic se nezměnilo.")
        return
    _say(console, f"Obnoveno ze zálohy „{archive}“: {_contents(done.backup)}.")
    if done.replaced:
        _say(console, f"Co tu bylo předtím, je v „{done.replaced}“. Až to nebude potřeba, složku smažte.")
    _say(console, "Spusťte „python -m ingest“: rejstřík se srovná s dokumenty.")


def _contents(backup: Backup) -> str:
    index = f"rejstřík {backup.index}" if backup.index else "bez rejstříku (sestaví se znovu)"
    size = f"{backup.size / 2**20:.1f}".replace(".", ",")
    return f"souborů {backup.files}, {size} MB, {index}"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _say(console: Console, message: str, style: str = "green") -> None:
    console.print(message, style=style, markup=False, highlight=False, soft_wrap=True)
