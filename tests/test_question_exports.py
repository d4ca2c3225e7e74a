"""`eval questions export`: other tools read the files, and measure on them what the run measured."""

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from eval.answers import answers
from eval.commands import questions as command
from eval.metrics import score, summarise
from eval.question_exports import NO_ANSWER, export
from eval.question_trec import safe_id
from eval.questions import Question, load_questions
from eval.records import Record, record_of
from eval.runs.files import run_folder
from eval.spans import Span, Texts
from ingest.document import Document, Passage, Source
from ingest.errors import OporaError, QuestionSetError, SearchIndexError, SettingsError
from ingest.index_folder import IndexFolder, IndexMeta, switch, write_document, write_meta
from ingest.settings import PROJECT, Settings
from prompts.question_lines import question_line
from tests.eval_doubles import DOCUMENTS, TEXTS, Noisy, answer, question_fields, span_of, write_lines

OPEN = PROJECT / "eval" / "questions" / "open.jsonl"


def write_index(settings: Settings, documents: tuple[Document, ...], size: int = 400) -> None:
    """Write an index without vectors whose passages are stretches of `size` characters."""
    folder = IndexFolder(settings.index / "otisk")
    for document in documents:
        cuts = range(0, len(document.text), size)
        spans = [(start, min(start + size, len(document.text))) for start in cuts]
        passages = (Passage(document.id, a, b, document.text[a:b], "paragraph") for a, b in spans)
        write_document(folder, document, tuple(passages))
    ids = {document.id: "" for document in documents}
    write_meta(folder, IndexMeta("otisk", "žádný", 0, "1", ids, 0, 0))
    switch(settings.index, folder)


def write_run(settings: Settings, name: str, questions: list[str], records: list[Record], index: str = "otisk") -> None:
    folder = run_folder(settings.runs, name)
    folder.path.mkdir(parents=True)
    folder.write_object(folder.run, {"format": 1, "name": name, "index": index})
    folder.write_lines(folder.questions, questions)
    folder.write_lines(folder.records, [record.to_json() for record in records])


def renamed(question: Question, id_: str) -> str:
    return json.dumps(json.loads(question_line(question)) | {"id": id_, "set": "open"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, float]]:
    """An installation with a run of a middling system over the open set, and the run's own figures."""
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    documents = tuple(
        Document(Source(id=file.stem, title=file.stem), file.read_text(encoding="utf-8"))
        for file in sorted(settings.corpus.glob("*.txt"))
    )
    write_index(settings, documents)
    questions = load_questions(OPEN)
    records = list(answers(Noisy(documents, questions), questions))
    # The last question was asked, but the run ended before its answer.
    records = [record for record in records if record.id != questions[-1].id]
    scored = score(questions, records, Texts({document.id: document.text for document in documents}))
    write_run(settings, "běh-1", [question_line(question) for question in questions], records)
    means = summarise(scored).means
    return settings, {name: means[name].value or 0.0 for name in ("ndcg@10", "rr", "recall@5", "recall@10")}


def read(folder: Path, name: str) -> tuple[list[Any], list[Any]]:
    qrels = ir_measures.read_trec_qrels(str(folder / f"{name}.qrels"))  # type: ignore[no-untyped-call]
    run = ir_measures.read_trec_run(str(folder / f"{name}.run"))  # type: ignore[no-untyped-call]
    return list(qrels), list(run)


def test_ir_measures_finds_the_runs_own_ndcg_and_rr_in_the_files(
    tmp_path: Path, measured: tuple[Settings, dict[str, float]]
) -> None:
    settings, figures = measured
    export(settings, OPEN, "trec", tmp_path, "běh-1")
    values = ir_measures.calc_aggregate([nDCG @ 10, RR], *read(tmp_path, "evidence"))
    assert values[nDCG @ 10] == pytest.approx(figures["ndcg@10"], abs=0.001)
    assert values[RR] == pytest.approx(figures["rr"], abs=0.001)
    assert 0.1 < figures["rr"] < 0.99  # neither could be told from a constant


