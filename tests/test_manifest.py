"""The manifest of the corpus, and what is said about wrong ones."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Source
from ingest.errors import ManifestError
from ingest.manifest import change_warning, changed_files, load_manifest, slug, source_for
from ingest.readers import read

CORPUS = Path(__file__).parent.parent / "corpus"
DATA = Path(__file__).parent / "data"

GOOD = 'id = "plan"\ntitle = "Plán obce"\nfile = "plan.txt"\n'


def by_id(doc: str) -> Source:
    return next(source for source in load_manifest(CORPUS) if source.id == doc)


def corpus_with(folder: Path, *entries: str) -> Path:
    (folder / "plan.txt").write_text("Text plánu.\n", encoding="utf-8")
    text = "".join(f"[[document]]\n{entry}\n" for entry in entries)
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_five_documents_are_described_and_unchanged() -> None:
    sources = load_manifest(CORPUS)
    assert {source.id for source in sources} == {
        "akcni-plan-2024-2026", "opz-2-1", "oplzz-3-1", "systemove-zajisteni", "asz-socialni-sluzby",
    }  # fmt: skip
    assert changed_files(CORPUS, sources) == ()
    assert all(source.sha256 and source.language == "cs" and source.short_names for source in sources)


def test_the_period_of_a_text_without_a_year_stays_unknown() -> None:
    source = by_id("opz-2-1")
    assert source.period == "období dokument neuvádí – ověřte u vyhlašovatele"
    assert source.period_basis == "unknown"
    assert source.status == ""
    assert not re.search(r"\b(?:19|20)\d\d\b", read(CORPUS / source.file, source).text)


def test_what_the_manifest_takes_from_a_text_stands_in_it() -> None:
    for doc, words in {
        "systemove-zajisteni": ("1. ledna 2016 – 30. 4. 2022", "Aktualizováno ke dni 24. 7. 2018"),
        "akcni-plan-2024-2026": ("Akční plán 2024-2026", "Strategie sociálního začleňování 2021-2030"),
        "asz-socialni-sluzby": ("2020-01-14",),
    }.items():
        source = by_id(doc)
        text = read(CORPUS / source.file, source).text
        assert all(word in text for word in words)
        assert source.period_basis == ("from_document" if source.period else "unknown")


def test_the_years_of_op_lzz_are_not_passed_off_as_the_text_s_own() -> None:
    source = by_id("oplzz-3-1")
    text = read(CORPUS / source.file, source).text
    assert (source.period, source.period_basis) == ("2007–2013", "from_source")
    assert "2007" not in text
    assert "LZZ" not in text


def test_a_changed_file_is_reported_and_others_are_not(tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "corpus")
    path = tmp_path / "corpus" / "opz-2-1.txt"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    changed = changed_files(tmp_path / "corpus", load_manifest(tmp_path / "corpus"))
    assert [source.id for source in changed] == ["opz-2-1"]
    assert "„opz-2-1.txt“ se změnil" in change_warning(changed[0])


def test_a_document_without_a_stated_sum_cannot_be_called_changed(tmp_path: Path) -> None:
    folder = corpus_with(tmp_path, GOOD)
    assert changed_files(folder, load_manifest(folder)) == ()


def test_a_folder_without_a_manifest_has_no_sources(tmp_path: Path) -> None:
    assert load_manifest(tmp_path) == ()


def test_only_three_keys_are_needed(tmp_path: Path) -> None:
    assert load_manifest(corpus_with(tmp_path, GOOD)) == (Source("plan", "Plán obce", file="plan.txt"),)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('id = "plan"\nfile = "plan.txt"', "chybí údaj „title“"),
        (GOOD + "url = 5", "„url“ text v uvozovkách, ne 5"),
        (GOOD + 'short_names = "OPZ"', "„short_names“ seznam textů"),
        (GOOD + 'rok = "2024"', "neznámý údaj „rok“. Povolené údaje: id, title"),
        (GOOD + 'period_basis = "asi"', "hodnotu „asi“. Povolené hodnoty: from_document, from_source, unknown"),
        (GOOD + 'sha256 = "abc"', "64 znaků"),
        (GOOD + 'text_date = "24. 7. 2018"', "RRRR-MM-DD"),
        (GOOD.replace("plan.txt", "neni.txt"), "soubor „neni.txt“, který ve složce"),
        (GOOD.replace("plan.txt", "../plan.txt"), "bez cesty"),
        (GOOD.replace('"plan"', '"Plán"'), "malá písmena bez diakritiky"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place_and_remedy(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(message)) as caught:
        load_manifest(corpus_with(tmp_path, entry))
    assert "v dokumentu č. 1" in str(caught.value)


def test_two_documents_must_not_share_an_id_or_a_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="stejnou hodnotu id = „plan“"):
        load_manifest(corpus_with(tmp_path, GOOD, GOOD))
    with pytest.raises(ManifestError, match=r"stejnou hodnotu file = „plan\.txt“"):
        load_manifest(corpus_with(tmp_path, GOOD, GOOD.replace('"plan"', '"plan-2"')))


@pytest.mark.parametrize("text", ["[[document]\n", "documents = []\n", 'document = "plan"\n', "[document]\nid = 1\n"])
def test_a_manifest_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=r"manifest\.toml"):
        load_manifest(tmp_path)


def test_an_unprepared_document_gets_its_title_and_sum_and_nothing_invented(tmp_path: Path) -> None:
    path = tmp_path / "Plán rozvoje (2025).html"
    path.write_text("<html><body><h1>Plán rozvoje služeb</h1><p>Text.</p></body></html>", encoding="utf-8")
    source = source_for(path)
    assert (source.id, source.title, source.file) == ("plan-rozvoje-2025", "Plán rozvoje služeb", path.name)
    assert len(source.sha256) == 64
    assert source == Source(source.id, source.title, sha256=source.sha256, file=path.name)


def test_an_unreadable_document_is_named_after_its_file() -> None:
    assert source_for(DATA / "useknuty.pdf").title == "useknuty"


@given(st.text())
def test_every_file_name_makes_a_valid_id(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug(name))
    assert slug(slug(name)) == slug(name)
