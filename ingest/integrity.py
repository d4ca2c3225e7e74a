"""Is everything that an installation keeps whole? `verify` tells, `repair` mends what can be mended.

Nothing is deleted: what cannot be read is set aside in the subfolder `aside`, where a person may look at it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.anticipated import FOLDER
from ingest.build import Report
from ingest.disk import unwritable
from ingest.errors import ManifestError, SettingsError
from ingest.index_folder import serving, serving_damage
from ingest.library import damaged, shelves
from ingest.manifest import change_warning, changed_files, load_manifest
from ingest.records import harm, record_files, set_aside, set_folder_aside
from ingest.settings import Settings

State = Literal["ok", "damaged", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part of an installation; `part`, `what` and `advice` are Czech texts for the user."""

    part: str
    state: State
    what: str
    advice: str = ""


def verify(settings: Settings) -> tuple[Finding, ...]:
    """Return what is whole, damaged and missing, part by part; a part with several faults comes several times."""
    return (
        *_or_whole("rejstřík", _index(settings), _index_whole(settings), "spusťte „python -m ingest“, sestaví se"),
        *_or_whole("dokumenty", _documents(settings), _documents_whole(settings)),
        *_or_whole("předpokládané dotazy", _anticipated(settings), _files_whole(_questions_of(settings))),
        *(finding for part, folder in _kept(settings) for finding in _records(part, folder)),
    )


def repair(settings: Settings, build: Callable[[], Report]) -> tuple[str, ...]:
    """Set aside what is damaged and have the index built again if it is not whole; return what was done, in Czech.

    Documents that changed since they were stored but can be read stay where they are: only a person can tell whether
    the change is right. So do the files of the corpus, which are not the installation's own.

    Raises
    ------
    SettingsError
        If the folder of the installation cannot be written.
    SearchIndexError, ManifestError
        If the index cannot be built.
    """
    done = []
    data = settings.data
    try:
        for lost in (each for each in damaged(settings) if not each.usable):
            place = set_folder_aside(data, lost.folder).relative_to(data)
            done.append(f"Dokument „{lost.folder.name}“ ({lost.reason}) je odložen do „{place}“. Přidejte ho znovu.")
        for folder in (settings.written, *(folder for _, folder in _kept(settings))):
            for found in filter(None, map(harm, record_files(folder))):
                place = set_aside(data, found).relative_to(data)
                done.append(f"Ve složce „{folder.name}“: {found.what}; odloženo do „{place}“.")
    except OSError as error:
        raise SettingsError(unwritable(data, error)) from error
    if serving(settings.index)[0] is None:
        reason = serving_damage(settings.index) or "Rejstřík tu nebyl"
        report = build()
        done.append(f"{reason}. Sestaven znovu z textů dokumentů: dokumentů {report.documents}.")
        done += [f"Z rejstříku vypadl dokument „{file}“. {message}" for file, message in report.failed]
    return tuple(done)


def _kept(settings: Settings) -> tuple[tuple[str, Path], ...]:
    """The folders with records of this installation, each with its Czech name."""
    return (
        ("hodnocení odpovědí", settings.feedback),
        ("běhy vyhodnocení", settings.runs),
        ("vlastní sady otázek", settings.question_sets),
        ("uložené dotazy", settings.questions),
        ("údaje o obcích", settings.data / "localities"),
    )


def _or_whole(
    part: str, faults: Iterator[tuple[str, str]], whole: Callable[[], str], advice: str = ""
) -> Iterator[Finding]:
    """Yield the faults of a part, else that it is whole, else that there is nothing of it, with the advice."""
    found = [Finding(part, "damaged", what, advice) for what, advice in faults]
    what = "" if found else whole()
    yield from found or [Finding(part, "ok", what) if what else Finding(part, "missing", "", advice)]


def _index(settings: Settings) -> Iterator[tuple[str, str]]:
    if reason := serving_damage(settings.index):
        yield reason, "spusťte „python -m ingest repair“, sestaví se znovu"


def _index_whole(settings: Settings) -> Callable[[], str]:
    def whole() -> str:
        meta = serving(settings.index)[1]
        return f"{meta.fingerprint}: dokumentů {len(meta.documents)}, pasáží {meta.passages}" if meta else ""

    return whole


def _documents(settings: Settings) -> Iterator[tuple[str, str]]:
    try:
        for source in changed_files(settings.corpus, load_manifest(settings.corpus)):
            yield _halves(change_warning(source))
    except ManifestError as error:
        yield _halves(str(error))
    for found in damaged(settings):
        advice = "spusťte „python -m ingest repair“ a dokument přidejte znovu"
        if found.usable:
            advice = "obnovte ho ze zálohy, nebo dokument odeberte a přidejte znovu"
        yield f"přidaný dokument „{found.folder.name}“: {found.reason}", advice


def _halves(message: str) -> tuple[str, str]:
    """Return the first sentence of a message, and what it advises after it."""
    what, *advice = re.split(r"\.\s(?=[A-ZÁ-Ž])", message, maxsplit=1)
    return what, "".join(advice) or "opravte manifest.toml"


def _documents_whole(settings: Settings) -> Callable[[], str]:
    def whole() -> str:
        all_shelves = shelves(settings)
        added = sum(shelf.added for shelf in all_shelves)
        return f"základních {len(all_shelves) - added}, přidaných {added}" if all_shelves else ""

    return whole


def _questions_of(settings: Settings) -> tuple[Path, ...]:
    return (settings.corpus / FOLDER, settings.written)


def _anticipated(settings: Settings) -> Iterator[tuple[str, str]]:
    own = "spusťte „python -m ingest repair“; otázky napíše znovu „python -m ingest --anticipate“"
    for folder in _questions_of(settings):
        for found in filter(None, map(harm, record_files(folder))):
            yield found.what, own if folder == settings.written else "opravte zápis TOML, nebo soubor obnovte ze zálohy"


def _records(part: str, folder: Path) -> Iterator[Finding]:
    found = (each for each in map(harm, record_files(folder)) if each)
    faults = ((f"{_place(each.path, folder)}{each.what}", "spusťte „python -m ingest repair“") for each in found)
    return _or_whole(part, faults, _files_whole((folder,)))


def _place(path: Path, folder: Path) -> str:
    return "" if path.parent == folder else f"{path.parent.relative_to(folder)}: "


def _files_whole(folders: tuple[Path, ...]) -> Callable[[], str]:
    def whole() -> str:
        files = [path for folder in folders for path in record_files(folder)]
        return f"souborů {len(files)}" if files else ""

    return whole
