"""Checking what an installation keeps, and mending it: nothing is deleted, everything is named."""

import json
import shutil
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.__main__ import main
from ingest.errors import SearchIndexError
from ingest.index_folder import CURRENT, current
from ingest.integrity import repair, verify
from ingest.library import add, shelves
from ingest.settings import Settings
from prompts.feedback import FILE, load_feedback, store_feedback
from retrieval.index import Index
from tests.building import build, first_hit
from tests.faulting import feedback
from tests.study_world import install
from views.indexing import Indexing, mend

pytestmark = pytest.mark.slow

QUESTION, ANSWER = "Kdo by s babičkou hrál karty?", "Podpořit dobrovolníky v nemocnicích."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a small installation with its index, an added document, two ratings and a run."""
    settings = install(tmp_path / "world")
    note = tmp_path / "metodika.txt"
    note.write_text("Metodika doučování\n\nDoučování vedou dobrovolníci z fakult.\n", encoding="utf-8")
    add(settings, note)
    build(settings)
    for number in ("a", "b"):
        store_feedback(settings, feedback(number))
    run = settings.runs / "zkouska"
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    (run / "records.jsonl").write_text('{"id": "Q1"}\n{"id": "Q2"}\n', encoding="utf-8")
    monkeypatch.setenv("OPORA_CORPUS", str(settings.corpus))
    monkeypatch.setenv("OPORA_DATA", str(settings.data))
    return settings


def states(settings: Settings) -> dict[str, str]:
    return {found.part: found.state for found in verify(settings)}


def mended(settings: Settings) -> tuple[str, ...]:
    return repair(settings, lambda: build(settings))


def serving(settings: Settings) -> Path:
    folder = current(settings.index)
    assert folder is not None
    return folder.path


def test_a_whole_installation_is_whole_and_what_it_never_had_is_no_fault(world: Settings) -> None:
    assert states(world) == {
        "rejstřík": "ok",
        "dokumenty": "ok",
        "předpokládané dotazy": "ok",
        "hodnocení odpovědí": "ok",
        "běhy vyhodnocení": "ok",
        "vlastní sady otázek": "missing",
        "uložené dotazy": "missing",
        "údaje o obcích": "missing",
    }
    assert mended(world) == ()


def test_the_command_says_it_in_a_table_and_by_its_exit_code(
    world: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify"]) == 0
    assert "v pořádku" in capsys.readouterr().err
    next((serving(world) / "tantivy").glob("*.idx")).write_bytes(b"")
    assert main(["verify"]) == 1
    said = capsys.readouterr().err
    assert "poškozeno" in said
    assert "repair" in said
    assert main(["repair"]) == 0
    said = capsys.readouterr().err
    assert "Sestaven znovu z textů dokumentů: dokumentů 3." in said
    assert "poškozeno" not in said
    assert ANSWER in first_hit(Index.open(world), QUESTION)


def test_an_ordinary_ingest_rebuilds_a_damaged_index_and_says_so(
    world: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (serving(world) / "chroma" / "chroma.sqlite3").write_bytes(b"")
    assert main([]) == 0
    said = capsys.readouterr().err
    assert "„chroma/chroma.sqlite3“ není platná databáze. Sestavil se znovu z textů dokumentů." in said
    assert ANSWER in first_hit(Index.open(world), QUESTION)
    assert main([]) == 0
    assert "Sestavil se znovu" not in capsys.readouterr().err


def test_before_the_first_build_there_is_nothing_to_mend_but_to_build(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    settings.corpus.mkdir()
    (index, *_) = verify(settings)
    assert (index.state, index.advice) == ("missing", "spusťte „python -m ingest“, sestaví se")


@pytest.mark.parametrize("content", [b"", b"\xff\x00neni", b"../../etc", b"jiny\n"])
def test_a_damaged_pointer_is_no_way_out_of_the_folder(world: Settings, content: bytes) -> None:
    (world.index / CURRENT).write_bytes(content)
    with pytest.raises(SearchIndexError, match="python -m ingest"):
        Index.open(world)
    assert states(world)["rejstřík"] == "damaged"
    mended(world)
    assert states(world)["rejstřík"] == "ok"


def test_damaged_lines_of_feedback_are_set_aside_and_the_others_stay(world: Settings) -> None:
    path = world.feedback / FILE
    path.write_bytes(b'{"pul zaznamu\n' + path.read_bytes() + b"\xff\xfe\n" + b'{"nedopsany')
    (found,) = [each for each in verify(world) if each.state == "damaged"]
    assert found.what == f"poškozené řádky souboru „{FILE}“: 1, 4"
    (done,) = mended(world)
    assert "odloženo do „aside/1/feedback/feedback.jsonl“" in done
    assert (world.data / "aside" / "1" / "feedback" / FILE).read_bytes() == b'{"pul zaznamu\n\xff\xfe\n'
    assert {given.id for given in load_feedback(world)} == {"a", "b"}
    assert states(world)["hodnocení odpovědí"] == "ok"
    store_feedback(world, feedback("c"))
    assert {given.id for given in load_feedback(world)} == {"a", "b", "c"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_record_of_a_run_is_set_aside_and_its_answers_stay(world: Settings) -> None:
    run = world.runs / "zkouska"
    (run / "run.json").write_text('{"format": ', encoding="utf-8")
    (found,) = [each for each in verify(world) if each.state == "damaged"]
    assert found.what == "zkouska: soubor „run.json“ nelze přečíst"
    mended(world)
    assert (world.data / "aside" / "1" / "runs" / "zkouska" / "run.json").read_text(encoding="utf-8") == '{"format": '
    assert len((run / "records.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_document_without_a_readable_record_is_set_aside_and_the_build_goes_on(world: Settings) -> None:
    (world.added / "metodika" / ".source.json").write_bytes(b"{")
    (found,) = [each for each in verify(world) if each.state == "damaged"]
    assert found.what == "přidaný dokument „metodika“: záznam o něm nelze přečíst"
    (done,) = mended(world)
    assert "Přidejte ho znovu." in done
    assert "dobrovolníci" in (world.data / "aside/1/documents/metodika/metodika.txt").read_text(encoding="utf-8")
    assert {shelf.source.id for shelf in shelves(world)} == {"plan", "vyzva"}


def test_a_changed_document_is_told_and_left_where_it_is(world: Settings) -> None:
    path = world.added / "metodika" / "metodika.txt"
    path.write_text("Něco jiného", encoding="utf-8")
    (found,) = [each for each in verify(world) if each.state == "damaged"]
    assert "nemá původní obsah" in found.what
    assert mended(world) == ()
    assert path.read_text(encoding="utf-8") == "Něco jiného"


def test_a_missing_document_of_the_corpus_is_named_with_what_to_do(world: Settings) -> None:
    (world.corpus / "plan.txt").unlink()
    (found,) = [each for each in verify(world) if each.state == "damaged"]
    assert found.part == "dokumenty"
    assert "plan.txt" in found.what
    assert found.advice


def test_what_a_model_wrote_and_cannot_be_read_is_set_aside(world: Settings) -> None:
    world.written.mkdir()
    (world.written / "plan.toml").write_text("[[unit]\n", encoding="utf-8")
    assert states(world)["předpokládané dotazy"] == "damaged"
    mended(world)
    assert (world.data / "aside/1/anticipated/plan.toml").is_file()
    assert states(world)["předpokládané dotazy"] == "ok"


def test_the_app_builds_a_damaged_index_in_the_background_and_says_so(world: Settings) -> None:
    job = Indexing()
    assert mend(world, job) == ""
    assert job.state().number == 0
    next((serving(world) / "tantivy").glob("*.term")).unlink()
    said = mend(world, job)
    assert "Opora ho právě znovu sestavuje z textů dokumentů; zkuste to za chvíli znovu." in said
    deadline = time.monotonic() + 60
    while job.state().running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert job.state().phase == "done"
    assert mend(world, job) == ""
    assert ANSWER in first_hit(Index.open(world), QUESTION)


def test_a_building_that_fails_is_not_begun_again_by_every_click(world: Settings) -> None:
    shutil.rmtree(serving(world) / "tantivy")
    (world.corpus / "manifest.toml").write_text("[[document]]\n", encoding="utf-8")
    job = Indexing()
    mend(world, job)
    deadline = time.monotonic() + 60
    while job.state().running and time.monotonic() < deadline:
        time.sleep(0.05)
    said = mend(world, job)
    assert said.startswith("Rejstřík dokumentů je poškozený a znovu ho sestavit se nepodařilo. V souboru „manifest")
    assert job.state().number == 1


def page() -> None:
    """Show what the opening of the assistant says."""
    import streamlit as st

    from ingest.errors import OporaError
    from views.assistant import assistant

    try:
        st.text(f"dokumentů {len(assistant().documents)}")
    except OporaError as error:
        st.error(str(error))


def test_a_visitor_reads_one_line_and_a_moment_later_the_documents_are_back(world: Settings) -> None:
    next((serving(world) / "tantivy").glob("*.idx")).write_bytes(b"")
    app = AppTest.from_function(page, default_timeout=60).run()
    (said,) = [each.value for each in app.error]
    assert said.startswith("Rejstřík dokumentů je poškozený. Opora ho právě znovu sestavuje")
    deadline = time.monotonic() + 60
    while not app.text and time.monotonic() < deadline:
        time.sleep(0.3)
        app.run()
    assert [each.value for each in app.text] == ["dokumentů 3"]
