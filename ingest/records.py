"""The files with records that an installation keeps: which of them are damaged, and setting the damage aside."""

import fcntl
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ASIDE = "aside"
"""Subfolder of the installation's folder for what was damaged; nothing in it is read again."""

LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Harm:
    """A damaged file; `lines` are the 1-based numbers of its damaged lines, empty when it is damaged as a whole."""

    path: Path
    lines: tuple[int, ...] = ()

    @property
    def what(self) -> str:
        """What is wrong, in Czech."""
        if not self.lines:
            return f"soubor „{self.path.name}“ nelze přečíst"
        return f"poškozené řádky souboru „{self.path.name}“: {', '.join(map(str, self.lines))}"


def record_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder and its subfolders that hold records, by name, without the hidden ones."""
    found = (path for path in folder.rglob("*") if path.suffix in (".json", ".jsonl", ".toml") and path.is_file())
    return tuple(sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts)))


def harm(path: Path) -> Harm | None:
    """Return what is wrong with a file of records, or None.

    A last line without an end is no damage: a process was killed while it wrote, and nobody was told it was stored.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".jsonl":
            lines = content.split(b"\n")[:-1]
            wrong = tuple(n for n, line in enumerate(lines, 1) if line.strip() and not _is_object(line))
            return Harm(path, wrong) if wrong else None
        if path.suffix == ".toml":
            tomllib.loads(content.decode("utf-8"))
        else:
            json.loads(content)
    except (OSError, ValueError):
        return Harm(path)
    return None


def set_aside(data: Path, harmed: Harm) -> Path:
    """Move a damaged file, or copy its damaged lines and keep the others; return where they are now.

    The file is replaced as a whole and under the lock of its folder, which those who add lines hold, too.
    """
    target = _free(data, harmed.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not harmed.lines:
        harmed.path.rename(target)
        return target
    with _locked(harmed.path.parent):
        now = harm(harmed.path)
        lines = harmed.path.read_bytes().split(b"\n")
        wrong = set(now.lines if now else ())
        _write(target, b"".join(line + b"\n" for n, line in enumerate(lines, 1) if n in wrong))
        part = harmed.path.with_name(f".{harmed.path.name}.part")
        _write(part, b"\n".join(line for n, line in enumerate(lines, 1) if n not in wrong))
        part.chmod(harmed.path.stat().st_mode)
        part.replace(harmed.path)
    return target


def set_folder_aside(data: Path, folder: Path) -> Path:
    """Move a folder; return where it is now."""
    target = _free(data, folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)
    return target


def _free(data: Path, path: Path) -> Path:
    """Return a place of the same relative path that is not taken: numbered, since a clock may go back."""
    number = 1
    while (target := data / ASIDE / str(number) / path.relative_to(data)).exists():
        number += 1
    return target


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
