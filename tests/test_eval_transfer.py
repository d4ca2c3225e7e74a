"""Leaving a document out: its anticipated questions are gone, everything else stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.questions import load_questions
from eval.retrieving import Judged, judged
from eval.transfer import anticipated, figures, index_without, train_without, transfer
from ingest.errors import EncoderError
from ingest.settings import Settings
from retrieval.analysis import stems
from retrieval.index import Index
from tests.study_world import ASKED, install, write_questions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def asked(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, ...]:
    file = write_questions(tmp_path_factory.mktemp("questions") / "q.jsonl")
    return judged(load_questions(file), Index.open(world).documents.values())


@pytest.fixture
def left(world: Settings, tmp_path: Path) -> Iterator[Index]:
    index = index_without(world, "plan", world.encoder, tmp_path)
    yield index
    index.vectors.close()


def owners(index: Index, doc: str) -> set[str]:
    """Documents whose anticipated questions answer to the words of those of a document."""
    found = index.lexical.search("asked_stems", stems(" ".join(ASKED[doc][1])), 10)
    return {index.passages[key].doc for key in found}


def test_the_document_left_out_loses_its_questions_and_the_other_keeps_them(world: Settings, left: Index) -> None:
    assert "plan" in owners(Index.open(world), "plan")
    assert "plan" not in owners(left, "plan")
    assert owners(left, "vyzva") == {"vyzva"}
    assert {passage.doc for passage in left.passages.values()} == {"plan", "vyzva"}


def test_the_serving_installation_is_not_touched(world: Settings, left: Index) -> None:
    assert anticipated(world, left) == ("plan", "vyzva")
    assert Index.open(world).fingerprint != left.fingerprint


def test_each_document_is_asked_the_questions_that_its_text_proves(world: Settings, asked: tuple[Judged, ...]) -> None:
    trained: list[str] = []

    def shipped(doc: str, folder: Path) -> str:
        trained.append(doc)
        return world.encoder

    rows = transfer(world, asked, shipped)
    assert [(row.doc, row.questions) for row in rows] == [("plan", 2), ("vyzva", 2)]
    assert trained == ["plan", "vyzva"]
    assert rows[0].full["recall@5"] == 1.0
    table = figures(rows)
    assert table.rows[0][:3] == ["plan", "2", "1,000 / 1,000"]
    assert table.rows[-1][:2] == ["celkem", "4"]


def test_evidence_in_other_documents_does_not_count(asked: tuple[Judged, ...]) -> None:
    item = asked[0]
    both = Judged(item.question, ("plan", "vyzva"), (item.places[0], asked[1].places[0]))
    within = both.within("vyzva")
    assert within is not None
    assert within.places == asked[1].places
    assert both.within("jiny") is None


def test_training_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="neznamy"):
        train_without("neznamy", tmp_path / "model")
