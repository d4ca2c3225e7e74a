"""The editor of questions as its user meets it; what it writes, the evaluation reads."""

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from streamlit.testing.v1 import AppTest

from eval.question_checks import check_set
from eval.questions import load_questions
from eval.spans import Texts
from ingest.document import Document, Source
from ingest.errors import QuestionSetError, SearchIndexError, SettingsError
from ingest.settings import PROJECT, Settings
from prompts.feedback import store_feedback
from prompts.question_lines import Question
from tests.browser import (
    DESKTOP,
    NEEDS_BROWSER,
    build_index,
    chromium,
    console,
    picture,
    press,
    served,
    sideways_scroll,
    visible,
    wait_for,
    wait_until,
    wait_until_still,
)
from tests.eval_doubles import question_fields
from tests.test_question_imports import said
from views.documents_layout import Layout
from views.documents_search import Words
from views.question_picking import LONGEST, Pick, Sentences, found_sentences, moved, picked
from views.question_store import change, load_sets, new_name, read_lines

PLAN = (
    "Plán bydlení\n\n"
    "Obec rozšíří terénní služby. Služby hradí kraj.  Podpora trvá 3 roky.\n\n"
    "Obec zřídí 120\u00a0sociálních bytů.\n"
)
HOSTILE = "<img src=x onerror=alert(1)> **tučně** [a](javascript:alert(2)) $x$"


class Reader:
    """An assistant of which only the documents are asked for."""

    def __init__(self, *documents: Document) -> None:
        self.documents = documents


def document(text: str = PLAN, title: str = "Plán bydlení obce", pages: tuple[int, ...] = ()) -> Document:
    return Document(Source(id="plan", title=title), text, pages)


def _page(settings: "Settings", open_assistant: "Callable[[], Any]") -> None:
    from views.question_editor import show_editor

    show_editor(settings, open_assistant)


def page(settings: Settings, open_assistant: Callable[[], Any] = lambda: Reader(document())) -> AppTest:
    parts = {"settings": settings, "open_assistant": open_assistant}
    return AppTest.from_function(_page, kwargs=parts, default_timeout=60).run()


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def seen(page: AppTest) -> str:
    assert not page.exception
    return html.unescape("".join(element.proto.body for element in page.get("html"))).replace("\u00a0", " ")


def press_(page: AppTest, key: str) -> AppTest:
    return page.button(key=f"opora_qe_{key}").click().run()


def has(page: AppTest, key: str) -> bool:
    return any(button.key == f"opora_qe_{key}" for button in page.button)


def field(page: AppTest, kind: str, name: str) -> Any:
    """Return the widget of the opened form whose key has this name."""
    return next(one for one in page.get(kind) if str(one.key).startswith(f"opora_qe_{name}_"))


def own(home: Settings, name: str = "vlastni") -> tuple[Question, ...]:
    return load_questions(home.question_sets / f"{name}.jsonl")


def ids(home: Settings) -> list[str]:
    (chosen,) = [found for found in load_sets(home.question_sets) if found.name == "vlastni"]
    return [question.id for question in chosen.questions]


def written(page: AppTest, question: str = "Kdo zaplatí streetworkery?", kind: str = "lay") -> AppTest:
    """Fill in a question with one quote that is found by its words, with no mouse."""
    page = press_(page, "add")
    field(page, "text_area", "question").set_value(question)
    field(page, "selectbox", "kind").set_value(kind)
    field(page, "text_input", "query").set_value("hradí kraj")
    page = press_(page.run(), "choose_0")
    return press_(page, "add_evidence")


def put(home: Settings, *questions: dict[str, Any], name: str = "vlastni") -> None:
    content = "".join(json.dumps(fields, ensure_ascii=False) + "\n" for fields in questions).encode()
    change(home.question_sets, name, lambda _: read_lines(content).questions)


def asked(id_: str, text: str, **changes: Any) -> dict[str, Any]:
    evidence = [{"doc": "plan", "quote": "Služby hradí kraj."}]
    return question_fields(id=id_, question=text, evidence=evidence, facts=["kraj"], **changes)


def uploaded(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].set_value([(name, content, "application/octet-stream")])
    return page.run()


