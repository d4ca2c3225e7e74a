"""`python -m ingest`: what it prints, what it returns and what is in the index afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.settings import PROJECT, Settings
from retrieval.index import Index
from tests.test_readers_pdf import down, pdf_of

DATA = Path(__file__).parent / "data"
TEXT = "Terénní programy\n\nTerénní programy navazují kontakt s lidmi v lokalitě.\n"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return an installation with one short document, which the command finds through the environment."""
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    settings.corpus.mkdir()
    (settings.corpus / "dluhy.txt").write_text("Dluhové poradny\n\nPoradny radí lidem v exekuci.\n", encoding="utf-8")
    monkeypatch.setenv("OPORA_CORPUS", str(settings.corpus))
    monkeypatch.setenv("OPORA_DATA", str(settings.data))
    return settings


def documents(settings: Settings) -> set[str]:
    return set(Index.open(settings).documents)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines of messages, without the table."""
    error = capsys.readouterr().err
    return [line for line in error.splitlines() if line.strip() and line[0] not in "┏┃┡│└"]


def test_the_command_builds_the_index_and_sums_up(installation: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    table = capsys.readouterr().err
    for name, count in (("dokumentů", 1), ("přidáno", 1), ("odebráno", 0), ("selhalo", 0)):
        assert any(name in line and line.rstrip("│ ").endswith(f" {count}") for line in table.splitlines()), name
    assert main([]) == 0
    assert any("beze změny" in line and " 1 " in line for line in capsys.readouterr().err.splitlines())
    assert documents(installation) == {"dluhy"}


def test_it_runs_as_a_module_from_the_projects_folder(installation: Settings) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ingest", str(DATA / "socialni-sluzby-stranka.html")],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "")
    assert documents(installation) == {"dluhy", "socialni-sluzby-stranka"}


def test_each_file_that_cannot_be_read_gets_one_line_and_the_others_are_added(
    installation: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    capsys.readouterr()
    folder = tmp_path / "dokumenty"
    (folder / "přílohy").mkdir(parents=True)
    for name in ("sken.pdf", "useknuty.pdf", "zaheslovany.pdf"):
        (folder / name).write_bytes((DATA / name).read_bytes())
    (folder / "prazdny.txt").write_bytes(b"")
    (folder / "nahodny.docx").write_bytes(bytes(range(256)) * 4)
    (folder / "tabulka[1].xlsx").write_bytes(b"PK\x03\x04")
    (folder / "terén.txt").write_text(TEXT, encoding="utf-8")
    (folder / "přílohy" / "tabulka.docx").write_bytes((DATA / "oplzz-3-1-tabulka.docx").read_bytes())
    for hidden in (".skryty.txt", ".streamlit/config.txt"):
        (folder / hidden).parent.mkdir(exist_ok=True)
        (folder / hidden).write_text("Skrytý text", encoding="utf-8")
    assert main([str(folder)]) == 1
    messages = said(capsys)
    assert len(messages) == 6
    for name, advice in (
        ("sken.pdf", "(OCR)"),
        ("useknuty.pdf", "znovu celý"),
        ("zaheslovany.pdf", "bez hesla"),
        ("prazdny.txt", "uložil celý"),
        ("nahodny.docx", "Opora čte soubory"),
        ("tabulka[1].xlsx", "zadejte ho jmenovitě"),
    ):
        assert [name in message and advice in message for message in messages].count(True) == 1, name
    assert documents(installation) == {"dluhy", "teren", "tabulka"}


def test_the_content_decides_and_not_the_ending_of_the_name(installation: Settings, tmp_path: Path) -> None:
    pdf = tmp_path / "vyzva.txt"
    pdf.write_bytes(pdf_of(down(70, ["Výzva pro obce na podporu terénní práce."])))
    html = tmp_path / "stranka.pdf"
    html.write_text("<!doctype html><html><body><h1>Stránka</h1><p>Text stránky.</p></body></html>", encoding="utf-8")
    word = tmp_path / "bez-přípony"
    word.write_bytes((DATA / "oplzz-3-1-tabulka.docx").read_bytes())
    assert main([str(pdf), str(html), str(word)]) == 0
    texts = {key: d.text for key, d in Index.open(installation).documents.items()}
    assert texts["vyzva"] == "Výzva pro obce na podporu terénní práce."
    assert texts["stranka"] == "Stránka\n\nText stránky."
    assert "osoby bez přístřeší" in texts["bez-pripony"]


def test_passages_of_an_added_pdf_carry_their_page(installation: Settings, tmp_path: Path) -> None:
    path = tmp_path / "dve-strany.pdf"
    path.write_bytes(pdf_of(down(70, ["Na první straně je úvod."]), down(70, ["Na druhé straně je závěr."])))
    assert main([str(path)]) == 0
    found = Index.open(installation).passages.values()
    assert [(p.page, p.text) for p in found if p.doc == "dve-strany" and p.grain == "leaf"] == [
        (1, "Na první straně je úvod."),
        (2, "Na druhé straně je závěr."),
    ]


def test_missing_files_and_addresses_do_not_stop_the_others(
    installation: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "prázdná").mkdir()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    names = ["neni.txt", "http://127.0.0.1:9/a.pdf", str(tmp_path / "prázdná"), str(tmp_path / "a.txt")]
    assert main(names) == 1
    messages = said(capsys)
    assert "Soubor „neni.txt“ neexistuje" in messages[0]
    assert "http://127.0.0.1:9/a.pdf" in messages[1]
    assert "nejsou žádné soubory" in messages[2]
    assert len(messages) == 3
    assert documents(installation) == {"dluhy", "a"}


def test_an_added_document_stays_until_it_is_removed(
    installation: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "terén.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert main([str(path)]) == 0
    path.unlink()
    assert main([]) == 0
    assert documents(installation) == {"dluhy", "teren"}
    assert main(["--remove", "teren"]) == 0
    assert documents(installation) == {"dluhy"}
    capsys.readouterr()
    assert main(["--remove", "teren", "--remove", "dluhy"]) == 1
    assert [line.split(".")[0] for line in said(capsys)] == [
        "Přidaný dokument „teren“ tu není",
        "Přidaný dokument „dluhy“ tu není",
    ]


def test_files_of_one_name_in_two_folders_are_both_added(installation: Settings, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / "d" / folder).mkdir(parents=True)
        (tmp_path / "d" / folder / "priloha.txt").write_text(f"{TEXT}\nSložka {folder}.", encoding="utf-8")
    for _ in range(2):
        assert main([str(tmp_path / "d")]) == 0
        assert documents(installation) == {"dluhy", "priloha", "priloha-2"}


def test_a_document_that_became_unreadable_is_reported_and_stays(
    installation: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    (installation.corpus / "dluhy.txt").write_bytes(b"")
    capsys.readouterr()
    assert main([]) == 1
    assert [line.split(".")[0] for line in said(capsys)] == ["Soubor „dluhy"]
    assert "exekuci" in Index.open(installation).documents["dluhy"].text


def test_a_changed_file_of_the_corpus_is_reported(installation: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (installation.corpus / "manifest.toml").write_text(
        f'[[document]]\nid = "dluhy"\ntitle = "Dluhy"\nfile = "dluhy.txt"\nsha256 = "{"0" * 64}"\n', encoding="utf-8"
    )
    assert main([]) == 0
    (message,) = said(capsys)
    assert message.startswith("Soubor „dluhy.txt“ se změnil a neodpovídá součtu sha256")


def test_a_missing_corpus_says_which_variable_to_mend(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_CORPUS", str(installation.corpus / "neni"))
    assert main([]) == 1
    (message,) = said(capsys)
    assert "Opravte proměnnou OPORA_CORPUS" in message
