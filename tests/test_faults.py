"""Faults that happen: killed processes, full and read-only disks, two builds at once, a clock that goes back."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.build import Report
from ingest.checksums import CHECKSUMS, damage
from ingest.errors import SearchIndexError
from ingest.index_folder import CURRENT, current
from ingest.library import add, shelves
from ingest.readers import read
from ingest.settings import Settings
from prompts.feedback import load_feedback, store_feedback
from retrieval.index import Index
from tests.building import build, first_hit, folders
from tests.faulting import (
    Job,
    attempt,
    feedback,
    ingesting,
    journaled,
    note,
    rating,
    start,
    switching,
    uploading,
)
from tests.study_world import PLAN, install

QUESTION = "Kdo by s babičkou hrál karty?"
ANSWER = "Podpořit dobrovolníky v nemocnicích."

Damage = Callable[[Path], None]


@pytest.fixture
def world(tmp_path: Path) -> Settings:
    return install(tmp_path / "world")


def answers(settings: Settings) -> bool:
    """Tell whether the index opens and finds what it should."""
    index = Index.open(settings)
    found = first_hit(index, QUESTION)
    index.vectors.close()
    return ANSWER in found


def killed(job: Job, settings: Settings, times: int, check: Callable[[list[str]], None]) -> int:
    """Kill a job at random moments and check each time what it left; return how often it was really killed."""
    moments = random.Random(job.__name__)
    journal = settings.data.parent / f"{job.__name__}.txt"
    count = 0
    for _ in range(times):
        process = start(job, settings, journal)
        time.sleep(moments.random() * 0.4)
        process.kill()
        process.join()
        count += process.exitcode == -9
        check(journaled(journal))
    return count


@pytest.mark.slow
def test_a_killed_ingest_leaves_the_last_index_or_the_next_one(world: Settings) -> None:
    def check(committed: list[str]) -> None:
        assert answers(world)
        text = Index.open(world).documents["plan"].text
        served = int(text.rpartition("Verze ")[2].rstrip(". \n"))
        assert served in (int(committed[-1]), int(committed[-1]) + 1)

    assert killed(ingesting, world, 14, check) == 14
    assert build(world).failed == ()
    assert answers(world)
    assert not [name for name in folders(world) if name.endswith(".part")]


@pytest.mark.slow
def test_a_killed_upload_loses_no_document_that_was_added(world: Settings) -> None:
    def check(committed: list[str]) -> None:
        kept = {shelf.source.id: shelf for shelf in shelves(world)}
        assert set(committed) <= kept.keys()
        for shelf in kept.values():
            if shelf.added:
                assert hashlib.sha256(shelf.path.read_bytes()).hexdigest() == shelf.source.sha256

    assert killed(uploading, world, 12, check) == 12
    assert all(read(shelf.path, shelf.source).text.startswith("Metodika") for shelf in shelves(world) if shelf.added)


@pytest.mark.slow
def test_a_killed_feedback_write_loses_nothing_that_was_stored(world: Settings) -> None:
    def check(committed: list[str]) -> None:
        assert set(committed) <= {given.id for given in load_feedback(world)}

    assert killed(rating, world, 12, check) == 12
    last = store_feedback(world, feedback("poslední"))
    assert last in load_feedback(world)


@pytest.mark.slow
def test_a_killed_switch_leaves_one_of_the_two_indexes_serving(world: Settings) -> None:
    (world.corpus / "plan.txt").write_text(f"{PLAN}\nJiné znění.\n", encoding="utf-8")
    build(world)
    assert len(folders(world)) == 2

    def check(committed: list[str]) -> None:
        folder = current(world.index)
        assert folder is not None
        assert folder.path.name in folders(world)
        assert answers(world)

    assert killed(switching, world, 12, check) == 12


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _used(database: Path) -> int:
    """Return a place that a search reads: much of a small database is empty or serves writing alone."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT max(pageno) FROM dbstat WHERE name = 'embedding_metadata' AND pagetype = 'leaf'"
        (page,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(page * size - 8)


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[_used(path) if path.suffix == ".sqlite3" else len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


DAMAGES: tuple[Damage, ...] = (emptied, cut_in_half, flipped, Path.unlink)


def damaged_copies(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Damage each file of the index folder in each way in turn; put the whole folder back after each."""
    whole = settings.data / "whole"
    shutil.copytree(settings.index, whole)
    for path in sorted(p.relative_to(whole) for p in whole.rglob("*") if p.is_file() and p.stat().st_size):
        for way in DAMAGES:
            shutil.rmtree(settings.index)
            shutil.copytree(whole, settings.index)
            way(settings.index / path)
            yield path, way.__name__


def scratch(path: Path) -> bool:
    """Tell whether it is a file that Chroma makes anew from its database in so small an index."""
    return path.suffix == ".bin"


@pytest.mark.slow
def test_each_damaged_file_is_noticed_on_opening_and_rebuilt_from_the_texts(world: Settings) -> None:
    assert answers(world)
    tried = noticed = 0
    for path, way in damaged_copies(world):
        tried += 1
        if not scratch(path):
            noticed += 1
            with pytest.raises(SearchIndexError, match="python -m ingest"):
                Index.open(world)
            report = build(world)
            assert report.damage or path.name == CURRENT, (path, way)
        assert answers(world), (path, way)
    assert tried > 60
    assert noticed > tried / 2


@pytest.mark.slow
def test_a_large_index_notices_each_damaged_file_too(settings: Settings, tmp_path: Path) -> None:
    """The shipped corpus has a collection that Chroma has saved: its files have to be whole."""
    copy = Settings(data=tmp_path / "data")
    shutil.copytree(settings.index, copy.index)
    folder = current(copy.index)
    assert folder is not None
    saved = [path.parent for path in folder.chroma.rglob("index_metadata.pickle")]
    assert saved
    tried = 0
    for path in sorted(p for p in folder.path.rglob("*") if p.is_file() and p.stat().st_size):
        if path.parent.parent == folder.chroma and path.parent not in saved:
            continue
        content, state = path.read_bytes(), path.stat()
        for way in DAMAGES:
            tried += 1
            way(path)
            assert damage(folder.path), (path, way.__name__)
            path.write_bytes(content)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert tried > 60
    assert damage(folder.path) == ""


def test_opening_an_index_is_checked_within_a_moment(settings: Settings) -> None:
    folder = current(settings.index)
    assert folder is not None
    times = []
    for _ in range(5):
        started = time.perf_counter()
        assert damage(folder.path) == ""
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05


def test_a_damage_that_keeps_size_and_time_is_found_by_a_thorough_check(world: Settings) -> None:
    folder = current(world.index)
    assert folder is not None
    path = folder.documents / "plan.json"
    state = path.stat()
    flipped(path)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert damage(folder.path) == ""
    assert damage(folder.path, thorough=True) == "soubor „documents/plan.json“ nemá původní obsah"


def test_a_document_that_cannot_be_read_any_more_survives_the_rebuilding_of_a_damaged_index(world: Settings) -> None:
    folder = current(world.index)
    assert folder is not None
    (world.corpus / "vyzva.txt").write_bytes(b"")
    emptied(next(folder.tantivy.glob("*.idx")))
    report = build(world)
    assert report.damage.startswith(f"Rejstřík „{folder.path.name}“ je poškozený: soubor „tantivy/")
    assert [file for file, _ in report.failed] == ["vyzva.txt"]
    assert "nejvýše 90 %" in Index.open(world).documents["vyzva"].text


def test_an_index_opens_hundreds_of_times_and_is_whole(world: Settings) -> None:
    """Every opening adds a row to a table of Chroma's, which takes another page in time."""
    folder = current(world.index)
    assert folder is not None
    database = folder.chroma / "chroma.sqlite3"
    script = "INSERT INTO acquire_write (lock_status) SELECT 1 FROM embedding_metadata, embedding_metadata LIMIT 2000"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(script)
        connection.commit()
    assert damage(folder.path, thorough=True) == ""
    assert answers(world)


def test_a_database_that_cannot_be_checked_now_is_not_taken_for_damaged(
    world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = current(world.index)
    assert folder
    for broken in ("/bin/false", str(tmp_path / "missing")):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "executable", broken)
            with pytest.raises(SearchIndexError, match="nepodařilo zkontrolovat"):
                damage(folder.path)
    assert damage(folder.path) == ""


def test_without_checksums_an_index_is_built_again(world: Settings) -> None:
    folder = current(world.index)
    assert folder is not None
    (folder.path / CHECKSUMS).unlink()
    with pytest.raises(SearchIndexError, match="kontrolní součty"):
        Index.open(world)
    assert "kontrolní součty" in build(world).damage
    assert answers(world)


@pytest.mark.slow
def test_a_build_that_may_not_write_enough_leaves_the_index_that_serves(world: Settings) -> None:
    journal = world.data.parent / "said.txt"
    (world.corpus / "plan.txt").write_text(f"{PLAN}\nNové znění.\n", encoding="utf-8")
    largest = max(path.stat().st_size for path in world.index.rglob("*") if path.is_file())
    for size in (1_000, 20_000, largest // 2, largest - 20_000):
        attempt(world, journal, file_size=size).join()
        said = journaled(journal)[-1]
        assert "Error: " in said, "the limit was not felt"
        assert answers(world)
        assert not [name for name in folders(world) if name.endswith(".part")]
    assert build(world).changed == ("plan",)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return what mounts a small disk in memory with the given options; skip where that is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True)
        if done.returncode:
            pytest.skip("a disk in memory can be mounted by root alone")
        return place

    yield mount
    if place.is_mount():
        subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_a_full_disk_leaves_the_index_serving_and_everything_stored(
    world: Settings, tiny_disk: Callable[[str], Path], tmp_path: Path
) -> None:
    settings = Settings(corpus=world.corpus, data=tiny_disk("size=4m") / "data")
    build(settings)
    stored = store_feedback(settings, feedback("první"))
    filler = settings.data / "vyplň"
    size = shutil.disk_usage(settings.data).free
    needed = sum(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())
    journal = tmp_path / "said.txt"
    (world.corpus / "plan.txt").write_text(f"{PLAN}\nNové znění.\n", encoding="utf-8")
    for free in (0, 50_000, needed // 3, needed * 2 // 3):
        filler.write_bytes(b"x" * (size - free))
        attempt(settings, journal).join()
        said = journaled(journal)[-1]
        assert said.startswith("OporaError: Do složky"), said
        assert "(disk je plný). Uvolněte místo na disku" in said
        assert answers(settings)
        assert load_feedback(settings) == (stored,)
        filler.unlink()
    assert build(settings).changed == ("plan",)


def test_a_read_only_disk_is_named_and_its_index_still_opens(
    world: Settings, tiny_disk: Callable[[str], Path], tmp_path: Path
) -> None:
    place = tiny_disk("size=8m")
    settings = Settings(corpus=world.corpus, data=place / "data")
    shutil.copytree(world.data, settings.data)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    assert answers(settings)
    with pytest.raises(SearchIndexError, match="disk je připojený jen pro čtení"):
        build(settings)


@pytest.mark.slow
def test_of_two_builds_at_once_one_waits_or_is_told(world: Settings) -> None:
    journal = world.data.parent / "said.txt"
    told = 0
    for version in range(3):
        (world.corpus / "plan.txt").write_text(f"{PLAN}\nVerze {version}.\n", encoding="utf-8")
        running = [attempt(world, journal) for _ in range(2)]
        for process in running:
            process.join()
        refused = [said for said in journaled(journal)[-2:] if said.startswith("OporaError: Rejstřík právě sestavuje")]
        built = set(journaled(journal)[-2:]) - set(refused)
        told += len(refused)
        assert built == {(world.index / CURRENT).read_text(encoding="utf-8").strip()}
        assert answers(world)
    assert told, "the builds never met"
    (world.corpus / "plan.txt").write_text(f"{PLAN}\nPoslední.\n", encoding="utf-8")
    for process in [attempt(world, journal, patience=60) for _ in range(3)]:
        process.join()
    assert len(set(journaled(journal)[-3:])) == 1
    assert journaled(journal)[-1] == (world.index / CURRENT).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("year", [1990, 2040])
def test_what_decides_is_content_and_never_a_time(world: Settings, tmp_path: Path, year: int) -> None:
    moment = time.mktime((year, 1, 1, 0, 0, 0, 0, 0, -1))

    def set_times() -> None:
        for path in (*world.corpus.rglob("*"), *world.data.rglob("*")):
            os.utime(path, (moment, moment))

    set_times()
    assert answers(world)
    same: Report = build(world)
    assert (same.kept, same.damage) == (("plan", "vyzva"), "")
    (world.corpus / "plan.txt").write_text(f"{PLAN}\nNové znění.\n", encoding="utf-8")
    note(tmp_path / "metodika.txt", "Metodika doučování\n\nDoučování vedou dobrovolníci.")
    os.utime(tmp_path / "metodika.txt", (moment, moment))
    added = add(world, tmp_path / "metodika.txt").id
    set_times()
    report = build(world)
    assert (report.changed, report.added) == (("plan",), (added,))
    assert answers(world)


def test_a_rating_that_is_changed_after_the_clock_went_back_counts_in_its_last_state(world: Settings) -> None:
    store_feedback(world, feedback("a", "2026-05-01T12:00:00+00:00"))
    last = store_feedback(world, feedback("a", "2019-05-01T12:00:00+00:00"))
    assert load_feedback(world) == (last,)
