"""A model's reply falls into sentences, each with its own marks, however the model sets them."""

import pytest

from ingest.document import Passage
from ingest.settings import PROJECT
from prompts.reply import check_reply
from prompts.verify import Verifier
from retrieval.thesaurus import Thesaurus

DEBT = "Podpora je určena osobám předluženým a osobám v exekuci."
AMOUNT = "Na opatření je vyčleněna částka nejvýše 120 milionů Kč."


def passage(text: str) -> Passage:
    return Passage("plan", 0, len(text), text, "paragraph")


PASSAGES = {1: passage(DEBT), 2: passage(AMOUNT)}


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.of(Thesaurus.load(PROJECT / "corpus"))


@pytest.mark.parametrize(
    "reply",
    [
        f"{DEBT} [1] {AMOUNT} [2]",
        f"{DEBT[:-1]} [1]. {AMOUNT[:-1]} [2].",
        f"{DEBT}[1]\n{AMOUNT}[2]",
        f"{DEBT} [ 1 ]\n\n\n{AMOUNT} [2, 2]",
        f"„{DEBT}“ [1] „{AMOUNT}“ [2]",
    ],
)
def test_marks_belong_to_the_sentence_they_follow(verifier: Verifier, reply: str) -> None:
    found = check_reply(verifier, reply, PASSAGES)
    assert [(s.text.strip("„“"), s.marks, s.verdict) for s in found] == [
        (DEBT, (1,), "verbatim"),
        (AMOUNT, (2,), "verbatim"),
    ]


def test_several_marks_of_a_sentence_are_kept_once_each(verifier: Verifier) -> None:
    (found,) = check_reply(verifier, f"{DEBT[:-1]} [1][2] [1].", PASSAGES)
    assert found.marks == (1, 2)


def test_a_sentence_without_a_mark_or_with_one_that_leads_nowhere_is_unsupported(verifier: Verifier) -> None:
    bare, nowhere = check_reply(verifier, f"{DEBT}\n{AMOUNT} [9]", PASSAGES)
    assert (bare.verdict, bare.reasons) == ("unsupported", ("věta nemá citaci",))
    assert (nowhere.verdict, nowhere.reasons) == ("unsupported", ("citace vede mimo předložené pasáže",))


def test_a_line_that_introduces_others_is_a_note(verifier: Verifier) -> None:
    note, said = check_reply(verifier, f"Odpověď:\n{DEBT} [1]", PASSAGES)
    assert (note.verdict, said.verdict) == ("note", "verbatim")


@pytest.mark.parametrize("reply", ["", "\n\n", "[1] [2]", "— …"])
def test_what_says_nothing_is_no_sentence(verifier: Verifier, reply: str) -> None:
    assert check_reply(verifier, reply, PASSAGES) == ()
