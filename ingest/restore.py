"""Bringing an installation back to a backup: the archive is checked as a whole before anything is touched.

What it replaces is moved aside, not deleted: a restoring that is killed or was a mistake can be undone by hand.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.backup import DESCRIPTION, FILES, FORMAT, INDEX, LEFT_OUT, Backup, locked, parts
from ingest.checksums import damage, seal
from ingest.disk import unwritable
from ingest.errors import BackupError
from ingest.index_folder import CURRENT, lock
from ingest.settings import Settings

REPLACED = "replaced"
"""Subfolder for what was there before, one numbered folder per restoring."""

_STAGING = ".restoring"
_PATIENCE = 900.0
_CHUNK = 2**20
_LONGEST_DESCRIPTION = 256 * _CHUNK
_MOST_FILES = 1_000_000
_SPARE = 16 * _CHUNK
"""Bytes of the disk that are left free."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where that is which was there before (None when nothing was, or nothing was done)."""

    backup: Backup
    replaced: Path | None


def restore_backup(settings: Settings, archive: Path, *, dry_run: bool = False) -> Restored:
    """Bring the folder of the installation to the state of a backup; with `dry_run` only check the archive.

    Raises
    ------
    BackupError
        If the archive is damaged, is of a later format, holds what a backup never holds, or does not fit on the disk;
        nothing is changed then.
    SearchIndexError
        If the folder of the installation cannot be written, or another build does not end.
    """
    if dry_run:
        return Restored(_checked(archive, None, _room(settings.data)), None)
    staging = settings.data / _STAGING
    with lock(settings.index, _PATIENCE):
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir()
            found = _checked(archive, staging, _room(settings.data))
            if found.index:
                _checked_index(staging / INDEX / found.index)
            replaced = _exchange(settings.data, staging)
        except OSError as error:
            raise BackupError(unwritable(settings.data, error)) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return Restored(found, replaced)


def _checked(archive: Path, staging: Path | None, room: int) -> Backup:
    """Read the whole archive and compare it with its description; write its files if there is a folder for them."""
    found: dict[str, dict[str, int | str]] = {}
    described: dict[str, Any] | None = None
    size = 0
    with _opened(archive) as members:
        for member in members:
            if described is not None or len(found) >= _MOST_FILES:
                raise _wrong(archive, "má za svým popisem další obsah")
            if not member.isfile():
                raise _wrong(archive, f"obsahuje „{member.name}“, což není obyčejný soubor")
            content = members.extractfile(member)
            if content is None or member.size < 0:
                raise _wrong(archive, f"soubor „{member.name}“ nelze přečíst")
            if member.name == DESCRIPTION:
                if member.size > _LONGEST_DESCRIPTION:
                    raise _wrong(archive, "má příliš dlouhý popis")
                described = _description(archive, content.read())
                continue
            name = _inside(archive, member.name)
            size += member.size
            if size > room:
                lacking = (size - room) // _CHUNK + 1
                raise BackupError(f"Na disku není pro obnovení dost místa: chybí nejméně {lacking} MB. Uvolněte ho.")
            if name in found:
                raise _wrong(archive, f"obsahuje soubor „{name}“ dvakrát")
            found[name] = {"size": member.size, "sha256": _taken(content, staging / name if staging else None)}
    if described is None or described["files"] != found:
        raise _wrong(archive, "neobsahuje to, co udává její popis; není celá, nebo ji někdo změnil")
    index = described["index"]
    if not (isinstance(index, str) and re.fullmatch(r"[\w-]*", index)):
        raise _wrong(archive, "má neplatný popis")
    if not _holds_index(found, index):
        raise _wrong(archive, "nemá rejstřík, který udává její popis")
    return Backup(len(found), size, index)


