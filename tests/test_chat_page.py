"""The page Asistent as its user meets it, run by Streamlit's own test harness."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from ingest.document import Document, Passage, Source
from ingest.errors import SearchIndexError
from prompts.answer import Answer, Citation, Statement, Status, Turn
from tests.browser import PROJECT, build_index
from views.chat_start import EXAMPLES
from views.conversation import MAX_QUESTION
from views.states import STATES

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> **tučně** _kurzíva_ [odkaz](javascript:alert(3)) "
    "$x^2$ :red[barva] `kód` & &amp; \"uvozovky' </blockquote><b>x</b> # nadpis"
)
SENTENCE = "Podpora se zaměřuje na poskytování sociálních služeb."
TEXT = f"Úvod dokumentu.\n\n{SENTENCE}\n\nZávěr dokumentu.\n"


@dataclass
class PreparedAssistant:
    """An assistant that quotes one span of one document, and counts how often it is asked."""

    text: str = TEXT
    quote: str = SENTENCE
    title: str = "Oblast podpory 3.1"
    url: str = "https://www.example.cz/oblast"
    status: Status = "answered"
    failure: Exception | None = None
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        self.asked.append((question, tuple(history)))
        if self.failure:
            raise self.failure
        start = self.text.index(self.quote)
        end = start + len(self.quote)
        passage = Passage("dokument", start, end, self.quote, "paragraph", headings=("Kapitola I",), page=7)
        citation = Citation(1, passage, start, end, self.quote, self.title)
        statements = (
            Statement("V dokumentech stojí:", "lead", "note"),
            Statement(self.title, "heading", "note"),
            Statement(self.quote, "quote", "verbatim", (1,)),
            Statement("Období dokument neuvádí.", "note", "note"),
        )
        return Answer(question, self.status, statements, (citation,), (), 0.01)

    def document(self, doc: str) -> Document:
        return {document.id: document for document in self.documents}[doc]

    @property
    def documents(self) -> tuple[Document, ...]:
        source = Source(
            "dokument",
            self.title,
            publisher="Ministerstvo <práce>",
            period="2007–2013",
            period_basis="from_source",
            validity_note="nové žádosti podat nelze",
            text_date="2020-01-14",
            url=self.url,
        )
        return (Document(source, self.text, pages=(0,)),)


# Streamlit runs the source of these two as a script of its own, where only their own imports exist.
def _page(open_assistant: "Callable[[], PreparedAssistant]") -> None:
    from views.chat import show_chat

    show_chat(open_assistant)


def _help(open_assistant: "Callable[[], PreparedAssistant]") -> None:
    from views.help import show_help

    show_help(open_assistant)


def opened(assistant: PreparedAssistant) -> AppTest:
    return opened_by(lambda: assistant)


def opened_by(open_assistant: Callable[[], PreparedAssistant]) -> AppTest:
    return AppTest.from_function(_page, kwargs={"open_assistant": open_assistant}, default_timeout=30).run()


def asked(assistant: PreparedAssistant, question: str = "Co se podporuje?") -> AppTest:
    page = opened(assistant)
    return page.chat_input[0].set_value(question).run()


def shown(page: AppTest) -> str:
    """All HTML of the page in its order."""
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def seen(page: AppTest) -> str:
    """The page's text as a reader sees it: tags left out, entities resolved."""
    return html.unescape(re.sub(r"<[^>]+>", "", shown(page)))


def questions(page: AppTest) -> list[str]:
    """The questions on the page in their order."""
    return [
        html.unescape(found) for found in re.findall(r'"opora-question">.*?</span>(.*?)</h2>', shown(page), re.DOTALL)
    ]


def pressed(page: AppTest, key: str) -> AppTest:
    """Press the one button whose key begins so."""
    (button,) = (button for button in page.button if str(button.key).startswith(key))
    return button.click().run()


def test_an_empty_conversation_offers_questions_and_says_what_opora_does_and_does_not() -> None:
    page = opened(PreparedAssistant())
    assert [button.label for button in page.button] == [one for group in EXAMPLES.values() for one in group]
    assert all(asker in seen(page) for asker in EXAMPLES)
    assert "doslovnými citacemi" in seen(page)
    assert "o nároku na podporu nerozhoduji" in seen(page)


def test_a_clicked_example_is_asked_and_answered() -> None:
    assistant = PreparedAssistant()
    page = opened(assistant).button(key="opora_example_1_0").click().run()
    question = EXAMPLES["Pro neziskovou organizaci"][0]
    assert assistant.asked == [(question, ())]
    assert question in seen(page)
    assert f"„{SENTENCE}“" in seen(page)


