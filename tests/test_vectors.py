"""Chroma's collections read by many at once: its own counting of who has them open knows nothing of threads."""

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.checksums import damage, seal
from ingest.document import Passage
from retrieval.vectors import VectorStore

COUNT = 300
"""Passages: so few that Chroma keeps them in its log, and so many that four readings of it are worth storing."""

READERS = 8


def unit_vectors(count: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(8).normal(size=(count, 16)).astype(np.float32)
    normalised: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normalised


VECTORS = unit_vectors(COUNT)


def passages() -> list[Passage]:
    return [Passage("d", n, n + 1, f"Text {n}.", "paragraph") for n in range(COUNT)]


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """Return a finished index that has vectors only."""
    store = VectorStore(tmp_path / "chroma")
    store.add(passages(), VECTORS)
    store.close()
    seal(tmp_path)
    return tmp_path


def together(task: Callable[[int], object]) -> None:
    """Run a task in several threads that begin at the same moment."""
    ready = threading.Barrier(READERS)

    def begin(number: int) -> None:
        ready.wait(30)
        task(number)

    with ThreadPoolExecutor(READERS) as threads:
        list(threads.map(begin, range(READERS)))


def test_first_questions_that_come_at_once_leave_the_index_as_it_was_built(sealed: Path) -> None:
    store = VectorStore(sealed / "chroma")
    together(lambda number: store.nearest_passages(VECTORS[number], 5))
    store.close()
    assert damage(sealed, thorough=True) == ""


@pytest.mark.slow
def test_an_index_is_opened_asked_and_let_go_in_many_threads_while_others_check_it(sealed: Path) -> None:
    def task(number: int) -> None:
        for _ in range(5):
            store = VectorStore(sealed / "chroma")
            assert next(iter(store.nearest_passages(VECTORS[number], 5))) == passages()[number].id
            if number % 2:
                store.close()
            del store
            gc.collect()
            if number % 4 == 0:
                assert damage(sealed) == ""

    together(task)
    assert damage(sealed, thorough=True) == ""
