"""A user is shown how the question was read, in the words of offices, and can have it read to the letter."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ingest.settings import Settings
from prompts.answer import Turn
from prompts.assistant import Assistant
from retrieval.passages import Understood
from retrieval.query import understand
from retrieval.search import find
from retrieval.understood import summary


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)


def read(assistant: Assistant, question: str, *history: str, plain: bool = False) -> Understood:
    index = assistant.index
    query = understand(question, index.vocabulary, index.thesaurus, history, plain)
    return summary(index, query, find(index, query, 20))


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("A pro maminky, co chtějí kratší úvazek?", "flexibilní formy práce"),
        ("za mesic me pousteji z basy, co bude", "osoby ve výkonu trestu odnětí svobody"),
        ("Třetina lidí má exekuci a po domech obchází lichvář", "lichva a nekalé praktiky"),
        ("lidi co bydlí v ghettu", "obyvatelé sociálně vyloučených lokalit"),
    ],
)
def test_lay_words_are_shown_as_official_labels(assistant: Assistant, question: str, label: str) -> None:
    assert label in read(assistant, question).concepts


@pytest.mark.parametrize(
    "question",
    [
        "nepřizpůsobiví občané dělají v ghettu bordel",
        "cikáni a feťáci v domě, lůza a spodina",
        "mrzák a invalida, dědek na vozíku",
        "blázni v blázinci a homelesáci v parku",
    ],
)
def test_only_official_labels_are_shown_and_never_the_lay_word(assistant: Assistant, question: str) -> None:
    shown = read(assistant, question)
    labels = {concept.label for concept in assistant.index.thesaurus.concepts.values()}
    assert set(shown.concepts) <= labels
    assert len(shown.concepts) <= 4


def test_a_lay_word_is_not_shown_as_the_correction_of_a_misspelt_one(assistant: Assistant) -> None:
    for typed in ("feťaák", "homelessák", "nepřizpusobivyi", "cigánni"):
        meant = [meant for _, meant in read(assistant, f"co s tím, když {typed} spí v parku").corrections]
        assert not {"feťák", "homelesák", "nepřizpůsobivý", "cikáni", "cikán"} & set(meant)


@pytest.mark.parametrize(
    "question",
    [
        "Poradíš mi recept na svíčkovou pro padesát lidí na hasičský ples?",
        "Kluk má po úraze jen jednu ruku a hledá si místo.",
        "Kolik stál projekt Systémové zajištění?",
        "Které opatření řeší bydlení pro lidi?",
    ],
)
def test_general_concepts_of_a_common_word_are_not_shown(assistant: Assistant, question: str) -> None:
    assert not {"veřejnost", "bydlení", "obec", "sociální bydlení"} & set(read(assistant, question).concepts)


def test_what_the_question_says_itself_is_not_repeated(assistant: Assistant) -> None:
    assert "exekuce" not in read(assistant, "Kdo pomáhá lidem v exekuci?").concepts


def test_corrections_and_the_turn_before_are_named() -> None:
    shown = Understood(("exekuce",), (("hospodařyt", "hospodařit"),), ("opatření 4.6.a", "Akční plán"))
    assert shown.lines == (
        "Hledám také: exekuce",
        "Opravené překlepy: hospodařyt → hospodařit",
        "Navazuji na: opatření 4.6.a, Akční plán",
    )
    assert Understood().lines == ()


def test_a_follow_up_says_what_it_leans_on(assistant: Assistant) -> None:
    shown = read(assistant, "A kdo za to odpovídá?", "Co je v opatření 4.6.a akčního plánu?", "Dostupnost bydlení.")
    assert shown.follows[0] == "opatření 4.6.a"
    assert shown.follows[1].startswith("Akční plán 2024–2026")
    descriptor = read(assistant, "A dál?", "Kde je deskriptor IX.e?", "U opatření.")
    assert descriptor.follows == ("deskriptor IX.e",)
    chapter = read(assistant, "A dál?", "Co je v kapitole 4.7?", "Zdraví.")
    assert chapter.follows == ("část 4.7",)


def test_what_the_question_names_itself_is_no_leaning(assistant: Assistant) -> None:
    shown = read(assistant, "A co opatření 4.6.a akčního plánu?", "Co je v OPZ?", "Programy.")
    assert shown.follows == ()


def test_a_plain_reading_has_nothing_to_show(assistant: Assistant) -> None:
    history = ("Co je v opatření 4.6.a?", "Bydlení.")
    assert read(assistant, "a naučit hospodařyt lidi z ghetta?", *history, plain=True) == Understood()


def test_the_answer_carries_what_was_understood(assistant: Assistant) -> None:
    history = (Turn("user", "Co je v opatření 4.6.a?"), Turn("assistant", "Bydlení."))
    assert assistant.ask("A kdo naučí lidi hospodařyt?", history).understood.lines
    assert assistant.ask("A kdo naučí lidi hospodařyt?", history, plain=True).understood.lines == ()


# Streamlit runs the source of this one as a script of its own, where only its own imports exist.
def _page(open_assistant: "Callable[[], Assistant]") -> None:
    from views.chat import show_chat

    show_chat(open_assistant)


def shown(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def test_the_page_shows_it_and_the_switch_asks_again_to_the_letter(assistant: Assistant) -> None:
    page = AppTest.from_function(_page, kwargs={"open_assistant": lambda: assistant}, default_timeout=30).run()
    page.chat_input[0].set_value("kdo naučí lidi z ghetta hospodařyt").run()
    assert not page.exception
    assert "Opravené překlepy: hospodařyt → hospodařit" in shown(page)

    page.toggle[0].set_value(True).run()
    assert not page.exception
    assert "Opravené překlepy" not in shown(page)
    assert shown(page).count('class="opora-question"') == 1

    page.toggle[0].set_value(False).run()
    assert not page.exception
    assert "Opravené překlepy: hospodařyt → hospodařit" in shown(page)
