"""What a chat model writes is shown as unchecked while it writes, and replaced by the checked answer."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from streamlit.testing.v1 import AppTest

from ingest.document import Passage
from prompts.answer import Answer, Citation, Statement, Turn
from tests.chatting import OneDocument
from views.markup import statement_html, unchecked_html

SENTENCE = "Podpora je určena osobám v exekuci."
NOTICE = "Z odpovědi jazykového modelu jsem vynechal 1 větu, pro kterou není v citovaných pasážích opora."


@dataclass
class Writing(OneDocument):
    """An assistant whose model writes three pieces before the checked answer is there."""

    sentence = SENTENCE
    shown: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def stream(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Iterator[str | Answer]:
        yield from ("Podpora je ", "určena <b>všem</b> ", "zdarma.")
        if self.failure:
            raise self.failure
        passage = Passage("plan", 0, len(SENTENCE), SENTENCE, "paragraph")
        citation = Citation(1, passage, 0, len(SENTENCE), SENTENCE, "Plán")
        statement = Statement(SENTENCE, "text", "supported", (1,))
        yield Answer(question, "answered", (statement,), (citation,), (), 0.1, notices=(NOTICE,))


# Streamlit runs the source of these as scripts of their own, where only their own imports exist.
def _page(open_assistant: "Callable[[], Writing]") -> None:
    from views.chat import show_chat

    show_chat(open_assistant)


def _shows(assistant: "Writing") -> None:
    from views.conversation import answer_question

    answer_question("Komu?", lambda: assistant, assistant.shown.append)


def seen(page: AppTest) -> str:
    bodies = "\n".join(str(element.proto.body) for element in page.get("html"))
    return html.unescape(re.sub(r"<[^>]+>", "", bodies))


def test_the_page_keeps_only_the_checked_answer_and_its_notice() -> None:
    assistant = Writing()
    page = AppTest.from_function(_page, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()
    page = page.chat_input[0].set_value("Komu?").run()
    assert SENTENCE in seen(page)
    assert NOTICE in seen(page)
    assert "ještě neověřeno" not in seen(page)
    assert "všem" not in seen(page)
    assert any(button.label == "\\[1\\]" for button in page.button)


def test_the_growing_text_is_handed_out_while_the_model_writes() -> None:
    assistant = Writing()
    AppTest.from_function(_shows, kwargs={"assistant": assistant}, default_timeout=30).run()
    assert assistant.shown == [
        "Podpora je ",
        "Podpora je určena <b>všem</b> ",
        "Podpora je určena <b>všem</b> zdarma.",
    ]


def test_a_failure_in_the_middle_of_the_stream_is_one_line() -> None:
    assistant = Writing(failure=RuntimeError("tajný vnitřek"))
    page = AppTest.from_function(_page, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()
    page = page.chat_input[0].set_value("Komu?").run()
    assert "Odpověď se nepodařilo připravit." in seen(page)
    assert "tajný" not in seen(page)
    assert not page.exception


def test_unchecked_text_says_so_and_is_shown_letter_by_letter() -> None:
    body = unchecked_html("<script>x</script> Podpora")
    assert "Píše se, ještě neověřeno" in body
    assert "<script" not in body
    assert "&lt;script&gt;x&lt;/script&gt; Podpora" in body


def test_a_sentence_of_a_model_is_a_plain_paragraph_without_quotation_marks() -> None:
    assert statement_html(Statement(SENTENCE, "text", "supported", (1,))) == f'<p class="opora-text">{SENTENCE}</p>'
