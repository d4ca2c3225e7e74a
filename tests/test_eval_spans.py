"""Quotes are found in canonical texts, and coverage is judged by characters."""

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from eval.spans import Span, Texts, covers, touches, within

LETTERS = st.text(alphabet="ačč ž\n\u00a0\u030cC1.", max_size=60)


def test_white_space_of_any_kind_matches_any_other() -> None:
    texts = Texts({"d": "Částka:\u00a0298\u00a0997\n\n803,50  Kč"})
    (span,) = texts.find("d", " Částka: 298 997 803,50 Kč\n")
    assert texts.at(span) == "Částka:\u00a0298\u00a0997\n\n803,50  Kč"


def test_letters_spelled_with_combining_marks_match_and_spans_stay_in_the_text_as_it_is() -> None:
    decomposed = unicodedata.normalize("NFD", "Řešení dluhů a řemesla")
    texts = Texts({"d": decomposed})
    (span,) = texts.find("d", "dluhů a řemesla")
    assert texts.at(span) == unicodedata.normalize("NFD", "dluhů a řemesla")


def test_every_place_of_a_quote_is_found_overlapping_ones_too() -> None:
    assert Texts({"d": "ananas"}).find("d", "ana") == (Span("d", 0, 3), Span("d", 2, 5))


def test_a_blank_quote_and_an_unknown_document_have_no_place() -> None:
    texts = Texts({"d": "a b"})
    assert texts.find("d", " \u00a0") == ()
    assert texts.find("e", "a") == ()
    assert texts.at(Span("e", 0, 3)) == ""


@given(LETTERS, st.integers(0, 60), st.integers(1, 60))
def test_any_slice_is_found_at_a_place_that_reads_the_same(text: str, start: int, length: int) -> None:
    quote = text[start : start + length]
    # A slice that begins with a mark has lost its letter: that is another word.
    if not quote.strip() or unicodedata.combining(quote.strip()[0]):
        return
    if start + length < len(text) and unicodedata.combining(text[start + length]):
        return
    texts = Texts({"d": text})
    spans = texts.find("d", quote)
    wanted = " ".join(unicodedata.normalize("NFC", quote).split())
    assert spans
    for span in spans:
        assert " ".join(unicodedata.normalize("NFC", texts.at(span)).split()) == wanted


def test_a_passage_holds_a_quote_from_nine_tenths_of_its_characters_on() -> None:
    place = (Span("d", 100, 200),)
    assert covers(Span("d", 0, 190), place)
    assert not covers(Span("d", 0, 189), place)
    assert not covers(Span("e", 100, 200), place)
    assert covers(Span("d", 500, 700), (*place, Span("d", 600, 650)))


def test_touching_needs_one_shared_character() -> None:
    place = (Span("d", 100, 200),)
    assert touches(Span("d", 199, 300), place)
    assert not touches(Span("d", 200, 300), place)
    assert not touches(Span("e", 150, 160), place)


def test_a_budget_cuts_the_passage_in_which_it_ends_and_drops_the_rest() -> None:
    items = [Span("d", 0, 40), Span("e", 10, 90), Span("d", 0, 10)]
    assert within(items, 100) == (Span("d", 0, 40), Span("e", 10, 70))
    assert within(items, 120) == (Span("d", 0, 40), Span("e", 10, 90))
    assert within(items, 0) == ()


def test_texts_of_a_folder_are_the_files_character_by_character(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes("řádek\r\ndalší".encode())
    (tmp_path / "stary.txt").write_bytes("řádek".encode("cp1250"))
    texts = Texts.of_folder(tmp_path)
    assert texts.at(Span("plan", 5, 12)) == "\r\ndalší"
    assert "stary" not in texts
