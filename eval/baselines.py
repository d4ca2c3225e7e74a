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
        bm25 = bm25_retriever(chunks, k)
        both = joined(bm25, _vectors(chunks, encoder, k))
    except ImportError as error:
        raise _missing(error) from error
    search = _search(both)
    # The fusion returns the union of both lists, up to 2k.
    return lambda question: search(question)[:k]


def bm25_retriever(chunks: list[Chunk], k: int) -> BaseRetriever:
    """Return LangChain's BM25 over chunks. ImportError tells of the extra `bench`."""
    with warnings.catch_warnings():
        # The package is no longer developed and says so on import; BM25Retriever has no other home yet.
        warnings.filterwarnings("ignore", message=".*langchain-community.*", category=DeprecationWarning)
        from langchain_community.retrievers import BM25Retriever
    retriever: BaseRetriever = BM25Retriever.from_documents(chunks, k=k)
    return retriever


def joined(lexical: BaseRetriever, dense: BaseRetriever) -> BaseRetriever:
    """Return both joined by rank fusion of equal weights. ImportError tells of the extra `bench`."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*langchain-community.*", category=DeprecationWarning)
        from langchain_classic.retrievers import EnsembleRetriever
    return EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])


def splitter() -> RecursiveCharacterTextSplitter:
    """Return the splitter of the tutorials."""
    return RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )


class EncoderEmbeddings(Embeddings):
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
    return splitter().create_documents(
        [document.text for document in documents], [{"doc": document.id} for document in documents]
    )


def _vectors(chunks: list[Chunk], encoder: Encodes, k: int) -> BaseRetriever:
    try:
        from langchain_chroma import Chroma
    except ImportError as error:
        raise _missing(error) from error
    store = Chroma.from_documents(
        chunks,
        EncoderEmbeddings(encoder),
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
