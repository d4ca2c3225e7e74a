"""Textbook retrieval with LangChain, as tutorials build it: what our own must be measured against.

The packages are those of the extra `bench`; they are imported when a baseline is built, so that nothing
else needs them.
"""

import uuid
import warnings
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter
from numpy.typing import NDArray

from eval.spans import Span
from ingest.document import Document
from ingest.errors import SettingsError

CHUNK_CHARACTERS = 1_000
OVERLAP_CHARACTERS = 200
TOP_K = 15

Search = Callable[[str], list[Span]]


class Encodes(Protocol):
    """What a baseline needs of an encoder: vectors as float32."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row per text, shape (n, dimensions)."""
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return one vector, shape (dimensions,)."""
        ...


def textbook(documents: Sequence[Document], encoder: Encodes, k: int = TOP_K) -> Search:
    """Return a search by recursive 1,000/200 chunks in Chroma (in memory) by cosine: k spans, best first.

    Raises
    ------
    SettingsError
        If the packages of the extra `bench` are missing.
    """
    return _search(_vectors(_chunks(documents), encoder, k))


def ensemble(documents: Sequence[Document], encoder: Encodes, k: int = TOP_K) -> Search:
    """Return the same search joined with BM25 by rank fusion of equal weights: k spans, best first.

    BM25 is used as LangChain delivers it, on words as they stand: that is what a tutorial's reader gets.

    Raises
    ------
    SettingsError
        If the packages of the extra `bench` are missing.
    """
    chunks = _chunks(documents)
    try:
        with warnings.catch_warnings():
            # The package is no longer developed and says so on import; BM25Retriever has no other home yet.
            warnings.filterwarnings("ignore", message=".*langchain-community.*", category=DeprecationWarning)
            from langchain_classic.retrievers import EnsembleRetriever
            from langchain_community.retrievers import BM25Retriever
        bm25 = BM25Retriever.from_documents(chunks, k=k)
    except ImportError as error:
        raise _missing(error) from error
    both = EnsembleRetriever(retrievers=[bm25, _vectors(chunks, encoder, k)], weights=[0.5, 0.5])
    search = _search(both)
    # The fusion returns the union of both lists, up to 2k.
    return lambda question: search(question)[:k]


class _EncoderEmbeddings(Embeddings):
    """Our encoder behind LangChain's interface."""

    def __init__(self, encoder: Encodes) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encoder.encode_query(text).tolist()
        return vector


def _chunks(documents: Sequence[Document]) -> list[Chunk]:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    return splitter.create_documents(
        [document.text for document in documents], [{"doc": document.id} for document in documents]
    )


def _vectors(chunks: list[Chunk], encoder: Encodes, k: int) -> BaseRetriever:
    try:
        from langchain_chroma import Chroma
    except ImportError as error:
        raise _missing(error) from error
    store = Chroma.from_documents(
        chunks,
        _EncoderEmbeddings(encoder),
        # Stores in memory share one client per process, so a fixed name would mix two baselines.
        collection_name=f"bench-{uuid.uuid4().hex}",
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    return store.as_retriever(search_kwargs={"k": k})


def _search(retriever: BaseRetriever) -> Search:
    return lambda question: [_span(chunk) for chunk in retriever.invoke(question)]


def _span(chunk: Chunk) -> Span:
    start = int(chunk.metadata["start_index"])
    return Span(str(chunk.metadata["doc"]), start, start + len(chunk.page_content))


def _missing(error: ImportError) -> SettingsError:
    return SettingsError(
        f"Srovnání s učebnicovým postupem potřebuje balíček, který chybí ({error.name or error}). "
        "Doinstalujte je příkazem: pip install -e '.[bench]'"
    )
