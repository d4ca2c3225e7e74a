"""The pure parts of the benchmark: collections of any size, growth, ratios, timing, the report and its plots."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from eval.__main__ import main
from eval.bench.collections import Collection, make_collection
from eval.bench.growth import exponent, ratio, slope
from eval.bench.measuring import Measured, Run
from eval.bench.order import Order, measured
from eval.bench.plots import growth_svg
from eval.bench.ratios import all_ratios, bounds, growth
from eval.bench.report import markdown
from eval.bench.timing import LEAST, Asked, alternately, resident, size_of
from eval.commands.bench import write
from eval.questions import Question, load_questions
from ingest.document import Document
from ingest.errors import SettingsError
from ingest.library import shelves
from ingest.readers import read
from ingest.settings import PROJECT, Settings
from ingest.structure import passages

OPEN = PROJECT / "eval" / "questions" / "open.jsonl"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return [read(shelf.path, shelf.source) for shelf in shelves(Settings(data=tmp_path_factory.mktemp("none")))]


@pytest.fixture(scope="module")
def grown(shipped: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return make_collection(Settings().corpus, shipped, tmp_path_factory.mktemp("grown") / "corpus", 900)


def added(collection: Collection) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(collection.corpus.glob("sbirka-*.txt"))}


def asked(median: float, n: int = 160) -> Asked:
    return Asked(median, 2 * median, n)


def figures(passages: int, ask: float, seconds: float) -> Measured:
    times = {
        "ours": asked(ask),
        "matrix": asked(1.0),
        "tantivy_stems": asked(0.5),
        "tantivy_grams": asked(0.5),
        "chroma": asked(3.0),
        "ensemble_chunks": asked(10.0),
        "ensemble_passages": asked(20.0, 7),
        "textbook_chunks": asked(2.0),
    }
    taken = {"ours": seconds, "bare": 8.0, "bare_texts": 16.0, "again": 0.2, "open": 1.0, "langchain_passages": 5.0}
    return Measured(
        passages,
        passages,
        40,
        100,
        times,
        taken,
        {"langchain_passages": passages},
        250_000_000,
        300_000_000,
        1_000,
        0.99,
    )


def run_of(*sizes: Measured) -> Run:
    return Run(2, "3.11", (0.5, 1.0), 2, "", sizes)


def test_a_collection_has_at_least_the_wanted_passages_and_counts_them_rightly(grown: Collection) -> None:
    settings = Settings(corpus=grown.corpus, data=grown.corpus / "none")
    documents = [read(shelf.path, shelf.source) for shelf in shelves(settings)]
    assert grown.passages >= 900
    assert grown.passages == sum(len(passages(document)) for document in documents)
    assert grown.documents == len(documents)
    assert grown.characters == sum(len(document.text) for document in documents)


def test_the_same_collection_comes_out_again(grown: Collection, shipped: list[Document], tmp_path: Path) -> None:
    again = make_collection(Settings().corpus, shipped, tmp_path / "corpus", 900)
    assert added(again) == added(grown) != {}
    assert replace(again, corpus=grown.corpus) == grown


def test_added_texts_hold_only_sentences_of_the_corpus(grown: Collection, shipped: list[Document]) -> None:
    whole = "\n".join(document.text for document in shipped)
    texts = added(grown).values()
    blocks = [block for text in texts for block in text.strip().split("\n\n") if not block.startswith("## ")]
    assert len(blocks) > 400
    for block in blocks:
        rest = block
        # A block is one to three sentences; each piece that is cut off must stand in the corpus as it is.
        while rest:
            ends = [n for n in range(len(rest), 0, -1) if n == len(rest) or rest[n] == " "]
            end = next((n for n in ends if rest[:n] in whole), 0)
            assert end, f"not in the corpus: {rest}"
            rest = rest[end:].lstrip()


def test_size_zero_is_the_shipped_corpus_as_it_is(shipped: list[Document], tmp_path: Path) -> None:
    found = make_collection(Settings().corpus, shipped, tmp_path / "corpus", 0)
    assert found.documents == len(shipped)
    assert added(found) == {}


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 1.7])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    sizes = [1_000, 10_000, 100_000]
    assert exponent(sizes, [3.5 * size**power for size in sizes]) == pytest.approx(power)


def test_the_exponent_is_that_of_least_squares() -> None:
    sizes, values = [300, 1_000, 9_000], [11.0, 14.0, 40.0]
    expected = np.polyfit(np.log(sizes), np.log(values), 1)[0]
    assert exponent(sizes, values) == pytest.approx(float(expected))


def test_one_size_says_nothing_about_growth() -> None:
    assert exponent([1_000], [5.0]) is None
    assert slope([7, 7], [1.0, 2.0]) is None
    assert growth([figures(1_000, 10, 10)]).ask is None
    assert growth([figures(1_000, 10, 10), figures(1_400, 50, 90)]).build is None


def test_growth_is_told_per_hundred_thousand_passages() -> None:
    small, large = figures(1_000, 10, 10), replace(figures(11_000, 20, 30), warm=310_000_000, disk=2_000)
    found = growth([small, large])
    assert found.memory == pytest.approx(100_000_000)
    assert found.disk == pytest.approx(10_000)
    assert found.thousand == pytest.approx(2.0)
    assert found.bare_thousand == pytest.approx(0.0)
    assert found.ask == pytest.approx(np.log(2) / np.log(11))


def test_a_ratio_with_something_unmeasured_is_none() -> None:
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(None, 2.0) is None
    assert ratio(3.0, None) is None
    assert ratio(3.0, 0.0) is None


def test_ratios_put_ours_above_the_other() -> None:
    found = all_ratios(figures(1_000, 30, 10))
    assert bounds(figures(1_000, 30, 10)) == 2.0
    assert found["bounds"] == 15.0
    assert found["chroma_bounds"] == 7.5
    assert found["ensemble_chunks"] == 3.0
    assert found["bare"] == 1.25
    assert found["langchain_passages"] == 2.0
    assert found["haystack"] is None
    assert found["langchain_chunks"] is None
    assert found["recall"] == 0.99


def test_median_and_percentile_are_those_of_the_values() -> None:
    assert Asked.of([5.0]) == Asked(5.0, 5.0, 1)
    assert Asked.of([float(n) for n in range(100, 0, -1)]) == Asked(50.5, 96.0, 100)


def test_systems_take_turns_and_each_is_asked_every_question() -> None:
    questions, order = load_questions(OPEN)[:45], []

    def acts(name: str) -> Callable[[Question], object]:
        return lambda question: order.append(name)

    taken = alternately({"a": acts("a"), "b": acts("b")}, questions, 60)
    assert {name: len(found) for name, found in taken.items()} == {"a": 45, "b": 45}
    timed = "".join(order[20:])  # after a warm-up of ten questions each
    assert timed == "a" * 20 + "b" * 20 + "a" * 20 + "b" * 20 + "a" * 5 + "b" * 5


def test_a_slow_system_is_asked_fewer_questions_and_the_others_all() -> None:
    questions = load_questions(OPEN)[:40]
    taken = alternately({"slow": lambda _: time.sleep(0.02), "quick": lambda _: None}, questions, 0.05)
    assert len(taken["slow"]) == LEAST
    assert len(taken["quick"]) == 40


def test_memory_and_disk_are_told_in_bytes(tmp_path: Path) -> None:
    before = resident()
    held = np.ones(8_000_000)
    assert resident() - before > 0.8 * held.nbytes
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_bytes(b"123")
    (tmp_path / "a" / "b" / "y").write_bytes(b"4567")
    assert size_of(tmp_path) == 7


def test_the_report_shows_ratios_before_absolute_figures_and_what_is_missing() -> None:
    run = run_of(replace(figures(1_000, 30, 10), failed={"haystack_passages": "Balíček chybí."}))
    text = markdown(run, {"Doba odpovědi": "bench-ask.svg"}, "python -m eval bench --sizes 1000")
    lines = text.splitlines()
    assert "| odpověď / součet dolních mezí | ≤ 3 | 15,00 |" in lines
    assert "| odpověď / Haystack, naše pasáže | – | – |" in lines
    assert "| LangChain BM25 + Chroma, naše pasáže | 20,0 (40,0, n = 7) |" in lines
    assert "| LangChain from_documents, naše pasáže | 5,0 (1000 textů) |" in lines
    assert "| exponent mediánu odpovědi | – | ≤ 0,6 |" in lines
    assert "![Doba odpovědi](bench-ask.svg)" in lines
    assert "- 1000 pasáží: Balíček chybí." in lines
    assert text.index("**Násobky") < text.index("**Milisekundy")


def test_the_report_its_plots_and_its_json_are_written_side_by_side(tmp_path: Path) -> None:
    out = tmp_path / "bench.md"
    write(run_of(figures(1_000, 30, 10), figures(10_000, 60, 90)), out)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"bench.md", "bench.json", "bench-ask.svg", "bench-ingest.svg"}
    record = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert record["sizes"][1]["ask"]["ours"] == {"median": 60, "p95": 120, "n": 160}
    assert record["ratios"][0]["bounds"] == 15.0
    assert record["growth"]["ask"] == pytest.approx(np.log10(2))
    for name in names & {"bench-ask.svg", "bench-ingest.svg"}:
        assert f"]({name})" in out.read_text(encoding="utf-8")


def test_a_plot_is_a_file_of_its_own_with_a_point_for_each_value() -> None:
    svg = growth_svg("Doba", "ms", {"a & b": [(300.0, 2.0), (10_000.0, 70.0)], "c": [(1_000.0, 0.4)]})
    root = ElementTree.fromstring(svg)
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["a & b: 300 pasáží, 2,0 ms", "a & b: 10000 pasáží, 70,0 ms", "c: 1000 pasáží, 0,4 ms"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sizes", "-5"], "--sizes"),
        (["--count", "-1"], "--count"),
        (["--repeat", "0"], "--repeat"),
        (["--budget", "0"], "--budget"),
        (["--work", "nikde"], "Vytvořte ji"),
    ],
)
def test_an_option_that_cannot_be_used_is_explained(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *options]) == 1
    assert said in capsys.readouterr().err


def order(folder: Path) -> Order:
    return Order(str(Settings().corpus), str(folder), Settings().encoder, str(OPEN), 3, 5.0, str(folder))


def test_a_measurement_without_an_index_says_so_through_its_process(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nejdřív se musí sestavit"):
        measured("ingest_bare", order(tmp_path))


def test_a_measurement_that_dies_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"„nothing“ neskončilo, kód 1.*Zkontrolujte volnou paměť"):
        measured("nothing", order(tmp_path))


def test_a_missing_package_is_named_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A package of that name that is found first and lacks what it needs stands for one that is not installed.
    (tmp_path / "haystack.py").write_text("import not_installed_anywhere\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"balíček, který chybí \(not_installed_anywhere\).*\[bench\]"):
        measured("peer_haystack", order(tmp_path))


def test_all_systems_are_asked_the_same_questions_of_all_kinds(tmp_path: Path) -> None:
    first, again = order(tmp_path).asked(), order(tmp_path).asked()
    assert len(first) == 3
    assert first == again
    everything = replace(order(tmp_path), count=0).asked()
    assert {q.id for q in everything} == {q.id for q in load_questions(OPEN)}
    assert everything[:3] == first
    assert len({q.kind for q in everything[:20]}) > 3
