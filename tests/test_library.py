"""Which documents an installation has, and how some are added and removed."""

import shutil
from pathlib import Path

import pytest

from ingest.errors import ManifestError, ReadError
from ingest.library import add, remove, shelves
from ingest.settings import Settings

TEXT = "Terénní programy\n\nTerénní programy navazují kontakt s lidmi v lokalitě."


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    return Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")


def file(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(settings: Settings) -> list[str]:
    return [shelf.source.id for shelf in shelves(settings)]


def test_an_empty_folder_has_no_documents(empty: Settings) -> None:
    assert shelves(empty) == ()


def test_a_corpus_without_a_manifest_has_the_documents_in_its_folder(empty: Settings) -> None:
    for name in ("Výzva č. 1.txt", "výzva č. 1.md", "poznámky.md", ".skrytý.txt", "obrázek.png"):
        file(empty.corpus / name)
    found = {shelf.path.name: shelf.source for shelf in shelves(empty)}
    assert sorted(found) == ["Výzva č. 1.txt", "poznámky.md", "výzva č. 1.md"]
    assert {source.id for source in found.values()} == {"poznamky", "vyzva-c-1", "vyzva-c-1-2"}
    assert found["Výzva č. 1.txt"].title == "Terénní programy"


def test_with_a_manifest_only_what_it_lists_belongs_to_the_corpus(empty: Settings) -> None:
    file(empty.corpus / "a.txt")
    file(empty.corpus / "b.txt")
    file(empty.corpus / "manifest.toml", '[[document]]\nid = "plan"\ntitle = "Plán"\nfile = "a.txt"\n')
    assert ids(empty) == ["plan"]


def test_an_added_document_is_a_copy_that_outlives_its_file(empty: Settings, tmp_path: Path) -> None:
    original = file(tmp_path / "Příloha č. 1 – žádost (v2) & 'x'.txt")
    source = add(empty, original, "https://example.org/a")
    original.unlink()
    (shelf,) = shelves(empty)
    assert shelf.source == source
    assert (source.id, source.url) == ("priloha-c-1-zadost-v2-x", "https://example.org/a")
    assert shelf.added
    assert shelf.path.read_text(encoding="utf-8") == TEXT


def test_a_name_without_any_latin_letter_still_gets_an_id(empty: Settings, tmp_path: Path) -> None:
    add(empty, file(tmp_path / "文書.txt"))
    add(empty, file(tmp_path / "…!.txt", TEXT + " Jinak."))
    assert ids(empty) == ["dokument", "dokument-2"]


def test_a_new_version_of_a_file_takes_the_place_of_the_old_one(empty: Settings, tmp_path: Path) -> None:
    add(empty, file(tmp_path / "a.txt"))
    add(empty, file(tmp_path / "a.txt", TEXT + " Nově i v noci."))
    (shelf,) = shelves(empty)
    assert "v noci" in shelf.path.read_text(encoding="utf-8")


def test_two_files_of_one_name_in_one_call_are_two_documents(empty: Settings, tmp_path: Path) -> None:
    for _ in range(2):
        first = add(empty, file(tmp_path / "x" / "priloha.txt"))
        second = add(empty, file(tmp_path / "y" / "priloha.txt", "Jiná příloha"), keep={first.id})
        assert (first.id, second.id) == ("priloha", "priloha-2")
    assert [shelf.path.read_text(encoding="utf-8") for shelf in shelves(empty)] == [TEXT, "Jiná příloha"]


def test_the_same_content_under_another_name_is_not_kept_twice(empty: Settings, tmp_path: Path) -> None:
    first = add(empty, file(tmp_path / "a.txt"))
    assert add(empty, file(tmp_path / "b.txt")) == first
    assert ids(empty) == ["a"]


def test_a_document_of_the_corpus_cannot_be_added_again(empty: Settings, tmp_path: Path) -> None:
    file(empty.corpus / "a.txt")
    with pytest.raises(ReadError, match=r"„b\.txt“ už v základní sadě je jako „Terénní programy“"):
        add(empty, file(tmp_path / "b.txt"))
    assert ids(empty) == ["a"]


def test_an_added_file_never_takes_the_id_of_the_corpus(empty: Settings, tmp_path: Path) -> None:
    file(empty.corpus / "a.txt")
    assert add(empty, file(tmp_path / "a.txt", "Jiný text")).id == "a-2"
    assert ids(empty) == ["a", "a-2"]


def test_nothing_is_kept_of_a_file_that_cannot_be_read(empty: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="je prázdný"):
        add(empty, file(tmp_path / "a.txt", ""))
    with pytest.raises(ReadError, match=r"a\.txt"):
        add(empty, tmp_path / "složka" / "a.txt")
    assert shelves(empty) == ()
    assert not empty.added.exists()


def test_a_removed_document_leaves_nothing_behind(empty: Settings, tmp_path: Path) -> None:
    source = add(empty, file(tmp_path / "a.txt"))
    remove(empty, source.id)
    assert shelves(empty) == ()
    assert list(empty.added.iterdir()) == []


@pytest.mark.parametrize("doc", ["", ".", "..", "../corpus", "b", "/etc"])
def test_only_an_added_document_can_be_removed(empty: Settings, tmp_path: Path, doc: str) -> None:
    file(empty.corpus / "b.txt", "Text základní sady")
    add(empty, file(tmp_path / "a.txt"))
    with pytest.raises(ReadError, match=r"tu není\. Odebrat lze: a\."):
        remove(empty, doc)
    assert ids(empty) == ["b", "a"]


def test_a_copy_without_its_record_is_no_document(empty: Settings, tmp_path: Path) -> None:
    """A killed run leaves such a folder; adding the file again completes it."""
    add(empty, file(tmp_path / "a.txt"))
    (empty.added / "a" / ".source.json").unlink()
    assert shelves(empty) == ()
    assert add(empty, tmp_path / "a.txt").id == "a"


def test_a_damaged_record_says_what_to_do(empty: Settings, tmp_path: Path) -> None:
    add(empty, file(tmp_path / "a.txt"))
    (empty.added / "a" / ".source.json").write_text('{"id": "a"', encoding="utf-8")
    with pytest.raises(ManifestError, match=r"je poškozený\. Smažte složku „a“"):
        shelves(empty)
    shutil.rmtree(empty.added / "a")
    assert shelves(empty) == ()
