"""The printed report of runs: one file that loads nothing, with every figure, plot and the worst questions in it."""

import argparse
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from eval.commands import report as command
from eval.reporting.ablation import ablation_html, read_study
from eval.reporting.reading import Shelf, finished_runs
from eval.reporting.worst import worst_by, wrongly_answered
from eval.runs.summary import MEASURES as SUMMARISED
from ingest.document import Document, Source
from ingest.errors import SettingsError
from prompts.export.run_words import MEASURES, decimal
from tests.eval_doubles import CALL, PLAN
from tests.run_world import HOSTILE, Home, shelve


class Page(HTMLParser):
    """What a browser would find in a page: its tags with attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "link", "br", "i"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open and tag != "i":
            assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    return Home.at(tmp_path / "data")


def write(home: Home, *arguments: str) -> str:
    """Run the command and return the file that it wrote."""
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers(dest="command"))
    out = home.settings.data / "zprava.html"
    assert command.run(parser.parse_args(["report", *arguments, "--out", str(out)])) == 0
    return out.read_text(encoding="utf-8")


def test_a_report_loads_nothing_and_runs_nothing(home: Home) -> None:
    home.record("prvni")
    page = Page(write(home, "prvni"))
    assert page.open == [], "every element is closed"
    loading = [value for _, found in page.tags for name, value in found.items() if name in ("src", "href", "data")]
    assert loading == ["data:,"], "only the empty icon, which keeps browsers from asking for one"
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "iframe", "object", "embed", "base")]
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    style = re.search(r"<style>(.*?)</style>", write(home, "prvni"), re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style.group(1))


def test_a_report_says_how_the_run_was_made_and_what_came_of_it(home: Home) -> None:
    home.record("prvni")
    text = Page(write(home, "prvni")).text
    for said in ("Zpráva o hodnocení: prvni", "male.jsonl (5", "žádný, odpovědi jsou z citátů", "Rejstřík 1234abcd"):
        assert said in text
    summary = home.settings.runs / "prvni" / "summary.json"
    assert summary.is_file()
    assert "Důkazy v 5 pasážích (R@5) 0,667 0,000 až 1,000 3" in text
    assert "Odmítnuté z nezodpověditelných 0,500 0,000 až 1,000 2" in text


def test_every_table_has_headings_and_every_plot_says_in_words_what_it_shows(home: Home) -> None:
    home.record("prvni")
    home.record("druhy", refuses=True)
    content = write(home, "prvni", "druhy")
    page = Page(content)
    assert [found for tag, found in page.tags if tag == "th" and "scope" not in found] == []
    plots = [found for tag, found in page.tags if tag == "svg" and found.get("aria-hidden") != "true"]
    assert len(plots) > 8
    assert all(found["role"] == "img" and found["aria-label"].startswith("Graf: ") for found in plots)
    kinds = next(found["aria-label"] for found in plots if "Očekávaná fakta" in found["aria-label"])
    assert "laicky: prvni 0,00, druhy 0,00" in kinds
    assert "dohledání údaje: prvni 1,00, druhy 0,00" in kinds
    for drawing in re.findall(r"<svg.*?</svg>", content, re.DOTALL):
        assert ElementTree.fromstring(drawing).tag == "svg", "a plot is well-formed"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_worst_question_is_shown_with_what_was_missed_retrieved_and_said(home: Home) -> None:
    home.record("prvni")
    text = Page(write(home, "prvni")).text
    worst = text[text.index("Nejhůř vyhledané otázky") :]
    assert "Počet takových otázek: 1 (důkaz chybí v prvních 3 000 znacích). Níže jsou všechny." in worst
    assert HOSTILE in worst, "the question is shown letter for letter, and does nothing"
    assert "✗ nenalezen, ✗ necitován" in worst
    assert "Podpořit dluhové poradenství." in worst, "the evidence stands in its document's text"
    for share in ("text, vektory 2,5", "text, kmeny slov −0,5", "unheard_of 0,1"):
        assert share in worst
    assert "„Částka: 1 500 000 Kč.“ [1]" in worst
    assert "Kolik stojí hrad?" in worst[worst.index("Zodpovězené, ač je měl odmítnout") :]
    assert "Jaké bude počasí?" not in worst, "what was rightly refused is no failure"


def test_runs_stand_side_by_side_and_the_first_one_decides_what_is_worst(home: Home) -> None:
    home.record("prvni")
    home.record("druhy", system="langchain", refuses=True)
    text = Page(write(home, "prvni", "druhy")).text
    assert "LangChain podle učebnice" in text
    assert "Nejhůř vyhledané otázky (podle běhu prvni)" in text
    assert "prvni: ✗ nenalezen, ✗ necitován druhy: ✗ nenalezen, ✗ necitován" in text
    turned = Page(write(home, "druhy", "prvni")).text
    assert "Počet takových otázek: 3" in turned


def test_what_is_left_out_is_said(home: Home) -> None:
    home.record("druhy", refuses=True)
    text = Page(write(home, "druhy", "--worst", "1")).text
    assert "Počet takových otázek: 3 (důkaz chybí v prvních 3 000 znacích). Níže je jich 1, od nejhorší" in text


def test_a_run_that_is_not_there_or_not_finished_says_what_to_do(home: Home) -> None:
    home.record("prvni")
    with pytest.raises(SettingsError, match=r"Běh „jiny“ neexistuje\. Nahrané běhy: prvni"):
        write(home, "jiny")
    home.break_off("pul")
    with pytest.raises(SettingsError, match=r"Běh „pul“ není dokončený\. Dokončí ho týž příkaz"):
        write(home, "prvni", "pul")


def test_damaged_scores_are_named_with_their_line(home: Home) -> None:
    folder = home.record("prvni")
    lines = folder.scores.read_text(encoding="utf-8").split("\n")
    folder.scores.write_text("\n".join([lines[0], lines[1].replace('"found"', '"nalezeno"')]), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(?s)prvni“ jsou poškozené.*řádek 2.*„found“"):
        write(home, "prvni")


def test_a_file_that_cannot_be_written_is_refused(home: Home, tmp_path: Path) -> None:
    home.record("prvni")
    options = argparse.Namespace(names=["prvni"], out=tmp_path / "neni" / "zprava.html", worst=1)
    with pytest.raises(SettingsError, match="nelze zapsat"):
        command.run(options)


def test_documents_that_changed_since_the_run_are_told_about(home: Home) -> None:
    home.record("prvni")
    runs = finished_runs(home.settings.runs, ["prvni"])
    assert not Shelf.of(home.settings).changed_since(runs[0])
    shelve(home.settings, (Document(Source("plan", "Plán"), "Nově: " + PLAN), Document(Source("vyzva", "Výzva"), CALL)))
    assert Shelf.of(home.settings).changed_since(runs[0])
    assert "Dokumenty se od běhu prvni změnily" in Page(write(home, "prvni")).text


def test_without_an_index_the_evidence_is_still_shown(home: Home) -> None:
    home.record("prvni")
    (home.settings.index / "CURRENT").unlink()
    assert "Podpořit dluhové poradenství." in Page(write(home, "prvni")).text


def test_questions_are_ordered_by_what_was_missed_first(home: Home) -> None:
    home.record("prvni")
    run = finished_runs(home.settings.runs, ["prvni"])[0]
    assert worst_by(run, "recall@3000c", 5).ids == ("Q2",)
    assert worst_by(run, "facts", 5, without=("Q2",)).ids == ()
    assert wrongly_answered(run, 5).ids == ("U2",)
    assert worst_by(run, "recall@3000c", 0).of == 1, "what is not shown is still counted"


def test_the_ablation_becomes_a_plot_of_differences_and_a_table(tmp_path: Path) -> None:
    file = tmp_path / "ablation.md"
    file.write_text(
        "**Složky (134 otázek)**\n\n| Systém | R@5 |\n| --- | ---: |\n| celý systém | 0,916 |\n"
        "| **bez jedné složky** |  |\n| pojmy <b> | 0,900 (−0,016)<br>−0,04 až 0,01 |\n",
        encoding="utf-8",
    )
    study = read_study(file)
    assert study is not None
    assert study.questions == 134
    page = Page(ablation_html(study))
    label = next(found["aria-label"] for tag, found in page.tags if tag == "svg")
    assert "bez jedné složky; pojmy <b> −0,016" in label
    assert "−0,016 (−0,040 až 0,010), n = 134" in page.text
    assert "0,900 (−0,016)" in page.text
    assert read_study(tmp_path / "neni.md") is None


def test_the_shipped_ablation_can_be_read() -> None:
    study = read_study(command.ABLATION)
    assert study is not None
    assert len(study.rows) > 20
    assert "Graf: rozdíly R@5" in ablation_html(study)


def test_every_measure_of_a_summary_has_words_and_no_other_has() -> None:
    assert set(MEASURES) == set(SUMMARISED)


@pytest.mark.parametrize(("value", "shown"), [(-0.0001, "0,00"), (-0.5, "−0,50"), (12345.678, "12\u00a0345,68")])
def test_numbers_are_czech(value: float, shown: str) -> None:
    assert decimal(value, 2) == shown
