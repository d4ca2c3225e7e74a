"""Whether the documents answer: strict types, what is absent, what is unclear, and what is of another field."""

import pytest

from prompts.assistant import Assistant
from prompts.judge import Judgement
from retrieval.query import understand
from retrieval.search import find


def judged(assistant: Assistant, question: str, *earlier: str) -> Judgement:
    index = assistant.index
    query = understand(question, index.vocabulary, index.thesaurus, earlier)
    return assistant.judge.judge(question, query, find(index, query))


@pytest.mark.parametrize(
    "question",
    [
        "Kolik stál projekt Systémové zajištění sociálního začleňování?",
        "Co obsahuje opatření 4.6.a?",
        "Na které cílové skupiny míří specifický cíl 2.1?",
        "Jaká opatření pomáhají lidem s dluhy a exekucemi?",
    ],
)
def test_what_the_documents_state_is_answered(assistant: Assistant, question: str) -> None:
    assert judged(assistant, question).status == "answered"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Jaký e-mail má David Beňák, kontaktní osoba projektu Systémové zajištění?", "email"),
        ("Kolik procent nákladů musela obec v oblasti podpory 3.1 OP LZZ zaplatit ze svého?", "percent"),
        ("Na jakou částku se má podle akčního plánu zvednout životní minimum jednotlivce?", "amount"),
    ],
)
def test_a_type_of_thing_that_does_not_stand_there_is_not_found(assistant: Assistant, question: str, kind: str) -> None:
    judgement = judged(assistant, question)
    assert judgement.status == "not_found"
    assert kind in judgement.kinds


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Jak zní úkol číslo jedna u 2.4.a?", "úkol č. 1 opatření 2.4.a"),
        ("Co je čtvrtý úkol opatření 4.6.a?", "úkol č. 4 opatření 4.6.a"),
        ("Můžete ocitovat úkol 3 z opatření 4.5.b?", "úkol č. 3 opatření 4.5.b"),
        ("Co říká opatření 3.b?", "označení 3.b"),
    ],
)
def test_a_gap_in_the_numbering_is_named(assistant: Assistant, question: str, absent: str) -> None:
    judgement = judged(assistant, question)
    assert (judgement.status, judgement.absent) == ("not_found", absent)


@pytest.mark.parametrize("question", ["Co je úkol 2 opatření 4.5.b?", "Jak zní druhý úkol opatření 4.9.b?"])
def test_a_task_that_is_there_is_not_called_absent(assistant: Assistant, question: str) -> None:
    judgement = judged(assistant, question)
    assert (judgement.status, judgement.absent) == ("answered", "")


@pytest.mark.parametrize("question", ["Co můžeme dostat?", "Dobrý den", "?", "Kolik to stojí?"])
def test_a_question_without_content_is_asked_back(assistant: Assistant, question: str) -> None:
    assert judged(assistant, question).status == "clarify"


def test_a_number_of_two_things_is_asked_back_with_both(assistant: Assistant) -> None:
    judgement = judged(assistant, "Co obsahuje 2.1?")
    assert judgement.status == "clarify"
    assert len(judgement.choices) == 2
    assert "specifický cíl 2.1" in judgement.choices[0]
    assert judgement.choices[1].startswith("2.1. Podpora rovných příležitostí")


def test_a_list_that_several_documents_have_is_asked_back_with_at_most_three(assistant: Assistant) -> None:
    judgement = judged(assistant, "Jaké jsou cílové skupiny?")
    assert judgement.status == "clarify"
    assert len(judgement.choices) == 3
    assert judged(assistant, "Jaké jsou cílové skupiny projektu Systémové zajištění?").status == "answered"


def test_a_follow_up_is_never_unclear(assistant: Assistant) -> None:
    earlier = ("Co bylo cílem projektu Systémové zajištění?", "Místní politiky v sedmdesáti obcích.")
    assert judged(assistant, "A kolik to stálo?", *earlier).status == "answered"


def test_another_field_is_out_of_scope(assistant: Assistant) -> None:
    assert judged(assistant, "Jak si v našem městě vyřídím parkovací kartu pro rezidenty?").status == "out_of_scope"


@pytest.mark.parametrize(
    "question",
    [
        "Kolik stálo Systémové zajištění a do kdy běželo?",
        "Do kdy běžel projekt Systémové zajištění a kolik stál?",
        "Jaká byla částka projektu Systémové zajištění a jaké má registrační číslo?",
    ],
)
def test_two_facts_that_stand_in_different_lines_are_both_answered(assistant: Assistant, question: str) -> None:
    assert judged(assistant, question).status == "answered"


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Má akční plán něco k bytové nouzi a kdo za to odpovídá?", "person"),
        ("Co má akční plán k předluženosti a kolik na to dá peněz?", "amount"),
        ("Řeší akční plán nějaká opatření pro vězně a jaký mají rozpočet?", "amount"),
    ],
)
def test_what_is_told_is_told_though_the_value_asked_beside_it_is_missing(
    assistant: Assistant, question: str, missing: str
) -> None:
    judgement = judged(assistant, question)
    assert (judgement.status, judgement.missing) == ("partial", (missing,))


def test_half_of_two_things_is_a_partial_answer(assistant: Assistant) -> None:
    judgement = judged(
        assistant, "Jaká je celková částka projektu Systémové zajištění a jaký e-mail má jeho kontaktní osoba?"
    )
    assert (judgement.status, judgement.missing) == ("partial", ("email",))
