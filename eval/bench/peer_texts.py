"""The texts that peers are given: those of the index that ours was built from."""

from collections.abc import Iterator

from eval.bench.order import Order
from ingest.document import Document, Passage
from ingest.errors import SearchIndexError
from ingest.index_folder import current, read_document, read_meta


def texts(order: Order) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
    """Yield every document with its passages, in the order of the index.

    Raises
    ------
    SearchIndexError
        If there is no index.
    """
    folder = current(order.settings.index)
    if folder is None:
        raise SearchIndexError("Rejstřík k porovnání chybí: nejdřív se musí sestavit.")
    for doc in read_meta(folder).documents:
        yield read_document(folder, doc)