def test_a_typed_question_gets_its_answer_form_by_form() -> None:
    page = asked(PreparedAssistant())
    body = shown(page)
    assert '<p class="opora-lead">V dokumentech stojí:</p>' in body
    assert '<h3 class="opora-heading">Oblast podpory 3.1</h3>' in body
    assert f'<blockquote class="opora-quote">„{SENTENCE}“</blockquote>' in body
    assert "Období dokument neuvádí." in body
    assert page.button(key="opora_cite_0_2_1").label == "\\[1\\]"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("answered", "Zodpovězeno"),
        ("partial", "Zodpovězeno zčásti"),
        ("not_found", "V dokumentech není"),
        ("out_of_scope", "Mimo zaměření"),
        ("clarify", "Potřebuji upřesnit"),
        ("blocked", "Nelze vyhovět"),
    ],
)
def test_the_state_of_an_answer_is_said_in_words(status: Status, words: str) -> None:
    page = asked(PreparedAssistant(status=status))
    assert any(f" {words}]" in element.value for element in page.markdown)
    assert f"Odpověď je hotová: {words}, 1 zdroj." in seen(page)


def test_a_citation_opens_the_source_with_the_quote_highlighted_and_closes_again() -> None:
    page = asked(PreparedAssistant()).button(key="opora_cite_0_2_1").click().run()
    body = shown(page)
    assert f"Úvod dokumentu.\n\n<mark>{SENTENCE}</mark>\n\nZávěr dokumentu." in body
    text = seen(page)
    for part in ("Zdroj [1]", "Kapitola I › strana 7", "Ministerstvo <práce>", "14.\u00a01.\u00a02020", "2007–2013"):
        assert part in text
    assert 'href="https://www.example.cz/oblast" target="_blank" rel="noopener noreferrer"' in body
    assert "<mark>" not in shown(page.button(key="opora_close").click().run())


def test_looking_at_a_source_asks_nothing_again() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant).button(key="opora_cite_0_2_1").click().run()
    page.run()
    assert len(assistant.asked) == 1


def test_a_follow_up_carries_the_conversation_and_keeps_it_on_the_page() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?").chat_input[0].set_value("A druhý?").run()
    question, history = assistant.asked[1]
    assert question == "A druhý?"
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[0].content == "První dotaz?"
    assert SENTENCE in history[1].content
    assert seen(page).index("První dotaz?") < seen(page).index("A druhý?")


def test_a_new_conversation_carries_nothing_over() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?").button(key="opora_cite_0_2_1").click().run()
    page = page.button(key="opora_new").click().run()
    assert '<h2 class="opora-question">' not in shown(page)
    assert "<mark>" not in shown(page)
    page.chat_input[0].set_value("Nový dotaz?").run()
    assert assistant.asked[-1] == ("Nový dotaz?", ())


def test_a_too_long_question_is_not_asked_and_says_by_how_much() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "a" * (MAX_QUESTION + 532))
    assert assistant.asked == []
    assert "Dotaz má 1\u00a0532 znaků, nejvýše jich může mít 1\u00a0000." in seen(page)
    page.chat_input[0].set_value("Krátký dotaz?").run()
    assert len(assistant.asked) == 1
    assert "nejvýše" not in seen(page)


def test_a_question_of_spaces_is_not_asked() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "   \n ")
    assert assistant.asked == []
    assert "Dotaz je prázdný." in seen(page)


def test_a_missing_index_says_what_to_run() -> None:
    def no_index() -> PreparedAssistant:
        raise SearchIndexError("Rejstřík dokumentů ještě není sestavený. Spusťte „make run“.")

    page = opened_by(no_index)
    assert '<p class="opora-error" role="alert">Rejstřík dokumentů ještě není sestavený.' in shown(page)
    assert not page.exception
    page.chat_input[0].set_value("Dotaz?").run()
    assert "Spusťte „make run“." in seen(page)


def test_a_failure_is_one_czech_line_without_its_inside_and_can_be_tried_again() -> None:
    assistant = PreparedAssistant(failure=RuntimeError("tajný vnitřek /cesta/k/souboru"))
    page = asked(assistant)
    assert "Odpověď se nepodařilo připravit." in seen(page)
    assert "tajný vnitřek" not in shown(page)
    assert not page.exception
    assistant.failure = None
    page.button(key="opora_retry_0").click().run()
    assert f"„{SENTENCE}“" in seen(page)
    assert "nepodařilo" not in seen(page)
    assert [question for question, _ in assistant.asked] == ["Co se podporuje?"] * 2