def test_without_any_question_the_page_says_how_to_begin(home: Settings) -> None:
    first = page(home)
    assert "Zatím tu žádná vlastní otázka není. Přidejte první" in seen(first)
    assert "Žádný návrh nečeká." in seen(first)
    assert first.get("download_button")[0].proto.disabled
    assert not home.question_sets.exists(), "looking writes nothing"


def test_a_question_with_a_quote_found_by_words_is_stored_as_the_evaluation_reads_it(home: Settings) -> None:
    form = written(page(home))
    assert "„Služby hradí kraj.“" in seen(form)
    assert "ověřeno, v dokumentu stojí doslova" in seen(form)
    field(form, "text_area", "facts").set_value(" kraj \n\n")
    done = press_(form, "save")
    assert "Otázka „Kdo zaplatí streetworkery?“ je přidaná." in seen(done)
    assert "laicky · 1 citát · 1 údaj" in seen(done)
    (question,) = own(home)
    assert (question.id, question.kind, question.facts) == ("V001", "lay", ("kraj",))
    checked = check_set(home.question_sets / "vlastni.jsonl", Texts({"plan": PLAN}), [], {})
    assert checked.errors == 0


def test_an_incomplete_question_names_what_is_missing_and_keeps_what_was_typed(home: Settings) -> None:
    form = press_(page(home), "add")
    field(form, "text_area", "question").set_value("Kdo platí?")
    form = press_(form, "save")
    assert "Vyberte druh otázky." in seen(form)
    assert "Vyberte aspoň jeden citát" in seen(form)
    assert field(form, "text_area", "question").value == "Kdo platí?"
    assert not (home.question_sets / "vlastni.jsonl").exists()


def test_a_question_that_the_documents_do_not_answer_needs_no_quote(home: Settings) -> None:
    form = written(page(home))
    field(form, "radio", "answerable").set_value(False)
    form = form.run()
    assert "Citáty a údaje se u otázky bez odpovědi neuloží." in seen(form)
    press_(form, "save")
    (question,) = own(home)
    assert (question.answerable, question.evidence, question.facts) == (False, (), ())


def test_what_was_typed_is_there_again_after_a_look_at_the_other_answer(home: Settings) -> None:
    form = written(page(home))
    field(form, "text_area", "facts").set_value("kraj")
    for answerable in (False, True):
        field(form, "radio", "answerable").set_value(answerable)
        form = form.run()
    assert field(form, "text_area", "facts").value == "kraj"
    press_(form, "save")
    assert (own(home)[0].facts, len(own(home)[0].evidence)) == (("kraj",), 1)


def test_the_chosen_set_stays_chosen_while_a_question_of_it_is_edited(home: Settings) -> None:
    put(home, asked("A", "První?"))
    put(home, asked("K", "Krajská?"), name="kraj")
    shown = page(home).selectbox(key="opora_qe_set").set_value("kraj").run()
    form = press_(shown, "edit_K")
    field(form, "text_area", "question").set_value("Krajská jinak?")
    shown = press_(form, "save")
    assert "Krajská jinak?" in seen(shown)
    assert shown.selectbox(key="opora_qe_set").value == "kraj"
    assert own(home, "kraj")[0].question == "Krajská jinak?"


def test_a_follow_up_keeps_its_conversation(home: Settings) -> None:
    form = written(page(home), "A kdo je platí?", "followup")
    form = press_(press_(form, "add_turn"), "add_turn")
    for n, words in enumerate(("Jaké služby jsou v plánu?", "")):
        field(form, "text_area", f"turn_{n}").set_value(words)
    form = press_(form, "save")
    assert "prázdná věta" in seen(form)
    field(form, "text_area", "turn_1").set_value("Terénní služby.")
    press_(form, "save")
    assert [(turn.role, turn.content) for turn in own(home)[0].history] == [
        ("user", "Jaké služby jsou v plánu?"),
        ("assistant", "Terénní služby."),
    ]


def test_ends_of_a_quote_move_by_sentences_and_words_without_a_mouse(home: Settings) -> None:
    form = press_(page(home), "add")
    field(form, "text_input", "query").set_value("hradí")
    form = press_(form.run(), "choose_0")
    for move in ("start_sentence_before", "start_word_after", "end_sentence_after", "end_word_before"):
        form = press_(form, f"move_{move}")
    form = press_(form, "add_evidence")
    assert "„rozšíří terénní služby. Služby hradí kraj.  Podpora trvá 3“" in seen(form)


