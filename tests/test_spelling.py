"""Misspelt words are understood; correct ones, names, codes and abbreviations are left alone."""

import pytest

from ingest.settings import Settings
from retrieval.analysis import words
from retrieval.index import Index
from retrieval.query import understand
from retrieval.search import search
from retrieval.spelling import Speller


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


@pytest.fixture(scope="module")
def speller(index: Index) -> Speller:
    return index.vocabulary.speller


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("schyzofrenyji", "schizofrenii"),
        ("hospodařyt", "hospodařit"),
        ("asystenta", "asistenta"),
        ("pracovvat", "pracovat"),
        ("praovat", "pracovat"),
        ("socalniho", "sociálního"),
        ("podmninek", "podmínek"),
        ("vozyku", "vozíku"),
        ("ufadech", "úřadech"),
        ("zamestnavtel", "zaměstnavatel"),
    ],
)
def test_a_misspelt_word_is_led_back_to_the_one_that_was_meant(speller: Speller, typed: str, meant: str) -> None:
    found = speller.corrections(f"co je pro {typed} v plánu")
    assert list(found) == [typed]
    assert words(found[typed])[0][:6] == words(meant)[0][:6]


@pytest.mark.parametrize(
    ("said", "written"),
    [("mladejch", "mladých"), ("mladejma", "mladými"), ("Vobce", "obce"), ("vohroženejch", "ohrožených")],
)
def test_a_word_as_people_say_it_is_read_as_it_is_written(speller: Speller, said: str, written: str) -> None:
    assert speller.corrections(f"{said} něco chybí") == {said: written}


def test_words_that_only_look_like_spoken_ones_stay(speller: Speller) -> None:
    assert speller.corrections("vodovod, voják, volej na olej, dej krajům pokoj") == {}


@pytest.mark.parametrize(
    "question",
    [
        "Kdo pomáhá lidem v exekuci a s předlužeností?",
        "kdo pomaha lidem v exekuci a s predluzenosti",
        "Babička se nechce stěhovat do ústavu",
        "ředitelka napočítala kamarádům podnikání a přestěhování",
    ],
)
def test_correct_words_are_left_alone_with_and_without_diacritics(speller: Speller, question: str) -> None:
    assert speller.corrections(question) == {}


@pytest.mark.parametrize(
    "question",
    [
        "Co obsahuje opatření 4.6.a a cíl CZ.03.2.63?",
        "napište na jana.chovacnova@mmr.czz nebo www.agentrua.cz",
        "pracuje tam pan Chovacnec z Bruntálku",
        "co dělá KPSVLX a MPSVR",
        "rok 20222 a částka 50000kc",
    ],
)
def test_codes_numbers_addresses_names_and_abbreviations_are_never_corrected(speller: Speller, question: str) -> None:
    assert speller.corrections(question) == {}


def test_a_word_at_the_beginning_of_a_sentence_is_no_name(speller: Speller) -> None:
    assert "Hospodařyt" in speller.corrections("Hospodařyt neumí. Kdo je to naučí?")
    assert speller.corrections("to je pan Hospodařyt") == {}


def test_frequent_words_are_preferred_to_rare_ones() -> None:
    speller = Speller.of(["pomoc " * 20 + "pomor"])
    assert speller.corrections("pomof") == {}
    assert Speller.of(["podpora " * 20 + "podkora"]).corrections("podxora") == {"podxora": "podpora"}


def test_a_slip_to_the_next_key_beats_any_other_wrong_letter() -> None:
    assert Speller.of(["kadlička kablička"]).corrections("kavlička") == {"kavlička": "kablička"}


def test_without_words_nothing_is_corrected() -> None:
    assert Speller().corrections("praovat") == {}


def test_typing_errors_of_people_are_not_offered() -> None:
    speller = Speller.of(["schizofrenie"], ["jak žít se schyzofrenyjou", "schizofrenie"])
    assert "schyzofrenyjou" not in speller.offered
    assert "schizofrenie" in speller.offered


def test_a_question_full_of_typing_errors_finds_what_the_correct_one_finds(index: Index) -> None:
    def first(question: str) -> set[str]:
        query = understand(question, index.vocabulary, index.thesaurus)
        return {hit.passage.id for hit in search(index, query, 3)}

    assert first("dluhi a exekuuce domácnostý") & first("dluhy a exekuce domácností")


def test_the_correction_is_searched_beside_the_word_as_typed(index: Index) -> None:
    query = understand("kdo naučí lidi hospodařyt", index.vocabulary, index.thesaurus)
    assert "hospodařyt" in query.searched
    assert "hospodařit" in query.searched
    assert query.text == "kdo naučí lidi hospodařyt"
