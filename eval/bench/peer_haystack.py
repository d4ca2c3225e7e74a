"""Child process: Haystack's hybrid pipeline in memory, BM25 and our encoder's vectors, over our passages."""

import time
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from eval.bench.order import Order, serve
from eval.bench.peer_texts import texts
from eval.bench.timing import alternately, resident
from eval.questions import Question
from eval.retrieving import LIMIT
from retrieval.encoder import Encoder


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of filling the store and milliseconds per question."""
    encoder, questions = Encoder.load(order.encoder), order.asked()
    passages = [p for _, found in texts(order) for p in found]
    begin = time.perf_counter()
    vectors = encoder.encode_passages([p.text for p in passages]).tolist()
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product", return_embedding=False)
    store.write_documents(
        [Document(id=p.id, content=p.text, embedding=vector) for p, vector in zip(passages, vectors, strict=True)]
    )
    filled = time.perf_counter() - begin
    pipeline = Pipeline()
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=LIMIT))
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=LIMIT))
    pipeline.add_component("joined", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=LIMIT))
    pipeline.connect("words", "joined")
    pipeline.connect("vectors", "joined")

    def asks(question: Question) -> object:
        vector = encoder.encode_query(question.question).tolist()
        return pipeline.run({"words": {"query": question.question}, "vectors": {"query_embedding": vector}})

    taken = alternately({"hybrid": asks}, questions, order.budget)
    return {"count": len(passages), "seconds": filled, "ms": taken, "rss": resident()}


if __name__ == "__main__":
    serve(measure)
