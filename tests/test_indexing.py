"""Indexing in the background, and the app that follows the index that serves."""

import html
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from ingest.build import Report
from ingest.document import Document, Passage, Source
from ingest.errors import SearchIndexError
from ingest.index_folder import current, lock
from ingest.library import add, remove
from ingest.settings import Settings
from prompts.answer import Citation
from tests.building import build, folders
from tests.study_world import install
from views.assistant import assistant, made_of_index
from views.catalogue_data import open_catalogue
from views.indexing import Indexing, Show, State
from views.locality_state import installed_matcher

NOTE = """Metodika doučování

Doučování vedou dobrovolníci z pedagogických fakult.

Podporované aktivity:
- doučování dětí v knihovnách
- školení dobrovolníků
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a small installation with its index, which the app finds through the environment."""
    settings = install(tmp_path / "world")
    monkeypatch.setenv("OPORA_CORPUS", str(settings.corpus))
    monkeypatch.setenv("OPORA_DATA", str(settings.data))
    return settings


def note(folder: Path, text: str = NOTE, name: str = "metodika.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def settled(job: Indexing) -> State:
    """Return the state after the job has ended."""
    deadline = time.monotonic() + 60
    while job.state().running:
        assert time.monotonic() < deadline, "the job does not end"
        time.sleep(0.02)
    return job.state()


def ids() -> set[str]:
    return {document.id for document in assistant().documents}


def test_a_request_brings_the_index_in_line_and_tells_what_it_did(world: Settings, tmp_path: Path) -> None:
    add(world, note(tmp_path))
    job = Indexing()
    assert job.state() == State()
    job.request(world)
    state = settled(job)
    assert (state.phase, state.number, state.error) == ("done", 1, "")
    assert state.report is not None
    assert state.report.added == ("metodika",)
    assert state.ended is not None


def test_progress_names_the_document_at_work(world: Settings) -> None:
    reached, go_on = Event(), Event()

    def slow(settings: Settings, show: Show) -> Report:
        show(1, 3, "Metodika doučování")
        reached.set()
        assert go_on.wait(30)
        return build(settings)

    job = Indexing(slow)
    job.request(world)
    assert reached.wait(30)
    state = job.state()
    assert (state.running, state.done, state.total, state.title) == (True, 1, 3, "Metodika doučování")
    go_on.set()
    assert settled(job).phase == "done"


def test_requests_during_a_build_are_answered_by_one_more_build(world: Settings, tmp_path: Path) -> None:
    """What was added after the first build had read the documents would else wait for the next visitor."""
    builds: list[Report] = []
    reached, go_on = Event(), Event()

    def counted(settings: Settings, show: Show) -> Report:
        builds.append(build(settings))
        reached.set()
        assert go_on.wait(30)
        return builds[-1]

    job = Indexing(counted)
    job.request(world)
    assert reached.wait(30)
    add(world, note(tmp_path))
    for _ in range(3):
        job.request(world)
    assert len(builds) == 1
    go_on.set()
    assert settled(job).number == 2
    assert [report.added for report in builds] == [(), ("metodika",)]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SearchIndexError("Do složky nelze zapisovat."), "Do složky nelze zapisovat."),
        (ZeroDivisionError("division by zero"), "Zaindexování se nepodařilo dokončit. Zkuste to znovu"),
    ],
)
def test_a_failed_build_is_told_in_czech_and_the_next_one_may_succeed(
    world: Settings, error: Exception, message: str
) -> None:
    failures = [error]

    def at_first_not(settings: Settings, show: Show) -> Report:
        if failures:
            raise failures.pop()
        return build(settings)

    job = Indexing(at_first_not)
    job.request(world)
    state = settled(job)
    assert state.phase == "failed"
    assert state.error.startswith(message)
    job.request(world)
    state = settled(job)
    assert (state.phase, state.error, state.number) == ("done", "", 2)


def test_the_job_waits_for_a_build_that_runs_as_a_command(world: Settings, tmp_path: Path) -> None:
    add(world, note(tmp_path))
    job = Indexing()
    with lock(world.index):
        job.request(world)
        time.sleep(1.0)
        assert job.state().running
        assert "metodika" not in ids(), "what served before serves on"
    assert settled(job).phase == "done"
    assert "metodika" in ids()


def test_patience_with_another_build_has_an_end(world: Settings) -> None:
    with lock(world.index):
        started = time.monotonic()
        with pytest.raises(SearchIndexError, match="právě sestavuje jiný běh"), lock(world.index, patience=0.3):
            pass
        assert time.monotonic() - started >= 0.3


def test_a_build_that_fails_leaves_nothing_behind(world: Settings, tmp_path: Path) -> None:
    before = folders(world)
    (world.corpus / "anticipated" / "plan.toml").unlink()
    (world.corpus / "vyzva.txt").write_text("Jiný text výzvy.\n", encoding="utf-8")
    shutil.rmtree(world.corpus / "anticipated")

    class Broken:
        fingerprint, dimension = "broken", 128

        def encode_passages(self, texts: object) -> object:
            raise MemoryError

        encode_queries = encode_passages

    with pytest.raises(MemoryError):
        build(world, Broken())  # type: ignore[arg-type]
    assert folders(world) == before


