"""The section Vlastní dokumenty as its user meets it, and the files that are uploaded there."""

import html
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ingest.build import Report
from ingest.document import Document
from ingest.errors import ReadError, SearchIndexError, SettingsError
from ingest.index_folder import current
from ingest.library import add, remove, restore, shelves
from ingest.readers import SIZE_LIMIT
from ingest.settings import Settings
from prompts.assistant import Assistant
from tests.building import build
from tests.study_world import PLAN, install
from views.indexing import Indexing, Show
from views.uploads import MAX_FILES, Staged, safe_name, stage, take, take_out, waiting

DATA = Path(__file__).parent / "data"
TEXT = "Metodika doučování\n\nDoučování vedou dobrovolníci z pedagogických fakult.\n"
WORD = (DATA / "oplzz-3-1-tabulka.docx").read_bytes()
HOSTILE = "<img src=x onerror=alert(1)> **tučně** [a](javascript:alert(2)) $x$"


@pytest.fixture
def world(tmp_path: Path) -> Settings:
    return install(tmp_path / "world")


def _page(settings: "Settings", open_assistant: "Callable[[], Assistant]", job: "Indexing") -> None:
    from views.documents_added import show_added

    show_added(settings, open_assistant, job)


def page(settings: Settings, job: Indexing | None = None) -> AppTest:
    parts = {"settings": settings, "open_assistant": lambda: Assistant.open(settings), "job": job or Indexing()}
    return AppTest.from_function(_page, kwargs=parts, default_timeout=60).run()


def shown(page: AppTest) -> str:
    assert not page.exception
    return "".join(element.proto.body for element in page.get("html"))


def seen(page: AppTest) -> str:
    return html.unescape(shown(page)).replace("\u00a0", " ")


def uploaded(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    page.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files])
    return page.run()


def settled(page: AppTest) -> AppTest:
    """Run the page until the indexing that it shows has ended."""
    deadline = time.monotonic() + 60
    while not [button for button in page.button if button.key == "opora_added_index"]:
        assert time.monotonic() < deadline, "the indexing does not end"
        time.sleep(0.05)
        page.run()
    return page


def has(page: AppTest, start: str) -> bool:
    return any(str(button.key).startswith(start) for button in page.button)


def added_files(settings: Settings) -> list[str]:
    return sorted(p.name for p in settings.added.rglob("*")) if settings.added.exists() else []


def test_an_installation_without_own_documents_says_what_it_takes_and_why_the_shipped_ones_stay(
    world: Settings,
) -> None:
    first = page(world)
    text = seen(first)
    assert "Zatím tu žádný vlastní dokument není." in text
    assert "PDF, DOCX, HTML, TXT a Markdown, každý nejvýše 50 MB, najednou nejvýše 10" in text
    assert "Dokumenty základní sady odebrat nelze" in text
    assert "„Plán sociálního začleňování“, „Výzva pro terénní služby“" in text
    assert "Rejstřík odpovídá dokumentům." in text
    assert not has(first, "opora_added_remove_")


def test_a_file_is_shown_before_it_is_added_and_answers_after(world: Settings) -> None:
    waits = uploaded(page(world), ("C:\\Dokumenty\\metodika.txt", TEXT.encode()))
    text = seen(waits)
    assert "Rozpoznáno: 73 znaků. Období dokument neuvádí. Jazyk dokument neuvádí, počítám s češtinou." in text
    assert "Metodika doučování\nDoučování vedou dobrovolníci z pedagogických fakult." in text
    assert [field.value for field in waits.text_input] == ["Metodika doučování", ""]
    assert added_files(world) == []
    waits.text_input[0].set_value("Metodika  kraje")
    waits.text_input[1].set_value(" https://www.example.cz/metodika ")
    done = settled(waits.button(key="opora_added_add").click().run())
    assert "zaindexováno" in seen(done)
    assert "Rejstřík odpovídá dokumentům." in seen(done)
    assert [toast.value for toast in done.toast] == [
        "Zaindexování skončilo, asistent už odpovídá ze současných dokumentů."
    ]
    assert [toast.value for toast in done.run().toast] == [], "the end is announced once"
    source = Assistant.open(world).document("metodika").source
    assert (source.title, source.url) == ("Metodika kraje", "https://www.example.cz/metodika")
    assert Assistant.open(world).ask("Kdo vede doučování?").citations[0].doc == "metodika"


