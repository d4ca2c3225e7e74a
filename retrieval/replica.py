"""A replica: this installation serves the version that a Chroma server's pointer names.

Vectors stay on the server and are searched there. Documents and passages are fetched, and the lexical index is built
from them here; the result is a folder like any other index, only without vectors. The version before serves until all
of it is there and checked.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace

from ingest.checksums import seal
from ingest.disk import disk_fault
from ingest.errors import OporaError, SearchIndexError
from ingest.index_folder import (
    FORMAT,
    PART,
    IndexFolder,
    IndexMeta,
    current,
    intact,
    lock,
    named,
    read_document,
    record_path,
    sweep,
    switch,
    write_meta,
)
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.lexical import LexicalIndex
from retrieval.preparing import Preparer
from retrieval.publishing import piece_ids
from retrieval.server import ChromaServer
from retrieval.thesaurus import Thesaurus
from retrieval.versions import (
    Contents,
    Version,
    contents,
    followed,
    is_whole,
    note_followed,
    pending,
    serving_version,
)
from retrieval.writer import writer_version

_PIECES = 300
"""Pieces of the records that are fetched at once, some 1 MB."""

_TAKEN_OVER = "server."
"""Beginning of the version of an index without vectors, which no build may go on from."""

Show = Callable[[int, int, str], None]
"""Takes (documents done, all documents, Czech title)."""


def follow(settings: Settings, server: ChromaServer, show: Show, *, doubt: bool = False, patience: float = 0.0) -> bool:
    """Make the version serve here that serves on the server; tell whether another one serves now.

    Usually one small request. An index of this installation's own goes on when it awaits its publication, and when it
    is the one that serves on the server. With `doubt`, the files that serve here are read and checked.

    Raises
    ------
    SearchIndexError
        If the server cannot be asked or has nothing, what it has is for other code or another encoder, or a build
        does not end within `patience` seconds; what serves here goes on.
    EncoderError
        If the encoder cannot be loaded.
    """
    version = serving_version(server)
    if version is None:
        raise SearchIndexError(
            "Na serveru Chroma zatím žádný rejstřík není. Spusťte tam, kde jsou dokumenty, „python -m ingest“ s toutéž "
            "proměnnou OPORA_CHROMA_URL."
        )
    if not doubt and followed(settings.index) == version.name and _serves(settings):
        return False
    with lock(settings.index, patience):
        sweep(settings.index)
        before = named(settings.index)
        folder = IndexFolder(settings.index / version.name)
        if before and _stays(settings, before, version):
            note_followed(settings.index, version)
            return False
        if intact(folder) is None:
            try:
                _Fetching(settings, server, version, show).write(folder)
            except Exception as error:
                fault = None if isinstance(error, OporaError) else disk_fault(error, settings.index)
                sweep(settings.index)  # a full disk gets its space back at once
                if fault:
                    raise fault from error
                raise
        switch(settings.index, folder)
        note_followed(settings.index, version)
        # The previous index stays for the readers that hold it.
        sweep(settings.index, keep={folder.path.name, before.path.name if before else ""})
        return before is None or before.path != folder.path


def _serves(settings: Settings) -> bool:
    try:
        return current(settings.index) is not None
    except SearchIndexError:
        return False


def _stays(settings: Settings, folder: IndexFolder, version: Version) -> bool:
    """Tell whether an index built here is to go on serving."""
    meta = intact(folder) if folder.chroma.is_dir() else None
    if meta is None:
        return False
    awaits = pending(settings.index)
    unpublished = awaits is not None and awaits.fingerprint == meta.fingerprint
    return meta.fingerprint == version.fingerprint or (unpublished and followed(settings.index) in ("", version.name))


class _Fetching:
    """Writes the folder of one version."""

    def __init__(self, settings: Settings, server: ChromaServer, version: Version, show: Show) -> None:
        self._settings = settings
        self._server = server
        self._version = version
        self._show = show

    def write(self, folder: IndexFolder) -> None:
        """Fetch the version into a folder, which appears only when it is whole."""
        said = contents(self._server, self._version)
        if said is None or not is_whole(self._server, self._version):
            raise self._broken()
        part = IndexFolder(folder.path.with_suffix(PART))
        part.documents.mkdir(parents=True)
        lines = self._lines(said)
        meta = self._meta(next(lines, ""))
        preparer = self._preparer(meta)
        for n, line in enumerate(lines):
            self._show(n, len(meta.documents), "Přebírám ze serveru")
            self._write_record(part, meta, line)
        # Only now are the checksums of all that was fetched known to be right.
        lexical = LexicalIndex(part.tantivy)
        for n, doc in enumerate(meta.documents):
            document, passages = read_document(part, doc)
            self._show(n, len(meta.documents), document.source.title)
            lexical.add(passages, [preparer.terms(passage) for passage in passages])
        lexical.commit()
        self._show(len(meta.documents), len(meta.documents), "")
        write_meta(part, replace(meta, version=_TAKEN_OVER + meta.version))
        seal(part.path)
        shutil.rmtree(folder.path, ignore_errors=True)
        part.path.rename(folder.path)

    def _lines(self, said: Contents) -> Iterator[str]:
        """Yield the lines of the records.

        Raises
        ------
        SearchIndexError
            If an older version wrote them; at the end, if they are not what was published.
        """
        records = self._server.collection(self._version.records)
        if records is None:
            raise self._broken()
        digest, held = hashlib.sha256(), ""
        for start in range(0, said.pieces, _PIECES):
            pieces = self._server.take(records, piece_ids(start, min(_PIECES, said.pieces - start)))
            if not all("text" in each for each in pieces.metadata):
                raise SearchIndexError(
                    "Rejstřík na serveru zveřejnila starší verze Opory. Sjednoťte verzi na všech počítačích a tam, kde "
                    "se rejstřík sestavuje, spusťte „python -m ingest“; dosud platí předchozí rejstřík."
                )
            text = "".join(str(each["text"]) for each in pieces.metadata)
            digest.update(text.encode())
            *whole, held = (held + text).split("\n")
            yield from whole
        if held or digest.hexdigest() != said.sha256:
            raise self._broken()

    def _meta(self, line: str) -> IndexMeta:
        try:
            return IndexMeta(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise self._broken() from error

    def _preparer(self, meta: IndexMeta) -> Preparer:
        """Return what computes the terms of the lexical index, after checking that it is what the publisher used."""
        encoder = Encoder.load(self._settings.encoder)
        thesaurus = Thesaurus.load(self._settings.corpus)
        if meta.encoder != encoder.fingerprint:
            raise SearchIndexError(
                f"Rejstřík na serveru sestavil jiný jazykový model ({meta.encoder}) než ten, který je nastavený tady "
                f"({encoder.fingerprint}). Nastavte OPORA_ENCODER všude stejně; dosud platí předchozí rejstřík."
            )
        code = writer_version(thesaurus)
        if not (meta.version.startswith(f"{FORMAT}.") and meta.version.endswith(f".{code}")):
            raise SearchIndexError(
                f"Rejstřík na serveru sestavila jiná verze Opory nebo jiný slovník pojmů ({meta.version}) než ty, "
                f"které jsou tady ({FORMAT}.….{code}). Sjednoťte verzi Opory a thesaurus.toml na všech počítačích; "
                "dosud platí předchozí rejstřík."
            )
        return Preparer(encoder, thesaurus)

    def _write_record(self, part: IndexFolder, meta: IndexMeta, line: str) -> None:
        try:
            doc = json.loads(line)["source"]["id"]
        except (ValueError, TypeError, KeyError) as error:
            raise self._broken() from error
        path = record_path(part, str(doc))
        # The name of a file must not lead out of the folder, whoever wrote it on the server.
        if doc not in meta.documents or path.parent != part.documents or path.name != f"{doc}.json":
            raise self._broken()
        path.write_text(line, encoding="utf-8")

    def _broken(self) -> SearchIndexError:
        return SearchIndexError(
            f"Verze rejstříku „{self._version.name}“ na serveru Chroma není celá nebo se právě mění. Opora to zkusí "
            "znovu; potrvá-li to, spusťte tam, kde se rejstřík sestavuje, „python -m ingest“."
        )
