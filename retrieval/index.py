"""An index open for reading: documents, passages, vectors and the lexical index."""

import re
import shutil
import tempfile
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.checksums import damage, require_whole
from ingest.chroma_settings import ChromaSettings
from ingest.document import Document, Passage
from ingest.errors import SearchIndexError
from ingest.index_folder import IndexFolder, current, read_document, read_meta
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.exact import ExactVectors, fits
from retrieval.filters import NO_FILTERS, Filters
from retrieval.lexical import LexicalIndex
from retrieval.lists import Listing, listings
from retrieval.query import Vocabulary
from retrieval.server import ServerVectors
from retrieval.thesaurus import Thesaurus
from retrieval.vectors import Vectors, VectorStore
from retrieval.versions import Version
from retrieval.weights import Weights

_LEADING_CODE = re.compile(r"(\d{1,2}(?:\.\d{1,2})*(?:\.[a-z])?)\.?\s")
_DESCRIPTOR = re.compile(r"(?m)^[\s•▪◦-]*([IVXLC]{1,6}\.[a-z])\s")


@dataclass(frozen=True, slots=True)
class Index:
    """What a search reads.

    Attributes
    ----------
    documents, passages
        By id, in the order of the build and of the text.
    leaves
        Ids of the leaves inside each section, by the section's id.
    codes
        By code, the passages it leads to and how strongly: 1.0 for the leaf that carries it, less for its
        section, its tasks and what stands below it.
    lists
        The lists that stand in the documents.
    bare
        Ids of the passages of documents that have no anticipated questions.
    """

    fingerprint: str
    documents: Mapping[str, Document]
    passages: Mapping[str, Passage]
    vectors: Vectors
    lexical: LexicalIndex
    encoder: Encoder
    thesaurus: Thesaurus
    weights: Weights
    vocabulary: Vocabulary
    leaves: Mapping[str, Sequence[str]]
    codes: Mapping[str, Mapping[str, float]]
    lists: Sequence[Listing]
    bare: frozenset[str]

    @classmethod
    def open(cls, settings: Settings) -> "Index":
        """Open the index that `CURRENT` names.

        Raises
        ------
        SearchIndexError
            If there is none yet, another encoder wrote it, or its files are not what its build left.
        EncoderError
            If the encoder cannot be loaded.
        """
        folder = current(settings.index)
        if folder is None:
            raise SearchIndexError(
                "Rejstřík dokumentů ještě není sestavený. Spusťte „make run“ nebo „python -m ingest“."
            )
        meta = read_meta(folder)
        require_whole(folder.path)
        encoder = Encoder.load(settings.encoder)
        if meta.encoder != encoder.fingerprint:
            raise SearchIndexError(
                f"Rejstřík sestavil jiný jazykový model ({meta.encoder}) než ten, který je nastavený "
                f"({encoder.fingerprint}). Spusťte „python -m ingest“, sestaví se znovu."
            )
        stored = [read_document(folder, doc) for doc in meta.documents]
        passages = {p.id: p for _, found in stored for p in found}
        documents = {document.id: document for document, _ in stored}
        leaves = {key: inside for _, found in stored for key, inside in _leaves(found)}
        thesaurus = Thesaurus.load(settings.corpus)
        vectors, lexical = _stores(folder, passages, meta.dimension, settings.chroma)
        return cls(
            fingerprint=meta.fingerprint,
            documents=documents,
            passages=passages,
            vectors=vectors,
            lexical=lexical,
            encoder=encoder,
            thesaurus=thesaurus,
            weights=Weights.load(),
            vocabulary=Vocabulary.of(documents, passages, thesaurus.spoken()),
            leaves=leaves,
            codes=_codes(passages.values()),
            lists=listings(passages, leaves),
            bare=frozenset(p.id for _, found in stored if not any(q.asked for q in found) for p in found),
        )

    def matching(self, codes: Iterable[str]) -> dict[str, float]:
        """Return the passages that the codes lead to, with the strongest match of each."""
        found: dict[str, float] = {}
        for code in codes:
            for key, strength in self.codes.get(code, {}).items():
                found[key] = max(strength, found.get(key, 0.0))
        return found

    def allowed(self, filters: Filters) -> frozenset[str] | None:
        """Return the ids of the passages that pass the filters, or None when all do."""
        if filters == NO_FILTERS:
            return None
        kept = frozenset(self.lexical.having(filters.concepts)) if filters.concepts else None
        return frozenset(
            key
            for key, passage in self.passages.items()
            if filters.admits(passage, self.documents[passage.doc].source) and (kept is None or key in kept)
        )