def test_each_broken_file_says_what_to_do_and_the_good_ones_go_on(world: Settings) -> None:
    add_this = ("metodika.txt", TEXT.encode())
    waits = uploaded(
        page(world),
        ("sken.pdf", (DATA / "sken.pdf").read_bytes()),
        ("zaheslovany.pdf", (DATA / "zaheslovany.pdf").read_bytes()),
        ("useknuty.pdf", (DATA / "useknuty.pdf").read_bytes()),
        ("rozbity.docx", WORD[:900]),
        ("prazdny.txt", b""),
        ("tabulka.xlsx", b"PK\x03\x04"),
        ("plan-2.txt", PLAN.encode()),
        add_this,
        ("kopie.txt", TEXT.encode()),
    )
    errors = [part.split("</p>")[0] for part in seen(waits).split('<p class="opora-error" role="alert">')[1:]]
    for error, (name, advice) in zip(
        errors,
        (
            ("sken.pdf", "(OCR)"),
            ("zaheslovany.pdf", "bez hesla"),
            ("useknuty.pdf", "znovu celý"),
            ("rozbity.docx", "znovu celý"),
            ("prazdny.txt", "uložil celý"),
            ("tabulka.xlsx", "PDF, DOCX, HTML, TXT a Markdown"),
            ("plan-2.txt", "v základní sadě už je jako „Plán sociálního začleňování“"),
            ("kopie.txt", "týž obsah jako „metodika.txt“"),
        ),
        strict=True,
    ):
        assert name in error
        assert advice in error
    assert waits.button(key="opora_added_add").label == "Přidat 1 dokument"
    done = settled(waits.button(key="opora_added_add").click().run())
    assert [shelf.source.id for shelf in shelves(world) if shelf.added] == ["metodika"]
    assert "sken.pdf" in seen(done), "what is wrong stays in sight"
    assert not any(str(b.key).startswith("opora_added_drop") for b in _dropped_all(done).button)


def _dropped_all(page: AppTest) -> AppTest:
    while keys := [str(b.key) for b in page.button if str(b.key).startswith("opora_added_drop_")]:
        page.button(key=keys[0]).click().run()
    return page


def test_a_wrong_address_keeps_its_file_waiting(world: Settings) -> None:
    waits = uploaded(page(world), ("metodika.txt", TEXT.encode()))
    waits.text_input[1].set_value("javascript:alert(1)")
    refused = waits.button(key="opora_added_add").click().run()
    assert "metodika.txt: Webová adresa má začínat http:// nebo https://" in seen(refused)
    assert added_files(world) == []
    refused.text_input[1].set_value("")
    settled(refused.button(key="opora_added_add").click().run())
    assert ".source.json" in added_files(world)


def test_more_files_than_the_limit_are_named_and_left_out(world: Settings) -> None:
    files = [(f"priloha-{n:02}.txt", f"Příloha číslo {n}.\n".encode()) for n in range(MAX_FILES + 2)]
    waits = uploaded(page(world), *files)
    assert len(waits.text_input) == 2 * MAX_FILES
    assert "Nahrajte až potom: „priloha-10.txt“, „priloha-11.txt“." in seen(waits)
    assert waits.button(key="opora_added_add").label == "Přidat 10 dokumentů"


def test_a_new_version_of_a_file_says_whose_place_it_takes(world: Settings, tmp_path: Path) -> None:
    path = tmp_path / "metodika.txt"
    path.write_text(TEXT, encoding="utf-8")
    add(world, path, title="Metodika <kraje>")
    waits = uploaded(page(world), ("metodika.txt", f"{TEXT}Nově i v knihovnách.\n".encode()))
    assert "Nahradí dříve přidaný soubor téhož jména, dokument „Metodika <kraje>“." in seen(waits)
    settled(waits.button(key="opora_added_add").click().run())
    assert "v knihovnách" in Assistant.open(world).document("metodika").text


