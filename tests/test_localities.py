"""Reading, checking, storing, finding and comparing the municipalities of the dataset."""

import io
import json
import time
import zipfile
from pathlib import Path
from statistics import median

import pytest

from ingest.__main__ import main
from ingest.errors import ReadError
from ingest.localities import parse_localities, read_localities
from ingest.locality_columns import letters
from ingest.locality_data import DIMENSIONS, Localities, Municipality
from ingest.locality_figures import Finding, category_table, findings
from ingest.locality_names import NameIndex
from ingest.locality_store import folder, load_localities, save_localities, stored_years
from ingest.settings import Settings
from tests.browser import PROJECT
from tests.locality_world import HEADINGS, NOTE, row, rows, workbook

WORKBOOK = PROJECT.parent / "shared" / "data" / "index-socialniho-vylouceni-2023.xlsx"
needs_the_dataset = pytest.mark.skipif(
    not WORKBOOK.is_file(), reason="the ministry's dataset is not part of the repository (../shared/data)"
)


@pytest.fixture(scope="module")
def small() -> Localities:
    return parse_localities(workbook(), "malý.xlsx")


@pytest.fixture(scope="module")
def real() -> Localities:
    return read_localities(WORKBOOK)


def named(localities: Localities, name: str) -> Municipality:
    return next(one for one in localities.municipalities if one.name == name)


def finding(localities: Localities, name: str, dimension: str) -> Finding:
    return next(f for f in findings(localities, named(localities, name)) if f.dimension.id == dimension)


def refusal(content: bytes) -> str:
    with pytest.raises(ReadError) as refused:
        parse_localities(content, "soubor.xlsx")
    return str(refused.value)


def cell(number: int, heading: int, value: object) -> bytes:
    """Return a workbook whose `number`-th municipality (from 0) has another value under a heading."""
    lines = rows()
    lines[number][heading] = value
    return workbook(lines)


def test_a_workbook_becomes_municipalities_with_year_sheet_and_publisher(small: Localities) -> None:
    assert (small.year, small.sheet, small.file, small.most_points) == (
        2023,
        "Index soc. vyloučení 2023",
        "malý.xlsx",
        30,
    )
    assert "Ministerstvo pro místní rozvoj" in small.publisher
    assert len(small.municipalities) == 43
    one = named(small, "Šedá Čtvrť")
    assert (one.code, one.district, one.adults, one.points, one.category) == (500003, "Horní", 1000, 22, "12 až 30")
    assert one.rates["debt"].count == 300
    assert one.rates["debt"].share == 30.0
    assert small.headers["debt_share"].startswith("% podíl obyvatel v exekuci (k 31. 12. 2023")


def test_a_note_instead_of_a_figure_is_a_missing_value_and_no_zero(small: Localities) -> None:
    rate = named(small, "Ves 0").rates["school"]
    assert (rate.share, rate.count, rate.quotient) == (None, None, None)
    assert rate.missing == f"poznámka v souboru: „{NOTE}“"
    assert named(small, "Ves 1").rates["school"].share == 100 / 21


def test_a_share_of_nobody_is_missing_though_the_workbook_writes_zero() -> None:
    empty = row(1, "Pustina", adults=0, debt=0, housing=0, income=0, work=0, school=(0, 0))
    one = parse_localities(workbook([*rows(), empty]), "s.xlsx").by_code(1)
    assert one is not None
    assert [one.rates[d.id].share for d in DIMENSIONS] == [None] * 5
    assert "0 obyvatel starších 15 let" in one.rates["debt"].missing


def test_another_year_with_columns_in_another_order_and_a_title_above_is_read() -> None:
    headings = [h.replace("2023", "2027").replace("2022/23", "2026/27") for h in HEADINGS][::-1]
    lines = [line[::-1] for line in rows()]
    found = parse_localities(
        workbook(lines, headings, above=[["Index sociálního vyloučení"], []], below=[[], ["Zdroj: Agentura"]]), "s.xlsx"
    )
    assert (found.year, len(found.municipalities)) == (2027, 43)
    assert found.notes == ("Zdroj: Agentura",)
    assert named(found, "Šedá Čtvrť").rates["debt"].share == 30.0


def test_a_missing_column_is_named() -> None:
    text = refusal(workbook([line[:14] + line[15:] for line in rows()], HEADINGS[:14] + HEADINGS[15:]))
    assert "chybí sloupec „% podíl obyvatel v exekuci“" in text
    assert "list „Index soc. vyloučení 2023“" in text


def test_a_renamed_column_is_named_with_what_stands_in_its_place() -> None:
    text = refusal(workbook(replaced={"Název okres": "Okres - název"}))
    assert "chybí sloupec „Název okres“" in text
    text = refusal(
        workbook(replaced={HEADINGS[27]: "Celkem žáků, kteří ukončili povinnou školní docházku - běžné třídy"})
    )
    assert "přejmenovaný je možná sloupec AB „Celkem žáků" in text