def test_ir_measures_finds_the_runs_own_recall_in_the_files(
    tmp_path: Path, measured: tuple[Settings, dict[str, float]]
) -> None:
    settings, figures = measured
    export(settings, OPEN, "trec", tmp_path, "běh-1")
    for k in (5, 10):
        by_question = defaultdict(list)
        for value in ir_measures.iter_calc([R @ k], *read(tmp_path, "quotes")):
            by_question[value.query_id.rpartition("#")[0]].append(value.value)
        recall = statistics.fmean(statistics.fmean(values) for values in by_question.values())
        assert recall == pytest.approx(figures[f"recall@{k}"], abs=0.001)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    write_index(settings, DOCUMENTS, size=60)
    return settings


def answered(id_: str, text: str, retrieved: tuple[Span, ...] = ()) -> Record:
    return record_of(id_, answer(text, retrieved=retrieved, says=["Odpověď."]), 0.1)


BYTY = span_of("plan", "Opatření 2.b: Zvýšit dostupnost bydlení o 120 bytů ročně.")
DLUHY = span_of("plan", "Opatření 3.c: Podpořit dluhové poradenství.")


def test_grades_count_the_quotes_that_a_passage_holds(tmp_path: Path, home: Settings) -> None:
    evidence = [
        {"doc": "plan", "quote": "Zvýšit dostupnost bydlení"},
        {"doc": "plan", "quote": "o 120 bytů ročně"},
    ]
    fields = question_fields(evidence=evidence)
    file = write_lines(tmp_path / "q.jsonl", fields)
    write_run(home, "a", [json.dumps(fields)], [answered("Q1", fields["question"], (DLUHY, BYTY, BYTY))])
    export(home, file, "trec", tmp_path / "out", "a")
    qrels, ranking = read(tmp_path / "out", "passages")
    grades = {item.doc_id: item.relevance for item in qrels}
    whole, debts = f"plan:{BYTY.start}-{BYTY.end}", f"plan:{DLUHY.start}-{DLUHY.end}"
    assert (grades[whole], grades[debts]) == (2, 0)
    # The passages of the index that share a character with a quote are judged too.
    assert set(grades) - {whole, debts} == {"plan:60-120"}
    best_first = sorted(ranking, key=lambda item: -item.score)
    assert [item.doc_id for item in best_first] == [debts, whole]


def test_names_with_white_space_keep_the_columns_of_the_files(tmp_path: Path, home: Settings) -> None:
    file = write_lines(tmp_path / "q.jsonl", question_fields(id="Q 1%\u00a0a"))
    export(home, file, "trec", tmp_path / "out")
    rows = (tmp_path / "out" / "evidence.qrels").read_text(encoding="utf-8").splitlines()
    assert rows == ["Q%201%25%C2%A0a 0 e0 1"]
    assert safe_id("a%20b") != safe_id("a b")
    assert not (tmp_path / "out" / "evidence.run").exists()


def test_ragas_gets_its_fields_with_the_run_and_without(tmp_path: Path, home: Settings) -> None:
    fields = question_fields()
    refused = question_fields(id="Q2", question="Jaké bude počasí?", answerable=False, facts=[], evidence=[])
    file = write_lines(tmp_path / "q.jsonl", fields, refused)
    write_run(home, "a", [json.dumps(fields)], [answered("Q1", fields["question"], (BYTY,))])

    def rows(run: str | None) -> list[dict[str, Any]]:
        export(home, file, "ragas", tmp_path / "out", run)
        # In the encoding that Czech Windows opens files with.
        content = (tmp_path / "out" / "ragas.jsonl").read_text(encoding="cp1250")
        return [json.loads(line) for line in content.splitlines()]

    quote = "Zvýšit dostupnost bydlení o 120 bytů"
    first, second = rows(None)
    assert first == {
        "user_input": "Co se plánuje pro bydlení?",
        "reference": quote,
        "reference_contexts": [quote],
        "reference_context_ids": [f"plan:{BYTY.start + 14}-{BYTY.start + 14 + len(quote)}"],
    }
    assert (second["reference"], second["reference_contexts"]) == (NO_ANSWER, [])
    (only,) = rows("a")
    assert only["retrieved_contexts"] == [TEXTS.at(BYTY)]
    assert only["retrieved_context_ids"] == [f"plan:{BYTY.start}-{BYTY.end}"]
    assert only["response"] == "Odpověď."


