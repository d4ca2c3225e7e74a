"""`python -m ingest [PATH|URL …]`: bring the index in line with the documents, after adding the given ones.

`python -m ingest localities FILE.xlsx` reads figures of municipalities instead, and leaves the index alone;
`python -m ingest verify | repair | backup FILE | restore FILE` cares for what the installation keeps.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ingest.build import Report
from ingest.care import care
from ingest.errors import ModelError, OporaError, ReadError, SearchIndexError, SettingsError
from ingest.library import add, remove
from ingest.localities import read_localities
from ingest.locality_store import save_localities
from ingest.manifest import MANIFEST, change_warning, changed_files, load_manifest
from ingest.readers import SUFFIXES
from ingest.readers.web import fetch
from ingest.settings import Settings
from retrieval.building import cluster_builder, index_builder
from retrieval.publishing import publish
from retrieval.replica import follow
from retrieval.server import ChromaServer

_PATIENCE = 60.0
"""Seconds to wait for the app to take over a version that it is just taking over."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when every document is in the index, 1 otherwise."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["localities"]:
        return _localities(given[1:])
    if given[:1] in (["verify"], ["repair"], ["backup"], ["restore"]):
        console = Console(stderr=True)
        return care(given, console, lambda settings: _build(settings, console))
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Načte dokumenty a sestaví rejstřík pro vyhledávání."
    )
    parser.add_argument("sources", nargs="*", metavar="SOUBOR|SLOŽKA|URL", help="co přidat k základní sadě")
    parser.add_argument("--remove", action="append", default=[], metavar="ID", help="odebrat přidaný dokument")
    parser.add_argument(
        "--anticipate",
        nargs="*",
        metavar="ID",
        help="nechat jazykový model napsat otázky k uvedeným dokumentům, jinak ke všem, které žádné nemají",
    )
    parser.add_argument(
        "--ray",
        default="",
        metavar="ADRESA",
        help="číst a převádět dokumenty na clusteru Ray: počítač:port, local (nový jen na tomto počítači) nebo auto",
    )
    options = parser.parse_args(given)
    console = Console(stderr=True)
    failed: list[str] = []
    try:
        settings = Settings.from_env()
        if options.anticipate is not None and settings.model is None:
            raise SettingsError(
                "Otázky k dokumentům píše jazykový model a žádný není nastavený. Zadejte ho proměnnou OPORA_MODEL "
                "(například ollama:llama3.1) a případně OPORA_MODEL_URL. Bez něj lze otázky napsat ručně do složky "
                "anticipated mezi dokumenty."
            )
        if settings.chroma and not settings.chroma.publishes:
            return _taken_over(
                settings, bool(options.sources or options.remove or options.anticipate is not None), console
            )
        failed = [*_removed(settings, options.remove), *_added(settings, options.sources)]
        if (settings.corpus / MANIFEST).exists():
            for source in changed_files(settings.corpus, load_manifest(settings.corpus)):
                _say(console, change_warning(source), "yellow")
        report = _build(settings, console, options.ray)
        if options.anticipate is not None:
            failed += _anticipated(settings, options.anticipate, console)
            # The new questions become part of the index; what was added before stays in the summary.
            _build(settings, console, options.ray)
    except OporaError as error:
        for message in (*failed, str(error)):
            _say(console, message, "red")
        return 1
    failures = [*failed, *(message for _, message in report.failed)]
    for message in failures:
        _say(console, message, "red")
    console.print(_summary(report, len(failures)))
    published = settings.chroma is None or _published(settings, console)
    return 1 if failures or not published else 0


