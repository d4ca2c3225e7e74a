"""What type of thing a question asks for, whether a text states one, and which values it states."""

import pytest

from prompts.expected import Expected, expected, states
from prompts.values import counts, values


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Kolik stál projekt Systémové zajištění?", ("amount",)),
        ("Kolik procent nákladů platí obec?", ("percent",)),
        ("Jaký e-mail má kontaktní osoba?", ("email",)),
        ("Na jaké číslo mám zavolat?", ("phone",)),
        ("Jakou má realizátor adresu?", ("address",)),
        ("Do kdy se podává žádost?", ("date",)),
        ("Kdo je gestorem opatření 4.3.a?", ("person",)),
        ("Které konkrétní obce byly vybrány?", ("names",)),
        ("Kolik metodik mělo vzniknout?", ("count",)),
        ("Kdo je gestorem opatření 4.3.a a do jakého termínu ho má splnit?", ("person", "date")),
        ("Co obsahuje opatření 4.6.a?", ()),
        ("Na sídlišti je nepořádek, kdo to řeší?", ()),
    ],
)
def test_a_question_tells_what_type_of_thing_it_asks_for(question: str, kinds: tuple[Expected, ...]) -> None:
    assert expected(question) == kinds


def test_the_story_before_a_question_asks_for_nothing() -> None:
    assert expected("Kolik nocí jsem nespal. Bojím se o byt. Kdo mi pomůže?") == ()


def test_nine_digits_of_an_amount_are_no_telephone() -> None:
    assert not states("phone", "Částka: 298 997 803,50 Kč")
    assert states("phone", "Tel.: 296 153 537")


def test_an_age_and_a_registration_number_are_no_date() -> None:
    assert not states("date", "rodiny s dětmi do 18 let věku")
    assert not states("date", "CZ.03.2.63/0.0./0.0/15_030/0000605")
    assert states("date", "Realizace: 1. ledna 2016 – 30. 4. 2022")
    assert states("date", "Sociální služby2020-01-14T14:13:20+01:00")


def test_names_count_only_beside_what_they_should_name() -> None:
    question = "Ve kterých věznicích se to pilotuje?"
    assert not states("names", "Pilotování ve vybraných věznicích. Projekt řídí Ministerstvo v Olomouci.", question)
    assert states("names", "Pilotuje se ve věznicích Heřmanice a Vinařice.", question)
    assert not states("names", "v obcích České republiky", "Které obce to jsou?")


def test_an_amount_needs_its_currency() -> None:
    assert not states("amount", "40 plánů podpory")
    assert states("amount", "1,5 mld. Kč")


TEXT = (
    "Podle Analýzy provedené v letech 2014 – 2015 je v ČR přes 606 sociálně vyloučených lokalit, v nichž žije více jak "
    "95 000 obyvatel. Oproti roku 2006 nárůst sociálně vyloučených lokalit."
)


def test_a_count_is_the_number_right_before_the_thing_that_is_asked_for() -> None:
    question = "Kolik sociálně vyloučených lokalit je v ČR a kolik obyvatel v nich žije?"
    assert counts(question, TEXT) == ["606 sociálně vyloučených lokalit", "95 000 obyvatel"]


def test_a_year_is_never_a_count() -> None:
    assert counts("Kolik nárůstů bylo?", TEXT) == []


def test_of_several_numbers_the_one_whose_words_match_best_counts() -> None:
    text = "50 tematických výzkumů ; 40 Tematických akčních plánů (TAP) ; 160 podpořených osob"
    question = "Kolik tematických akčních plánů a kolik podpořených osob?"
    assert counts(question, text) == ["40 Tematických akčních plánů", "160 podpořených osob"]


def test_numbers_in_words_are_counts_too() -> None:
    assert counts("Kolika obcím projekt pomáhá?", "ve sto deseti obcích, městech") == ["sto deseti obcích"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("amount", "Částka: 298 997 803,50 Kč", "298 997 803,50 Kč"),
        ("date", "Realizace: 1. ledna 2016 – 30. 4. 2022", "1. ledna 2016 – 30. 4. 2022"),
        ("phone", "tel.: 727902014", "727902014"),
        ("email", "mail: jana.chovancova@mmr.cz adresa", "jana.chovancova@mmr.cz"),
        ("person", "Kontaktní osoba: Mgr. David Beňák, DiS", "Mgr. David Beňák"),
        ("person", "Jana Chovancová expertka", "Jana Chovancová"),
        ("percent", "nejvýše 15,5 % nákladů", "15,5 %"),
    ],
)
def test_a_value_comes_as_it_stands_in_the_text(kind: Expected, text: str, value: str) -> None:
    assert values(kind, "", text) == [value]
    assert value in text
