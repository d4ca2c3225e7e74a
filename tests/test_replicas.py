"""An index published on a shared Chroma server, and installations that take it over from there."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.build import Report
from ingest.errors import SearchIndexError, SettingsError
from ingest.index_folder import IndexFolder, current, named, read_meta, serving
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.publishing import piece_rows, publish
from retrieval.query import understand
from retrieval.replica import follow
from retrieval.search import search
from retrieval.server import ChromaServer
from retrieval.vectors import Rows
from retrieval.versions import Version, contents, is_whole, point_at, serving_version
from tests.building import Recorder, build, first_hit, folders
from tests.shared_server import Shared, on, replica_of, shared, silent
from tests.study_world import PLAN, QUESTIONS, THESAURUS, install
from views.following import Following
from views.indexing import bring_in_line

pytestmark = pytest.mark.slow

QUESTION = "Kdo by s babičkou hrál karty?"
ANSWER = "Podpořit dobrovolníky"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    with shared(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def server(running: Shared) -> ChromaServer:
    """Return a client of a server that has nothing yet."""
    running.empty()
    return ChromaServer(running.settings)


@pytest.fixture
def world(running: Shared, installed: Settings, tmp_path: Path) -> Settings:
    """Return a small installation with its index, which shares the server."""
    for folder in ("corpus", "data"):
        shutil.copytree(getattr(installed, folder), tmp_path / folder)
    return on(running, replace(installed, corpus=tmp_path / "corpus", data=tmp_path / "data"))


@pytest.fixture
def other(world: Settings, tmp_path: Path) -> Settings:
    """Return another machine with the same program and corpus."""
    return replica_of(world, tmp_path / "other")


def changed(world: Settings, line: str) -> Report:
    """Change a document and build the index."""
    (world.corpus / "plan.txt").write_text(f"{PLAN}\n{line}\n", encoding="utf-8")
    return build(world)


def hits(index: Index, question: str) -> list[str]:
    found = search(index, understand(question, index.vocabulary, index.thesaurus, []), 5)
    return [scored.passage.id for scored in found]


def test_another_machine_finds_the_same_without_documents_or_vectors_of_its_own(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    assert publish(world, silent).sent
    assert follow(other, server, silent)
    here, there = Index.open(world), Index.open(other)
    assert there.fingerprint == here.fingerprint
    assert there.documents == here.documents
    assert there.passages == here.passages
    for _, _, question, _, _ in QUESTIONS:
        assert hits(there, question) == hits(here, question)
    assert not any(other.data.rglob("chroma.sqlite3"))


def test_what_did_not_change_is_neither_published_nor_fetched_again(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    first = publish(world, silent)
    again = publish(world, silent)
    assert (again.version, again.sent) == (first.version, False)
    assert follow(other, server, silent)
    written = IndexFolder(other.index / first.version.name).meta.stat().st_mtime_ns
    assert not follow(other, server, silent)
    assert not follow(other, server, silent, doubt=True)
    assert IndexFolder(other.index / first.version.name).meta.stat().st_mtime_ns == written


def test_the_publisher_keeps_its_own_vectors(world: Settings, server: ChromaServer) -> None:
    publish(world, silent)
    before = named(world.index)
    assert not follow(world, server, silent)
    assert named(world.index) == before


def test_a_new_version_is_followed_and_the_one_before_still_answers_those_who_hold_it(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    old = publish(world, silent, kept=0).version
    follow(other, server, silent)
    held = Index.open(other)
    changed(world, "Opatření 1.1.g: Zřídit výdejnu potravin.")
    publish(world, silent, kept=0)
    assert follow(other, server, silent)
    assert "výdejnu potravin" in first_hit(Index.open(other), "Kde je výdejna potravin?")
    assert ANSWER in first_hit(held, QUESTION)
    changed(world, "Opatření 1.1.g: Zřídit šatník.")
    newest = publish(world, silent, kept=0).version
    assert is_whole(server, newest)
    assert not [name for name in server.names() if old.name in name], "what served before the last one is gone"
    with pytest.raises(SearchIndexError, match="už hledaná verze rejstříku není"):
        first_hit(held, QUESTION)


def test_a_version_that_somebody_may_still_write_or_read_is_not_removed(world: Settings, server: ChromaServer) -> None:
    names = [publish(world, silent).version]
    for line in ("Verze dvě.", "Verze tři."):
        changed(world, line)
        names.append(publish(world, silent).version)
    assert all(is_whole(server, version) for version in names)


def test_without_the_server_the_index_here_stays_and_the_next_run_publishes_it(
    world: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    fingerprint = changed(world, "Opatření 1.1.g: Zřídit výdejnu potravin.").fingerprint
    running.stop()
    with pytest.raises(SearchIndexError, match=r"neodpovídá.*zveřejní ho příští"):
        publish(world, silent)
    assert read_meta(IndexFolder(world.index / fingerprint)).fingerprint == fingerprint
    assert "výdejnu" in first_hit(Index.open(world), "Kde je výdejna potravin?")
    running.start()
    assert publish(world, silent).version.fingerprint == fingerprint


def test_an_index_that_awaits_its_publication_gives_way_only_to_a_newer_one(
    world: Settings, other: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    report = changed(world, "Opatření 1.1.g: Zřídit výdejnu potravin.")
    assert not follow(world, server, silent), "the version that was seen already takes nothing back"
    folder, _ = serving(world.index)
    assert folder
    assert folder.path.name == report.fingerprint
    changed(other, "Opatření 1.1.g: Zřídit šatník.")
    publish(other, silent)
    assert follow(world, server, silent)
    assert read_meta(current(world.index) or IndexFolder(world.index)).fingerprint != report.fingerprint


def test_a_first_index_that_could_not_be_published_is_not_lost_to_the_servers_one(
    world: Settings, other: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    fingerprint = changed(other, "Opatření 1.1.g: Zřídit výdejnu potravin.").fingerprint
    running.stop()
    with pytest.raises(SearchIndexError):
        publish(other, silent)
    running.start()
    assert not follow(other, server, silent)
    assert publish(other, silent).version.fingerprint == fingerprint


def test_while_the_server_is_away_documents_open_and_questions_say_so(
    world: Settings, other: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    running.stop()
    index = Index.open(other)
    assert index.documents["plan"].text.strip() == PLAN.strip()
    with pytest.raises(SearchIndexError, match=r"teď neodpovídá\. Zkuste to za chvíli znovu"):
        first_hit(index, QUESTION)
    running.start()
    assert ANSWER in first_hit(index, QUESTION)


def test_a_restarted_server_goes_unnoticed_by_an_open_index(
    world: Settings, other: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    index = Index.open(other)
    for _ in range(3):
        assert ANSWER in first_hit(index, QUESTION)
        running.stop()
        running.start()
    assert ANSWER in first_hit(index, QUESTION)


@pytest.mark.slow
def test_a_server_that_hangs_is_given_up_within_five_seconds(
    world: Settings, other: Settings, running: Shared, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    index = Index.open(other)
    running.hang()
    try:
        for call in (lambda: first_hit(index, QUESTION), lambda: follow(other, server, silent)):
            begun = time.monotonic()
            with pytest.raises(SearchIndexError, match="neodpovídá"):
                call()
            assert time.monotonic() - begun < 5.5
    finally:
        running.wake()
    assert ANSWER in first_hit(index, QUESTION)


def test_another_encoder_here_keeps_the_version_that_serves(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    build(world, Recorder(Encoder.load(world.encoder), variant="-jiný"))
    publish(world, silent)
    with pytest.raises(SearchIndexError, match="Nastavte OPORA_ENCODER všude stejně"):
        follow(other, server, silent)
    assert ANSWER in first_hit(Index.open(other), QUESTION)
    assert not any(name.endswith(".part") for name in folders(other))


def test_another_thesaurus_here_keeps_the_version_that_serves(
    world: Settings, other: Settings, server: ChromaServer, tmp_path: Path
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    shutil.copytree(world.corpus, tmp_path / "older")
    older = replace(other, corpus=tmp_path / "older")
    (world.corpus / "thesaurus.toml").write_text(THESAURUS.replace("na ulici", "bez domova"), encoding="utf-8")
    build(world)
    publish(world, silent)
    with pytest.raises(SearchIndexError, match=r"Sjednoťte verzi Opory a thesaurus\.toml"):
        follow(older, server, silent)
    assert ANSWER in first_hit(Index.open(older), QUESTION)
    assert follow(other, server, silent), "where the thesaurus is the new one, the version is taken over"


def test_records_that_are_not_what_was_published_are_not_taken_over(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    version = publish(world, silent).version
    records = server.collection(version.records)
    assert records
    first = str(server.take(records, ["00000000"]).metadata[0]["text"])
    for spoilt in (first.replace("plan", "plam"), first[:-1], "../../" + first, "{}"):
        server.put(records, piece_rows(0, [spoilt]))
        with pytest.raises(SearchIndexError, match="není celá nebo se právě mění"):
            follow(other, server, silent)
        assert named(other.index) is None
        assert folders(other) == set()
    server.put(records, piece_rows(0, [first]))
    assert follow(other, server, silent)


def test_a_version_that_an_older_opora_published_is_named(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    version = publish(world, silent).version
    records = server.collection(version.records)
    assert records
    first = server.take(records, ["00000000"])
    records.delete(first.ids)
    server.put(records, Rows(first.ids, first.vectors, [{"piece": 0}]))
    with pytest.raises(SearchIndexError, match="zveřejnila starší verze Opory"):
        follow(other, server, silent)
    assert folders(other) == set()


def test_a_version_that_lacks_vectors_is_not_taken_over(world: Settings, other: Settings, server: ChromaServer) -> None:
    version = publish(world, silent).version
    server.drop(version.questions)
    with pytest.raises(SearchIndexError, match="není celá"):
        follow(other, server, silent)
    assert publish(world, silent).sent, "the next run publishes it anew"
    assert follow(other, server, silent)


def test_a_pointer_that_is_a_path_is_refused(other: Settings, server: ChromaServer) -> None:
    server.mark(server.make("opora"), {"version": "../../etc"})
    with pytest.raises(SearchIndexError, match="není od této verze Opory"):
        follow(other, server, silent)


def test_a_server_without_any_index_says_where_it_comes_from(other: Settings, server: ChromaServer) -> None:
    with pytest.raises(SearchIndexError, match="zatím žádný rejstřík není"):
        follow(other, server, silent)


def test_a_damaged_copy_is_fetched_again(world: Settings, other: Settings, server: ChromaServer) -> None:
    version = publish(world, silent).version
    follow(other, server, silent)
    record = other.index / version.name / "documents" / "plan.json"
    record.write_text("{}", encoding="utf-8")
    with pytest.raises(SearchIndexError, match="poškozený"):
        Index.open(other)
    follow(other, server, silent, doubt=True)
    assert ANSWER in first_hit(Index.open(other), QUESTION)


def test_the_app_fetches_what_is_missing_or_damaged_and_nothing_else(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    version = publish(world, silent).version
    follower = Following()
    assert "právě přebírá ze společného serveru" in follower.mend(other)
    follow(other, server, silent)
    assert follower.mend(other) == "", "it is whole, so that another reason keeps it from opening"
    (other.index / version.name / "documents" / "plan.json").write_text("{}", encoding="utf-8")
    assert "právě přebírá ze společného serveru" in follower.mend(other)
    assert follower.mend(world) == "", "what was built here is built here again"


def test_the_app_of_a_follower_does_not_build(other: Settings) -> None:
    assert other.chroma
    follower = replace(other, chroma=replace(other.chroma, publishes=False))
    with pytest.raises(SearchIndexError, match="jen přebírá ze společného serveru"):
        bring_in_line(follower, silent)
    assert not other.data.exists()


def test_the_app_publishes_what_it_indexed(world: Settings, other: Settings, server: ChromaServer) -> None:
    report = bring_in_line(world, silent)
    assert follow(other, server, silent)
    assert Index.open(other).fingerprint == report.fingerprint


def test_a_build_after_taking_over_starts_from_nothing_and_is_whole(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    encoder = Recorder(Encoder.load(other.encoder))
    report = build(other, encoder)
    assert len(encoder.passages) == report.passages
    own = Index.open(replace(other, chroma=None))
    for _, _, question, _, _ in QUESTIONS:
        assert hits(own, question) == hits(Index.open(world), question)


def test_an_index_taken_over_does_not_open_without_the_servers_address(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    publish(world, silent)
    follow(other, server, silent)
    with pytest.raises(SearchIndexError, match="OPORA_CHROMA_URL"):
        Index.open(replace(other, chroma=None))


def test_an_interrupted_publication_goes_on_where_it_ended(
    world: Settings, other: Settings, server: ChromaServer
) -> None:
    publish(world, silent)
    changed(world, "Opatření 1.1.g: Zřídit výdejnu potravin.")
    before = serving_version(server)

    def stumbling(done: int, total: int, title: str) -> None:
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(world, stumbling)
    assert serving_version(server) == before
    begun = {name for name in server.names() if before and before.name not in name}
    done = publish(world, silent)
    assert done.version.records in begun, "the same version is completed"
    assert follow(other, server, silent)
    assert "výdejnu" in first_hit(Index.open(other), "Kde je výdejna potravin?")


@pytest.mark.slow
@pytest.mark.parametrize("sent", [0, 1, 400, 1500, 3500])
def test_it_goes_on_wherever_it_ended(settings: Settings, running: Shared, server: ChromaServer, sent: int) -> None:
    shipped = on(running, settings)

    def stumbling(done: int, total: int, title: str) -> None:
        if done >= sent:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(shipped, stumbling)
    assert serving_version(server) is None
    begun = {name for name in server.names() if name.endswith("-records")}
    done = publish(shipped, silent).version
    assert begun == {done.records}
    assert is_whole(server, done)


@pytest.mark.slow
def test_two_publishers_at_once_leave_the_pointer_at_a_whole_version(
    world: Settings, other: Settings, server: ChromaServer, tmp_path: Path
) -> None:
    shutil.copytree(world.corpus, tmp_path / "theirs")
    theirs = replace(other, corpus=tmp_path / "theirs", data=tmp_path / "their-data")
    failures: list[BaseException] = []

    def publishing(settings: Settings, name: str) -> None:
        try:
            for n in range(5):
                changed(settings, f"Opatření 1.1.g: {name} vydání {n}.")
                publish(settings, silent, kept=60)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=publishing, args=each) for each in ((world, "Naše"), (theirs, "Jejich"))]
    for thread in threads:
        thread.start()
    looks = 0
    while any(thread.is_alive() for thread in threads):
        if version := serving_version(server):
            looks += 1
            assert is_whole(server, version)
    assert failures == []
    assert looks > 10
    last = serving_version(server)
    assert last
    assert is_whole(server, last)
    assert follow(other, server, silent)
    assert "vydání 4" in " ".join(p.text for p in Index.open(other).passages.values())


def test_a_follower_builds_nothing_and_takes_over_by_the_command(
    world: Settings,
    other: Settings,
    running: Shared,
    server: ChromaServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPORA_CORPUS", str(world.corpus))
    monkeypatch.setenv("OPORA_CHROMA_URL", running.url)
    monkeypatch.setenv("OPORA_DATA", str(world.data))
    assert main([]) == 0
    assert "Rejstřík je zveřejněný na serveru Chroma" in capsys.readouterr().err
    assert main([]) == 0
    assert "Server Chroma tento rejstřík už má" in capsys.readouterr().err
    monkeypatch.setenv("OPORA_DATA", str(other.data))
    monkeypatch.setenv("OPORA_CHROMA_PUBLISH", "0")
    assert main([]) == 0
    assert "Nový rejstřík je převzatý" in capsys.readouterr().err
    assert ANSWER in first_hit(Index.open(other), QUESTION)
    assert main([str(world.corpus / "plan.txt")]) == 1
    assert "jen přebírá" in capsys.readouterr().err


def test_the_command_says_that_the_server_is_away_and_keeps_what_it_built(
    world: Settings,
    running: Shared,
    server: ChromaServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPORA_CORPUS", str(world.corpus))
    monkeypatch.setenv("OPORA_DATA", str(world.data))
    monkeypatch.setenv("OPORA_CHROMA_URL", running.url.replace("http://", "http://jmeno:tajneheslo@"))
    running.stop()
    try:
        assert main([]) == 1
    finally:
        running.start()
    said = capsys.readouterr().err
    assert "nepodařilo zveřejnit" in said
    assert "zveřejní ho příští" in said
    assert "tajneheslo" not in said
    assert ANSWER in first_hit(Index.open(world), QUESTION)


def test_a_whole_version_says_what_it_holds(world: Settings, server: ChromaServer) -> None:
    version = publish(world, silent).version
    said, meta = contents(server, version), serving(world.index)[1]
    assert said
    assert meta
    assert said.passages == meta.passages
    point_at(server, Version(version.name))
    assert serving_version(server) == version


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://chroma:8000", "http://chroma:8000"),
        ("https://chroma.obec.cz/", "https://chroma.obec.cz"),
        ("https://chroma.obec.cz:444/sdileny/", "https://chroma.obec.cz:444/sdileny"),
        ("http://jmeno:he%40slo@chroma:8000/api/v2", "http://chroma:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_is_read_without_its_credentials(given: str, url: str) -> None:
    found = Settings.from_env({"OPORA_CHROMA_URL": given}).chroma
    assert found
    assert found.url == url


@pytest.mark.parametrize("given", ["chroma:8000", "ftp://chroma", "http://", "http://chroma:osm", "http://c?d=1"])
def test_an_address_that_is_none_says_what_it_should_be(given: str) -> None:
    with pytest.raises(SettingsError, match="OPORA_CHROMA_URL"):
        Settings.from_env({"OPORA_CHROMA_URL": given})


def test_secrets_are_sent_and_never_shown() -> None:
    env = {"OPORA_CHROMA_URL": "http://jmeno:he%40slo@chroma:8000", "OPORA_CHROMA_TOKEN": "tajne"}
    found = Settings.from_env(env).chroma
    assert found
    assert dict(found.headers) == {"Authorization": "Basic am1lbm86aGVAc2xv", "X-Chroma-Token": "tajne"}
    assert "tajne" not in repr(found)
    assert "am1l" not in repr(found)
    alone = Settings.from_env({"OPORA_CHROMA_URL": "http://chroma:8000", "OPORA_CHROMA_TOKEN": "tajne"}).chroma
    assert alone
    assert dict(alone.headers)["Authorization"] == "Bearer tajne"


@pytest.mark.parametrize("env", [{"OPORA_CHROMA_TOKEN": "čeština"}, {"OPORA_CHROMA_PUBLISH": "ano"}])
def test_other_wrong_settings_are_named(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(env))):
        Settings.from_env({"OPORA_CHROMA_URL": "http://chroma:8000", **env})