def test_a_selection_in_the_text_becomes_the_quote_and_nonsense_does_not(home: Settings) -> None:
    form = press_(page(home), "add")
    form.session_state["opora_qe_text_1"] = True
    form.run()
    start = PLAN.index(" 120")
    form.text_input(key="opora_qe_span").set_value(f"{start} {start + 21}").run()
    assert f"<mark>{PLAN[start + 1 : start + 21].strip()}" in seen(form).replace(" sociálních", "\u00a0sociálních")
    before = seen(form)
    for nonsense in ("9999 99999", "-1 5", "5 1", "a b", "1 2 3", "²  5", "1" * 30 + " 5"):
        form.text_input(key="opora_qe_span").set_value(nonsense).run()
        assert seen(form) == before


def test_a_deleted_an_edited_and_an_added_question_can_each_be_taken_back(home: Settings) -> None:
    put(home, asked("A", "První?"), asked("B", "Druhá?"), asked("C", "Třetí?"))
    shown = press_(page(home), "delete_B")
    assert "Otázka „Druhá?“ je smazaná." in seen(shown)
    assert ids(home) == ["A", "C"]
    shown = press_(shown, "edit_A")
    field(shown, "text_area", "question").set_value("První jinak?")
    shown = press_(shown, "save")
    assert own(home)[0].question == "První jinak?"
    shown = press_(written(shown), "save")
    assert ids(home) == ["A", "C", "V003"]
    for expected in (["A", "C"], ["A", "C"], ["A", "B", "C"]):
        shown = press_(shown, "undo")
        assert ids(home) == expected
    assert own(home)[0].question == "První?"
    assert not has(shown, "undo")


def test_an_edit_that_another_person_made_meanwhile_is_not_lost_silently(home: Settings) -> None:
    put(home, asked("A", "První?"))
    form = press_(page(home), "edit_A")
    put(home, asked("A", "Od kolegy?"))
    field(form, "text_area", "question").set_value("Ode mě?")
    form = press_(form, "save")
    assert "mezitím změnil nebo smazal někdo jiný" in seen(form)
    assert own(home)[0].question == "Od kolegy?"
    press_(form, "save")
    assert own(home)[0].question == "Ode mě?"


def test_a_change_that_another_person_went_on_from_is_not_taken_back(home: Settings) -> None:
    put(home, asked("A", "První?"))
    shown = press_(page(home), "edit_A")
    field(shown, "text_area", "question").set_value("Druhá?")
    shown = press_(shown, "save")
    put(home, asked("A", "Od kolegy?"))
    shown = press_(shown, "undo")
    assert "Vrátit to už nejde" in seen(shown)
    assert own(home)[0].question == "Od kolegy?"
    assert not has(shown, "undo")


def test_the_same_question_twice_is_refused(home: Settings) -> None:
    put(home, asked("A", "Kdo zaplatí streetworkery?"))
    form = press_(written(page(home), "kdo zaplati STREETWORKERY"), "save")
    assert "Stejná otázka už v sadě je (A)." in seen(form)
    assert ids(home) == ["A"]


def test_closing_asks_only_when_something_would_be_lost(home: Settings) -> None:
    put(home, asked("A", "První?"))
    shown = press_(press_(page(home), "edit_A"), "close")
    assert has(shown, "add")
    form = press_(shown, "edit_A")
    field(form, "text_area", "facts").set_value("jiný údaj")
    form = press_(form, "close")
    assert "Opravdu zahodit, co je ve formuláři?" in seen(form)
    form = press_(form, "stay")
    assert field(form, "text_area", "facts").value == "jiný údaj"
    shown = press_(press_(form, "close"), "discard")
    assert has(shown, "add")
    assert own(home)[0].facts == ("kraj",)


