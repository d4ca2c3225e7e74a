"""A message is cut into its questions, and one question into what it asks on each side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.parts import halves, leans, questions, subject


def test_each_question_keeps_the_statements_before_it() -> None:
    message = (
        "Jsme malá obec. Máme hodně lidí v exekuci. Co s nimi dělat? Kolik peněz dával program OPZ na terénní práci?"
    )
    assert questions(message) == [
        "Jsme malá obec. Máme hodně lidí v exekuci. Co s nimi dělat?",
        "Kolik peněz dával program OPZ na terénní práci?",
    ]


@pytest.mark.parametrize(
    "message",
    [
        "Co obsahuje opatření 4.6.a akčního plánu? A kdo za něj odpovídá?",
        "Kolik stál projekt Systémové zajištění? Kdo to platil?",
        "Kdo pomáhá lidem s dluhy? Děkuji za rychlou odpověď.",
        "Kdo pomáhá lidem s dluhy? Kdo?",
        "Opravdu?? Tak kdo pomáhá lidem s dluhy",
    ],
)
def test_what_leans_on_the_question_before_stays_with_it(message: str) -> None:
    assert questions(message) == [message]


def test_a_question_that_asks_two_things_has_two_halves() -> None:
    assert halves("Kdo z Agentury by nám mohl pomoci se službami a co všechno umí pro zapojené obce udělat?") == [
        "Kdo z Agentury by nám mohl pomoci se službami",
        "co všechno umí pro zapojené obce udělat?",
    ]


@pytest.mark.parametrize("question", ["Kdo pomáhá rodinám a dětem v nouzi?", "Kdo to platí a kolik?", ""])
def test_a_question_that_asks_one_thing_has_none(question: str) -> None:
    assert halves(question) == []


def test_pointing_back_is_recognised() -> None:
    assert leans("A kolik?")
    assert leans("Kdo to zaplatí?")
    assert not leans("Kdo zaplatí bydlení?")


@given(st.text())
def test_no_word_of_a_message_is_lost(message: str) -> None:
    assert " ".join(questions(message)).split() == message.split()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Lidé bez domova: koho tím myslel a co pro ně chystá?", ["Lidé bez domova"]),
        ("Srovnejte: dluhové poradenství: co o něm říká?", ["dluhové poradenství"]),
        ("Co o dluzích říká jeden program a co druhý?", []),
        ("Kdo to platil: stát, nebo obec?", ["Kdo to platil"]),
    ],
)
def test_what_stands_before_a_colon_is_the_subject(question: str, found: list[str]) -> None:
    assert subject(question) == found
