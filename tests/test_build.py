"""Building a real index with the shipped encoder, Chroma and Tantivy: incrementally, and never in place."""

import json
import shutil
from pathlib import Path

import pytest

from ingest.document import Source
from ingest.errors import ManifestError, SearchIndexError
from ingest.index_folder import CURRENT, IndexFolder, current, lock, read_document, read_meta
from ingest.library import add
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.index import Index
from tests.building import Recorder, build, first_hit, folders

DATA = Path(__file__).parent / "data"

POVERTY = "Dluhové poradny\n\nDluhové poradny pomáhají lidem v exekuci sestavit splátkový kalendář.\n"
HOUSING = "Sociální bydlení\n\nObec pronajímá sociální byty rodinám v bytové nouzi.\n\nByty spravuje bytový odbor.\n"
SCHOOL = "Předškolní kluby\n\nKluby připravují děti předškolního věku na vstup do základní školy.\n"


@pytest.fixture(scope="module")
def model() -> Encoder:
    return Encoder.load(Settings().encoder)


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Return an installation with two short documents and no manifest."""
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    settings.corpus.mkdir()
    write(settings, "bydleni.txt", HOUSING)
    write(settings, "dluhy.txt", POVERTY)
    return settings


def write(settings: Settings, name: str, text: str) -> None:
    (settings.corpus / name).write_text(text, encoding="utf-8")


def ask_about_housing(settings: Settings, questions: str) -> None:
    folder = settings.corpus / "anticipated"
    folder.mkdir(exist_ok=True)
    unit = {"start": 18, "end": 51, "quote": HOUSING[18:51], "questions": questions}
    lines = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in unit.items())
    (folder / "bydleni.toml").write_text(f"[[unit]]\n{lines}\n", encoding="utf-8")


def passage_ids(settings: Settings) -> set[str]:
    return set(Index.open(settings).passages)


def test_a_first_build_embeds_everything_and_answers(small: Settings, model: Encoder) -> None:
    recorder = Recorder(model)
    report = build(small, recorder)
    assert (report.documents, report.added, report.failed) == (2, ("bydleni", "dluhy"), ())
    assert report.passages == len(recorder.passages) == len(passage_ids(small))
    assert first_hit(Index.open(small), "kdo pomůže s exekucí").startswith("Dluhové poradny pomáhají")


def test_a_second_build_changes_nothing(small: Settings, model: Encoder) -> None:
    first = build(small)
    before = sorted((p, p.stat().st_mtime_ns) for p in small.index.rglob("*") if p.is_file() and p.name != ".lock")
    recorder = Recorder(model)
    second = build(small, recorder)
    after = sorted((p, p.stat().st_mtime_ns) for p in small.index.rglob("*") if p.is_file() and p.name != ".lock")
    assert second.fingerprint == first.fingerprint
    assert second.kept == ("bydleni", "dluhy")
    assert (second.added, second.changed, second.removed) == ((), (), ())
    assert recorder.passages == recorder.questions == []
    assert after == before


def test_the_same_documents_give_the_same_fingerprint_and_ids_anywhere(small: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(corpus=small.corpus, data=tmp_path / "jinde")
    assert build(small).fingerprint == build(elsewhere).fingerprint
    assert passage_ids(small) == passage_ids(elsewhere)


def test_only_what_changed_is_embedded_again(small: Settings, model: Encoder) -> None:
    build(small)
    kept = {key for key in passage_ids(small) if key.startswith("bydleni:")}
    write(small, "dluhy.txt", POVERTY.replace("kalendář", "kalendář i návrh na oddlužení"))
    write(small, "kluby.txt", SCHOOL)
    recorder = Recorder(model)
    report = build(small, recorder)
    assert (report.added, report.changed, report.kept) == (("kluby",), ("dluhy",), ("bydleni",))
    assert recorder.passages != []
    assert not any("Obec pronajímá" in text for text in recorder.passages)
    index = Index.open(small)
    assert kept < set(index.passages)
    assert "oddlužení" in first_hit(index, "kdo pomůže s exekucí")
    assert "Kluby připravují" in first_hit(index, "příprava na základní školu")
    stored = {key for vector in (index.vectors.nearest_passages(model.encode_query("dluhy"), 100),) for key in vector}
    assert stored == set(index.passages)


def test_a_removed_document_disappears_without_embedding(small: Settings, model: Encoder) -> None:
    build(small)
    (small.corpus / "dluhy.txt").unlink()
    recorder = Recorder(model)
    report = build(small, recorder)
    assert (report.removed, report.kept, report.documents) == (("dluhy",), ("bydleni",), 1)
    assert recorder.passages == []
    assert not any(key.startswith("dluhy:") for key in passage_ids(small))
    assert "exekuci" not in first_hit(Index.open(small), "kdo pomůže s exekucí")


def test_new_anticipated_questions_are_embedded_for_their_document_alone(small: Settings, model: Encoder) -> None:
    build(small)
    ask_about_housing(small, "kde sehnat střechu nad hlavou?\nJak získat obecní byt?\n")
    recorder = Recorder(model)
    report = build(small, recorder)
    assert report.changed == ("bydleni",)
    assert recorder.questions == ["kde sehnat střechu nad hlavou?", "Jak získat obecní byt?"]
    assert read_meta(IndexFolder(small.index / report.fingerprint)).questions == 2
    assert first_hit(Index.open(small), "kde sehnat střechu nad hlavou").startswith("Obec pronajímá")
    ask_about_housing(small, "Jak získat obecní byt?\n")
    again = Recorder(model)
    assert build(small, again).changed == ("bydleni",)
    assert again.questions == ["Jak získat obecní byt?"]


def test_another_encoder_embeds_everything_again_and_the_old_index_stays_for_its_readers(
    small: Settings, model: Encoder
) -> None:
    old = build(small)
    recorder = Recorder(model, variant="-2")
    new = build(small, recorder)
    assert len(recorder.passages) == new.passages == old.passages
    assert new.kept == ("bydleni", "dluhy")
    assert folders(small) == {old.fingerprint, new.fingerprint}


def test_what_changes_only_in_the_manifest_changes_the_context(small: Settings, model: Encoder) -> None:
    entry = '[[document]]\nid = "dluhy"\ntitle = "Dluhy"\nfile = "dluhy.txt"\n'
    write(small, "manifest.toml", entry)
    build(small)
    write(small, "manifest.toml", entry + 'short_names = ["DP"]\n')
    recorder = Recorder(model)
    assert build(small, recorder).changed == ("dluhy",)
    assert all(text.startswith("Dluhy\nDP") for text in recorder.passages)


def test_a_file_that_cannot_be_read_any_more_keeps_its_place(small: Settings, model: Encoder) -> None:
    before = build(small)
    write(small, "dluhy.txt", "")
    recorder = Recorder(model)
    report = build(small, recorder)
    assert report.failed[0][0] == "dluhy.txt"
    assert "je prázdný" in report.failed[0][1]
    assert (report.fingerprint, report.kept) == (before.fingerprint, ("bydleni", "dluhy"))
    assert recorder.passages == []
    assert first_hit(Index.open(small), "kdo pomůže s exekucí").startswith("Dluhové poradny pomáhají")
    write(small, "kluby.txt", SCHOOL)
    assert build(small).kept == ("bydleni", "dluhy")


def test_an_error_in_the_manifest_leaves_the_index_as_it_was(small: Settings) -> None:
    before = build(small)
    write(small, "manifest.toml", "[[document]]\n")
    with pytest.raises(ManifestError):
        build(small)
    assert Index.open(small).fingerprint == before.fingerprint


def test_two_builds_at_once_do_not_disturb_each_other(small: Settings) -> None:
    build(small)
    with lock(small.index), pytest.raises(SearchIndexError, match=r"právě sestavuje jiný běh\. Počkejte"):
        build(small)
    assert build(small).kept == ("bydleni", "dluhy")


def test_an_open_index_answers_on_while_others_are_built(small: Settings) -> None:
    build(small)
    reader = Index.open(small)
    write(small, "kluby.txt", SCHOOL)
    second = build(small)
    assert first_hit(reader, "kdo pomůže s exekucí").startswith("Dluhové poradny pomáhají")
    assert not any(key.startswith("kluby:") for key in reader.passages)
    assert folders(small) == {reader.fingerprint, second.fingerprint}


def test_going_back_to_the_previous_documents_takes_their_index(small: Settings, model: Encoder) -> None:
    first = build(small)
    written = (small.index / first.fingerprint / "index.json").stat().st_mtime_ns
    write(small, "kluby.txt", SCHOOL)
    build(small)
    (small.corpus / "kluby.txt").unlink()
    recorder = Recorder(model)
    third = build(small, recorder)
    assert third.fingerprint == first.fingerprint
    assert third.removed == ("kluby",)
    assert (small.index / first.fingerprint / "index.json").stat().st_mtime_ns == written
    assert recorder.passages == []
    assert Index.open(small).fingerprint == first.fingerprint


def test_older_indexes_and_leftovers_are_swept(small: Settings) -> None:
    oldest = build(small)
    for text in (SCHOOL, SCHOOL + "\nTaké odpoledne.\n"):
        write(small, "kluby.txt", text)
        last = build(small)
    assert oldest.fingerprint not in folders(small)
    assert len(folders(small)) == 2
    (small.index / "0123456789abcdef.part" / "chroma").mkdir(parents=True)
    assert build(small).fingerprint == last.fingerprint
    assert "0123456789abcdef.part" not in folders(small)


def test_the_pointer_is_replaced_in_one_step(small: Settings) -> None:
    """A reader that opened the old pointer still reads a whole name from it."""
    first = build(small)
    with (small.index / CURRENT).open(encoding="utf-8") as held:
        write(small, "kluby.txt", SCHOOL)
        second = build(small)
        assert held.read().strip() == first.fingerprint
    assert (small.index / CURRENT).read_text(encoding="utf-8").strip() == second.fingerprint
    assert [path.name for path in small.index.glob("CURRENT*")] == [CURRENT]


@pytest.mark.parametrize("damage", ["index.json", "documents/dluhy.json", "tantivy", "chroma", ""])
def test_a_damaged_index_is_built_again(small: Settings, damage: str) -> None:
    report = build(small)
    place = small.index / report.fingerprint / damage
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()
    assert build(small).fingerprint == report.fingerprint
    assert first_hit(Index.open(small), "kdo pomůže s exekucí").startswith("Dluhové poradny pomáhají")


def test_a_half_written_description_is_built_again(small: Settings) -> None:
    report = build(small)
    (small.index / report.fingerprint / "index.json").write_text('{"fingerprint": ', encoding="utf-8")
    with pytest.raises(SearchIndexError, match=r"je poškozený\. Spusťte"):
        Index.open(small)
    build(small)
    assert Index.open(small).fingerprint == report.fingerprint


def test_an_empty_corpus_gives_an_empty_index(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    settings.corpus.mkdir()
    report = build(settings)
    assert (report.documents, report.passages, report.failed) == (0, 0, ())
    assert Index.open(settings).passages == {}
    write(settings, "bydleni.txt", HOUSING)
    assert build(settings).added == ("bydleni",)


def test_a_folder_that_cannot_be_written_says_so(small: Settings) -> None:
    small.data.write_text("Tady je soubor, ne složka.", encoding="utf-8")
    with pytest.raises(SearchIndexError, match=r"nelze zapisovat \(.+\)\. Uvolněte místo"):
        build(small)


def test_an_added_document_with_a_strange_name_is_found(small: Settings, tmp_path: Path) -> None:
    path = tmp_path / "Předškolní „kluby“ #1 – 100 % (žádost).txt"
    path.write_text(SCHOOL, encoding="utf-8")
    doc = add(small, path).id
    assert build(small).added[-1] == doc
    assert any(key.startswith(f"{doc}:") for key in passage_ids(small))


def test_stored_documents_and_passages_come_back_as_they_were(small: Settings) -> None:
    shutil.copy(DATA / "oplzz-3-1-tabulka.pdf", small.corpus)
    build(small)
    folder = current(small.index)
    assert folder is not None
    document, found = read_document(folder, "oplzz-3-1-tabulka")
    assert isinstance(document.source, Source)
    assert len(document.pages) == 2
    assert all(document.text[p.start : p.end] == p.text and p.page == document.page_at(p.start) for p in found)
    assert {p.page for p in found} == {1, 2}
    assert Index.open(small).passages[found[-1].id] == found[-1]


def test_the_built_corpus_holds_all_its_documents(settings: Settings) -> None:
    index = Index.open(settings)
    assert len(index.documents) == 5
    assert len(index.passages) > 300
    assert "4.6.a" in {p.code for p in index.passages.values()}