def test_complaints_of_users_wait_to_be_judged(home: Settings) -> None:
    store_feedback(home, said("source", "Kdo platí?"))
    store_feedback(home, said("up", "Chválím."))
    first = page(home)
    text = seen(first)
    assert "Uživatel označil zdroj za špatný: je zastaralý. Asistent odpověděl." in text
    assert "„Podpora se zaměřuje na sociální služby.“" in text
    assert "Poznámka uživatele: „Tajná odpověď zněla jinak.“" in text
    assert "Chválím." not in text
    (judge,) = [button for button in first.button if str(button.key).startswith("opora_qe_judge_")]
    form = judge.click().run()
    assert field(form, "text_area", "question").value == "Kdo platí?"
    field(form, "selectbox", "kind").set_value("lay")
    field(form, "text_input", "query").set_value("hradí kraj")
    form = press_(press_(form.run(), "choose_0"), "add_evidence")
    done = press_(form, "save")
    assert "Žádný návrh nečeká." in seen(done)
    assert own(home)[0].id.startswith("Z-")


def test_a_rejected_draft_is_gone_until_it_is_taken_back(home: Settings) -> None:
    store_feedback(home, said("down", "Kdo platí?"))
    first = page(home)
    (reject,) = [button for button in first.button if str(button.key).startswith("opora_qe_reject_")]
    done = reject.click().run()
    assert "Návrh „Kdo platí?“ je zamítnutý." in seen(done)
    assert "Žádný návrh nečeká." in seen(page(home)), "for everybody"
    assert "Uživateli odpověď nepomohla." in seen(press_(done, "undo"))