def test_hostile_text_of_user_and_document_is_shown_letter_by_letter() -> None:
    assistant = PreparedAssistant(text=f"před\n{HOSTILE}\npo", quote=HOSTILE, title=HOSTILE, url="javascript:alert(1)")
    page = asked(assistant, HOSTILE).button(key="opora_cite_0_2_1").click().run()
    body = shown(page)
    assert "<script" not in body
    assert "<img" not in body
    assert "<b>" not in body
    assert "javascript:alert(1)" not in body
    assert f"„{HOSTILE}“" in seen(page)
    # The question, the heading, the quote, the source's title, the excerpt, and in the text to be copied
    # the question, the heading, the quote and the title of its source.
    assert seen(page).count(HOSTILE) == 9


def test_nothing_of_a_document_or_user_goes_through_markdown() -> None:
    assistant = PreparedAssistant(text=HOSTILE, quote=HOSTILE, title=HOSTILE)
    page = asked(assistant, HOSTILE).button(key="opora_cite_0_2_1").click().run()
    written = [element.value for element in page.markdown] + [button.label for button in page.button]
    written += [menu.label for menu in page.menu_button]
    assert not [text for text in written if "alert" in text or "tučně" in text]


def test_what_a_question_became_can_be_chosen_and_says_what_is_hidden() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?")
    assert not page.pills
    assistant.status = "not_found"
    page = page.chat_input[0].set_value("Druhý dotaz?").run()
    page = page.chat_input[0].set_value("Třetí dotaz?").run()
    assert [option.content for option in page.pills[0].proto.options] == ["Zodpovězeno 1", "V dokumentech není 2"]

    page = page.pills[0].set_value(["answered"]).run()
    assert questions(page) == ["První dotaz?"]
    assert "2 odpovědi jsou skryté." in seen(page)
    page = page.button(key="opora_show_all").click().run()
    assert len(questions(page)) == 3
    assert "skryté" not in seen(page)
    assert len(assistant.asked) == 3, "looking at some answers asks nothing"


def test_a_new_answer_is_never_hidden_by_the_choice_of_states() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?")
    assistant.status = "not_found"
    page = page.chat_input[0].set_value("Druhý dotaz?").run()
    page = page.pills[0].set_value(["answered"]).run()
    page = page.chat_input[0].set_value("Třetí dotaz?").run()
    assert questions(page) == ["První dotaz?", "Druhý dotaz?", "Třetí dotaz?"]


def test_the_source_of_a_hidden_answer_is_not_shown() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?")
    assistant.status = "not_found"
    page = page.chat_input[0].set_value("Druhý dotaz?").run()
    page = page.button(key="opora_cite_0_2_1").click().run()
    assert "<mark>" in shown(page)
    assert "<mark>" not in shown(page.pills[0].set_value(["not_found"]).run())


def test_an_answer_can_be_copied_with_its_numbered_source() -> None:
    page = asked(PreparedAssistant())
    copied = html.unescape(shown(page).partition('data-opora-copy="opora_copy_0">')[2].partition("</div>")[0])
    assert copied == (
        "Dotaz: Co se podporuje?\nStav odpovědi: Zodpovězeno\n\n"
        f"V dokumentech stojí:\nOblast podpory 3.1\n– „{SENTENCE}“ [1]\nObdobí dokument neuvádí.\n\n"
        "Zdroje:\n[1] Oblast podpory 3.1, Kapitola I › strana 7"
    )


def test_where_the_browser_copies_nothing_the_text_is_shown_to_be_copied_by_hand() -> None:
    page = asked(PreparedAssistant()).button(key="opora_copy_0").click().run()
    field = shown(page).partition('aria-label="Text ke zkopírování">')[2].partition("</textarea>")[0]
    assert f"„{SENTENCE}“ [1]" in html.unescape(field)


def linking(assistant: PreparedAssistant, question: str) -> AppTest:
    page = AppTest.from_function(_page, kwargs={"open_assistant": lambda: assistant}, default_timeout=30)
    page.query_params["dotaz"] = question
    return page.run()


def test_a_link_asks_its_question_once() -> None:
    assistant = PreparedAssistant()
    page = linking(assistant, "Co se podporuje & proč?")
    assert f"„{SENTENCE}“" in seen(page)
    page.query_params["dotaz"] = "Co se podporuje & proč?"  # as a browser has it after going back
    page.run()
    assert [question for question, _ in assistant.asked] == ["Co se podporuje & proč?"]


