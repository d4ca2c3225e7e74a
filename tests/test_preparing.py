"""Preparing documents in batches, here and in a process beside: the same content in the same order, come what may."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.anticipated import Anticipated, load_anticipated
from ingest.document import Document, Passage, Source
from ingest.library import shelves
from ingest.preparing import BATCH, Batch, Job, Prepared, batches
from ingest.readers import read
from ingest.settings import Settings
from ingest.structure import passages
from retrieval.analysis import grams, stems
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.local import LocalPreparing
from retrieval.preparing import Preparer
from retrieval.thesaurus import Thesaurus
from tests.building import Recorder, build, first_hit


@pytest.fixture(scope="module")
def model() -> Encoder:
    return Encoder.load(Settings().encoder)


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(Settings().corpus)


@pytest.fixture(scope="module")
def shipped() -> list[Job]:
    """Return the documents of the project with their anticipated questions."""
    settings = Settings()
    documents = [read(shelf.path, shelf.source) for shelf in shelves(settings)]
    units = load_anticipated(settings.corpus, {d.id: d.text for d in documents})
    return [Job(d, tuple(unit for unit in units if unit.doc == d.id)) for d in documents]


@pytest.fixture(scope="module")
def large() -> list[Job]:
    """Return two documents of more than a batch each."""
    return [job(name, BATCH * 3 // 2) for name in ("prvni", "druhy")]


def job(name: str, paragraphs: int, asked: Sequence[int] = ()) -> Job:
    """Return a document of so many paragraphs, with a question for some of them by their number."""
    lines = [f"Obec podpoří {n} nájemních bytů pro rodiny s dětmi." for n in range(paragraphs)]
    text = "\n\n".join(lines)
    starts = [text.index(lines[n]) for n in asked]
    units = tuple(Anticipated(name, a, a + 12, (f"Kolik bytů je {n}?",)) for n, a in zip(asked, starts, strict=True))
    return Job(Document(Source(name, name), text), units)


def leaves_of(batch: Batch) -> list[str]:
    return [p.id for p in batch.passages]


@given(
    lengths=st.lists(st.integers(0, 9), max_size=6),
    asked=st.lists(st.integers(0, 8), max_size=4, unique=True),
    size=st.integers(1, 12),
)
def test_batches_of_any_size_hold_the_same_in_the_same_order(lengths: list[int], asked: list[int], size: int) -> None:
    jobs = [job(f"d{i}", n, [a for a in asked if a < n]) for i, n in enumerate(lengths)]
    found = list(batches(jobs, size))
    held = [p for batch in found for p in batch.passages]
    assert [p.id for p in held] == [p.id for each in jobs for p in passages(each.document)]
    assert [doc for batch in found for doc in batch.ends] == [each.document.id for each in jobs]
    assert all(len(batch.passages) <= size for batch in found)
    assert all(set(batch.asked) <= {p.id for p in batch.passages} for batch in found)
    assert {key: q for batch in found for key, q in batch.asked.items()} == {p.id: p.asked for p in held if p.asked}
    for batch in found:
        later = [p.doc for other in found[found.index(batch) + 1 :] for p in other.passages]
        assert not set(batch.ends) & set(later), "a document has ended and goes on"


def test_questions_of_a_long_document_come_with_the_batch_that_holds_their_passage() -> None:
    first, second = list(batches([job("d", 4, [0, 3])], 4))
    assert [q for asked in first.asked.values() for q in asked] == ["Kolik bytů je 0?"]
    assert [q for asked in second.asked.values() for q in asked] == ["Kolik bytů je 3?"]


def test_the_terms_of_a_passage_are_those_of_its_text_its_context_and_its_questions(
    shipped: list[Job], model: Encoder, thesaurus: Thesaurus
) -> None:
    """Terms of contexts are kept from passage to passage, and those of the text serve two fields."""
    preparer = Preparer(model, thesaurus)
    seen = 0
    for batch in batches(shipped, 50):
        for passage, terms in zip(batch.passages, preparer.features(batch).terms, strict=True):
            text, asked = f"{passage.text}\n{passage.context}", "\n".join(passage.asked)
            assert terms["text_stems"].split() == stems(text)
            assert terms["text_grams"].split() == grams(text)
            assert terms["asked_stems"].split() == stems(asked)
            assert terms["asked_grams"].split() == grams(asked)
            assert set(terms["concepts"].split()) >= set(thesaurus.match(passage.text))
            seen += bool(passage.asked)
    assert seen > 200


def test_a_concept_of_the_heading_tags_a_passage_and_an_official_one_counts_twice(
    model: Encoder, thesaurus: Thesaurus
) -> None:
    text, heading = "Podporují se osoby bez přístřeší.", "Dluhové poradenství"
    passage = Passage("d", 0, len(text), text, "paragraph", headings=(heading,))
    (terms,) = Preparer(model, thesaurus).features(Batch((passage,))).terms
    concepts = terms["concepts"].split()
    official = next(iter(thesaurus.match(text)))
    above = next(iter(thesaurus.match(heading)))
    assert concepts.count(official) == 2
    assert concepts.count(above) == 1


def same(found: Sequence[Prepared], expected: Sequence[Prepared]) -> bool:
    return [each.batch for each in found] == [each.batch for each in expected] and all(
        np.array_equal(a.features.vectors, b.features.vectors)
        and np.array_equal(a.features.asked_vectors, b.features.asked_vectors)
        and a.features.terms == b.features.terms
        for a, b in zip(found, expected, strict=True)
    )


def children() -> list[int]:
    """Return the processes that prepare for this one."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and b"retrieval.local_child" in content(folder / "cmdline"):
            parent = int(content(folder / "status").partition(b"PPid:")[2].split()[0])
            found += [int(folder.name)] * (parent == os.getpid())
    return found


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"PPid: 0"  # it has just ended