def _localities(arguments: list[str]) -> int:
    """Read workbooks with the index of social exclusion; return 0 when all of them are stored, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest localities",
        description="Načte údaje o obcích z datové sady Index sociálního vyloučení (XLSX).",
    )
    parser.add_argument("files", nargs="+", metavar="SOUBOR.xlsx", help="sešit s datovou sadou, kterýkoli rok")
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    failed = False
    for name in options.files:
        try:
            localities = read_localities(Path(name))
            save_localities(Settings.from_env(), localities)
        except (OporaError, OSError) as error:
            failed = True
            _say(console, str(error), "red")
        else:
            count = len(localities.municipalities)
            _say(console, f"Rok {localities.year}: načteno obcí {count} ze souboru „{localities.file}“.", "green")
    return 1 if failed else 0


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


@contextmanager
def _progress(console: Console, begin: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar; yield what moves it: parts done, all parts, title of the next one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(begin, total=None)

        def progress(done: int, total: int, title: str) -> None:
            bar.update(task, completed=done, total=total, description=title[:60] or "Dokončuji")

        yield progress


def _anticipated(settings: Settings, ids: list[str], console: Console) -> list[str]:
    """Let the chat model write questions; return the messages of documents for which it could not.

    Documents that were finished keep their questions, and a broken off one goes on from where it ended.
    """
    from prompts.anticipate import Anticipator
    from prompts.model import ChatModel
    from prompts.templates import Templates
    from retrieval.index import Index

    if settings.model is None:
        return []
    with _progress(console, "Píšu otázky") as progress:
        model = ChatModel.open(settings.model)
        anticipator = Anticipator(Index.open(settings), model, Templates.load(), settings.written, progress)
        failed = [
            f"Dokument „{doc}“ v rejstříku není, nebo má otázky napsané ručně. Zkontrolujte jeho označení."
            for doc in ids
            if not anticipator.accepts(doc)
        ]
        wanted = [doc for doc in ids if anticipator.accepts(doc)] if ids else list(anticipator.lacking())
        for n, doc in enumerate(wanted):
            try:
                tally = anticipator.write(doc)
            except (ModelError, KeyboardInterrupt) as error:
                reason = str(error) or "Přerušeno."
                left = len(wanted) - n
                rest = f"Zbývá dokumentů: {left}. Týž příkaz bude pokračovat tam, kde skončil."
                return [*failed, f"{reason} {rest}"]
            message = f"{doc}: přibylo {tally.kept} otázek z {tally.suggested} navržených"
            _say(console, message, "green")
    if not wanted and not failed:
        _say(console, "Všechny dokumenty už otázky mají.", "green")
    return failed


def _build(settings: Settings, console: Console, ray: str = "") -> Report:
    """Bring the index in line with the documents, on the Ray cluster at an address if one is given."""
    with ExitStack() as open_until_done:
        progress = open_until_done.enter_context(_progress(console, "Načítám"))
        if ray:
            builder = open_until_done.enter_context(cluster_builder(settings, progress, ray))
        else:
            builder = index_builder(settings, progress)
        report = builder.build()
    if report.damage:
        _say(console, f"{report.damage}. Sestavil se znovu z textů dokumentů.", "yellow")
    return report


def _published(settings: Settings, console: Console) -> bool:
    """Publish the index on the shared server, say how it went, and tell whether it is there now."""
    try:
        with _progress(console, "Zveřejňuji") as progress:
            done = publish(settings, progress, _PATIENCE)
    except SearchIndexError as error:
        _say(console, str(error), "red")
        return False
    said = "Rejstřík je zveřejněný na serveru Chroma" if done.sent else "Server Chroma tento rejstřík už má"
    _say(console, f"{said}: {done.version.name}.", "green")
    return True


def _taken_over(settings: Settings, asked_for_more: bool, console: Console) -> int:
    """Take over what the shared server has, and build nothing; return 0 when it serves here."""
    if settings.chroma is None or asked_for_more:
        raise SettingsError(
            "Tato instalace rejstřík jen přebírá ze serveru Chroma (OPORA_CHROMA_PUBLISH=0). Dokumenty přidávejte a "
            "odebírejte tam, kde se rejstřík sestavuje."
        )
    with _progress(console, "Přebírám") as progress:
        server = ChromaServer(settings.chroma)
        changed = follow(settings, server, progress, doubt=True, patience=_PATIENCE)
    said = "Nový rejstřík je převzatý ze serveru Chroma." if changed else "Rejstřík ze serveru Chroma tu už je."
    _say(console, said, "green")
    return 0


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
