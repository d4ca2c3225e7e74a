"""The textbook baselines: real LangChain and Chroma over a tiny deterministic encoder."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.baselines import Encodes, Search, ensemble, textbook
from eval.facts import folded
from eval.spans import Span
from ingest.document import Document, Source

PROJECT = Path(__file__).resolve().parent.parent
for name in ("langchain_chroma", "langchain_classic", "rank_bm25"):
    pytest.importorskip(name, reason="the extra `bench` is not installed")

Baseline = Callable[[Sequence[Document], Encodes, int], Search]


class WordHashes:
    """Bag of words by hash: two texts are as near as they share words; nothing to load."""

    dimensions = 256

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimensions, dtype=np.float32)
        for word in folded(text).split():
            vector[zlib.crc32(word.strip(".,:?").encode()) % self.dimensions] += 1
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


def document(id_: str, *paragraphs: str) -> Document:
    return Document(Source(id=id_, title=id_), "\n\n".join(paragraphs))


FILLER = "Obecná ustanovení programu se řídí platnými předpisy. " * 18
SMALL = (
    document("bydleni", FILLER, "Sociální byty pronajímá obec lidem bez domova.", FILLER),
    document("dluhy", FILLER, "Dluhové poradenství pomáhá lidem v exekuci.", FILLER),
)


@pytest.mark.parametrize("baseline", [textbook, ensemble])
def test_the_chunk_that_shares_the_words_comes_first(baseline: Baseline) -> None:
    search = baseline(SMALL, WordHashes(), 3)
    best = search("dluhové poradenství lidem v exekuci")[0]
    assert best.doc == "dluhy"
    assert "Dluhové poradenství" in SMALL[1].text[best.start : best.end]


@pytest.mark.parametrize("baseline", [textbook, ensemble])
def test_spans_are_chunks_of_at_most_1000_characters_at_their_place(baseline: Baseline) -> None:
    files = sorted((PROJECT / "corpus").glob("*.txt"))
    documents = [document(file.stem, file.read_text(encoding="utf-8")) for file in files]
    texts = {item.id: item.text for item in documents}
    found = baseline(documents, WordHashes(), 15)("podpora sociálního bydlení v obcích")
    assert len(found) == len(set(found)) == 15
    for span in found:
        assert 0 <= span.start < span.end <= len(texts[span.doc])
        assert span.end - span.start <= 1_000
        # The splitter strips its chunks: a span with a blank edge would stand at the wrong place.
        text = texts[span.doc][span.start : span.end]
        assert text == text.strip()


def test_the_ensemble_finds_a_word_that_the_vectors_overlook() -> None:
    documents = [document(f"d{n}", f"Obec a kraj a stát {n}") for n in range(8)]
    documents.append(document("vzacny", "Ubytovna ubytovna ubytovna"))

    class Overlooking(WordHashes):
        """Takes all texts for the same, except that one word leads away from every question."""

        def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            away = np.array(["Ubytovna" in text for text in texts])
            return np.column_stack([~away, away]).astype(np.float32)

        def encode_query(self, text: str) -> NDArray[np.float32]:
            return np.array([1, 0], dtype=np.float32)

    assert "vzacny" not in {span.doc for span in textbook(documents, Overlooking(), 2)("ubytovna")}
    assert "vzacny" in {span.doc for span in ensemble(documents, Overlooking(), 2)("ubytovna")}


def test_two_baselines_in_one_process_do_not_mix_their_documents() -> None:
    first = textbook(SMALL[:1], WordHashes(), 15)
    second = textbook(SMALL[1:], WordHashes(), 15)
    assert {span.doc for span in first("lidem")} == {"bydleni"}
    assert {span.doc for span in second("lidem")} == {"dluhy"}


def test_a_question_asks_for_no_more_than_k() -> None:
    found: list[Span] = ensemble(SMALL, WordHashes(), 2)("obec pronajímá byty")
    assert len(found) == 2