@pytest.mark.slow
def test_a_process_beside_prepares_the_same(
    large: list[Job], shipped: list[Job], model: Encoder, thesaurus: Thesaurus
) -> None:
    jobs = [*shipped, *large]
    beside = LocalPreparing(model, thesaurus, large=0).prepare(jobs)
    found = [next(beside)]
    assert len(children()) == 1
    found += beside
    assert children() == []
    assert same(found, list(LocalPreparing(model, thesaurus, large=10**9).prepare(jobs)))


@pytest.mark.slow
def test_what_a_killed_process_left_undone_is_prepared_here(
    large: list[Job], model: Encoder, thesaurus: Thesaurus
) -> None:
    beside = LocalPreparing(model, thesaurus, large=0).prepare(large)
    found = [next(beside)]
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    found += beside
    assert len(found) > 2
    assert same(found, list(LocalPreparing(model, thesaurus, large=10**9).prepare(large)))


@pytest.mark.slow
def test_whoever_stops_early_leaves_no_process_behind(large: list[Job], model: Encoder, thesaurus: Thesaurus) -> None:
    beside = LocalPreparing(model, thesaurus, large=0).prepare(large)
    next(beside)
    assert len(children()) == 1
    beside.close()
    assert children() == []


@pytest.mark.slow
def test_an_encoder_that_changed_since_it_was_loaded_is_not_mixed_with_the_new_one(
    large: list[Job], model: Encoder, thesaurus: Thesaurus
) -> None:
    class Older(Encoder):
        """The shipped model under another fingerprint, as the one that this process loaded before an exchange."""

    older = Older.load(model.name)
    older.fingerprint = "older"
    found = list(LocalPreparing(older, thesaurus, large=0).prepare(large))
    assert same(found, list(LocalPreparing(model, thesaurus, large=10**9).prepare(large)))


def test_a_double_of_the_encoder_prepares_here(model: Encoder, thesaurus: Thesaurus) -> None:
    recorder = Recorder(model)
    next(LocalPreparing(recorder, thesaurus, large=0).prepare([job("d", 3)]))
    assert len(recorder.passages) >= 3
    assert children() == []


def test_a_document_of_several_batches_is_stored_and_found_as_one(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    settings.corpus.mkdir()
    long, short = job("dlouhy", BATCH + 200), job("kratky", 2)
    for each in (long, short):
        (settings.corpus / f"{each.document.id}.txt").write_text(each.document.text, encoding="utf-8")
    report = build(settings)
    index = Index.open(settings)
    assert len(index.passages) == report.passages > BATCH + 200
    assert index.lexical.count() == report.passages
    assert index.documents["dlouhy"].text == long.document.text
    assert first_hit(index, f"Kolik je to {BATCH + 100} nájemních bytů?").startswith(f"Obec podpoří {BATCH + 100} ")