def test_a_document_is_removed_after_a_question_that_names_it_and_can_be_brought_back(
    world: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "metodika.txt"
    path.write_text(TEXT, encoding="utf-8")
    added = add(world, path, "https://www.example.cz", title="Metodika kraje")
    before = build(world).fingerprint
    asked = page(world).button(key="opora_added_remove_metodika").click().run()
    assert "Opravdu odebrat dokument „Metodika kraje“?" in seen(asked)
    kept = asked.button(key="opora_added_no").click().run()
    assert "Opravdu" not in seen(kept)
    assert "metodika" in {shelf.source.id for shelf in shelves(world)}

    kept.button(key="opora_added_remove_metodika").click().run()
    gone = settled(kept.button(key="opora_added_yes").click().run())
    assert "Dokument „Metodika kraje“ je odebraný." in seen(gone)
    assert added_files(world) == []
    assert "metodika" not in {document.id for document in Assistant.open(world).documents}

    back = settled(gone.button(key="opora_added_back_metodika").click().run())
    assert "je odebraný" not in seen(back)
    assert Assistant.open(world).document("metodika").source == added
    folder = current(world.index)
    assert folder is not None
    assert folder.path.name == before


def test_what_was_changed_elsewhere_waits_until_it_is_indexed(world: Settings, tmp_path: Path) -> None:
    path = tmp_path / "metodika.txt"
    path.write_text(TEXT, encoding="utf-8")
    add(world, path)
    waits = page(world)
    assert "čeká na zaindexování" in seen(waits)
    assert "Na zaindexování čeká 1 změněný dokument." in seen(waits)
    done = settled(waits.button(key="opora_added_index").click().run())
    assert "Rejstřík odpovídá dokumentům." in seen(done)
    remove(world, "metodika")
    assert "Na zaindexování čeká 1 změněný dokument." in seen(done.run())


def test_a_running_build_shows_the_document_at_work(world: Settings) -> None:
    go_on: list[bool] = []

    def slow(settings: Settings, show: Show) -> Report:
        show(1, 3, "Metodika <kraje>")
        while not go_on:
            time.sleep(0.02)
        return build(settings)

    running = page(world, Indexing(slow)).button(key="opora_added_index").click().run()
    assert "Zpracovávám dokument 2 z 3: Metodika <kraje>" in seen(running)
    assert 'max="3" value="1"' in shown(running)
    assert not has(running, "opora_added_index"), "a second request is answered by the progress"
    go_on.append(True)
    assert "Rejstřík odpovídá dokumentům." in seen(settled(running))


def test_a_failed_build_is_told_and_can_be_repeated(world: Settings) -> None:
    def never(settings: Settings, show: Show) -> Report:
        raise SearchIndexError("Do složky „data“ nelze zapisovat (disk je plný).")

    failed = settled(page(world, Indexing(never)).button(key="opora_added_index").click().run())
    assert "nelze zapisovat (disk je plný)" in seen(failed)
    assert [toast.value for toast in failed.toast] == [
        "Zaindexování se nepodařilo, podrobnosti jsou na stránce Dokumenty."
    ]
    assert has(failed, "opora_added_index")


def test_without_an_index_the_page_can_build_one(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "plan.txt").write_text(PLAN, encoding="utf-8")
    settings = Settings(corpus=corpus, data=tmp_path / "data")
    first = page(settings)
    assert "Rejstřík ještě není, nebo ho nelze použít" in seen(first)
    done = settled(first.button(key="opora_added_index").click().run())
    assert "Rejstřík odpovídá dokumentům." in seen(done)


def test_a_folder_that_cannot_be_written_gives_one_message_and_no_half_of_a_document(world: Settings) -> None:
    world.added.write_text("Tady je soubor, ne složka.", encoding="utf-8")
    waits = uploaded(page(world), ("a.txt", b"Prvni.\n"), ("b.txt", b"Druhy.\n"))
    refused = seen(waits.button(key="opora_added_add").click().run())
    assert refused.count("nelze zapisovat (na jejím místě je soubor). Uvolněte místo na disku") == 1
    assert waits.button(key="opora_added_add").label == "Přidat 2 dokumenty"


def test_nothing_of_a_file_reaches_the_page_as_markup(world: Settings) -> None:
    waits = uploaded(page(world), (f"{HOSTILE}.txt", f"{HOSTILE}\n\nText\n".encode()))
    assert "<img" not in shown(waits)
    assert HOSTILE in seen(waits)
    done = settled(waits.button(key="opora_added_add").click().run())
    doc = next(shelf.source.id for shelf in shelves(world) if shelf.added)
    done.button(key=f"opora_added_remove_{doc}").click().run()
    assert "<img" not in shown(done)
    assert not [b.label for b in done.button if "tučně" in b.label] + [m.value for m in done.markdown]


def test_a_damaged_record_says_what_to_do(world: Settings) -> None:
    (world.added / "a").mkdir(parents=True)
    (world.added / "a" / ".source.json").write_text("{", encoding="utf-8")
    assert "je poškozený. Smažte složku „a“" in seen(page(world))


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\složka\\Výzva č. 1.docx", "Výzva č. 1.docx"),
        (".source.json", "source.json"),
        ('a<b>:"c|d?e*f.txt', "a_b___c_d_e_f.txt"),
        ("Vy\u0301zva\u202etxt.pdf", "Výzvatxt.pdf"),
        ("\x00\na\u00a0b.txt", "a b.txt"),
        ("", "dokument"),
        ("...", "dokument"),
        ("a" * 300 + ".docx", "a" * 115 + ".docx"),
    ],
)
def test_names_of_files_are_made_harmless(name: str, harmless: str) -> None:
    assert safe_name(name) == harmless