def test_a_column_that_stands_twice_is_refused() -> None:
    text = refusal(workbook([[*line, "Jinde"] for line in rows()], [*HEADINGS, "Název kraje"]))
    assert "sloupec „Název kraj“ je v souboru dvakrát (K a AF)" in text


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        (11, "asi tisíc", "řádek 7, sloupec L „Počet obyvatel - starších 15 let“: má být celé číslo, je „asi tisíc“"),
        (11, 10.5, "má být celé číslo, je „10.5“"),
        (14, 140.5, "řádek 7, sloupec O „% podíl obyvatel v exekuci“: má být číslo od 0 do 100, je „140.5“"),
        (13, -1, "má být číslo, je „-1“"),
        (14, "#REF!", "je „#REF!“"),
        (0, "obec", "řádek 7, sloupec A „Kód obce“: má být celé číslo, je „obec“"),
        (1, None, "řádek 7, sloupec B „Název obce“: má být text, je prázdný"),
        (29, True, "má být celé číslo, je „True“"),
    ],
)
def test_a_value_of_a_wrong_type_is_named_with_its_row_and_column(heading: int, value: object, message: str) -> None:
    assert message in refusal(cell(5, heading, value))


def test_a_code_that_stands_twice_is_named_with_both_rows() -> None:
    assert "řádek 44: kód obce 500001 je už na řádku 42" in refusal(cell(42, 0, 500001))


def test_of_many_mistakes_the_first_are_named_and_the_others_counted() -> None:
    text = refusal(workbook([[*line[:11], "mnoho", *line[12:]] for line in rows()]))
    assert text.count("•") == 9
    assert "a dalších chyb: 35" in text


def test_a_year_that_no_heading_names_is_asked_for() -> None:
    text = refusal(workbook(replaced={h: h.replace(" 2023 (", " (") for h in HEADINGS[29:]}))
    assert "chybí rok" in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"<html>", "Kód obce;Název\n".encode()])
def test_what_is_no_workbook_is_refused_in_czech(content: bytes) -> None:
    assert "není čitelný sešit XLSX" in refusal(content)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "není čitelný sešit XLSX" in refusal(target.getvalue())


def test_a_workbook_of_something_else_says_what_is_looked_for() -> None:
    assert "žádného listu není sloupec „Kód obce“" in refusal(workbook([[1, 2]], ["a", "b"]))


def test_a_workbook_without_municipalities_is_refused() -> None:
    assert "není žádná obec" in refusal(workbook([]))


def test_letters_of_columns_are_those_of_a_spreadsheet() -> None:
    assert [letters(n) for n in (0, 25, 26, 30, 701, 702)] == ["A", "Z", "AA", "AE", "ZZ", "AAA"]


def test_what_is_stored_comes_back_the_same(tmp_path: Path, small: Localities) -> None:
    settings = Settings(data=tmp_path)
    assert stored_years(settings) == ()
    path = save_localities(settings, small)
    assert path == tmp_path / "localities" / "2023.json"
    assert load_localities(settings, 2023) == small
    assert stored_years(settings) == (2023,)


def test_storing_leaves_no_unfinished_file_and_replaces_the_same_year(tmp_path: Path, small: Localities) -> None:
    settings = Settings(data=tmp_path)
    save_localities(settings, small)
    save_localities(settings, parse_localities(workbook(rows()[:12]), "nový.xlsx"))
    assert [path.name for path in folder(settings).iterdir()] == ["2023.json"]
    assert load_localities(settings, 2023).file == "nový.xlsx"


@pytest.mark.parametrize("content", ["", "{}", '{"format": 99}', "[1]"])
def test_a_damaged_store_says_how_to_make_it_anew(tmp_path: Path, content: str) -> None:
    settings = Settings(data=tmp_path)
    folder(settings).mkdir()
    (folder(settings) / "2023.json").write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match="python -m ingest localities"):
        load_localities(settings, 2023)


def test_the_command_stores_a_workbook_and_refuses_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    good, bad = tmp_path / "index.xlsx", tmp_path / "jiný.xlsx"
    good.write_bytes(workbook())
    bad.write_bytes(b"nic")
    assert main(["localities", str(good)]) == 0
    assert "Rok 2023: načteno obcí 43" in capsys.readouterr().err
    assert main(["localities", str(bad), str(tmp_path / "chybí.xlsx")]) == 1
    said = capsys.readouterr().err
    assert "není čitelný sešit XLSX" in said
    assert "Zkontrolujte cestu" in said
    stored = json.loads((tmp_path / "data" / "localities" / "2023.json").read_text(encoding="utf-8"))
    assert stored["file"] == "index.xlsx"


def test_a_municipality_is_found_without_diacritics_and_from_a_part_of_its_name(small: Localities) -> None:
    names = NameIndex.of(small.municipalities)
    for text in ("seda ctvrt", "Šedá", "ČTVRŤ", "ctv", "  šedá   čtvrť ", "500003"):
        assert [one.name for one in names.search(text)] == ["Šedá Čtvrť"], text


