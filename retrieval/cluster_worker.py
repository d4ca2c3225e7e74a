"""What a machine of a cluster does: it reads files and prepares batches with what is installed there."""

import hashlib
import pickle
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ingest.bounded import BoundedReader
from ingest.document import Document, Source
from ingest.errors import ReadError
from ingest.preparing import Batch, Features
from ingest.settings import PROJECT, Settings
from retrieval.encoder import Encoder
from retrieval.preparing import Preparer
from retrieval.thesaurus import Thesaurus
from retrieval.writer import writer_version

_CODE = ("ingest", "retrieval")
"""Packages whose code decides what a machine computes."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What all machines work with.

    Attributes
    ----------
    encoder
        Name of the encoder; empty for the one that ships with the project, whose folder differs by machine.
    thesaurus
        Pickled, since the collection and its thesaurus are on one machine only.
    """

    encoder: str
    thesaurus: bytes


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the results of a machine depend on: digest of its code, its encoder, what it tags passages with."""

    code: str
    encoder: str
    version: str

    @classmethod
    def of(cls, encoder: Encoder, thesaurus: Thesaurus) -> "Equipment":
        """Return the equipment of this machine."""
        return cls(_code(), encoder.fingerprint, writer_version(thesaurus))

    def lacking(self, other: "Equipment", machine: str) -> str:
        """Return in Czech in what another machine differs and what to do; "" when it does not."""
        if self.code != other.code or self.version != other.version:
            return (
                f"Počítač „{machine}“ má jinou verzi Opory než tento. Nainstalujte na všechny počítače clusteru "
                "tutéž verzi, Ray na nich spusťte znovu a příkaz opakujte."
            )
        if self.encoder != other.encoder:
            return (
                f"Počítač „{machine}“ převádí text na vektory jiným modelem ({other.encoder}) než tento "
                f"({self.encoder}). Dejte na všechny počítače clusteru tentýž model a příkaz opakujte."
            )
        return ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on its way: its name, its content, and the source it is read for."""

    name: str
    content: bytes
    source: Source


def equipment(tools: Tools) -> Equipment:
    """Return the equipment of this machine; raise EncoderError if it has no such encoder."""
    return _workshop(tools)[1]


def documents(tools: Tools, files: Sequence[Sent | str]) -> tuple[Equipment, list[Document | str]]:
    """Read files, each within the limits of `ingest.bounded`; a message in place of a file or a document stays one."""
    with tempfile.TemporaryDirectory() as folder:
        return equipment(tools), [file if isinstance(file, str) else _read(file, Path(folder)) for file in files]


def features(tools: Tools, batch: Batch) -> tuple[Equipment, Features]:
    """Compute the features of a batch."""
    preparer, own = _workshop(tools)
    return own, preparer.features(batch)


def _read(file: Sent, folder: Path) -> Document | str:
    path = folder / file.name
    path.write_bytes(file.content)
    try:
        # The title is decided where the document was added.
        return replace(_reader().read(path, file.source), source=file.source)
    except ReadError as error:
        return str(error)
    finally:
        path.unlink()


@lru_cache(maxsize=1)
def _workshop(tools: Tools) -> tuple[Preparer, Equipment]:
    """Load encoder and thesaurus, once for all tasks of a process."""
    encoder = Encoder.load(tools.encoder or Settings().encoder)
    thesaurus: Thesaurus = pickle.loads(tools.thesaurus)
    return Preparer(encoder, thesaurus), Equipment.of(encoder, thesaurus)


@lru_cache(maxsize=1)
def _reader() -> BoundedReader:
    """Return the reader of this process; the child that it keeps ends with it."""
    return BoundedReader()


def _code() -> str:
    digest = hashlib.sha256()
    for file in sorted(file for package in _CODE for file in (PROJECT / package).rglob("*.py")):
        digest.update(f"\0{file.relative_to(PROJECT).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