def test_the_link_under_an_answer_repeats_its_question() -> None:
    page = asked(PreparedAssistant(), "Co se podporuje & proč? 100 %")
    link = html.unescape(shown(page).partition('data-opora-copy="opora_link_0">')[2].partition("</div>")[0])
    assert parse_qs(urlsplit(link).query) == {"dotaz": ["Co se podporuje & proč? 100 %"]}


@pytest.mark.parametrize(("question", "words"), [(" ", "Dotaz je prázdný."), ("a" * 5000, "Dotaz má 5\u00a0000 znaků")])
def test_the_question_of_a_link_is_checked_as_a_typed_one(question: str, words: str) -> None:
    assistant = PreparedAssistant()
    page = linking(assistant, question)
    assert words in seen(page)
    assert assistant.asked == []


def test_an_edited_question_is_asked_in_place_of_the_old_one_and_can_be_taken_back() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?").chat_input[0].set_value("Druhý dotaz?").run()
    page = page.button(key="opora_edit_0").click().run()
    page.text_area[0].set_value("Lepší první dotaz?")
    page = pressed(page, "opora_edit_ask_")
    assert questions(page) == ["Lepší první dotaz?"]
    assert assistant.asked[-1] == ("Lepší první dotaz?", ())
    assert "Odstraněno s ní: 1 následující dotaz." in seen(page)
    page = page.button(key="opora_undo_button").click().run()
    assert questions(page) == ["První dotaz?", "Druhý dotaz?"]
    assert len(assistant.asked) == 3, "what is taken back is not asked again"


def test_editing_can_be_left_and_an_edited_question_is_checked_as_a_typed_one() -> None:
    assistant = PreparedAssistant()
    page = asked(assistant, "První dotaz?").button(key="opora_edit_0").click().run()
    page.text_area[0].set_value("  ")
    page = pressed(page, "opora_edit_ask_")
    assert "Dotaz je prázdný." in seen(page)
    page = pressed(page, "opora_edit_cancel_")
    assert questions(page) == ["První dotaz?"]
    assert "Dotaz je prázdný." not in seen(page)
    assert len(assistant.asked) == 1


def test_a_question_can_be_asked_again_as_it_is() -> None:
    assistant = PreparedAssistant(status="not_found")
    page = asked(assistant)
    assistant.status = "answered"
    page = page.button(key="opora_again_0").click().run()
    assert questions(page) == ["Co se podporuje?"]
    assert [question for question, _ in assistant.asked] == ["Co se podporuje?"] * 2
    assert "Původní odpověď je nahrazena." in seen(page)
    page = page.chat_input[0].set_value("A dál?").run()
    assert "nahrazena" not in seen(page), "the way back closes when the conversation goes on"


def test_help_names_every_state_of_an_answer() -> None:
    assistant = PreparedAssistant()
    page = AppTest.from_function(_help, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()
    text = " ".join(seen(page).split())
    assert [state.label for kind, state in STATES.items() if kind != "unanswered" and state.label not in text] == []


def test_help_lists_the_documents_and_says_that_the_conversation_stays_here() -> None:
    assistant = PreparedAssistant(title="Oblast <3.1>")
    page = AppTest.from_function(_help, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()
    assert "Oblast &lt;3.1&gt;" in shown(page)
    assert "Období: 2007–2013 (dokument sám je neuvádí). Nové žádosti podat nelze." in seen(page)
    assert "Konverzace žije jen v této relaci prohlížeče" in seen(page).replace("\n", " ")


def test_help_stands_without_an_index() -> None:
    def no_index() -> PreparedAssistant:
        raise SearchIndexError("Rejstřík dokumentů ještě není sestavený.")

    page = AppTest.from_function(_help, kwargs={"open_assistant": no_index}, default_timeout=30).run()
    assert "Co Opora neumí" in seen(page)
    assert "Rejstřík dokumentů ještě není sestavený." in seen(page)


@pytest.mark.slow
def test_the_installed_app_answers_from_a_real_index_with_an_exact_quote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(tmp_path)
    monkeypatch.setenv("OPORA_DATA", str(tmp_path))
    page = AppTest.from_file(PROJECT / "views" / "main.py", default_timeout=120).run()
    page.chat_input[0].set_value("Kolik stál projekt Systémové zajištění sociálního začleňování?").run()
    assert "298 997 803,50 Kč" in seen(page).replace("\u00a0", " ")
    cite = next(button for button in page.button if str(button.key).startswith("opora_cite_0_"))
    body = shown(cite.click().run())
    mark = html.unescape(body.partition("<mark>")[2].partition("</mark>")[0])
    assert mark
    assert mark in (PROJECT / "corpus" / "systemove-zajisteni.txt").read_text(encoding="utf-8")
