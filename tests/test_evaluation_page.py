"""The page Hodnocení as its user meets it, run by Streamlit's own test harness over recorded runs."""

import base64
import csv
import html
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from ingest.document import Document, Source
from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.export.histograms import Mark, Sample, distribution_svg, durations_svg
from prompts.export.plots import Point, Row, intervals_svg
from prompts.export.sheets import csv_bytes, xlsx_bytes
from tests.eval_doubles import CALL
from tests.run_world import HOSTILE, Home, shelve
from views.evaluation_data import listed_runs, load_run
from views.evaluation_export import COLUMNS, questions_sheet
from views.evaluation_plots import plot_html
from views.evaluation_question_html import ask_link, channels_html


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "data")


# Streamlit runs the source of this as a script of its own, where only its own imports exist.
def _page(settings: "Settings") -> None:
    from ingest.errors import SearchIndexError
    from views.assistant import AssistantLike
    from views.evaluation import show_evaluation

    def none() -> AssistantLike:
        raise SearchIndexError("Rejstřík ještě není.")

    show_evaluation(settings, none)


def page_of(home: Home) -> AppTest:
    page = AppTest.from_function(_page, kwargs={"settings": home.settings}, default_timeout=30).run()
    assert not page.exception
    return page


def bodies(page: AppTest) -> str:
    """All HTML of the page in its order, without its style sheets."""
    found = (str(element.proto.body) for element in page.get("html"))
    return "\n".join(body for body in found if not body.startswith(("<style", "<script")))


def seen(page: AppTest) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", bodies(page))).replace("\u00a0", " ")
    return " ".join(text.split())


def to_questions(page: AppTest) -> AppTest:
    page.segmented_control(key="opora_evaluation_section").set_value("questions").run()
    assert not page.exception
    return page


def questions(page: AppTest) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<h3 class="opora-ev-question">(.*?)</h3>', bodies(page))]


def count_line(page: AppTest) -> str:
    match = re.search(r'class="opora-count" role="status">([^<]+)<', bodies(page))
    assert match
    return match.group(1).replace("\u00a0", " ")


def test_without_a_run_the_page_says_which_command_records_one(home: Home) -> None:
    text = seen(page_of(home))
    assert "Zatím tu není žádný dokončený běh" in text
    assert "python -m eval run --name prvni" in text


def test_the_results_show_each_main_measure_with_its_interval_and_n(home: Home) -> None:
    home.record("prvni")
    text = seen(page_of(home))
    assert "Důkazy v 5 pasážích (R@5) 0,667 0,000 až 1,000, n = 3" in text
    assert "Doslovné citace 1,000 1,000 až 1,000, n = 4" in text
    assert "Neprávem odmítnuté méně je lépe 0,000" in text
    assert "hranice" in bodies(page_of(home)), "the plot of confidence names the threshold"


def test_a_measure_by_kind_is_a_plot_and_a_table_of_the_same_numbers(home: Home) -> None:
    home.record("prvni")
    page = page_of(home)
    page.selectbox(key="opora_evaluation_measure").select("facts").run()
    assert "laicky 0,000 0,000 až 0,000, n = 1" in seen(page)
    assert "dohledání údaje 1,000 1,000 až 1,000, n = 1" in seen(page)
    assert 'alt="Graf: Očekávaná fakta podle druhu otázky' in bodies(page)


def test_two_runs_stand_side_by_side(home: Home) -> None:
    home.record("prvni")
    home.record("druhy", system="langchain", refuses=True)
    page = page_of(home)
    page.selectbox(key="opora_evaluation_run").select("prvni").run()
    assert "druhy: " not in seen(page)
    page.selectbox(key="opora_evaluation_other").select("druhy").run()
    assert "prvni: 0,667 0,000 až 1,000, n = 3 druhy: 0,000 0,000 až 0,000, n = 3" in seen(page)
    assert "LangChain podle učebnice" in seen(page)
    to_questions(page)
    assert "prvni Zodpovězeno ● důkazy 1 z 1 ✓ v pořádku druhy V dokumentech není" in seen(page)
    page.checkbox(key="opora_evaluation_different").check().run()
    assert questions(page)[0] == HOSTILE
    assert "Jaké bude počasí?" not in questions(page), "both refused it"


