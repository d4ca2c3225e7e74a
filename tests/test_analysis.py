"""Text becomes words, stems and 4-grams without diacritics."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import fold, grams, stems, words


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_takes_case_and_diacritics_away() -> None:
    assert fold("Předlužené ŽENY, Účetní – Ďáblík") == "predluzene zeny, ucetni – dablik"


def test_a_plus_belongs_to_its_word() -> None:
    assert words("OPZ+ a OPZ") == ["opz+", "a", "opz"]


def test_punctuation_parts_words() -> None:
    assert words("sociálně-právní ochrana (OSPOD), 4.6.a") == ["socialne", "pravni", "ochrana", "ospod", "4", "6", "a"]


def test_function_words_are_left_out_but_for_those_that_decide() -> None:
    assert stems("co je to pro lidi bez domova") == stems("pro lidi bez domova")
    assert len(stems("pro lidi bez domova")) == 4


def test_diacritics_make_no_difference_to_terms() -> None:
    assert stems("předlužené domácnosti") == stems("predluzene domacnosti")
    assert grams("předlužené domácnosti") == grams("predluzene domacnosti")


def test_grams_know_the_edges_of_words() -> None:
    assert grams("dluh") == ["_dlu", "dluh", "luh_"]
    assert grams("ÚP") == ["_up_"]


def test_a_text_without_words_has_no_terms() -> None:
    assert stems("…!? –") == []
    assert grams("") == []
