"""Several conversations in one browser session: begun, opened, named, deleted, stopped, and brought back."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ingest.document import Passage
from prompts.answer import Answer, Citation, Statement, Status, Turn
from tests.chatting import OneDocument
from views.conversations import DELETE, RENAME
from views.exchanges import LONGEST_TITLE, moment, shortened

SENTENCE = "Podpora je určena osobám v exekuci."


@dataclass
class Answering(OneDocument):
    """An assistant that answers every question with one sentence, unless it is told to break off."""

    sentence = SENTENCE
    status: Status = "answered"
    broken_off: Callable[[], None] | None = None
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def stream(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Iterator[str | Answer]:
        self.asked.append((question, tuple(history)))
        yield "Píšu "
        if self.broken_off:
            self.broken_off()
        passage = Passage("plan", 0, len(SENTENCE), SENTENCE, "paragraph")
        citation = Citation(1, passage, 0, len(SENTENCE), SENTENCE, "Plán")
        statement = Statement(SENTENCE, "quote", "verbatim", (1,))
        yield Answer(question, self.status, (statement,), (citation,), (), 0.1)


# Streamlit runs the source of these as scripts of their own, where only their own imports exist.
def _page(open_assistant: "Callable[[], Answering]") -> None:
    from views.chat import show_chat

    show_chat(open_assistant)


def _other_page(open_assistant: "Callable[[], Answering]") -> None:
    import streamlit as st

    from views import conversation
    from views.chat import show_chat

    if st.button("Z profilu obce", key="elsewhere"):
        conversation.submit("Dotaz z profilu?")
    show_chat(open_assistant)


def opened(assistant: Answering, script: Callable[..., None] = _page) -> AppTest:
    return AppTest.from_function(script, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()


def ask(page: AppTest, question: str) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def shown(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def questions(page: AppTest) -> list[str]:
    """The questions on the page in their order."""
    found = re.findall(r'"opora-question">.*?</span>(.*?)</h2>', shown(page), re.DOTALL)
    return [html.unescape(one) for one in found]


def listed(page: AppTest) -> list[str]:
    """The titles of the list, from the top."""
    found = re.findall(r'<p class="opora-list-title[^>]*>(.*?)</p>', shown(page))
    return [html.unescape(one) for one in found]


def keys(page: AppTest, beginning: str) -> list[str]:
    return [str(button.key) for button in page.button if str(button.key).startswith(beginning)]


def press(page: AppTest, beginning: str, place: int = 0) -> AppTest:
    """Press the button whose key begins so; `place` counts from the top of the list."""
    return page.button(key=keys(page, beginning)[place]).click().run()


def choose(page: AppTest, place: int, option: str) -> AppTest:
    """Choose from the menu of the conversation at this place of the list."""
    menu: Any = page.get("menu_button")[place]
    menu.click(option).run()
    return page


def test_an_empty_list_says_what_will_be_there() -> None:
    page = opened(Answering())
    assert "Objeví se po prvním dotazu." in shown(page)
    assert listed(page) == []


def test_a_new_conversation_stands_first_and_the_old_one_can_be_opened_again() -> None:
    assistant = Answering()
    page = ask(opened(assistant), "První téma?")
    page = press(page, "opora_list_new")
    assert questions(page) == []
    page = ask(page, "Druhé téma?")
    assert listed(page) == ["Druhé téma?", "První téma?"]
    assert assistant.asked[1] == ("Druhé téma?", ()), "conversations do not lean on each other"

    page = press(page, "opora_open_", 1)
    assert questions(page) == ["První téma?"]
    page = ask(page, "A dál?")
    assert assistant.asked[2][1][0] == Turn("user", "První téma?")
    assert listed(page) == ["První téma?", "Druhé téma?"], "the one that changed last is first"
    assert "2 dotazy" in shown(page)
    assert len(assistant.asked) == 3, "opening asks nothing"


def test_the_list_says_what_the_documents_did_not_answer() -> None:
    page = ask(opened(Answering(status="not_found")), "Co na Marsu?")
    assert "1 dotaz · 1× v dokumentech není" in shown(page)


def test_a_conversation_gets_a_name_and_its_own_title_back() -> None:
    page = ask(opened(Answering()), "Jaká opatření pomáhají s dluhy?")
    page = choose(page, 0, RENAME)
    page.text_input[0].set_value("  <b>Dluhy</b>  pro radu ")
    page = press(page, "opora_rename_save_")
    assert listed(page) == ["<b>Dluhy</b> pro radu"]
    assert "<b>" not in shown(page)
    page = choose(page, 0, RENAME)
    page.text_input[0].set_value(" ")
    page = press(page, "opora_rename_save_")
    assert listed(page) == ["Jaká opatření pomáhají s dluhy?"]


def test_renaming_can_be_left() -> None:
    page = choose(ask(opened(Answering()), "Dluhy?"), 0, RENAME)
    page.text_input[0].set_value("Jinak")
    assert listed(press(page, "opora_rename_cancel_")) == ["Dluhy?"]


def test_a_deleted_conversation_is_gone_until_it_is_brought_back() -> None:
    assistant = Answering()
    page = press(ask(opened(assistant), "První?"), "opora_list_new")
    page = choose(ask(page, "Druhá?"), 0, DELETE)
    assert listed(page) == ["První?"]
    assert questions(page) == []
    assert "Konverzace „Druhá?“ je smazaná." in html.unescape(shown(page))
    page = press(page, "opora_undo_button")
    assert listed(page) == ["Druhá?", "První?"]
    assert questions(page) == ["Druhá?"]
    assert len(assistant.asked) == 2


def test_deleting_another_conversation_leaves_the_one_on_the_page() -> None:
    page = press(ask(opened(Answering()), "První?"), "opora_list_new")
    page = choose(ask(page, "Druhá?"), 1, DELETE)
    assert questions(page) == ["Druhá?"]
    assert listed(page) == ["Druhá?"]


def test_a_question_from_another_page_begins_a_conversation_of_its_own() -> None:
    assistant = Answering()
    page = ask(opened(assistant, _other_page), "První?")
    page = page.button(key="elsewhere").click().run()
    assert questions(page) == ["Dotaz z profilu?"]
    assert assistant.asked[-1] == ("Dotaz z profilu?", ())
    assert listed(page) == ["Dotaz z profilu?", "První?"]


def broken_off(assistant: Answering) -> AppTest:
    """A page whose run was cut in the middle of the writing, as a click of the user does it."""
    from streamlit import stop

    assistant.broken_off = stop
    page = ask(opened(assistant), "Komu?")
    assistant.broken_off = None
    return page


def test_a_stopped_answer_shows_nothing_unchecked_and_can_be_asked_again() -> None:
    assistant = Answering()
    page = broken_off(assistant)
    page = page.button(key="opora_stop").click().run()
    assert "Odpověď jste zastavili" in shown(page)
    assert "Píšu" not in shown(page)
    assert questions(page) == ["Komu?"]
    page = press(page, "opora_retry_")
    assert questions(page) == ["Komu?"]
    assert SENTENCE in html.unescape(shown(page))
    assert "Odpověď jste zastavili" not in shown(page)


def test_a_click_elsewhere_while_a_model_writes_does_not_lose_the_question() -> None:
    assistant = Answering()
    page = broken_off(assistant).run()
    assert questions(page) == ["Komu?"]
    assert SENTENCE in html.unescape(shown(page))


def test_the_next_question_stops_the_one_that_is_being_answered() -> None:
    assistant = Answering()
    page = ask(broken_off(assistant), "A kdy?")
    assert questions(page) == ["Komu?", "A kdy?"]
    assert shown(page).count("Odpověď jste zastavili") == 1
    assert assistant.asked[-1] == ("A kdy?", ()), "a stopped question is no history"


def test_leaving_a_question_that_is_being_answered_keeps_it_as_stopped() -> None:
    page = press(broken_off(Answering()), "opora_list_new")
    assert questions(page) == []
    assert questions(press(page, "opora_open_")) == ["Komu?"]


def test_a_long_title_ends_after_a_whole_word() -> None:
    question = "Jaká opatření mohou pomoci v obci, kterou trápí exekuce, bydlení a vzdělávání dětí?"
    assert shortened(question) == "Jaká opatření mohou pomoci v obci, kterou trápí exekuce…"


@given(st.text())
def test_a_title_is_one_line_of_limited_length(question: str) -> None:
    title = shortened(question)
    assert len(title) <= LONGEST_TITLE
    assert title.split() == title.split(" ") if title else not question.strip()
    assert " ".join(question.split()).startswith(title.removesuffix("…"))


def test_times_are_told_as_one_says_them() -> None:
    now = datetime(2026, 2, 3, 9, 5)
    assert moment(now, now) == "dnes 9:05"
    assert moment(now - timedelta(hours=10), now) == "včera 23:05"
    assert moment(datetime(2026, 1, 14, 8, 0), now) == "14.\u00a01.\u00a02026 8:00"
