"""Clicks elsewhere on the page Asistent leave the answers as they are: nothing is searched for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from streamlit.testing.v1 import AppTest

from ingest.document import Document
from prompts.answer import Answer, Turn
from prompts.assistant import Assistant

QUESTIONS = ("Co je opatření 4.6.a?", "Jaké je hlavní město Francie?", "Kdo pomůže lidem v exekuci?")


@dataclass
class Counting:
    """The real assistant with a tally of what it searched for."""

    real: Assistant
    searches: list[str] = field(default_factory=list)
    fingerprint: str = "first"

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        self.searches.append(question)
        return self.real.ask(question, history, plain)

    def next_questions(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        self.searches.append(f"after: {answer.question}")
        return self.real.next_questions(answer, asked)

    def document(self, doc: str) -> Document:
        return self.real.document(doc)

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.real.documents


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(open_assistant: "Callable[[], Counting]") -> None:
    from views.chat import show_chat

    show_chat(open_assistant)


@pytest.fixture
def counting(assistant: Assistant) -> Counting:
    return Counting(assistant)


@pytest.fixture
def page(counting: Counting) -> AppTest:
    shown = AppTest.from_function(_page, kwargs={"open_assistant": lambda: counting}, default_timeout=60).run()
    for question in QUESTIONS:
        shown.chat_input[0].set_value(question).run()
    assert not shown.exception
    return shown


def click(page: AppTest, key: str) -> None:
    """Press the first button whose key begins so."""
    next(button for button in page.button if str(button.key).startswith(key)).click().run()
    assert not page.exception


def test_each_question_is_searched_for_once_and_so_is_what_may_follow_it(page: AppTest, counting: Counting) -> None:
    assert counting.searches == [told for question in QUESTIONS for told in (question, f"after: {question}")]


def test_no_button_beside_the_question_box_searches_for_anything(page: AppTest, counting: Counting) -> None:
    before = list(counting.searches)
    for key in (
        "opora_cite_0_",
        "opora_close",
        "opora_cite_2_",
        "opora_copy_0",
        "opora_link_0",
        "opora_edit_0",
        "opora_edit_cancel_",
        "opora_feedback_up_",
        "opora_feedback_source_",
        "opora_open_",
    ):
        click(page, key)
        assert counting.searches == before, f"{key} searched"


def test_choosing_which_answers_are_shown_searches_for_nothing(page: AppTest, counting: Counting) -> None:
    before = list(counting.searches)
    (states,) = page.button_group
    states.set_value(["answered"]).run()
    assert not page.exception
    click(page, "opora_show_all")
    assert counting.searches == before


def test_the_offered_questions_stay_the_same_through_other_clicks(page: AppTest) -> None:
    def offered() -> list[str]:
        return [button.label for button in page.button if str(button.key).startswith("opora_also_")]

    before = offered()
    assert before
    click(page, "opora_cite_0_")
    click(page, "opora_link_0")
    assert offered() == before


def test_the_next_question_gets_offers_of_its_own(page: AppTest, counting: Counting) -> None:
    page.chat_input[0].set_value("Jaké služby jsou pro lidi bez domova?").run()
    assert counting.searches[-1] == "after: Jaké služby jsou pro lidi bez domova?"


def test_what_is_offered_follows_the_index(page: AppTest, counting: Counting) -> None:
    before = list(counting.searches)
    counting.fingerprint = "second"
    click(page, "opora_cite_0_")
    click(page, "opora_close")
    assert counting.searches == [*before, f"after: {QUESTIONS[-1]}"]