def test_questions_are_filtered_by_set_kind_state_words_and_faults(home: Home) -> None:
    home.record("prvni")
    page = to_questions(page_of(home))
    assert count_line(page) == "Zobrazeno 5, nalezeno 5, v běhu 5 otázek."
    assert questions(page)[0] == HOSTILE, "the worst one is first"
    page.checkbox(key="opora_evaluation_faults").check().run()
    assert set(questions(page)) == {HOSTILE, "Kolik stojí hrad?"}
    page.multiselect(key="opora_evaluation_kinds").select("refuse_other").run()
    assert questions(page) == ["Kolik stojí hrad?"]
    page.multiselect(key="opora_evaluation_states").select("not_found").run()
    assert questions(page) == []
    assert "Filtrům neodpovídá žádná otázka" in seen(page)
    page.button(key="opora_evaluation_clear").click().run()
    assert len(questions(page)) == 5
    page.text_input(key="opora_evaluation_query").set_value("POCASI").run()
    assert questions(page) == ["Jaké bude počasí?"], "diacritics and case do not matter"


def test_an_opened_question_shows_what_was_missed_in_its_text_and_why_others_were_found(home: Home) -> None:
    home.record("prvni")
    page = to_questions(page_of(home))
    page.button(key="opora_evaluation_open_0").click().run()
    body, text = bodies(page), seen(page)
    assert '<mark class="opora-ev-missed">Podpořit dluhové poradenství.</mark>' in body
    assert "Opatření 3.c:" in text, "with the document's text around it"
    assert "✗ nenalezen, ✗ necitován" in text
    assert "chybí očekávaná fakta" in text
    assert "text, vektory 2,5" in text
    assert "„Částka: 1 500 000 Kč.“ [1]" in text
    assert "dokumenty?doc=vyzva&amp;start=" in body
    assert '<a class="opora-link" href="./?dotaz=' in body
    assert "<script>alert" not in body
    page.button(key="opora_evaluation_after").click().run()
    assert "<h2 class=" in bodies(page)
    assert HOSTILE not in seen(page)
    page.button(key="opora_evaluation_back").click().run()
    assert len(questions(page)) == 5


def test_a_follow_up_shows_what_went_before_and_is_not_offered_alone(home: Home) -> None:
    home.record("prvni")
    page = to_questions(page_of(home))
    page.text_input(key="opora_evaluation_query").set_value("žádat").run()
    page.button(key="opora_evaluation_open_0").click().run()
    assert "Jaká je částka?" in seen(page)
    assert "?dotaz=" not in bodies(page)
    assert '<mark class="opora-ev-found">' in bodies(page)


def test_unfinished_and_damaged_runs_are_listed_with_what_to_do(home: Home) -> None:
    home.break_off("pul")
    broken = home.settings.runs / "rozbity"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text('{"format": 1,', encoding="utf-8")
    text = seen(page_of(home))
    assert "pul : nedokončený, odpovězeno 2 z 5 otázek" in text
    assert "rozbity : soubory jsou poškozené" in text
    home.record("prvni")
    page = page_of(home)
    assert [option.split()[0] for option in page.selectbox(key="opora_evaluation_run").options] == ["prvni"]
    assert "pul : nedokončený" in seen(page)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("scores.jsonl", '{"id": "Q1"}\n'),
        ("records.jsonl", "{nic\n"),
        ("summary.json", '{"all": {"recall@5": {"value": "hodně"}}, "kinds": {}, "sets": {}}'),
        ("questions.jsonl", "[]\n"),
    ],
)
def test_a_finished_run_with_a_damaged_file_says_so_instead_of_breaking(home: Home, file: str, content: str) -> None:
    folder = home.record("prvni")
    (folder.path / file).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="Běh „prvni“ nelze otevřít"):
        load_run(folder.path)
    page = page_of(home)
    assert "nelze otevřít" in seen(page)
    assert "python -m eval runs --delete prvni" in seen(page)


def test_a_run_that_is_recorded_anew_is_read_anew(home: Home) -> None:
    folder = home.record("prvni")
    assert load_run(folder.path) is load_run(folder.path), "as long as it is the same, it is read once"
    before = load_run(folder.path)
    for file in folder.path.iterdir():
        file.unlink()
    home.record("prvni", refuses=True)
    assert load_run(folder.path).summary["all"] != before.summary["all"]


def test_a_missing_file_makes_a_run_unusable(home: Home) -> None:
    folder = home.record("prvni")
    folder.scores.unlink()
    assert [one.state for one in listed_runs(home.settings.runs)] == ["damaged"]


