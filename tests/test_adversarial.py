"""Altered sentences are refused and paraphrases pass, kind by kind; the altering itself can be trusted."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.adversarial import HOLDOUT, HOLDOUT_SEED, PARAPHRASES, SEED, Result, alter, measure, verify
from eval.altering import HELD_RULES, RULES
from eval.claims import Claim, Corpus, load_paraphrases, statements
from ingest.errors import QuestionSetError
from ingest.settings import Settings
from prompts.verify import Verifier
from retrieval.thesaurus import Thesaurus

pytestmark = pytest.mark.slow

SETTINGS = Settings()


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus.of(SETTINGS)


@pytest.fixture(scope="module")
def paraphrases(corpus: Corpus) -> tuple[Claim, ...]:
    return load_paraphrases(PARAPHRASES, corpus)


@pytest.fixture(scope="module")
def tuned(corpus: Corpus, paraphrases: tuple[Claim, ...]) -> Result:
    altered = alter(corpus, (*statements(corpus), *paraphrases), SEED)
    return measure(Verifier.of(Thesaurus.load(SETTINGS.corpus)), corpus, altered, paraphrases)


@pytest.fixture(scope="module")
def kept_aside(corpus: Corpus) -> Result:
    own = load_paraphrases(HOLDOUT, corpus)
    altered = alter(corpus, (*statements(corpus), *own), HOLDOUT_SEED, rules=HELD_RULES)
    return measure(Verifier.of(Thesaurus.load(SETTINGS.corpus)), corpus, altered, own)


def shares(result: Result) -> dict[str, float]:
    kinds = dict.fromkeys(case.kind for case, _ in result.altered)
    found = {kind: [hit for case, hit in result.altered if case.kind == kind] for kind in kinds}
    return {kind: sum(hits) / len(hits) for kind, hits in found.items()}


def overall(result: Result) -> float:
    return sum(hit for _, hit in result.altered) / len(result.altered)


def test_the_sets_are_as_large_as_promised_and_of_all_documents(
    corpus: Corpus, paraphrases: tuple[Claim, ...], tuned: Result
) -> None:
    assert len(tuned.altered) >= 200
    assert len(paraphrases) >= 80
    assert {claim.cited[0].doc for claim in paraphrases} == set(corpus.documents)


def test_altered_sentences_are_refused_in_every_kind(tuned: Result) -> None:
    assert overall(tuned) >= 0.97
    assert {kind: share for kind, share in shares(tuned).items() if share < 0.9} == {}


def test_paraphrases_pass(tuned: Result) -> None:
    assert len(tuned.false_alarms) / len(tuned.paraphrases) <= 0.05


def test_the_set_kept_aside_fares_alike(kept_aside: Result) -> None:
    assert overall(kept_aside) >= 0.95
    assert {kind: share for kind, share in shares(kept_aside).items() if share < 0.85} == {}
    assert len(kept_aside.false_alarms) / len(kept_aside.paraphrases) <= 0.1


def test_no_sentence_of_the_two_sets_of_paraphrases_is_the_same(corpus: Corpus, paraphrases: tuple[Claim, ...]) -> None:
    assert {c.text for c in paraphrases}.isdisjoint(c.text for c in load_paraphrases(HOLDOUT, corpus))


def test_the_documents_own_sentences_pass_when_their_leaf_is_cited(corpus: Corpus) -> None:
    verifier = Verifier.of(Thesaurus.load(SETTINGS.corpus))
    refused = {c.text: j.reasons for c in statements(corpus) if (j := verifier.verify(c.text, c.cited)).reasons}
    assert refused == {}


def test_a_seed_gives_the_same_sentences_and_another_seed_others(
    corpus: Corpus, paraphrases: tuple[Claim, ...]
) -> None:
    first, again, other = (alter(corpus, paraphrases, seed, 5) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_an_altered_sentence_differs_from_the_one_it_was_made_of_or_cites_another_place(tuned: Result) -> None:
    for case, _ in tuned.altered:
        assert case.text != case.claim.text or set(case.cited).isdisjoint(case.claim.cited)
    assert {case.kind for case, _ in tuned.altered} >= set(RULES)


def test_a_quote_that_no_passage_holds_is_named_with_its_line(corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_text('{"id": "A", "sentence": "Věta.", "evidence": [{"doc": "opz-2-1", "quote": "jinde"}]}\n', "utf-8")
    with pytest.raises(QuestionSetError, match=r"řádek 1: .*citát „jinde“ v dokumentu „opz-2-1“ není"):
        load_paraphrases(file, corpus)


@pytest.mark.slow
def test_the_command_prints_both_tables_in_czech() -> None:
    out = StringIO()
    verify(SETTINGS, Console(file=out, width=120))
    text = out.getvalue()
    assert [line.strip() for line in text.splitlines() if line.strip().endswith("sada")] == [
        "Ladicí sada",
        "Odložená sada",
    ]
    assert text.count("parafráze odmítnuté neprávem") == 2
    assert "obrácený zápor" in text
