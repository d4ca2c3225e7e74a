"""Inflected forms share a stem, with and without diacritics; different words keep theirs."""

import pytest

from retrieval.analysis import fold
from retrieval.stemming import stem

SAME = [
    ("akční", "akčního"),
    ("plán", "plánu"),
    ("dluhy", "dluhů"),
    ("exekuce", "exekucí"),
    ("opatření", "opatřením"),
    ("bydlení", "bydlením"),
    ("rodina", "rodinami"),
    ("obec", "obce"),
    ("sociální", "sociálních"),
    ("služba", "službám"),
    ("zaměstnanost", "zaměstnanosti"),
    ("věznice", "věznici"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("zaměstnaný", "nezaměstnaný"), ("byt", "bydlení"), ("dluh", "dlouhý"), ("rodina", "rodič"), ("opz", "opz+")],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(fold(one)) != stem(fold(other))


@pytest.mark.parametrize("word", ["2024", "4x", "kpsv2021", "112"])
def test_numbers_and_words_with_digits_stay_whole(word: str) -> None:
    assert stem(word) == word


def test_a_stem_never_vanishes() -> None:
    assert [stem(word) for word in ("a", "ty", "oni", "uby")] == ["a", "ty", "oni", "uby"]
