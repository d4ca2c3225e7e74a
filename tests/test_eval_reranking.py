"""A CrossEncoder is measured beside the search: with a real one, small and untrained, made here."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from eval.questions import load_questions
from eval.reranking import WEIGHTS, load, rerank, reranked
from eval.retrieving import judged, measure, searching
from ingest.document import Passage
from ingest.errors import EncoderError
from retrieval.index import Index
from tests.study_world import install, write_questions

PASSAGES = [Passage("d", n, n + 1, text, "paragraph") for n, text in enumerate("první druhý třetí čtvrtý".split())]


def model(folder: Path, labels: int = 1) -> str:
    words = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1, "obec": 2, "dluhy": 3, "bydlení": 4}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]"
    )
    tokenizer.save_pretrained(folder)
    config = BertConfig(vocab_size=5, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_a_passage_moves_up_by_places_per_deviation_of_its_score() -> None:
    def last_is_best(question: str, passages: Sequence[Passage]) -> list[float]:
        return [float(passage.start) for passage in passages]

    assert reranked("?", PASSAGES, last_is_best, 0.0) == PASSAGES
    assert reranked("?", PASSAGES, last_is_best, 100.0) == PASSAGES[::-1]
    assert reranked("?", PASSAGES, last_is_best, 0.5) == PASSAGES
    assert reranked("?", [], last_is_best, 1.0) == []


def test_equal_scores_move_nothing() -> None:
    assert reranked("?", PASSAGES, lambda question, passages: [0.5] * len(passages), 4.0) == PASSAGES


def test_a_real_cross_encoder_is_measured_beside_the_search_alone(tmp_path: Path) -> None:
    world = install(tmp_path / "world")
    index = Index.open(world)
    asked = judged(load_questions(write_questions(tmp_path / "q.jsonl")), index.documents.values())
    figures = rerank(index, asked, load(model(tmp_path / "model")), "malý")
    assert [row[0] for row in figures.rows][:2] == ["bez modelu", "0,5"]
    assert len(figures.rows) == len(WEIGHTS)
    alone = measure(asked, searching(index))
    mean = sum(alone["recall@5"].values()) / len(asked)
    assert figures.rows[0][1] == f"{mean:.3f}".replace(".", ",")


def test_a_model_that_is_missing_or_scores_twice_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="nelze načíst"):
        load(str(tmp_path / "nic"))
    with pytest.raises(EncoderError, match="dává každé dvojici 2 čísla"):
        load(model(tmp_path / "dva", labels=2))