def test_the_app_keeps_its_assistant_until_the_index_changes(world: Settings, tmp_path: Path) -> None:
    first = assistant()
    assert assistant() is first
    add(world, note(tmp_path))
    assert assistant() is first
    build(world)
    assert assistant() is not first
    assert "metodika" in ids()
    assert assistant().ask("Kdo vede doučování?").citations[0].doc == "metodika"
    assert first.ask("Kdo smí podat žádost?").citations, "an answer that was begun is finished"


def test_going_back_and_forth_between_documents_is_followed_each_time(world: Settings, tmp_path: Path) -> None:
    for _ in range(3):
        add(world, note(tmp_path))
        build(world)
        assert assistant().ask("Kdo vede doučování?").citations[0].doc == "metodika"
        remove(world, "metodika")
        build(world)
        assert assistant().ask("Smí podat projekt spolek?").citations
        assert "metodika" not in ids()


def test_an_index_written_anew_under_its_old_name_is_opened_anew(world: Settings) -> None:
    opened: list[str] = []
    for _ in range(3):
        made_of_index("opened", 0, lambda index: opened.append(index.fingerprint))
        assert assistant().ask("Smí podat projekt spolek?").citations
        shutil.rmtree(world.index)
        build(world)
    assert len(opened) == 3
    assert len(set(opened)) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files cannot be listed here")
def test_an_index_that_no_longer_serves_is_let_go(world: Settings, tmp_path: Path) -> None:
    def mapped(folder: Path) -> bool:
        return str(folder) in Path("/proc/self/maps").read_text(encoding="utf-8")

    folder = current(world.index)
    assert folder is not None
    assert assistant().ask("Smí podat projekt spolek?").citations
    open_catalogue().rank("dluhy")
    installed_matcher()
    assert mapped(folder.path)
    add(world, note(tmp_path))
    build(world)
    assert "metodika" in ids()
    deadline = time.monotonic() + 20  # Tantivy lets go of its files in threads of its own
    while mapped(folder.path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not mapped(folder.path)


def test_the_catalogue_and_the_profile_follow_the_index(world: Settings, tmp_path: Path) -> None:
    def documents() -> set[str]:
        return {instrument.doc for instrument in open_catalogue().catalogue.instruments}

    catalogue, matcher = open_catalogue(), installed_matcher()
    assert open_catalogue() is catalogue
    assert installed_matcher() is matcher
    assert "metodika" not in documents()
    add(world, note(tmp_path))
    build(world)
    assert "metodika" in documents()
    assert "metodika" in installed_matcher().documents


def test_what_is_made_of_the_index_is_made_once_for_each_version(world: Settings) -> None:
    made: list[str] = []
    for version in (1, 1, 2, 2):
        made_of_index("titles", version, lambda index: made.append(index.fingerprint))
    assert len(made) == 2


def test_without_an_index_the_app_says_so_until_there_is_one(world: Settings) -> None:
    shutil.move(world.index, world.index.with_name("elsewhere"))
    with pytest.raises(SearchIndexError, match="ještě není sestavený"):
        assistant()
    shutil.move(world.index.with_name("elsewhere"), world.index)
    assert "plan" in ids()


TEXT = "Úvod.\n\nDoučování vedou dobrovolníci.\n"
QUOTE = "Doučování vedou dobrovolníci."


def _panel(citation: "Citation", document: "Callable[[str], Document]") -> None:
    from views.source_panel import source_panel

    source_panel(citation, document, lambda: None)


def panel(documents: dict[str, str]) -> str:
    """Return what the source panel shows for a quote from the document "a", given the texts of today."""
    start = TEXT.index(QUOTE)
    passage = Passage("a", start, start + len(QUOTE), QUOTE, "paragraph")
    citation = Citation(1, passage, start, start + len(QUOTE), QUOTE, "Metodika <1>")
    today = {doc: Document(Source(doc, "Metodika <1>"), text) for doc, text in documents.items()}
    page = AppTest.from_function(_panel, kwargs={"citation": citation, "document": lambda doc: today[doc]}).run()
    assert not page.exception
    return html.unescape("".join(element.proto.body for element in page.get("html")))


def test_a_citation_of_a_removed_document_says_so_and_keeps_its_words() -> None:
    shown = panel({})
    assert "Dokument „Metodika <1>“ mezi dokumenty už není, byl odebrán." in shown
    assert f"„{QUOTE}“" in shown


def test_a_citation_whose_document_has_changed_is_found_at_its_new_place() -> None:
    shown = panel({"a": f"Nový úvod, delší než dříve.\n\n{QUOTE}\n"})
    assert f"<mark>{QUOTE}</mark>" in shown
    assert "změnil" not in shown


def test_a_citation_whose_words_are_gone_does_not_point_at_others() -> None:
    shown = panel({"a": "Doučování vedou zaměstnanci školy, nikoli dobrovolníci.\n"})
    assert "se od této odpovědi změnil a citované místo v něm už není" in shown
    assert "<mark>" not in shown