def _stores(
    folder: IndexFolder, passages: Iterable[str], dimension: int, chroma: ChromaSettings | None
) -> tuple[Vectors, LexicalIndex]:
    """Open both indexes where they are, or else copies: opening writes a little, which a full disk forbids."""
    try:
        return _vectors(folder, dimension, chroma), LexicalIndex(folder.tantivy, passages)
    except SearchIndexError:
        raise
    except Exception as error:
        # Both libraries word a full or read-only disk in many ways; damage is left to be told from it.
        if damage(folder.path, thorough=True):
            raise SearchIndexError(
                f"Rejstřík „{folder.path.name}“ je poškozený. Spusťte „python -m ingest“, sestaví se znovu."
            ) from error
    copy = IndexFolder(Path(tempfile.mkdtemp(prefix="opora-")))
    try:
        for source, target in ((folder.chroma, copy.chroma), (folder.tantivy, copy.tantivy)):
            if source.is_dir():
                shutil.copytree(source, target)
        vectors = _vectors(copy if copy.chroma.is_dir() else folder, dimension, chroma)
        lexical = LexicalIndex(copy.tantivy, passages)
    except BaseException:
        shutil.rmtree(copy.path, ignore_errors=True)
        raise
    if not isinstance(vectors, VectorStore):
        shutil.rmtree(copy.chroma, ignore_errors=True)  # they are in memory
    weakref.finalize(lexical, shutil.rmtree, copy.path, ignore_errors=True)
    return vectors, lexical


def _vectors(folder: IndexFolder, dimension: int, chroma: ChromaSettings | None) -> Vectors:
    """Open the vectors of a folder, or name those on the server that a folder without any was taken over from."""
    if folder.chroma.is_dir():
        store = VectorStore(folder.chroma)
        if not fits(store, dimension):
            return store
        with closing(store):
            return ExactVectors.of(store, dimension)
    if chroma is None:
        raise SearchIndexError(
            f"Rejstřík „{folder.path.name}“ je převzatý ze serveru Chroma, a ten není nastavený. Zadejte proměnnou "
            "OPORA_CHROMA_URL, nebo spusťte „python -m ingest“, sestaví se tady."
        )
    version = Version(folder.path.name)
    return ServerVectors(chroma, version.passages, version.questions)


def _leaves(passages: Sequence[Passage]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield each section's id with the ids of its leaves; passages are ordered by start."""
    leaves = [p for p in passages if p.grain == "leaf"]
    starts = [p.start for p in leaves]
    for section in passages:
        if section.grain == "section":
            inside = leaves[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
            yield section.id, tuple(p.id for p in inside if p.end <= section.end)


def _codes(passages: Iterable[Passage]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}

    def add(code: str, passage: Passage, strength: float) -> None:
        entries = found.setdefault(code, {})
        entries[passage.id] = max(strength, entries.get(passage.id, 0.0))

    for passage in passages:
        if passage.code and passage.kind != "title":
            add(passage.code, passage, 1.0 if passage.grain == "leaf" else 0.9)
            head, _, task = passage.code.partition("/")
            if task:
                add(head, passage, 0.6)
            parts = head.split(".")
            for n in range(1, len(parts)):
                add(".".join(parts[:n]), passage, 0.5)
        for heading in passage.headings:
            if match := _LEADING_CODE.match(heading):
                add(match.group(1), passage, 0.6)
        for code in _DESCRIPTOR.findall(passage.text):
            add(code, passage, 0.8)
    return found
