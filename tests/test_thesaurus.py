"""The thesaurus knows concepts by official and lay terms, and says what is wrong with its file."""

from pathlib import Path

import pytest

from ingest.errors import ManifestError
from ingest.settings import Settings
from retrieval.thesaurus import LAY, OFFICIAL, RELATED, Concept, Thesaurus

DEBT = Concept("dluhy", "předluženost", "problem", ("zadluženost",), ("utopený v dluzích", "sekera"), ("exekuce",))
SEIZURE = Concept("exekuce", "exekuce", "problem", ("exekuční řízení",), ("exekutor", "sekera"))


@pytest.fixture
def small() -> Thesaurus:
    return Thesaurus.of([DEBT, SEIZURE])


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "thesaurus.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_shipped_thesaurus_is_whole() -> None:
    thesaurus = Thesaurus.load(Settings().corpus)
    assert len(thesaurus.concepts) > 600
    assert len(thesaurus.terms) > 9000


def test_a_corpus_without_a_thesaurus_has_an_empty_one(tmp_path: Path) -> None:
    thesaurus = Thesaurus.load(tmp_path)
    assert thesaurus.match("dluhy") == {}
    assert thesaurus.widen({}) == {}


@pytest.mark.parametrize("text", ["zadluženost", "se zadlužeností domácností", "ZADLUZENOSTI"])
def test_an_official_term_counts_fully_in_any_inflection(small: Thesaurus, text: str) -> None:
    assert small.match(text) == {"dluhy": OFFICIAL}


def test_a_lay_term_counts_less_and_a_longer_term_more(small: Thesaurus) -> None:
    assert small.match("přišel exekutor") == {"exekuce": LAY}
    assert small.match("exekuční řízení")["exekuce"] > OFFICIAL


def test_words_may_stand_between_those_of_a_term(small: Thesaurus) -> None:
    assert "dluhy" in small.match("je úplně utopený ve svých dluzích")
    assert "dluhy" not in small.match("utopený mobil, rozbitý notebook, auto a žádné dluhy")


def test_a_shared_term_counts_less_for_each_concept(small: Thesaurus) -> None:
    found = small.match("má sekeru v hospodě")
    assert set(found) == {"dluhy", "exekuce"}
    assert max(found.values()) < LAY


def test_the_strongest_concept_comes_first(small: Thesaurus) -> None:
    assert list(small.match("exekutor kvůli zadluženosti")) == ["dluhy", "exekuce"]


def test_widening_adds_related_concepts_with_less_weight(small: Thesaurus) -> None:
    assert small.widen({"dluhy": 1.0}) == {"dluhy": 1.0, "exekuce": RELATED}
    assert small.widen({"dluhy": 1.0, "exekuce": 0.6})["exekuce"] == 0.6


def test_a_negated_word_is_another_word() -> None:
    thesaurus = Thesaurus.of([Concept("prace", "zaměstnaný", "problem"), Concept("bez", "nezaměstnaný", "problem")])
    assert list(thesaurus.match("zaměstnaných")) == ["prace"]
    assert list(thesaurus.match("nezaměstnaných")) == ["bez"]


def test_a_programme_with_a_plus_is_another_programme() -> None:
    thesaurus = Thesaurus.of([Concept("opz", "OPZ", "program"), Concept("opz-plus", "OPZ+", "program")])
    assert list(thesaurus.match("peníze z OPZ+")) == ["opz-plus"]
    assert list(thesaurus.match("peníze z OPZ")) == ["opz"]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"thesaurus\.toml nelze přečíst"):
        Thesaurus.load(written(tmp_path, "[[concept]"))


@pytest.mark.parametrize("missing", ["id", "label", "group"])
def test_a_concept_without_a_key_is_named_by_its_number(tmp_path: Path, missing: str) -> None:
    keys = {"id": "a", "label": "b", "group": "c"}
    lines = [f'{key} = "{value}"' for key, value in keys.items() if key != missing]
    with pytest.raises(ManifestError, match=f"u pojmu č. 1 chybí „{missing}“"):
        Thesaurus.load(written(tmp_path, "\n".join(["[[concept]]", *lines])))


def test_terms_must_be_a_list_of_texts(tmp_path: Path) -> None:
    text = '[[concept]]\nid = "a"\nlabel = "b"\ngroup = "c"\nlay = "d"\n'
    with pytest.raises(ManifestError, match="má být „lay“ seznam textů"):
        Thesaurus.load(written(tmp_path, text))


def test_a_repeated_id_is_refused() -> None:
    with pytest.raises(ManifestError, match="„exekuce“ je uveden dvakrát"):
        Thesaurus.of([SEIZURE, SEIZURE])


def test_a_relation_to_nowhere_is_refused() -> None:
    with pytest.raises(ManifestError, match="odkazuje na neznámé pojmy: exekuce"):
        Thesaurus.of([DEBT])
