"""Child process: LangChain as its tutorials build it, over its own chunks or over our passages."""

import time
import warnings
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.baselines import CHUNK_CHARACTERS, OVERLAP_CHARACTERS
from eval.bench.order import Order, serve
from eval.bench.peer_texts import texts
from eval.bench.timing import alternately, resident
from eval.retrieving import LIMIT
from retrieval.encoder import Encoder

with warnings.catch_warnings():
    # The package is no longer developed and says so on import; BM25Retriever has no other home yet.
    warnings.filterwarnings("ignore", message=".*langchain-community.*", category=DeprecationWarning)
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever


class OurEmbeddings(Embeddings):
    """Our encoder behind LangChain's interface."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._encoder.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encoder.encode_query(text).tolist()
        return vector


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of `from_documents` and of BM25, and milliseconds per question of both retrievers."""
    embeddings, questions = OurEmbeddings(Encoder.load(order.encoder)), order.asked()
    begin = time.perf_counter()
    chunks = _chunks(order)
    cut = time.perf_counter() - begin
    begin = time.perf_counter()
    store = Chroma.from_documents(
        chunks,
        embeddings,
        persist_directory=str(Path(order.scratch) / "langchain"),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    inserted = time.perf_counter() - begin
    textbook = store.as_retriever(search_kwargs={"k": LIMIT})
    begin = time.perf_counter()
    bm25 = BM25Retriever.from_documents(chunks, k=LIMIT)
    counted = time.perf_counter() - begin
    ensemble = EnsembleRetriever(retrievers=[bm25, textbook], weights=[0.5, 0.5])
    acts = {
        "textbook": lambda question: textbook.invoke(question.question),
        "ensemble": lambda question: ensemble.invoke(question.question),
    }
    return {
        "count": len(chunks),
        "cut_seconds": cut,
        "seconds": inserted,
        "bm25_seconds": counted,
        "ms": alternately(acts, questions, order.budget),
        "rss": resident(),
    }


def _chunks(order: Order) -> list[Chunk]:
    if order.units == "passages":
        return [
            Chunk(page_content=p.text, metadata={"doc": p.doc, "start": p.start})
            for _, passages in texts(order)
            for p in passages
        ]
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    documents = [document for document, _ in texts(order)]
    return splitter.create_documents([d.text for d in documents], [{"doc": d.id} for d in documents])


if __name__ == "__main__":
    serve(measure)