def test_the_table_of_questions_is_the_same_in_csv_and_xlsx_and_runs_no_formula(home: Home) -> None:
    folder = home.record("prvni")
    lines = folder.questions.read_text(encoding="utf-8").replace("Kolik stojí hrad?", "=1+1")
    folder.questions.write_text(lines, encoding="utf-8")
    sheet = questions_sheet([load_run(folder.path)], ["Q2", "U2"])
    table = list(csv.reader(io.StringIO(csv_bytes(sheet).decode("utf-8-sig")), delimiter=";"))
    assert tuple(table[0]) == COLUMNS
    first, second = (dict(zip(table[0], row, strict=True)) for row in table[1:])
    assert (first["Id"], first["Nalezených důkazů"], first["Zodpověditelná"]) == ("Q2", "0", "ano")
    assert first["Chyby"] == "nenalezené důkazy: 1; chybí očekávaná fakta"
    assert second["Otázka"] == "'=1+1"
    cells = load_workbook(io.BytesIO(xlsx_bytes([sheet]))).active
    assert cells is not None
    assert [cell.value for cell in cells[1]] == list(COLUMNS)


def test_evidence_of_a_document_that_is_gone_is_still_quoted(home: Home) -> None:
    home.record("prvni")
    shelve(home.settings, (Document(Source("vyzva", "Výzva"), CALL),))
    page = to_questions(page_of(home))
    page.button(key="opora_evaluation_open_0").click().run()
    assert '<mark class="opora-ev-missed">Podpořit dluhové poradenství.</mark>' in bodies(page)
    assert "V dnešních dokumentech tento citát není." in seen(page)


def test_the_own_questions_are_a_part_of_the_page(home: Home) -> None:
    page = page_of(home)
    page.segmented_control(key="opora_evaluation_section").set_value("editor").run()
    assert not page.exception
    assert "Vlastní otázky" in seen(page)


def test_a_link_to_the_assistant_carries_any_question_whole() -> None:
    link = ask_link('50 % & "víc"?')
    assert 'href="./?dotaz=50%20%25%20%26%20%22v%C3%ADc%22%3F"' in link


def test_bars_of_channels_are_as_long_as_their_share_and_negative_ones_hollow() -> None:
    bars = channels_html({"text_dense": 4.0, "concepts": -1.0}, 8.0)
    assert '<i style="width:50%">' in bars
    assert '<i class=opora-ev-less style="width:12%">' in bars
    assert channels_html({}, 8.0) == ""


def drawing(picture: str) -> ElementTree.Element:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', picture)
    assert found
    return ElementTree.fromstring(base64.b64decode(found.group(1)))


def test_a_plot_is_a_picture_with_the_words_that_describe_it() -> None:
    rows = [Row("druh <b>", (Point(0.5, 0.25, 1.0, 4), None)), Row("celkem", (Point(1, 1, 1, 8), Point(0, 0, 0, 8)))]
    picture = plot_html(intervals_svg("Graf: „druh“ & <b>", rows))
    assert 'alt="Graf: „druh“ &amp; &lt;b&gt;"' in picture
    svg = drawing(picture)
    circles = [float(c.get("cx", 0)) for c in svg.iter("{http://www.w3.org/2000/svg}circle")]
    assert circles == [236.0, 322.0], "0,5 stands in the middle of the axis, 1 at its end"


def test_a_distribution_counts_both_sorts_and_draws_the_threshold() -> None:
    above, below = Sample("zodpověditelné", (0.9, 0.95, 0.1)), Sample("nezodpověditelné", (0.05,))
    svg = ElementTree.fromstring(distribution_svg("Graf", above, below, "jistota", Mark(0.3, "hranice 0,30")))
    words = "|".join(svg.itertext())
    for bar in (
        "zodpověditelné, 0,90 až 0,95: 1",
        "zodpověditelné, 0,95 až 1,00: 1",
        "nezodpověditelné, 0,05 až 0,10: 1",
    ):
        assert bar in words
    assert "hranice 0,30" in words


@pytest.mark.parametrize("seconds", [(0.0, 0.0), (0.001,), (0.02, 3.0, 61.5)])
def test_times_of_any_length_can_be_drawn(seconds: tuple[float, ...]) -> None:
    marks = Mark(seconds[0], "p50"), Mark(seconds[-1], "p95")
    svg = ElementTree.fromstring(durations_svg("Graf", [(Sample("běh", seconds), *marks)]))
    counts = [int(title.text.rpartition(" ")[2]) for title in svg.iter("title") if title.text]
    assert sum(counts) == len(seconds)
    numbers = [float(value) for node in svg.iter() for name, value in node.items() if name in ("x", "y", "width")]
    assert all(-1 <= number <= 400 for number in numbers)


def test_the_records_are_those_of_the_run(home: Home) -> None:
    run = load_run(home.record("prvni").path)
    lines = run.records_file.read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == set(run.questions)
