"""Backup and restoring: what goes in comes out, and an archive is checked before anything is touched."""

import io
import json
import multiprocessing
import shutil
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.backup import DESCRIPTION, write_backup
from ingest.errors import BackupError
from ingest.index_folder import current
from ingest.integrity import verify
from ingest.library import add, remove
from ingest.restore import restore_backup
from ingest.settings import Settings
from prompts.feedback import load_feedback, store_feedback
from retrieval.index import Index
from tests.building import build, first_hit
from tests.faulting import feedback, journaled, rating, start, started
from tests.study_world import install

pytestmark = pytest.mark.slow

QUESTION, ANSWER = "Kdo by s babičkou hrál karty?", "Podpořit dobrovolníky v nemocnicích."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a small installation with its index, an added document, ratings and an own set of questions."""
    settings = install(tmp_path / "world")
    note = tmp_path / "Předškolní „kluby“ – žádost.txt"
    note.write_text("Metodika doučování\n\nDoučování vedou dobrovolníci z fakult.\n", encoding="utf-8")
    add(settings, note)
    build(settings)
    for number in ("a", "b"):
        store_feedback(settings, feedback(number))
    (settings.data / "questions" / "drafts").mkdir(parents=True)
    (settings.data / "questions" / "vlastni.jsonl").write_text('{"id": "Q1"}\n', encoding="utf-8")
    (settings.data / "questions" / "drafts" / "rejected.txt").write_text("Q7\n", encoding="utf-8")
    monkeypatch.setenv("OPORA_CORPUS", str(settings.corpus))
    monkeypatch.setenv("OPORA_DATA", str(settings.data))
    return settings


def kept(settings: Settings) -> dict[str, bytes]:
    """Return what the installation keeps beside its index, by path."""
    files = (path for path in settings.data.rglob("*") if path.is_file() and path.name != ".lock")
    found = {path.relative_to(settings.data).as_posix(): path.read_bytes() for path in files}
    return {name: content for name, content in found.items() if name.split("/")[0] not in ("index", "replaced")}


def answers(settings: Settings) -> bool:
    return ANSWER in first_hit(Index.open(settings), QUESTION)


def whole(settings: Settings) -> bool:
    return all(found.state != "damaged" for found in verify(settings))


def test_what_was_backed_up_comes_back_in_an_empty_folder(world: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "záloha.tar.gz"
    done = write_backup(world, archive)
    assert done.files > 20
    assert archive.stat().st_mode & 0o777 == 0o600
    elsewhere = Settings(corpus=world.corpus, data=tmp_path / "nová" / "data")
    restored = restore_backup(elsewhere, archive)
    assert restored.backup == done
    assert restored.replaced is None
    assert kept(elsewhere) == kept(world)
    assert whole(elsewhere)
    assert answers(elsewhere)
    report = build(elsewhere)
    assert len(report.kept) == 3, "the restored index had to be built again"
    assert load_feedback(elsewhere) == load_feedback(world)


def test_restoring_goes_back_to_the_state_of_the_backup_and_keeps_what_it_replaced(
    world: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "z.tar.gz"
    write_backup(world, archive)
    before = kept(world)
    store_feedback(world, feedback("c"))
    remove(world, next(path.name for path in world.added.iterdir()))
    world.runs.mkdir()
    (world.runs / "nový.json").write_text("{}", encoding="utf-8")
    build(world)
    after = kept(world)
    replaced = restore_backup(world, archive).replaced
    assert replaced == world.data / "replaced" / "1"
    assert kept(world) == before
    found = {p.relative_to(replaced).as_posix(): p.read_bytes() for p in replaced.rglob("*") if p.is_file()}
    assert after.items() <= found.items()
    assert answers(world)
    assert len(Index.open(world).documents) == 3
    assert restore_backup(world, archive).replaced == world.data / "replaced" / "2"


def test_the_commands_make_a_backup_check_it_and_restore_it(
    world: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "z.tar.gz"
    assert main(["backup", str(archive)]) == 0
    before = kept(world)
    shutil.rmtree(world.feedback)
    assert main(["restore", str(archive), "--dry-run"]) == 0
    assert "je v pořádku" in capsys.readouterr().err
    assert not world.feedback.exists()
    assert main(["restore", str(archive)]) == 0
    said = capsys.readouterr().err
    assert "Co tu bylo předtím, je v" in said
    assert kept(world) == before
    assert main(["restore", str(tmp_path / "neni.tar.gz")]) == 1
    assert "neexistuje. Zkontrolujte cestu." in capsys.readouterr().err


def test_a_damaged_index_is_left_out_and_built_again_after_restoring(world: Settings, tmp_path: Path) -> None:
    folder = current(world.index)
    assert folder is not None
    (folder.chroma / "chroma.sqlite3").write_bytes(b"")
    done = write_backup(world, tmp_path / "z.tar.gz")
    assert done.index == ""
    elsewhere = Settings(corpus=world.corpus, data=tmp_path / "data")
    restore_backup(elsewhere, tmp_path / "z.tar.gz")
    assert kept(elsewhere) == kept(world)
    build(elsewhere)
    assert answers(elsewhere)


def test_a_backup_is_not_written_into_what_it_backs_up(world: Settings) -> None:
    with pytest.raises(BackupError, match="nejlépe jiný disk"):
        write_backup(world, world.data / "z.tar.gz")


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(world: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nepodařilo zapsat"):
        write_backup(world, tmp_path / "není" / "z.tar.gz")
    earlier = tmp_path / "z.tar.gz"
    earlier.mkdir()
    with pytest.raises(BackupError, match="nepodařilo zapsat"):
        write_backup(world, earlier)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def rewritten(archive: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """Write a changed copy of a backup; its description is not made to fit."""
    with tarfile.open(archive) as members:
        entries = [(m, f.read() if (f := members.extractfile(m)) else b"") for m in members.getmembers()]
    change(entries)
    target = archive.with_name("jiná.tar.gz")
    with tarfile.open(target, "w:gz") as members:
        for entry, content in entries:
            if entry.isreg():
                entry.size = len(content)
            members.addfile(entry, io.BytesIO(content))
    return target


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


STRANGERS: tuple[tuple[tarfile.TarInfo, str], ...] = (
    (named("data/../../ven.txt"), "mimo složku"),
    (named("/etc/ven.txt"), "mimo složku"),
    (named("ven.txt"), "mimo složku"),
    (named("data"), "mimo složku"),
    (named("data/./feedback/x.txt"), "mimo složku"),
    (named("data/feedback\\..\\..\\x.txt"), "mimo složku"),
    (named("data/.streamlit/secrets.toml"), "do zálohy nepatří"),
    (named("data/encoders/model.bin"), "do zálohy nepatří"),
    (named("data/index/jiny/index.json"), "neobsahuje to, co udává"),
    (named("data/feedback/x.txt"), "neobsahuje to, co udává"),
    (named("data/feedback/odkaz", tarfile.SYMTYPE, "/etc/passwd"), "není obyčejný soubor"),
    (named("data/feedback/odkaz", tarfile.LNKTYPE, "data/feedback/feedback.jsonl"), "není obyčejný soubor"),
    (named("data/feedback/roura", tarfile.FIFOTYPE), "není obyčejný soubor"),
    (named("data/feedback/disk", tarfile.BLKTYPE), "není obyčejný soubor"),
)


def test_an_archive_with_anything_strange_in_it_changes_nothing(world: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "z.tar.gz"
    write_backup(world, archive)
    before = kept(world)

    def described(change: Callable[[dict[str, object]], None]) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
        def apply(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
            fields = json.loads(entries[-1][1])
            change(fields)
            entries[-1] = (entries[-1][0], json.dumps(fields).encode())

        return apply

    changes: list[tuple[Callable[[list[tuple[tarfile.TarInfo, bytes]]], None], str]] = [
        *((lambda entries, entry=entry: entries.insert(0, (entry, b"")), why) for entry, why in STRANGERS),
        (lambda entries: entries.append((named("data/a.txt"), b"a")), "za svým popisem další obsah"),
        (lambda entries: entries.insert(0, entries[0]), "dvakrát"),
        (lambda entries: entries.__delitem__(0), "neobsahuje to, co udává"),
        (lambda entries: entries.__delitem__(-1), "neobsahuje to, co udává"),
        (lambda entries: entries.__setitem__(0, (entries[0][0], b"jiny obsah")), "neobsahuje to, co udává"),
        (lambda entries: entries.__setitem__(-1, (named(DESCRIPTION), b"{")), "má neplatný popis"),
        (described(lambda fields: fields.update(format=99)), "novější verze programu"),
        (described(lambda fields: fields.update(index="../..")), "má neplatný popis"),
        (described(lambda fields: fields.update(index="jiny")), "nemá rejstřík, který udává"),
        (described(lambda fields: fields.update(index="")), "nemá rejstřík, který udává"),
    ]
    for change, why in changes:
        strange = rewritten(archive, change)
        for dry_run in (True, False):
            with pytest.raises(BackupError, match=why):
                restore_backup(world, strange, dry_run=dry_run)
    assert len(changes) == 24
    assert kept(world) == before
    assert answers(world)
    assert not (tmp_path / "ven.txt").exists()
    assert not (world.data / ".restoring").exists()


def test_a_cut_or_altered_archive_is_refused_wherever_it_is_hurt(world: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "z.tar.gz"
    write_backup(world, archive)
    content = archive.read_bytes()
    before = kept(world)
    hurt = tmp_path / "jina.tar.gz"
    for tenth in range(10):
        place = len(content) * tenth // 10
        for wrong in (content[:place], content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]):
            hurt.write_bytes(wrong)
            with pytest.raises(BackupError, match="nic se nezměnilo"):
                restore_backup(world, hurt)
    hurt.write_bytes(b"PK\x03\x04 to je jiny archiv")
    with pytest.raises(BackupError, match="nic se nezměnilo"):
        restore_backup(world, hurt, dry_run=True)
    assert kept(world) == before
    assert whole(world)


def test_an_archive_that_claims_more_than_the_disk_holds_is_refused_at_once(world: Settings, tmp_path: Path) -> None:
    huge = named("data/feedback/velky.bin")
    huge.size = 2**60
    hollow = tmp_path / "velka.tar.gz"
    with tarfile.open(hollow, "w:gz") as members:
        members.fileobj.write(huge.tobuf(tarfile.PAX_FORMAT))
    started = time.monotonic()
    with pytest.raises(BackupError, match="není pro obnovení dost místa"):
        restore_backup(world, hollow)
    assert time.monotonic() - started < 5


@pytest.mark.slow
def test_a_backup_made_while_people_write_holds_all_that_was_stored_before_it(world: Settings, tmp_path: Path) -> None:
    journal = tmp_path / "journal.txt"
    writer = start(rating, world, journal)
    try:
        for number in range(5):
            stored = set(journaled(journal))
            write_backup(world, tmp_path / "z.tar.gz")
            elsewhere = Settings(corpus=world.corpus, data=tmp_path / f"data{number}")
            restore_backup(elsewhere, tmp_path / "z.tar.gz")
            found = {given.id for given in load_feedback(elsewhere)}
            assert stored <= found
            assert whole(elsewhere)
    finally:
        writer.kill()
        writer.join()


@pytest.mark.slow
def test_a_killed_restoring_loses_nothing_and_can_be_repeated(world: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "z.tar.gz"
    write_backup(world, archive)
    before = kept(world)
    store_feedback(world, feedback("navíc"))
    processes = multiprocessing.get_context("forkserver")
    for n in range(8):
        process = processes.Process(target=restore_backup, args=(world, archive))
        started(process)
        time.sleep(0.02 * n)
        process.kill()
        process.join()
        lines = b"".join(p.read_bytes() for p in world.data.rglob("feedback.jsonl"))
        assert b'"nav\xc3\xadc"' in lines, "what was stored after the backup is gone"
    restore_backup(world, archive)
    assert kept(world) == before
    assert answers(world)
    assert whole(world)