def _holds_index(found: Mapping[str, Mapping[str, int | str]], index: str) -> bool:
    """Tell whether the files are those of the described index alone, or none of an index when that is ""."""
    inside = {name for name in found if name.startswith(f"{INDEX}/")}
    if not index:
        return not inside
    pointer = f"{INDEX}/{CURRENT}"
    sha256 = hashlib.sha256(f"{index}\n".encode()).hexdigest()
    others = {name for name in inside if not name.startswith(f"{INDEX}/{index}/")}
    return others == {pointer} and found[pointer]["sha256"] == sha256


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, mode="r|gz") as members:
            yield members
    except FileNotFoundError as error:
        if error.filename != str(archive):
            raise
        raise BackupError(f"Soubor „{archive}“ neexistuje. Zkontrolujte cestu.") from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise _wrong(archive, "nejde přečíst až do konce") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _wrong(archive, "nejde přečíst až do konce") from error  # gzip's checksum


def _description(archive: Path, content: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(content)
        version, complete = found["format"], {"files", "index"} <= found.keys()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _wrong(archive, "má neplatný popis") from error
    if not isinstance(version, int) or not complete:
        raise _wrong(archive, "má neplatný popis")
    if version > FORMAT:
        raise BackupError(
            f"Zálohu „{archive.name}“ zapsala novější verze programu (formát {version}, tato verze zná {FORMAT}). "
            "Obnovte ji tou verzí."
        )
    return found


def _inside(archive: Path, name: str) -> str:
    """Return the path of a file in the folder of the installation; it must stay there and be one that backups hold."""
    path = PurePosixPath(name)
    plain = path.as_posix() == name and "\\" not in name and "\0" not in name
    if not plain or path.is_absolute() or ".." in path.parts or path.parts[:1] != (FILES,) or len(path.parts) < 2:
        raise _wrong(archive, f"obsahuje soubor „{name}“, který by se zapsal mimo složku aplikace")
    top = path.parts[1]
    if top.startswith(".") or (top in LEFT_OUT and top != INDEX):
        raise _wrong(archive, f"obsahuje soubor „{name}“, který do zálohy nepatří")
    return path.relative_to(FILES).as_posix()


def _taken(content: Any, target: Path | None) -> str:
    """Return the SHA-256 of a file of the archive, which is written unless there is no target."""
    digest = hashlib.sha256()
    with ExitStack() as stack:
        file = None
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(target.open("xb"))
            os.fchmod(file.fileno(), 0o600)
        while part := content.read(_CHUNK):
            digest.update(part)
            if file:
                file.write(part)
        if file:
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()


def _checked_index(folder: Path) -> None:
    if reason := damage(folder):
        raise BackupError(f"Rejstřík v záloze je poškozený ({reason}). Použijte jinou zálohu.")
    seal(folder)  # with the times that its files have here


def _exchange(data: Path, staging: Path) -> Path | None:
    """Move away what is there and the restored parts in; return where the former is. A failure moves all back."""
    number = 1
    while (aside := data / REPLACED / str(number)).exists():
        number += 1
    fresh = [path.name for path in sorted(staging.iterdir())]
    moves = [(path, aside / path.name) for path in parts(data)]
    if INDEX in fresh:
        moves += [(path, aside / INDEX / path.name) for path in (data / INDEX).iterdir() if path.name[0] != "."]
    gone = bool(moves)
    moves += [(staging / name, data / name) for name in fresh if name != INDEX]
    if INDEX in fresh:
        # Last of all the file that names the index, so that it never names one that is not there yet.
        index = sorted((staging / INDEX).iterdir(), key=lambda path: path.is_file())
        moves += [(path, data / INDEX / path.name) for path in index]
    done: list[tuple[Path, Path]] = []
    with ExitStack() as stack:
        for folder in (path for path in parts(data) if path.is_dir()):
            stack.enter_context(locked(folder))
        try:
            for source, target in moves:
                target.parent.mkdir(parents=True, exist_ok=True)
                source.rename(target)
                done.append((source, target))
        except OSError:
            for source, target in reversed(done):
                target.rename(source)
            raise
    return aside if gone else None


def _room(data: Path) -> int:
    """Return how many bytes fit on the disk."""
    place = next(path for path in (data, *data.absolute().parents) if path.is_dir())
    return shutil.disk_usage(place).free - _SPARE


def _wrong(archive: Path, reason: str) -> BackupError:
    return BackupError(f"Soubor „{archive.name}“ nelze obnovit: {reason}. Použijte jinou zálohu; nic se nezměnilo.")