def test_deepeval_gets_its_fields_and_a_conversation_as_one_text(tmp_path: Path, home: Settings) -> None:
    history = [{"role": "user", "content": "Co říká plán?"}, {"role": "assistant", "content": "Mnohé."}]
    fields = question_fields(history=history)
    file = write_lines(tmp_path / "q.jsonl", fields)
    # The run has put the name of the set before the id.
    write_run(home, "a", [json.dumps(fields | {"id": "q-Q1"})], [answered("q-Q1", fields["question"], (BYTY,))])
    made = export(home, file, "deepeval", tmp_path / "out", "a")
    (case,) = json.loads((tmp_path / "out" / "deepeval.json").read_text(encoding="utf-8"))
    assert case == {
        "name": "Q1",
        "input": "Uživatel: Co říká plán?\nAsistent: Mnohé.\nUživatel: Co se plánuje pro bydlení?",
        "expected_output": "Zvýšit dostupnost bydlení o 120 bytů",
        "context": ["Zvýšit dostupnost bydlení o 120 bytů"],
        "additional_metadata": {"kind": "lookup", "answerable": True},
        "actual_output": "Odpověď.",
        "retrieval_context": [TEXTS.at(BYTY)],
    }
    assert (made.questions, made.left_out, made.changed) == (1, 0, False)


def test_what_the_run_was_not_asked_is_left_out_and_a_changed_index_is_said(tmp_path: Path, home: Settings) -> None:
    fields = question_fields()
    file = write_lines(tmp_path / "q.jsonl", fields, question_fields(id="Q2", question="Kdo žádá?"))
    write_run(home, "a", [json.dumps(fields)], [answered("Q1", fields["question"])], index="jiný")
    made = export(home, file, "trec", tmp_path / "out", "a")
    assert (made.questions, made.left_out, made.changed) == (1, 1, True)


def test_a_run_that_is_not_there_or_lacks_the_set_says_what_to_do(tmp_path: Path, home: Settings) -> None:
    file = write_lines(tmp_path / "q.jsonl", question_fields())
    with pytest.raises(SettingsError, match="Běh „b“ neexistuje"):
        export(home, file, "trec", tmp_path / "out", "b")
    other = question_fields(question="Něco jiného?")
    write_run(home, "b", [json.dumps(other)], [answered("Q1", "Něco jiného?")])
    with pytest.raises(QuestionSetError, match="nemá odpověď na žádnou otázku této sady"):
        export(home, file, "trec", tmp_path / "out", "b")
    assert not (tmp_path / "out").exists()


def test_without_an_index_or_a_folder_to_write_to_one_line_says_so(tmp_path: Path, home: Settings) -> None:
    file = write_lines(tmp_path / "q.jsonl", question_fields())
    with pytest.raises(SearchIndexError, match="python -m ingest"):
        export(Settings(data=tmp_path / "nic"), file, "ragas", tmp_path / "out")
    with pytest.raises(OporaError, match="nelze zapisovat"):
        export(home, file, "ragas", file / "out")


def test_the_command_says_what_it_wrote(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(home.data))
    file = write_lines(tmp_path / "q.jsonl", question_fields())
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers(dest="command"))
    out = tmp_path / "out"
    options = parser.parse_args(["questions", "export", str(file), "--format", "deepeval", "--out", str(out)])
    assert command.run(options) == 0
    assert capsys.readouterr().out == f"Převedeno: 1 otázka. Soubory ve složce {out}: deepeval.json.\n"
