"""Child process: what Chroma alone takes for the same ids, vectors, texts and metadata as ours, with our setting.

Once in the form in which we write them, and once as Chroma's documentation shows it: texts as documents, each value of
the metadata by itself.
"""

import json
import time
from collections.abc import Mapping, Sequence
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

_Entries = dict[str, list[tuple[Rows, list[str] | None]]]
"""Parts by collection, with their texts where these are documents of Chroma's."""


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of the insert; everything that it writes lies in memory before."""
    folder = current(order.settings.index)
    if folder is None:
        raise SearchIndexError("Rejstřík k porovnání chybí: nejdřív se musí sestavit.")
    store = VectorStore(folder.chroma)
    rows = {"passages": list(store.passage_rows(PART)), "questions": list(store.question_rows(PART))}
    store.close()
    with_texts: _Entries = {name: [_with_texts(part) for part in parts] for name, parts in rows.items()}
    spent = {}
    as_ours: _Entries = {name: [(part, None) for part in parts] for name, parts in rows.items()}
    # The first one of a process pays for what the process has not loaded yet: that is neither form's.
    for form, entries in (("warm", as_ours), ("ours", as_ours), ("texts", with_texts)):
        if form == "warm":
            entries = {name: parts[:1] for name, parts in entries.items()}
        begin = time.perf_counter()
        client = chromadb.PersistentClient(str(Path(order.scratch) / form), ChromaSettings(anonymized_telemetry=False))
        counts = {name: _insert(client, name, parts) for name, parts in entries.items()}
        spent[form] = time.perf_counter() - begin
    return {"seconds": spent["ours"], "texts_seconds": spent["texts"], **counts}


def _with_texts(part: Rows) -> tuple[Rows, list[str]]:
    """Return entries whose metadata are values of their own, and their texts."""
    texts: list[str] = []
    metadata: list[Mapping[str, Any]] = []
    for packed in part.metadata:
        whole = json.loads(packed["passage"]) if "passage" in packed else {"text": packed["question"]}
        texts.append(whole.pop("text"))
        plain = {name: "\n".join(v) if isinstance(v, list) else v for name, v in whole.items() if v is not None}
        metadata.append({"doc": packed["doc"], **plain})
    return Rows(part.ids, part.vectors, metadata), texts


def _insert(client: ClientAPI, name: str, parts: Sequence[tuple[Rows, list[str] | None]]) -> int:
    collection = client.create_collection(name, configuration={"hnsw": HNSW}, embedding_function=None)
    for part, texts in parts:
        collection.add(
            ids=part.ids,
            embeddings=part.vectors,
            documents=texts,
            metadatas=[dict(metadata) for metadata in part.metadata],
        )
    return int(collection.count())


if __name__ == "__main__":
    serve(measure)