@given(st.text())
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert 0 < len(safe) <= 120
    assert not safe.startswith(".")
    assert safe.isprintable()


def test_a_file_over_the_limit_is_not_read(world: Settings) -> None:
    one = stage(world, 1, "velky.pdf", b"%PDF-" + bytes(SIZE_LIMIT), [])
    assert one.error.startswith("Soubor „velky.pdf“ má 50 MB, nejvíce může mít 50 MB.")
    assert one.content == b""


def test_files_of_one_name_that_are_added_together_are_two_documents(world: Settings) -> None:
    staged: list[Staged] = []
    for n, text in enumerate(("První příloha.\n", "Druhá příloha.\n")):
        staged.append(stage(world, n, "priloha.txt", text.encode(), staged))
    first = take(world, staged[0], "", "", set())
    second = take(world, staged[1], "", "", {first.id})
    assert (first.id, second.id) == ("priloha", "priloha-2")


def test_a_removed_document_comes_back_under_its_own_id(world: Settings) -> None:
    for n, text in enumerate(("První příloha.\n", "Druhá příloha.\n")):
        take(world, stage(world, n, "priloha.txt", text.encode(), []), "", "", {"priloha"})
    second = take_out(world, "priloha-2")
    first = take_out(world, "priloha")
    assert first
    assert second
    restore(world, second.source, second.content)
    assert [shelf.source.id for shelf in shelves(world) if shelf.added] == ["priloha-2"]
    with pytest.raises(ReadError, match=r"nelze vrátit, protože je tu mezitím"):
        restore(world, second.source, second.content)


def test_a_document_of_the_basic_set_is_never_taken_out(world: Settings) -> None:
    with pytest.raises(ReadError, match="Přidaný dokument „plan“ tu není"):
        take_out(world, "plan")
    assert (world.corpus / "plan.txt").is_file()


def test_a_document_whose_file_is_gone_can_still_be_removed(world: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    add(world, path)
    (world.added / "a" / "a.txt").unlink()
    assert take_out(world, "a") is None
    assert added_files(world) == []


def test_a_copy_that_cannot_be_written_leaves_nothing_and_keeps_the_old_version(
    world: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    add(world, path)
    record = world.added / "a" / ".source.json"
    before = record.read_text(encoding="utf-8")
    (world.added / "a" / "a.txt").unlink()
    (world.added / "a" / "a.txt" / "in-the-way").mkdir(parents=True)
    path.write_text(f"{TEXT}Nově.\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="nelze zapisovat"):
        add(world, path)
    assert record.read_text(encoding="utf-8") == before
    assert added_files(world) == [".source.json", "a", "a.txt", "in-the-way"]


def test_what_waits_is_what_differs_between_shelves_and_index(world: Settings, tmp_path: Path) -> None:
    def late(indexed: Sequence[Document]) -> tuple[str, ...]:
        return waiting(shelves(world), indexed)

    indexed = Assistant.open(world).documents
    assert late(indexed) == ()
    assert late(indexed[:1]) == ("vyzva",)
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    add(world, path)
    assert late(indexed) == ("a",)
    build(world)
    indexed = Assistant.open(world).documents
    assert late(indexed) == ()
    path.write_text(f"{TEXT}\n", encoding="utf-8")
    add(world, path)
    assert late(indexed) == ("a",), "another file with the same words has another checksum to cite"
    build(world)
    assert late(Assistant.open(world).documents) == ()
    remove(world, "a")
    assert late(Assistant.open(world).documents) == ("a",)
