"""Chroma's collections read by many at once: its own counting of who has them open knows nothing of threads."""

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.checksums import damage, seal
from ingest.document import Passage
from retrieval.exact import LIMIT, ExactVectors, fits
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


def opened(folder: Path) -> list[str]:
    """Return the files of a folder that this process has open."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the listing's own entry is gone by now
            found.append(str(entry.readlink()))
    return [name for name in found if name.startswith(str(folder))]


def test_a_store_that_nobody_holds_any_more_closes_its_files(sealed: Path) -> None:
    store = VectorStore(sealed / "chroma")
    assert opened(sealed)
    del store
    gc.collect()
    assert opened(sealed) == []


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
    gc.collect()
    assert damage(sealed, thorough=True) == ""
    assert opened(sealed) == []


def test_what_fits_into_memory_is_searched_exactly_and_chroma_finds_the_same(sealed: Path) -> None:
    with closing(VectorStore(sealed / "chroma")) as store:
        assert fits(store, 16)
        exact = ExactVectors.of(store, 16)
        for question in unit_vectors(20):
            cosines = VECTORS @ question
            nearest = [passages()[n].id for n in np.argsort(-cosines)[:10]]
            found = exact.nearest_passages(question, 10)
            assert list(found) == nearest
            assert list(found.values()) == pytest.approx(sorted(cosines, reverse=True)[:10], abs=1e-6)
            assert list(store.nearest_passages(question, 10)) == nearest


def test_vectors_that_would_take_too_much_memory_stay_with_chroma(sealed: Path) -> None:
    with closing(VectorStore(sealed / "chroma")) as store:
        assert not fits(store, LIMIT // 4 // COUNT + 1)


def test_equal_cosines_come_in_one_order_however_the_index_came_about(tmp_path: Path) -> None:
    same = np.repeat(VECTORS[:1], COUNT, axis=0)
    orders = []
    for name, order in (("there", passages()), ("back", passages()[::-1])):
        with closing(VectorStore(tmp_path / name)) as store:
            store.add(order, same)
            orders.append(list(ExactVectors.of(store, 16).nearest_passages(VECTORS[0], 7)))
    assert orders[0] == orders[1] == sorted(p.id for p in passages())[:7]


def test_a_passage_has_the_best_cosine_of_its_questions_within_the_limit(tmp_path: Path) -> None:
    first, second = (p.id for p in passages()[:2])
    asked = {first: ("a", "b"), second: ("c",)}
    with closing(VectorStore(tmp_path)) as store:
        store.add_questions(asked, {first: "d", second: "d"}, np.eye(3, 16, dtype=np.float32))
        exact = ExactVectors.of(store, 16)
        question = np.array([0.5, 0.8, 0.3, *[0.0] * 13], dtype=np.float32)
        assert exact.nearest_questions(question, 3) == pytest.approx({first: 0.8, second: 0.3})
        assert list(exact.nearest_questions(question, 2)) == list(store.nearest_questions(question, 2)) == [first]
        assert exact.nearest_passages(question, 5) == {}
