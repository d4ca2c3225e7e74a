"""Child process: LangChain as its tutorials build it, over its own chunks or over our passages."""

import time
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document as Chunk

from eval.baselines import EncoderEmbeddings, bm25_retriever, joined, splitter
from eval.bench.order import Order, serve
from eval.bench.peer_texts import texts
from eval.bench.timing import alternately, resident
from eval.retrieving import LIMIT
from retrieval.encoder import Encoder


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of `from_documents` and of BM25, and milliseconds per question of both retrievers."""
    embeddings, questions = EncoderEmbeddings(Encoder.load(order.encoder)), order.asked()
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
    bm25 = bm25_retriever(chunks, LIMIT)
    counted = time.perf_counter() - begin
    ensemble = joined(bm25, textbook)
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
    documents = [document for document, _ in texts(order)]
    return splitter().create_documents([d.text for d in documents], [{"doc": d.id} for d in documents])


if __name__ == "__main__":
    serve(measure)
