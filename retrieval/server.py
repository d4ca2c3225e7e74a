"""A Chroma server that several machines share: collections by name, and the vectors of a published index.

Every call ends within its time limit, and every failure is a `SearchIndexError` whose message a user may read.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

import chromadb
import httpx
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings as ServerSettings
from chromadb.config import System
from chromadb.errors import NotFoundError

from ingest.chroma_settings import ChromaSettings
from ingest.errors import SearchIndexError
from retrieval.vectors import HNSW, Rows, VectorStore

ANSWERING = 3.0
"""Seconds that the server may take for one request of a question; with those of connecting it makes at most 5."""

_CONNECTING = 2.0

_PAGE = 200
"""Collections that are listed at once."""

T = TypeVar("T")


class ChromaServer:
    """A Chroma server; nothing is asked of it before the first call.

    Reading and writing are asked for once more when the connection breaks, since doing them twice does no harm.
    """

    def __init__(self, settings: ChromaSettings, seconds: float = ANSWERING) -> None:
        """Set the server's address, and the seconds that it may take for one request."""
        own = ServerSettings(
            chroma_server_host=settings.url,
            chroma_server_http_port=8000,  # has to be set, and is not used: the address above is a whole one
            chroma_server_headers=dict(settings.headers),
            anonymized_telemetry=False,
        )
        # Chroma's ready-made client asks the server while it is made and waits for ever; so its lower half is used.
        self._api = System(own).instance(FastAPI)
        self._api._session.timeout = httpx.Timeout(seconds, connect=_CONNECTING, pool=_CONNECTING)
        weakref.finalize(self, self._api._session.close)

    def asked(self, call: Callable[[], T]) -> T:
        """Return what a call of Chroma's returns.

        Raises
        ------
        SearchIndexError
            If the server does not answer, refuses, or has no such collection.
        """
        try:
            try:
                return call()
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                return call()
        except httpx.HTTPError as error:
            raise SearchIndexError(
                "Server Chroma, na kterém je rejstřík, teď neodpovídá. Zkuste to za chvíli znovu; potrvá-li to, ať "
                "správce zkontroluje server a proměnnou OPORA_CHROMA_URL."
            ) from error
        except NotFoundError as error:
            raise SearchIndexError(
                "Na serveru Chroma už hledaná verze rejstříku není. Zkuste to za chvíli znovu; potrvá-li to, spusťte "
                "tam, kde se rejstřík sestavuje, „python -m ingest“."
            ) from error
        except Exception as error:  # Chroma raises plain ones for whatever the server says
            raise SearchIndexError(
                "Server Chroma požadavek odmítl. Zkontrolujte jeho verzi a proměnné OPORA_CHROMA_URL a "
                "OPORA_CHROMA_TOKEN."
            ) from error

    def collection(self, name: str) -> chromadb.Collection | None:
        """Return a collection, or None when there is none of that name."""

        def call() -> chromadb.Collection | None:
            with suppress(NotFoundError):
                return self._open(self._api.get_collection(name))
            return None

        return self.asked(call)

    def metadata(self, name: str) -> Mapping[str, Any] | None:
        """Return the metadata of a collection as they are now, or None when there is none of that name."""
        found = self.collection(name)
        return None if found is None else dict(found.metadata or {})

    def make(self, name: str, metadata: Mapping[str, Any] | None = None) -> chromadb.Collection:
        """Return a collection with the settings of a local one, made if there is none of that name.

        Metadata are those of a new one; give them for one that nobody else writes only.
        """
        configuration = {"hnsw": HNSW}
        return self.asked(
            lambda: self._open(
                self._api.get_or_create_collection(
                    name, configuration=cast("Any", configuration), metadata=dict(metadata) if metadata else None
                )
            )
        )

    def mark(self, collection: chromadb.Collection, metadata: Mapping[str, Any]) -> None:
        """Replace the metadata of a collection in one step."""
        self.asked(lambda: collection.modify(metadata=dict(metadata)))

    def names(self) -> list[str]:
        """Return the names of all collections."""

        def call() -> list[str]:
            found: list[str] = []
            while page := self._api.list_collections(_PAGE, len(found)):
                found += [model.name for model in page]
            return found

        return self.asked(call)

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens when there is none."""

        def call() -> None:
            with suppress(NotFoundError):
                self._api.delete_collection(name)

        self.asked(call)

    def put(self, collection: chromadb.Collection, rows: Rows) -> None:
        """Store entries; those whose ids are there already are replaced."""
        metadata = [dict(each) for each in rows.metadata]
        self.asked(lambda: collection.upsert(rows.ids, rows.vectors, cast("Any", metadata)))

    def take(self, collection: chromadb.Collection, ids: Sequence[str]) -> Rows:
        """Return the entries with these ids, in this order; those that are missing are left out."""
        included: list[Any] = ["embeddings", "metadatas"]
        found = Rows.of(cast("Mapping[str, Any]", self.asked(lambda: collection.get(list(ids), include=included))))
        at = {key: n for n, key in enumerate(found.ids)}
        order = [at[key] for key in ids if key in at]
        return Rows(
            [found.ids[n] for n in order],
            found.vectors[order],
            [found.metadata[n] for n in order],
        )

    def count(self, name: str) -> int:
        """Return the number of entries of a collection, -1 when there is none of that name."""
        found = self.collection(name)
        return -1 if found is None else self.asked(found.count)

    def most(self) -> int:
        """Return how many entries the server takes at once."""
        return self.asked(self._api.get_max_batch_size)

    def now(self) -> int:
        """Return the server's time in seconds, by which all machines agree on what is old."""
        return self.asked(self._api.heartbeat) // 10**9

    def _open(self, model: Any) -> chromadb.Collection:
        return chromadb.Collection(client=self._api, model=model, embedding_function=None)


class ServerVectors(VectorStore):
    """The vectors of a published version, searched on the server; a version never changes.

    The server is asked with the first search, so that an index can be opened, and its documents read, without it.
    """

    def __init__(self, settings: ChromaSettings, passages: str, questions: str) -> None:
        """Name the two collections."""
        server = ChromaServer(settings)
        self._passages = cast("chromadb.Collection", _Published(server, passages))
        self._questions = cast("chromadb.Collection", _Published(server, questions))

    def close(self) -> None:
        """There are no files to release."""


class _Published:
    """A collection as a search needs it: found on first use, counted once."""

    def __init__(self, server: ChromaServer, name: str) -> None:
        self._server = server
        self._name = name
        self._found: tuple[chromadb.Collection, int] | None = None

    def count(self) -> int:
        return self._opened()[1]

    def query(self, **asked: Any) -> Mapping[str, Any]:
        try:
            collection = self._opened()[0]
            return cast("Mapping[str, Any]", self._server.asked(lambda: collection.query(**asked)))
        except SearchIndexError:
            self._found = None  # a server that was set up anew knows the collection by another number
            raise

    def _opened(self) -> tuple[chromadb.Collection, int]:
        if self._found is None:
            found = self._server.collection(self._name)
            if found is None:
                raise SearchIndexError(
                    "Na serveru Chroma není verze rejstříku, se kterou tato instalace pracuje. Zkuste to za chvíli "
                    "znovu; potrvá-li to, spusťte tam, kde se rejstřík sestavuje, „python -m ingest“."
                )
            self._found = found, self._server.asked(found.count)
        return self._found
