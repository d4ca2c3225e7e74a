"""Child process: what Chroma alone takes for the same ids, vectors, texts and metadata as ours, with our setting."""

import time
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings

from eval.bench.order import Order, serve
from ingest.errors import SearchIndexError
from ingest.index_folder import current
from retrieval.vectors import HNSW, Rows, VectorStore

PART = 5_000


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of the insert; everything that it writes lies in memory before."""
    folder = current(order.settings.index)
    if folder is None:
        raise SearchIndexError("Rejstřík k porovnání chybí: nejdřív se musí sestavit.")
    store = VectorStore(folder.chroma)
    rows = {"passages": list(store.passage_rows(PART)), "questions": list(store.question_rows(PART))}
    store.close()
    begin = time.perf_counter()
    client = chromadb.PersistentClient(str(Path(order.scratch) / "bare"), ChromaSettings(anonymized_telemetry=False))
    counts = {name: _insert(client, name, parts) for name, parts in rows.items()}
    return {"seconds": time.perf_counter() - begin, **counts}


def _insert(client: ClientAPI, name: str, parts: list[Rows]) -> int:
    collection = client.create_collection(name, configuration={"hnsw": HNSW}, embedding_function=None)
    for part in parts:
        collection.add(
            ids=part.ids,
            embeddings=part.vectors,
            documents=part.texts,
            metadatas=[dict(metadata) for metadata in part.metadata],
        )
    return int(collection.count())


if __name__ == "__main__":
    serve(measure)
