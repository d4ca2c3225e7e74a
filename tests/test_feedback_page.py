"""The rating under an answer as its user meets it, run by Streamlit's own test harness."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.settings import PROJECT, Settings
from prompts.answer import Answer
from prompts.feedback import load_feedback
from prompts.rating import LONGEST_REMARK
from tests.test_feedback import QUOTE, answer
from views.feedback_words import CONSENT

HOSTILE = "<script>alert(1)</script> **tučně** [odkaz](javascript:alert(2))"


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(answers: "Callable[[], list[Answer]]") -> None:
    from views.feedback import feedback_bar

    for n, one in enumerate(answers()):
        feedback_bar(str(n), one.question, one)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    return Settings(data=tmp_path / "data")


def opened(*answers: Answer) -> AppTest:
    return AppTest.from_function(_page, kwargs={"answers": lambda: list(answers)}, default_timeout=30).run()


def press(page: AppTest, name: str) -> AppTest:
    return page.button(key=f"opora_feedback_{name}_0").click().run()


def seen(page: AppTest) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", "\n".join(str(e.proto.body) for e in page.get("html"))))


def test_nothing_is_stored_before_the_form_is_sent_and_the_form_says_what_would_be(home: Settings) -> None:
    page = opened(answer())
    assert "Pomohla vám odpověď?" in seen(page)
    assert [b.label for b in page.button] == ["Pomohla", "Nepomohla", "Špatný zdroj"]
    page = press(page, "down")
    assert CONSENT in seen(page)
    page.text_area[0].set_value("rozepsaná poznámka")
    page = press(page, "leave")
    assert "Pomohla vám odpověď?" in seen(page)
    assert not home.feedback.exists()


def test_a_sent_rating_is_stored_and_the_thanks_say_what_was_kept(home: Settings) -> None:
    page = press(opened(answer()), "down")
    page.text_area[0].set_value("Chybí částka.")
    page = press(page, "send")
    (kept,) = load_feedback(home)
    assert (kept.rating, kept.remark, kept.question, kept.citations[0].quote) == (
        "down",
        "Chybí částka.",
        "Co se podporuje?",
        QUOTE,
    )
    assert "Děkujeme. Na serveru je uloženo: dotaz, odpověď s citacemi, hodnocení „nepomohla“ a vaše poznámka." in seen(
        page
    )


def test_a_wrong_source_is_reported_with_its_number_and_reason(home: Settings) -> None:
    page = press(opened(answer()), "source")
    assert page.selectbox[0].options == [f"[1] „{QUOTE}“ – Oblast podpory 3.1"]
    assert page.radio[0].options == [
        "Netýká se dotazu",
        "Je neúplný",
        "Je zastaralý",
        "Citace je v dokumentu jinde",
        "Jiný důvod",
    ]
    page.selectbox[0].select(1)
    page.radio[0].set_value("outdated")
    page = press(page, "send")
    (kept,) = load_feedback(home)
    assert (kept.rating, kept.wrong, kept.reason) == ("source", 1, "outdated")
    assert "zdroj [1] je špatný (důvod: je zastaralý)" in seen(page)


def test_a_report_without_its_source_or_reason_says_what_is_missing_and_keeps_what_was_typed(home: Settings) -> None:
    page = press(opened(answer()), "source")
    page.text_area[0].set_value("Ta citace je odjinud.")
    page = press(page, "send")
    assert "Vyberte prosím, který zdroj je špatný a proč." in seen(page)
    assert page.text_area[0].value == "Ta citace je odjinud."
    assert load_feedback(home) == ()


def test_a_rating_can_be_changed_and_then_withdrawn(home: Settings) -> None:
    page = press(opened(answer()), "up")
    page.text_area[0].set_value("Dobré.")
    page = press(press(page, "send"), "change")
    assert page.text_area[0].value == "Dobré."
    page.text_area[0].set_value("Ještě lepší.")
    page = press(page, "send")
    (kept,) = load_feedback(home)
    assert kept.remark == "Ještě lepší."
    page = press(page, "withdraw")
    assert load_feedback(home) == ()
    assert "Hodnocení je zrušené" in seen(page)
    # Whoever rates again after that makes a new rating.
    press(press(page, "down"), "send")
    (again,) = load_feedback(home)
    assert again.id != kept.id


def test_a_changed_mind_can_become_another_kind_of_rating(home: Settings) -> None:
    page = press(press(press(opened(answer()), "up"), "send"), "change")
    page = press(page, "down")
    press(page, "send")
    (kept,) = load_feedback(home)
    assert kept.rating == "down"


def test_what_was_typed_stays_when_it_cannot_be_stored(home: Settings) -> None:
    home.data.write_text("na místě složky je soubor", encoding="utf-8")
    page = press(opened(answer()), "down")
    page.text_area[0].set_value("Dlouho psaná poznámka.")
    page = press(page, "send")
    assert "Hodnocení se nepodařilo uložit" in seen(page)
    assert page.text_area[0].value == "Dlouho psaná poznámka."
    assert not page.exception
    home.data.unlink()
    press(page, "send")
    (kept,) = load_feedback(home)
    assert kept.remark == "Dlouho psaná poznámka."


def test_a_too_long_remark_is_not_cut_but_sent_back(home: Settings) -> None:
    page = press(opened(answer()), "down")
    page.text_area[0].set_value("x" * (LONGEST_REMARK + 20))
    page = press(page, "send")
    assert f"Poznámka má {LONGEST_REMARK + 20} znaků" in seen(page)
    assert page.text_area[0].value == "x" * (LONGEST_REMARK + 20)


def test_an_answer_without_citations_offers_no_wrong_source(home: Settings) -> None:
    page = opened(Answer("Co?", "out_of_scope", (), (), (), 0.1))
    assert [b.label for b in page.button] == ["Pomohla", "Nepomohla"]


def test_each_answer_of_the_page_has_its_own_rating(home: Settings) -> None:
    page = opened(answer(), Answer("Jiný dotaz?", "answered", (), (), (), 0.1))
    page = page.button(key="opora_feedback_up_1").click().run()
    page.button(key="opora_feedback_send_1").click().run()
    (kept,) = load_feedback(home)
    assert kept.question == "Jiný dotaz?"
    assert page.button(key="opora_feedback_up_0")


def test_hostile_text_is_stored_as_typed_and_never_becomes_markup(home: Settings) -> None:
    page = press(opened(answer()), "down")
    page.text_area[0].set_value(HOSTILE)
    page = press(page, "send")
    (kept,) = load_feedback(home)
    assert kept.remark == HOSTILE
    assert not [e for e in page.get("html") if "<script" in str(e.proto.body)]


def test_the_help_says_what_a_rating_keeps() -> None:
    text = " ".join((PROJECT / "views" / "help_privacy.cs.html").read_text(encoding="utf-8").split())
    assert "dotaz, odpověď s citacemi, čas, verze dokumentů, vaše hodnocení a poznámka" in text
    assert "bez odeslání formuláře se neuloží nic" in text
