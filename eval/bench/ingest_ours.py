"""Child process: our whole build, from the documents of a folder to an index that serves."""

import time
from typing import Any

from eval.bench.order import Order, serve
from eval.bench.timing import resident, size_of
from ingest.index_folder import current, read_meta
from retrieval.building import index_builder


def measure(order: Order) -> dict[str, Any]:
    """Return the seconds of a build, loading the encoder included, and what the index then holds and weighs."""
    settings = order.settings
    begin = time.perf_counter()
    report = index_builder(settings, lambda done, total, title: None).build()
    seconds = time.perf_counter() - begin
    folder = current(settings.index)
    assert folder, "a build leaves an index"
    return {
        "seconds": seconds,
        "documents": report.documents,
        "passages": report.passages,
        "questions": read_meta(folder).questions,
        "written": len(report.added) + len(report.changed),
        "disk": size_of(folder.path),
        "rss": resident(),
    }


if __name__ == "__main__":
    serve(measure)
