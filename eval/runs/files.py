"""The folder of a recorded run and its files; one command at a time may write to it."""

import fcntl
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.records import Record, load_records
from ingest.disk import unwritable
from ingest.errors import SettingsError

FORMAT = 1
LONGEST_NAME = 80

_NAME = re.compile(r"\w[\w.+-]*")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run.

    `run.json` says what was asked under what; `questions.jsonl` holds the questions, `records.jsonl` the answers in
    the order in which they came, `scores.jsonl` and `summary.json` what they are worth.
    """

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def run(self) -> Path:
        return self.path / "run.json"

    @property
    def questions(self) -> Path:
        return self.path / "questions.jsonl"

    @property
    def records(self) -> Path:
        return self.path / "records.jsonl"

    @property
    def scores(self) -> Path:
        return self.path / "scores.jsonl"

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    def described(self) -> dict[str, Any] | None:
        """Return run.json, or None when there is no run of this name yet.

        Raises
        ------
        SettingsError
            If it is damaged, or another version of the program wrote it.
        """
        return self._object(self.run)

    def summarised(self) -> dict[str, Any] | None:
        """Return summary.json, or None while the run is incomplete."""
        return self._object(self.summary)

    def _object(self, path: Path) -> dict[str, Any] | None:
        if not path.is_file():
            return None
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise SettingsError(self._damaged(path.name)) from error
        if not isinstance(value, dict) or (path == self.run and value.get("format") != FORMAT):
            raise SettingsError(self._damaged(path.name))
        return value

    def _damaged(self, file: str) -> str:
        return (
            f"Soubor {file} běhu „{self.name}“ je poškozený nebo z jiné verze programu. Smažte běh příkazem "
            f"„python -m eval runs --delete {self.name}“ a nahrajte ho znovu."
        )

    def answered(self) -> tuple[Record, ...]:
        """Return what is recorded so far, after dropping a last line that a killed run left unfinished.

        Raises
        ------
        QuestionSetError
            If another line is damaged.
        """
        if not self.records.is_file():
            return ()
        content = self.records.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            written = self.records.stat()
            with self.records.open("r+b") as file:
                file.truncate(whole)
            # The time of the last answer says how long the killed run had been going.
            os.utime(self.records, ns=(written.st_atime_ns, written.st_mtime_ns))
        return load_records(self.records) if content[:whole].strip() else ()

    def write(self, path: Path, content: str) -> None:
        """Replace a file of the run in one step, so that nobody reads half of it.

        Raises
        ------
        SettingsError
            If the folder cannot be written.
        """
        part = path.with_name(f".{path.name}.part")
        with self.writing():
            part.write_text(content, encoding="utf-8", newline="\n")
            part.replace(path)

    def write_object(self, path: Path, value: Mapping[str, Any]) -> None:
        """Replace a file by an object as JSON that people can read."""
        self.write(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def write_lines(self, path: Path, lines: Iterable[str]) -> None:
        """Replace a file by lines."""
        self.write(path, "".join(f"{line}\n" for line in lines))

    @contextmanager
    def open(self) -> Iterator[Callable[[Record], None]]:
        """Create the folder and keep other commands out of it; what is yielded appends one record and flushes it.

        Raises
        ------
        SettingsError
            If another command is writing this run, or the folder cannot be written.
        """
        with self.writing():
            self.path.mkdir(parents=True, exist_ok=True)
            file = self.records.open("a", encoding="utf-8", newline="\n")

        def append(record: Record) -> None:
            with self.writing():
                file.write(record.to_json() + "\n")
                file.flush()

        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SettingsError(
                    f"Do běhu „{self.name}“ právě zapisuje jiný příkaz. Počkejte, až skončí, nebo zvolte jiné jméno."
                ) from error
            yield append

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say in Czech why a file of the run cannot be written or removed."""
        try:
            yield
        except OSError as error:
            raise SettingsError(unwritable(self.path, error)) from error


def run_folder(runs: Path, name: str) -> RunFolder:
    """Return the folder of the run with this name, which need not exist.

    Raises
    ------
    SettingsError
        If the name cannot be that of a folder everywhere.
    """
    plain = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(plain) or plain.endswith(".") or len(plain) > LONGEST_NAME:
        raise SettingsError(
            f"Jméno běhu „{name}“ nelze použít. Má začínat písmenem nebo číslicí, obsahovat jen písmena, číslice "
            f"a znaky . _ + - a mít nejvýš {LONGEST_NAME} znaků."
        )
    return RunFolder(runs / plain)


def recorded(runs: Path) -> tuple[RunFolder, ...]:
    """Return the folders that hold a run, by name."""
    if not runs.is_dir():
        return ()
    return tuple(RunFolder(path) for path in sorted(runs.iterdir()) if (path / "run.json").is_file())


def delete(folder: RunFolder) -> None:
    """Remove a run with all its files.

    Raises
    ------
    SettingsError
        If there is no such run, a command is writing it, or it cannot be removed.
    """
    if not folder.path.is_dir():
        known = ", ".join(other.name for other in recorded(folder.path.parent)) or "žádné"
        raise SettingsError(f"Běh „{folder.name}“ neexistuje. Nahrané běhy: {known}.")
    with folder.open(), folder.writing():
        shutil.rmtree(folder.path)
