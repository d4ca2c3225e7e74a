"""Personal data is taken out of what people write; what stands in public papers stays.

The measure: `personal_data.txt` holds sentences written by hand, with the personal data marked as {kind:text}.
"""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Passage
from prompts.answer import Answer, Citation, Statement
from prompts.rating import rated
from prompts.redaction import Found, personal_data, redacted, redacted_feedback

_MARK = re.compile(r"\{(\w+):([^}]*)\}")


def marked(line: str) -> tuple[str, list[Found]]:
    """Return a sentence without its marks, and what they mark."""
    text, found, position = "", [], 0
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        found.append(Found(match[1], len(text), len(text) + len(match[2])))  # type: ignore[arg-type]
        text += match[2]
        position = match.end()
    return text + line[position:], found


SENTENCES = [
    marked(line)
    for line in Path(__file__).with_name("personal_data.txt").read_text(encoding="utf-8").splitlines()
    if line
]


def covered(one: Found, others: tuple[Found, ...] | list[Found]) -> bool:
    """Tell whether nothing of a piece but blanks and punctuation is left outside of others."""
    return any(other.start <= one.start and one.end <= other.end for other in others)


def measured() -> tuple[Counter[str], Counter[str], Counter[str], list[str]]:
    """Return for each kind how many pieces there are, how many are covered, how many false alarms, and the misses."""
    there: Counter[str] = Counter()
    covered_: Counter[str] = Counter()
    false: Counter[str] = Counter()
    notes = []
    for text, expected in SENTENCES:
        found = personal_data(text)
        for one in expected:
            there[one.kind] += 1
            covered_[one.kind] += covered(one, found)
            if not covered(one, found):
                notes.append(f"missed {one.kind}: {text[one.start : one.end]} | {redacted(text)}")
        for one in found:
            if not any(one.start < other.end and other.start < one.end for other in expected):
                false[one.kind] += 1
                notes.append(f"false {one.kind}: {text[one.start : one.end]} | {text}")
    return there, covered_, false, notes


def test_there_are_enough_sentences_with_and_without_personal_data() -> None:
    assert len(SENTENCES) >= 120
    assert sum(not found for _, found in SENTENCES) >= 50


@pytest.mark.parametrize(
    ("kind", "share"),
    [("birth_number", 1), ("email", 1), ("account", 1), ("phone", 1), ("address", 0.9), ("name", 0.9)],
)
def test_so_much_of_the_personal_data_is_found(kind: str, share: float) -> None:
    there, found, _, notes = measured()
    assert found[kind] >= share * there[kind], "\n".join(notes)


def test_public_papers_cause_no_false_alarm() -> None:
    _, _, false, notes = measured()
    assert not false, "\n".join(notes)


def test_each_kind_is_replaced_by_its_name() -> None:
    text = "Jan Novák, r. č. 530215/123, tel. 777 123 456, jan@seznam.cz, účet 19-2000145399/0800, Dlouhá 12."
    assert redacted(text) == "[jméno], r. č. [rodné číslo], tel. [telefon], [e-mail], účet [číslo účtu], [adresa]."


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("855215/1234", True),  # a woman, 5 added to the month; a multiple of 11
        ("855215/1235", False),  # its check digit is wrong
        ("850230/1234", False),  # there is no 30 February
        ("780123/3540", True),  # until 1985 a rest of 10 was written as 0: 780123354 = 11 · 70920304 + 10
        ("530215/123", True),  # nine digits were given out until 1953
        ("540215/123", False),
        ("047215/0004", False),
    ],
)
def test_a_birth_number_is_known_by_its_date_and_check_digit(number: str, is_one: bool) -> None:
    assert ("rodné" in redacted(f"Klient {number} žádá.")) == is_one


def test_a_number_that_says_what_it_is_goes_even_with_a_wrong_check_digit() -> None:
    assert redacted("rodné číslo 855215/1235") == "rodné číslo [rodné číslo]"


@pytest.mark.parametrize(
    ("account", "is_one"),
    [
        ("19-2000145399/0800", True),
        ("19-2000145398/0800", False),
        ("18-2000145399/0800", False),
        ("2000145399/9999", False),
    ],
)
def test_an_account_is_known_by_its_weighted_digits_and_its_bank(account: str, is_one: bool) -> None:
    assert ("účtu" in redacted(f"Zaplaťte {account} hned.")) == is_one


def test_an_iban_with_a_wrong_check_digit_is_none() -> None:
    assert redacted("kód CZ64 0800 0000 1920 0014 5399") == "kód CZ64 0800 0000 1920 0014 5399"


def test_a_rating_is_redacted_in_what_the_user_wrote() -> None:
    answer = Answer("q", "not_found", (), (), (), 0.1)
    rating = rated("Kdo pomůže paní Novákové?", answer, "up", remark="Volejte 777 123 456")
    kept = redacted_feedback(rating)
    assert (kept.question, kept.remark, kept.id) == ("Kdo pomůže paní [jméno]?", "Volejte [telefon]", rating.id)


def test_the_answer_inside_a_rating_is_redacted_too_except_for_what_its_citation_says() -> None:
    quote = "Kontakt: Mgr. Jana Nováková, tel. 224 123 456, podatelna@mmr.cz"
    passage = Passage(doc="doc", start=0, end=len(quote), text=quote, kind="paragraph", grain="leaf")
    cited = Citation(1, passage, 0, len(quote), quote, "Kontakty")
    said = Statement(f"„{quote}“ [1]", "quote", "verbatim", (1,))
    echo = Statement("Slovo „Petr Svoboda 777 123 456“ dokumenty neznají.", "note", "note")
    answer = Answer("q", "answered", (said, echo), (cited,), (), 0.1)
    kept = redacted_feedback(rated("q", answer, "up"))
    assert quote in kept.text
    assert kept.citations[0].quote == quote
    assert "777" not in kept.text
    assert "Svoboda" not in kept.text
    assert "[telefon]" in kept.text


def test_a_number_that_is_only_part_of_one_in_a_citation_is_redacted() -> None:
    assert redacted("Volejte 777 123 456.", ["číslo 777 123 4567"]) == "Volejte [telefon]."
    assert redacted("Volejte 777\u00a0123 456.", ["tel. 777 123\u00a0456"]) == "Volejte 777\u00a0123 456."


@given(st.text(max_size=300))
def test_any_text_can_be_redacted_and_then_nothing_more_is_found(text: str) -> None:
    found = personal_data(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    if not found:
        assert redacted(text) == text
