"""`python -m retrieval`: a search, its filters, and the thesaurus as SKOS."""

import json
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, SKOS

from ingest.settings import Settings
from retrieval.__main__ import main


@pytest.fixture
def installed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPORA_DATA", str(settings.data))


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert main([*arguments, "--json"]) == 0
    hits: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return hits


@pytest.mark.usefixtures("installed")
def test_a_question_prints_the_passages_and_what_was_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mimi z decaku a kdo mě naučí hospodařyt", "-k", "3"]) == 0
    out = capsys.readouterr().out
    assert "Opravené překlepy: hospodařyt → hospodařit" in out
    assert "skóre" in out


@pytest.mark.usefixtures("installed")
def test_json_has_as_many_passages_as_asked_for_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    hits = found(capsys, "Co obsahuje opatření 4.6.a?", "-k", "4")
    assert len(hits) == 4
    assert hits[0]["code"] == "4.6.a"
    assert {"doc", "start", "end", "page", "kind", "headings", "text", "score", "channels"} <= set(hits[0])


@pytest.mark.usefixtures("installed")
def test_each_filter_holds(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, key, value in (
        (("--document", "opz-2-1"), "doc", "opz-2-1"),
        (("--period", "2024–2026"), "doc", "akcni-plan-2024-2026"),
        (("--programme", "Operační program Lidské zdroje a zaměstnanost (OP LZZ)"), "doc", "oplzz-3-1"),
        (("--kind", "task"), "kind", "task"),
    ):
        hits = found(capsys, "sociální služby", *arguments)
        assert {hit[key] for hit in hits} == {value}


@pytest.mark.usefixtures("installed")
def test_filters_may_be_repeated_and_combined(capsys: pytest.CaptureFixture[str]) -> None:
    hits = found(capsys, "bydlení", "--kind", "task", "--kind", "measure", "--document", "akcni-plan-2024-2026")
    assert {hit["kind"] for hit in hits} == {"task", "measure"}


@pytest.mark.usefixtures("installed")
def test_a_concept_keeps_to_a_target_group(capsys: pytest.CaptureFixture[str]) -> None:
    everything = found(capsys, "jaká je pomoc", "-k", "20")
    hits = found(capsys, "jaká je pomoc", "-k", "20", "--concept", "osoby-zp")
    assert 0 < len(hits) < len(everything)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["--document", "--programme", "--period", "--concept"])
def test_an_unknown_value_of_a_filter_is_named_with_those_there_are(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dluhy", name, "neexistuje"]) == 1
    message = " ".join(capsys.readouterr().err.split())
    assert f"Filtr {name} má neznámou hodnotu „neexistuje“." in message
    assert "Na výběr je: „" in message or "corpus/thesaurus.toml" in message


@pytest.mark.usefixtures("installed")
def test_a_plain_search_is_neither_corrected_nor_widened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kdo mě naučí hospodařyt s exekucí", "--plain"]) == 0
    out = capsys.readouterr().out
    assert "Opravené" not in out
    assert "Hledám také" not in out


def test_without_an_index_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path))
    assert main(["dluhy"]) == 1
    assert "python -m ingest" in " ".join(capsys.readouterr().err.split())


def test_the_thesaurus_is_printed_as_turtle_without_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path))
    assert main(["thesaurus", "--skos"]) == 0
    graph = Graph().parse(data=capsys.readouterr().out, format="turtle")
    assert len(list(graph.subjects(RDF.type, SKOS.Concept))) > 600


def test_the_thesaurus_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tezaurus.ttl"
    assert main(["thesaurus", "--skos", "--out", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert len(list(Graph().parse(path).subjects(RDF.type, SKOS.ConceptScheme))) == 1


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thesaurus", "--skos", "--out", str(tmp_path / "není" / "t.ttl")]) == 1
    assert "nelze zapsat" in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("installed")
def test_a_question_that_mentions_the_thesaurus_is_still_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(found(capsys, "thesaurus a tezaurus", "-k", "2")) == 2
