"""`python -m ingest [PATH|URL …]`: bring the index in line with the documents, after adding the given ones."""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ingest.build import Builder, Report
from ingest.errors import OporaError, ReadError
from ingest.library import add, remove
from ingest.manifest import MANIFEST, change_warning, changed_files, load_manifest
from ingest.readers import SUFFIXES
from ingest.readers.web import fetch
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.thesaurus import Thesaurus
from retrieval.writer import IndexWriter, writer_version


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when every document is in the index, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Načte dokumenty a sestaví rejstřík pro vyhledávání."
    )
    parser.add_argument("sources", nargs="*", metavar="SOUBOR|SLOŽKA|URL", help="co přidat k základní sadě")
    parser.add_argument("--remove", action="append", default=[], metavar="ID", help="odebrat přidaný dokument")
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    failed: list[str] = []
    try:
        settings = Settings.from_env()
        failed = [*_removed(settings, options.remove), *_added(settings, options.sources)]
        if (settings.corpus / MANIFEST).exists():
            for source in changed_files(settings.corpus, load_manifest(settings.corpus)):
                _say(console, change_warning(source), "yellow")
        report = _build(settings, console)
    except OporaError as error:
        for message in (*failed, str(error)):
            _say(console, message, "red")
        return 1
    failures = [*failed, *(message for _, message in report.failed)]
    for message in failures:
        _say(console, message, "red")
    console.print(_summary(report, len(failures)))
    return 1 if failures else 0


def _say(console: Console, message: str, style: str) -> None:
    """Print one message on one line, whatever the width of the terminal and whatever brackets are in it."""
    console.print(message, style=style, markup=False, highlight=False, soft_wrap=True)


def _removed(settings: Settings, ids: list[str]) -> list[str]:
    """Remove added documents; return the messages of those that could not be."""
    failed = []
    for doc in ids:
        try:
            remove(settings, doc)
        except ReadError as error:
            failed.append(str(error))
    return failed


def _added(settings: Settings, names: list[str]) -> list[str]:
    """Add files, those of folders and those of addresses; return the messages of those that could not be."""
    failed: list[str] = []
    ids: set[str] = set()
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            try:
                found = [(fetch(name, Path(scratch)), name)] if _is_address(name) else _files(Path(name))
            except ReadError as error:
                failed.append(str(error))
                continue
            for path, url in found:
                try:
                    if Path(name).is_dir() and path.suffix.lower() not in SUFFIXES:
                        raise ReadError(
                            f"Soubor „{path.name}“ Opora ze složky nebere, čte jen {', '.join(SUFFIXES)}. "
                            "Je-li to přesto dokument, zadejte ho jmenovitě."
                        )
                    ids.add(add(settings, path, url, keep=ids).id)
                except ReadError as error:
                    failed.append(str(error))
    return failed


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _files(path: Path) -> list[tuple[Path, str]]:
    """Return the file itself, or the files of a folder and its subfolders by name without the hidden ones."""
    if not path.is_dir():
        if not path.is_file():
            raise ReadError(f"Soubor „{path}“ neexistuje. Zkontrolujte cestu.")
        return [(path, "")]
    visible = (p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts))
    if not (files := sorted(p for p in visible if p.is_file())):
        raise ReadError(f"Ve složce „{path}“ nejsou žádné soubory. Zkontrolujte cestu.")
    return [(p, "") for p in files]


def _build(settings: Settings, console: Console) -> Report:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("Načítám", total=None)

        def progress(done: int, total: int, title: str) -> None:
            bar.update(task, completed=done, total=total, description=title[:60] or "Dokončuji")

        encoder = Encoder.load(settings.encoder)
        thesaurus = Thesaurus.load(settings.corpus)
        open_writer = partial(IndexWriter, thesaurus=thesaurus)
        return Builder(settings, encoder, writer_version(thesaurus), open_writer, progress).build()


def _summary(report: Report, failed: int) -> Table:
    table = Table("Rejstřík", "", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in (
        ("dokumentů", report.documents),
        ("pasáží", report.passages),
        ("přidáno", len(report.added)),
        ("změněno", len(report.changed)),
        ("beze změny", len(report.kept)),
        ("odebráno", len(report.removed)),
        ("selhalo", failed),
    ):
        table.add_row(name, str(count))
    table.add_row("sekund", f"{report.seconds:.1f}".replace(".", ","))
    return table


if __name__ == "__main__":
    sys.exit(main())
