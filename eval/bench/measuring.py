"""The run of the benchmark: size after size, each measurement in a fresh process, everything side by side."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from eval.bench.collections import make_collection
from eval.bench.order import Order, measured
from eval.bench.timing import Asked
from ingest.document import Document
from ingest.errors import SettingsError
from ingest.library import shelves
from ingest.readers import read
from ingest.settings import Settings

PEERS = (
    ("peer_langchain", "chunks", "LangChain nad vlastními úseky"),
    ("peer_langchain", "passages", "LangChain nad našimi pasážemi"),
    ("peer_haystack", "passages", "Haystack nad našimi pasážemi"),
)
"""Peers: module, what it is given, and how progress calls it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at one size.

    Attributes
    ----------
    size
        Passages that were asked for; 0 is the shipped corpus as it is.
    passages, questions, characters
        What the index holds: passages, anticipated questions, and characters of text.
    ask
        Times per question by system.
    seconds
        Seconds of putting texts in, by system, of `again`, a second build with nothing changed, and of `open`.
    counts
        Entries that a peer was given, by system.
    opened, warm, disk
        Bytes: resident after opening and after the first questions, and the index's files.
    recall
        Share of the 50 exactly nearest passages that the index finds.
    failed
        Reason by the name of a peer that could not be measured.
    """

    size: int
    passages: int
    questions: int
    characters: int
    ask: dict[str, Asked]
    seconds: dict[str, float]
    counts: dict[str, int]
    opened: int
    warm: int
    disk: int
    recall: float
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """All sizes, and the machine: processors, Python, the load averages before and after, and how often was built."""

    cores: int
    python: str
    loads: tuple[float, float]
    repeat: int
    note: str
    sizes: tuple[Measured, ...]


def run(
    settings: Settings,
    sizes: Sequence[int],
    questions: Path,
    count: int,
    budget: float,
    repeat: int,
    note: str,
    work: Path | None,
    tell: Callable[[str], None],
) -> Run:
    """Measure all sizes; `tell` is called with what is done next, `work` is where scratch folders are made.

    Builds and the bare insert are repeated in turns; the quickest of each counts, since a busy machine only adds time.

    Raises
    ------
    OporaError
        If ours cannot be measured; a peer that cannot is left out, with the reason.
    """
    before = os.getloadavg()[0]
    documents = _documents(settings)
    found = tuple(_size(settings, documents, n, questions, count, budget, repeat, work, tell) for n in sizes)
    cores = len(os.sched_getaffinity(0))
    return Run(cores, platform.python_version(), (before, os.getloadavg()[0]), repeat, note, found)


def _size(
    settings: Settings,
    documents: Sequence[Document],
    size: int,
    questions: Path,
    count: int,
    budget: float,
    repeat: int,
    work: Path | None,
    tell: Callable[[str], None],
) -> Measured:
    with tempfile.TemporaryDirectory(prefix="opora-bench-", dir=work) as folder:
        base = Path(folder)
        name = f"{size} pasáží" if size else "dodaný korpus"
        tell(f"{name}: sbírka textů")
        corpus = base / "corpus"
        collection = make_collection(settings.corpus, documents, corpus, size)
        order = Order(
            str(corpus), str(base / "data"), settings.encoder, str(questions.resolve()), count, budget, str(base)
        )

        def child(worker: str, told: str, units: str = "passages") -> dict[str, Any]:
            tell(f"{name}: {told}")
            scratch = base / "scratch"
            scratch.mkdir()
            try:
                return measured(worker, replace(order, scratch=str(scratch), units=units))
            finally:
                shutil.rmtree(scratch)

        builds, inserts = [], []
        for n in range(1, repeat + 1):
            shutil.rmtree(base / "data", ignore_errors=True)
            builds.append(child("ingest_ours", f"naše sestavení, {n}. z {repeat}"))
            inserts.append(child("ingest_bare", f"holé vložení do Chromy, {n}. z {repeat}"))
        built, bare = (min(found, key=itemgetter("seconds")) for found in (builds, inserts))
        again = child("ingest_ours", "sestavení beze změn")
        if again["written"]:
            raise SettingsError("Druhé sestavení beze změn znovu zapisovalo dokumenty. To je chyba programu.")
        ours = child("ask_ours", "naše odpovědi a dolní meze")
        ask = {key: Asked.of(taken) for key, taken in ours["ms"].items()}
        seconds = {"ours": built["seconds"], "again": again["seconds"], "bare": bare["seconds"]}
        seconds |= {"bare_texts": min(each["texts_seconds"] for each in inserts), "open": ours["open_seconds"]}
        counts, failed = {}, {}
        for worker, units, told in PEERS:
            key = f"{worker.removeprefix('peer_')}_{units}"
            try:
                peer = child(worker, told, units)
            except SettingsError as error:
                failed[key] = str(error)
                tell(f"{name}: {error}")
                continue
            ask |= {f"{kind}_{units}": Asked.of(taken) for kind, taken in peer["ms"].items()}
            seconds |= {f"{key}_{part[:-8]}": peer[part] for part in ("cut_seconds", "bm25_seconds") if part in peer}
            seconds[key], counts[key] = peer["seconds"], peer["count"]
        return Measured(
            size,
            built["passages"],
            bare["questions"],
            collection.characters,
            ask,
            seconds,
            counts,
            ours["rss_opened"],
            ours["rss_warm"],
            built["disk"],
            ours["recall"],
            failed,
        )


def _documents(settings: Settings) -> list[Document]:
    """Read the documents of the corpus; those that an installation added stay out."""
    with tempfile.TemporaryDirectory() as empty:
        return [read(shelf.path, shelf.source) for shelf in shelves(replace(settings, data=Path(empty)))]