def test_a_set_is_downloaded_and_uploaded_again(home: Settings) -> None:
    put(home, asked("A", "První?"), asked("B", "Druhá?", answerable=True))
    content = (home.question_sets / "vlastni.jsonl").read_bytes()
    done = uploaded(page(home), "Sada kraje 2025.jsonl", content)
    assert "Nahráno: 2 otázky, sada „sada-kraje-2025“." in seen(done)
    assert own(home, "sada-kraje-2025") == own(home)
    again = uploaded(done, "Sada kraje 2025.jsonl", content)
    assert "sada „sada-kraje-2025-2“" in seen(again)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "Soubor nic neobsahuje."),
        ('{"id": "ů"'.encode("cp1250"), "není v kódování UTF-8"),
        (b"[1]\n{", "Řádek 1: čeká se objekt JSON, je [1]"),
        (json.dumps(question_fields(evidence=[])).encode(), "Řádek 1: zodpověditelná otázka"),
        (json.dumps(asked("A", "A?") | {"evidence": [{"doc": "plan", "quote": "nic"}]}).encode(), "doslova nestojí"),
        (json.dumps(asked("A", "A?") | {"evidence": [{"doc": "jiný", "quote": "x"}]}).encode(), "mezi dokumenty není"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole_with_the_reason(home: Settings, content: bytes, complaint: str) -> None:
    refused = uploaded(page(home), "sada.jsonl", content)
    assert "Soubor „sada.jsonl“ nebyl nahrán." in seen(refused)
    assert complaint in seen(refused)
    assert not list(home.question_sets.glob("*.jsonl"))


def test_drafts_of_another_installation_can_be_uploaded_to_be_judged(home: Settings, tmp_path: Path) -> None:
    from eval.question_imports import import_feedback

    other = Settings(data=tmp_path / "other")
    store_feedback(other, said("down", "Odjinud?"))
    import_feedback(other, tmp_path / "navrhy.jsonl")
    done = uploaded(page(home), "navrhy.jsonl", (tmp_path / "navrhy.jsonl").read_bytes())
    assert "Nahráno k posouzení: 1 návrh." in seen(done)
    assert "Odjinud?" in seen(done)
    assert list(home.question_sets.glob("*.jsonl")) == [], "drafts are no set"


def test_without_an_index_the_sets_can_still_be_read(home: Settings) -> None:
    put(home, asked("A", "První?"))

    def fails() -> Reader:
        raise SearchIndexError("Rejstřík ještě není sestavený. Spusťte „python -m ingest“.")

    shown = page(home, fails)
    assert "Rejstřík ještě není sestavený." in seen(shown)
    assert "První?" in seen(shown)
    assert shown.button(key="opora_qe_add").disabled
    assert shown.button(key="opora_qe_edit_A").disabled


def test_a_damaged_set_is_said_and_the_others_are_there(home: Settings) -> None:
    put(home, asked("A", "První?"))
    (home.question_sets / "kraj.jsonl").write_text("{\n", encoding="utf-8")
    shown = page(home)
    assert "První?" in seen(shown)
    shown = shown.selectbox(key="opora_qe_set").set_value("kraj").run()
    assert "Soubor „kraj.jsonl“ se sadou otázek nelze přečíst." in seen(shown)
    assert not has(shown, "add")
    with pytest.raises(QuestionSetError):
        change(home.question_sets, "kraj", lambda questions: questions)


def test_a_folder_that_cannot_be_written_keeps_the_form(home: Settings) -> None:
    form = written(page(home))
    home.data.mkdir(parents=True, exist_ok=True)
    home.question_sets.write_text("tady složka být nemůže", encoding="utf-8")
    form = press_(form, "save")
    assert "nelze zapisovat" in seen(form)
    assert field(form, "text_area", "question").value == "Kdo zaplatí streetworkery?"
    with pytest.raises(SettingsError):
        put(home, asked("A", "První?"))


def test_words_of_users_and_documents_are_shown_as_they_are(home: Settings) -> None:
    put(home, asked("A", HOSTILE))
    store_feedback(home, said("down", HOSTILE))
    hostile = document(PLAN + HOSTILE, title=HOSTILE)
    shown = page(home, lambda: Reader(hostile))
    body = "".join(element.proto.body for element in shown.get("html"))
    assert "<img" not in body
    assert seen(shown).count(HOSTILE) == 2
    form = press_(shown, "add")
    field(form, "text_input", "query").set_value("tučně")
    form = press_(press_(form.run(), "choose_0"), "add_evidence")
    assert "<img" not in "".join(element.proto.body for element in form.get("html"))


def test_a_long_set_is_listed_in_parts_and_searched(home: Settings) -> None:
    put(home, *[asked(f"Q{n}", f"Otázka číslo {n} o bydlení?") for n in range(40)])
    shown = page(home)
    assert sum(str(button.key).startswith("opora_qe_edit_") for button in shown.button) == 15
    assert sum(str(b.key).startswith("opora_qe_edit_") for b in press_(shown, "more").button) == 30
    shown.text_input(key="opora_qe_filter").set_value("cislo 37")
    assert [b.key for b in shown.run().button if str(b.key).startswith("opora_qe_edit_")] == ["opora_qe_edit_Q37"]


def test_a_name_of_a_set_is_made_of_the_files_name(tmp_path: Path) -> None:
    assert new_name(tmp_path, "../../Žádosti & výzvy.jsonl") == "zadosti-vyzvy"
    assert new_name(tmp_path, "***.jsonl") == "sada"
    (tmp_path / "sada.jsonl").touch()
    assert new_name(tmp_path, "sada.jsonl") == "sada-2"
    assert new_name(tmp_path, "vlastni.jsonl") == "vlastni-2"


def test_a_whole_project_set_is_written_byte_for_byte_as_it_is_read_back(tmp_path: Path) -> None:
    content = (PROJECT / "eval" / "questions" / "control.jsonl").read_bytes()
    change(tmp_path, "sada", lambda _: read_lines(content).questions)
    assert load_questions(tmp_path / "sada.jsonl") == read_lines(content).questions


def test_no_move_leaves_the_text_or_turns_the_quote_around() -> None:
    read = document(pages=(0, 40))
    sentences = Sentences.of(read, Layout.of(read))
    first = picked(read, 0, len("Plán"))
    assert first == Pick("plan", 0, 4)
    assert moved(first, read, sentences, "start", "sentence", -1) == first
    assert moved(first, read, sentences, "start", "word", 1) == first, "an end does not pass the other one"
    whole = picked(read, 0, len(PLAN))
    assert whole == Pick("plan", 0, len(PLAN.rstrip()))
    assert moved(whole, read, sentences, "end", "word", 1) == whole
    assert picked(read, 12, 14) is None, "white space alone is no quote"
    assert picked(read, 0, len(PLAN) + 1) is None


def test_a_sentence_is_found_once_however_many_of_its_words_are_searched() -> None:
    read = document()
    layout = Layout.of(read)
    found = found_sentences(read, layout, Words.of(PLAN), Sentences.of(read, layout), "služby")
    assert [PLAN[start:end] for start, end in found] == ["Obec rozšíří terénní služby.", "Služby hradí kraj."]


def test_a_quote_that_no_passage_can_hold_is_said_to_be_too_long(home: Settings) -> None:
    long = document(f"Začátek {'slovo ' * LONGEST}konec.\n")
    form = press_(page(home, lambda: Reader(long)), "add")
    field(form, "text_input", "query").set_value("začátek")
    assert f"Citát má víc než {LONGEST} znaků" in seen(press_(form.run(), "choose_0"))


class TestInTheBrowser:
    """One journey with keyboard and mouse over the shipped documents."""

    pytestmark = NEEDS_BROWSER

    SCRIPT = """
import streamlit as st
from pathlib import Path
import views
from views.assistant import assistant
from views.question_editor import question_editor

st.set_page_config(page_title="Opora", layout="wide")
st.html(Path(views.__file__).parent / "style.css")
st.html('<h1 class="opora-title">Hodnocení</h1>')
question_editor(assistant)
"""
    APP = """
import streamlit as st
from views.shell import page_routes, report_failure

app = st.App({script!r}, routes=page_routes(), on_script_error=report_failure)
"""

    @pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), ((360, 780), True)], ids=["desktop", "phone"])
    def test_a_quote_is_selected_in_the_text_and_the_question_stored(
        self, tmp_path: Path, size: tuple[int, int], dark: bool
    ) -> None:
        build_index(tmp_path / "data")
        (tmp_path / "page.py").write_text(self.SCRIPT, encoding="utf-8")
        (tmp_path / "entry.py").write_text(self.APP.format(script=str(tmp_path / "page.py")), encoding="utf-8")
        env = {"OPORA_DATA": str(tmp_path / "data"), "PYTHONPATH": str(PROJECT)}
        with served(env, tmp_path / "entry.py") as url, chromium(tmp_path / "profile", size, dark) as driver:
            self.journey(driver, url, f"questions-{'phone' if dark else 'desktop'}")
        (question,) = own(Settings(data=tmp_path / "data"))
        assert question.evidence[0].quote in (PROJECT / "corpus" / f"{question.evidence[0].doc}.txt").read_text("utf-8")

    def journey(self, driver: Chrome, url: str, name: str) -> None:
        driver.get(url)
        press(driver, wait_for(driver, ".st-key-opora_qe_add button"))
        wait_for(driver, "[class*='st-key-opora_qe_question_'] textarea").send_keys("Kdo to zaplatí?")
        # The kind by keyboard alone.
        box = wait_for(driver, "[class*='st-key-opora_qe_kind_'] input")
        box.send_keys(Keys.ARROW_DOWN)
        wait_for(driver, "[role='option']")
        box.send_keys(Keys.ENTER)
        wait_until_still(driver)
        summaries = visible(driver, "[data-testid='stExpander'] summary")
        press(driver, next(summary for summary in summaries if "přímo v textu" in summary.text))
        wait_for(driver, ".opora-qe-text")
        press(driver, wait_for(driver, "[data-opora-take]"))
        assert wait_for(driver, "[data-opora-taken]").text == "Nejdřív v textu označte slova."
        selected = driver.execute_script(
            "const words = document.querySelectorAll('.opora-qe-text p')[3].firstChild;"
            "const range = document.createRange();"
            "range.setStart(words, 0); range.setEnd(words, words.length);"
            "getSelection().removeAllRanges(); getSelection().addRange(range);"
            "return range.toString()"
        )
        press(driver, wait_for(driver, "[data-opora-take]"))
        mark = wait_for(driver, ".opora-qe-pick mark")
        assert mark.text.split() == selected.split()
        button = wait_for(driver, ".st-key-opora_qe_move_end_word_before button")
        assert button.get_attribute("aria-label") == "Konec citátu: slovo zpět"
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-pick")
        press(driver, wait_for(driver, ".st-key-opora_qe_add_evidence button"))
        press(driver, wait_for(driver, ".st-key-opora_qe_save button"))
        wait_until(driver, lambda: bool(visible(driver, ".opora-qe-question")), "the stored question in the list")
        edit = wait_for(driver, "[class*='st-key-opora_qe_edit_'] button")
        assert edit.get_attribute("aria-label") == "Upravit: Kdo to zaplatí?"
        assert sideways_scroll(driver) == 0
        picture(driver, f"{name}-list")
        assert [entry for entry in console(driver) if entry["level"] == "SEVERE"] == []
