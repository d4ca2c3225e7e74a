"""`python -m prompts "dotaz"`."""

import json
from pathlib import Path

import pytest

from ingest.settings import Settings
from prompts.__main__ import main

QUESTION = "Kolik stál projekt Systémové zajištění sociálního začleňování?"


@pytest.fixture
def installed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPORA_DATA", str(settings.data))


@pytest.mark.usefixtures("installed")
def test_the_answer_is_printed_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "298 997 803,50 Kč [1]"
    assert lines[-1].startswith("[1] Systémové zajištění sociálního začleňování")


@pytest.mark.usefixtures("installed")
def test_json_holds_the_state_the_statements_and_the_spans(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    assert main([QUESTION, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["status"] == "answered"
    assert record["statements"][0]["citations"] == [1]
    (citation,) = [c for c in record["citations"] if c["n"] == 1]
    text = (settings.corpus / f"{citation['doc']}.txt").read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_without_an_index_it_says_how_to_build_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path))
    assert main([QUESTION]) == 1
    assert "python -m ingest" in " ".join(capsys.readouterr().err.split())
