"""The settings of one installation: read once at the entry, then handed on, never read from globals."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which encoder serves.

    Attributes
    ----------
    corpus
        Folder with the documents and their `manifest.toml`.
    data
        Folder this installation writes to; the index is its subfolder `index`.
    encoder
        Name or path of a sentence-transformers model; the default ships with the project.
    """

    corpus: Path = PROJECT / "corpus"
    data: Path = PROJECT / ".opora"
    encoder: str = str(PROJECT / "retrieval" / "model")

    @property
    def index(self) -> Path:
        """Folder with one subfolder per built index and the file `CURRENT`."""
        return self.data / "index"

    @property
    def added(self) -> Path:
        """Folder with the documents that this installation added to those of the corpus."""
        return self.data / "documents"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `OPORA_CORPUS`, `OPORA_DATA` and `OPORA_ENCODER`; what is unset or empty keeps its default.

        Raises
        ------
        SettingsError
            If the corpus folder does not exist.
        """
        default = cls()
        settings = cls(
            corpus=Path(env.get("OPORA_CORPUS") or default.corpus),
            data=Path(env.get("OPORA_DATA") or default.data),
            encoder=env.get("OPORA_ENCODER") or default.encoder,
        )
        if not settings.corpus.is_dir():
            raise SettingsError(
                f"Složka s dokumenty „{settings.corpus}“ neexistuje. Opravte proměnnou OPORA_CORPUS, nebo ji zrušte."
            )
        return settings