def test_the_same_names_are_told_apart_by_their_district(small: Localities) -> None:
    names = NameIndex.of(small.municipalities)
    assert [one.code for one in names.search("Lhota")] == [500001, 500002]
    assert [one.code for one in names.search("lhota okres dolni")] == [500002]
    assert [one.code for one in names.search("Lhota (Jižní kraj)")] == [500002]


def test_a_mistyped_name_is_offered_by_its_likeness_and_nonsense_is_not(small: Localities) -> None:
    names = NameIndex.of(small.municipalities)
    assert [one.name for one in names.search("Sedda Ctvrt")] == ["Šedá Čtvrť"]
    assert names.search("qqqq") == ()
    assert names.search(" - ") == ()


def test_a_whole_name_comes_before_longer_names(small: Localities) -> None:
    assert NameIndex.of(small.municipalities).search("ves 1")[0].name == "Ves 1"


def test_medians_ranks_and_percentiles_are_those_worked_out_by_hand(small: Localities) -> None:
    region = finding(small, "Ves 5", "debt").beside("region")
    # Severní kraj: counts 30..49, Lhota 40 and Šedá Čtvrť 300, each of 1,000.
    shares = sorted([*range(30, 50), 40, 300])
    assert region.n == 22
    assert region.median == pytest.approx(median(shares) / 10)
    assert (region.above, region.equal) == (16, 0)
    assert region.percentile == pytest.approx(100 * 5 / 21)


def test_equal_shares_count_half_and_are_named(small: Localities) -> None:
    region = finding(small, "Ves 10", "debt").beside("region")
    assert region.equal == 1
    assert region.percentile == pytest.approx(100 * (10 + 0.5) / 21)


def test_what_stands_out_is_high_and_what_is_missing_is_missing(small: Localities) -> None:
    levels = {f.dimension.id: f.level for f in findings(small, named(small, "Šedá Čtvrť"))}
    assert levels == {"debt": "high", "housing": "usual", "income": "low", "work": "high", "school": "missing"}


def test_a_share_of_a_few_people_never_stands_out() -> None:
    tiny = row(1, "Samota", adults=20, debt=4, housing=0, income=0, work=0)
    localities = parse_localities(workbook([*rows(), tiny]), "s.xlsx")
    assert finding(localities, "Samota", "debt").rate.share == 20.0
    assert finding(localities, "Samota", "debt").level == "few"


def test_a_group_of_fewer_than_five_has_neither_median_nor_rank() -> None:
    lines = [*rows(), *(row(n, f"Kout {n}", orp="Malé", district="Malé", debt=90) for n in range(1, 5))]
    compared = finding(parse_localities(workbook(lines), "s.xlsx"), "Kout 1", "debt").beside("orp")
    assert (compared.n, compared.median, compared.percentile) == (4, None, None)


def test_municipalities_without_a_figure_do_not_enter_a_comparison(small: Localities) -> None:
    assert finding(small, "Ves 1", "school").beside("country").n == 20
    assert finding(small, "Ves 0", "school").beside("country").percentile is None
    assert finding(small, "Ves 0", "school").beside("country").median is not None


def test_categories_stand_in_rising_order_with_their_numbers(small: Localities) -> None:
    assert [(c.category, c.n) for c in category_table(small)] == [("0 až 1", 42), ("12 až 30", 1)]
    assert category_table(small)[1].medians["debt"] is None


@needs_the_dataset
def test_the_real_workbook_has_all_municipalities_and_its_missing_values(real: Localities) -> None:
    assert (real.year, len(real.municipalities)) == (2023, 6258)
    assert sum(one.rates["school"].missing.startswith("poznámka") for one in real.municipalities) == 4890
    assert sum(one.rates["debt"].share is None for one in real.municipalities) == 4, "the military areas have no people"
    assert [(c.category, c.n) for c in category_table(real)] == [
        ("0 až 1", 3393),
        ("2 až 7", 2326),
        ("8 až 11", 298),
        ("12 až 30", 241),
    ]


@needs_the_dataset
def test_any_real_municipality_is_found_within_twenty_milliseconds(real: Localities) -> None:
    names = NameIndex.of(real.municipalities)
    texts = ("usti nad", "nova ves melnik", "krumlof", "a", "praha", "Mezholezy", "frydek-mistek", "xyzxyz")
    took = []
    for text in texts:
        runs = []
        for _ in range(5):
            started = time.perf_counter()
            names.search(text)
            runs.append(time.perf_counter() - started)
        took.append(min(runs))
    assert max(took) < 0.02
    assert [one.orp for one in names.search("mezholezy")] == ["Horšovský Týn", "Domažlice"]


@needs_the_dataset
def test_every_real_municipality_gets_its_figures(real: Localities) -> None:
    for one in real.municipalities[::200]:
        assert len(findings(real, one)) == 5
    prague = named(real, "Praha")
    assert prague.orp == ""
    assert finding(real, "Praha", "debt").beside("region").median is None
