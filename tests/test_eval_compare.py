"""`python -m eval compare`: how far two runs differ, and whether chance could make the difference."""

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from eval.commands.compare import add, run
from eval.comparing import compare
from eval.paired import Difference, corrected, differences
from eval.runs.measures import Line
from eval.runs.summary import figures
from eval.significance import paired_difference
from ingest.errors import SettingsError
from tests.eval_doubles import TEXTS, Scripted, answer, question_fields, span_of, write_lines
from tests.run_doubles import line, record_run, run_of

HOUSING, SERVICES, WEATHER = "Co se plánuje pro bydlení?", "Jaké služby se rozšíří?", "Jaké bude zítra počasí?"
HOMES = span_of("plan", "Zvýšit dostupnost bydlení o 120 bytů")
FIELD = span_of("plan", "Rozšířit terénní služby v obcích")


def pairs(measure: str, values: Sequence[tuple[float, float]]) -> list[tuple[Line, Line]]:
    rest = {"over_refusal": 0.0}
    return [
        (line(f"Q{n}", values=rest | {measure: a}), line(f"Q{n}", values=rest | {measure: b}))
        for n, (a, b) in enumerate(values)
    ]


def only(measure: str, values: Sequence[tuple[float, float]]) -> Difference:
    (found,) = differences(pairs(measure, values), [measure])
    return found


@st.composite
def lines(draw: st.DrawFn, most: int = 8) -> list[Line]:
    found = []
    for n in range(draw(st.integers(1, most))):
        answerable, refused = draw(st.booleans()), draw(st.booleans())
        values = {"over_refusal" if answerable else "refusal_recall": float(refused)}
        if refused:
            values["refusal_precision"] = float(not answerable)
        for measure in ("facts", "cited_precision") if answerable else ():
            if draw(st.booleans()):
                values[measure] = draw(st.sampled_from([0.0, 0.25, 1.0]))
        quotes = draw(st.integers(0, 3))
        found.append(
            line(
                f"Q{n}",
                answerable=answerable,
                values=values,
                quotes=quotes,
                verbatim=draw(st.integers(0, quotes)),
                chars=draw(st.integers(0, 50)),
                seconds=draw(st.sampled_from([0.1, 0.2, 0.7])),
            )
        )
    return found


@given(lines())
def test_every_measure_has_the_value_that_the_summary_of_the_run_has(found: list[Line]) -> None:
    summary = figures(found, resamples=50)
    for one in differences([(each, each) for each in found], draws=50):
        assert one.first == one.second == pytest.approx(summary[one.measure]["value"])
        assert (one.low, one.high, one.p, one.holm) == (0.0, 0.0, 1.0, 1.0)
        assert one.better == one.worse == 0


def test_measures_are_compared_in_the_order_of_reports_and_absent_ones_are_left_out() -> None:
    names = [one.measure for one in differences([(line("Q1"), line("Q1"))], draws=50)]
    assert names == ["facts", "quotes_verbatim", "over_refusal", "chars", "p50", "p95"]


def test_the_difference_of_means_and_its_interval_are_those_of_the_paired_bootstrap() -> None:
    values = [(0.0, 1.0), (0.5, 0.5), (1.0, 0.5), (0.2, 0.9), (0.0, 0.3), (1.0, 1.0), (0.4, 0.1), (0.3, 0.8)]
    found = only("facts", values)
    known = paired_difference(
        {f"Q{n}": b for n, (_, b) in enumerate(values)}, {f"Q{n}": a for n, (a, _) in enumerate(values)}
    )
    assert found.value == pytest.approx(known.estimate)
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.02)
    assert (found.n, found.better, found.same, found.worse) == (8, 4, 2, 2)


@pytest.mark.parametrize(
    ("values", "exact"),
    [
        # Of the 32 ways to sign five equal differences two are as far out: all plus and all minus.
        ([(0.0, 1.0)] * 5, 2 / 32),
        # Signs of 1, 1, -1: the sum is at least 1 on either side whatever the signs.
        ([(0.0, 1.0), (0.0, 1.0), (1.0, 0.0)], 1.0),
        # Signs of 0.5 and 0.1: only equal signs reach 0.6.
        ([(0.0, 0.5), (0.4, 0.5)], 0.5),
    ],
)
def test_the_p_value_is_that_of_all_ways_to_swap_the_runs(values: list[tuple[float, float]], exact: float) -> None:
    assert only("facts", values).p == pytest.approx(exact, abs=0.02)


def test_equal_runs_never_look_different_and_a_p_value_is_never_zero() -> None:
    assert only("facts", [(0.3, 0.3)] * 9).p == 1.0
    assert 0 < only("facts", [(0.0, 1.0)] * 60).p < 0.001


def test_the_same_runs_give_the_same_numbers() -> None:
    values = [(0.0, 0.4), (0.3, 0.2), (0.9, 1.0)]
    assert only("facts", values) == only("facts", values)


def test_less_is_better_where_it_should_be_small() -> None:
    found = only("over_refusal", [(1.0, 0.0), (0.0, 0.0)])
    assert (found.value, found.gain) == (-0.5, 0.5)
    assert (found.better, found.same, found.worse) == (1, 1, 0)


def test_holm_multiplies_the_smallest_p_value_most_and_keeps_the_order() -> None:
    found = [replace(only("facts", [(0.0, 1.0)]), p=p) for p in (0.01, 0.04, 0.03)]
    assert [one.holm for one in corrected(found)] == pytest.approx([0.03, 0.06, 0.06])


def test_only_questions_of_the_same_words_in_both_runs_count() -> None:
    first = run_of([line("Q1"), line("Q2"), line("Q3")], "a")
    second = run_of([line("Q2"), line("Q3"), line("Q4")], "b", {"Q3": "Jinak?"})
    found = compare(first, second)
    assert (found.common, found.only_first, found.only_second, found.reworded) == (1, 1, 1, 1)
    assert {one.n for one in found.total} == {1}


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(SettingsError, match="„a“ a „b“ nemají žádnou společnou otázku"):
        compare(run_of([line("Q1")], "a"), run_of([line("Q2")], "b"))


def test_kinds_are_corrected_for_all_their_rows_together() -> None:
    better = {"facts": 1.0, "over_refusal": 0.0}
    worse = {"facts": 0.0, "over_refusal": 0.0}
    kinds = [kind for kind in ("lay", "list") for _ in range(20)]
    first = run_of([line(f"Q{n}", kind=kind, values=worse) for n, kind in enumerate(kinds)], "a")
    second = run_of([line(f"Q{n}", kind=kind, values=better) for n, kind in enumerate(kinds)], "b")
    found = compare(first, second, kinds=[], measures=["facts"])
    assert list(found.kinds) == ["lay", "list"]
    assert found.total[0].holm == found.total[0].p
    for (one,) in found.kinds.values():
        assert one.n == 20
        assert one.holm == pytest.approx(2 * one.p)


def test_unknown_measures_and_kinds_are_answered_with_those_that_are_there() -> None:
    one, other = run_of([line("Q1")], "a"), run_of([line("Q1")], "b")
    with pytest.raises(SettingsError, match=r"Míra „f1“ zde není. Vybírejte z těchto: recall@5, "):
        compare(one, other, measures=["f1"])
    with pytest.raises(SettingsError, match=r"Druh otázek „list“ zde není. Vybírejte z těchto: lay."):
        compare(one, other, kinds=["list"])


def test_a_change_of_machine_takes_the_times_out_of_the_comparison() -> None:
    first, second = run_of([line("Q1")], "a"), run_of([line("Q1")], "b", machine={"cpus": 8})
    found = compare(first, second)
    assert not found.timed_alike
    assert any("počítač" in one for one in found.otherwise)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Record two runs: "stary" knows about housing alone, "novy" about services alone and has markup to say."""
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    services = {"doc": "plan", "quote": "Rozšířit terénní služby v obcích"}
    questions = write_lines(
        tmp_path / "q.jsonl",
        question_fields(id="Q1"),
        question_fields(id="Q2", kind="lay", question=SERVICES, facts=["terénní služby"], evidence=[services]),
        question_fields(id="Q3", kind="refuse_other", question=WEATHER, answerable=False, facts=[], evidence=[]),
    )
    knows_homes = answer(HOUSING, [(HOMES, TEXTS.at(HOMES))], [HOMES])
    knows_field = answer(SERVICES, [(FIELD, TEXTS.at(FIELD))], [FIELD], says=["<b>tučně</b> [red]"])
    weather = answer(WEATHER, status="out_of_scope", says=["To v dokumentech není."])
    silent = "Nic jsem nenašel."
    old = {HOUSING: knows_homes, SERVICES: answer(SERVICES, status="not_found", says=[silent]), WEATHER: weather}
    new = {HOUSING: answer(HOUSING, status="not_found", says=[silent]), SERVICES: knows_field, WEATHER: weather}
    record_run("stary", questions, Scripted(old))
    record_run("novy", questions, Scripted(new), "--set", "weights.concepts=0")
    return tmp_path


def compared(*arguments: str) -> str:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(dest="command"))
    console = Console(record=True, width=100)
    assert run(parser.parse_args(["compare", *arguments]), console) == 0
    return console.export_text()


@pytest.mark.usefixtures("recorded")
def test_the_command_shows_configuration_figures_and_both_answers_side_by_side() -> None:
    shown = compared("stary", "novy")
    settings = "nastavení (--set) weights.concepts: bylo nic, teď 0,0"
    parts = [settings, "Očekávaná fakta", "Největší ztráty", "Největší zisky"]
    assert sorted(parts, key=shown.index) == parts
    assert "Společné otázky, které se počítají: 3. Vynechané: žádné." in shown
    assert "Počet otázek: 3. B je lepší u 1, horší u 1, stejný u 1" in shown
    losses, wins = shown.split("Největší zisky")
    assert re.search(r"Q1 · dohledání údaje: Co se plánuje pro bydlení\?", losses.split("Největší ztráty")[1])
    assert re.search(r"Zvýšit dostupnost bydlení o 120.bytů \[1\]\s+Nic jsem nenašel\.", losses)
    assert "<b>tučně</b> [red]" in wins


@pytest.mark.usefixtures("recorded")
def test_named_kinds_limit_the_questions_and_the_limit_their_number() -> None:
    shown = compared("stary", "novy", "--kind", "lay", "--measure", "facts", "--limit", "0")
    assert "Počet otázek: 1. B je lepší u 1" in shown
    assert "Podle druhu otázky" in shown
    assert "Největší" not in shown


def test_a_page_holds_the_whole_answers_and_no_markup_of_theirs(recorded: Path) -> None:
    compared("stary", "novy", "--kind", "--out", str(recorded / "c.html"))
    page = (recorded / "c.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;tučně&lt;/b&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"(src|href)=|https?://", page), "the page must not need a network"
    assert [int(level) for level in re.findall(r"<h([1-4])>", page)][:2] == [1, 2]


def test_a_markdown_file_keeps_words_as_words(recorded: Path) -> None:
    compared("stary", "novy", "--out", str(recorded / "c.md"))
    text = (recorded / "c.md").read_text(encoding="utf-8")
    assert r"\<b\>tučně\</b\> \[red\]" in text
    assert "| Očekávaná fakta | 0,500 | 0,500 | 0,000 |" in text


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stary", "jiny"], "Běh „jiny“ neexistuje. Nahrané běhy: novy, stary."),
        (["stary", "stary"], "nelze porovnat sám se sebou"),
        (["stary", "novy", "--out", "c.pdf"], "má mít příponu .html nebo .md"),
        (["stary", "novy", "--limit", "-1"], "má být aspoň 0"),
    ],
)
def test_what_cannot_be_compared_is_said(arguments: list[str], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        compared(*arguments)
    assert said in str(refused.value)


def test_a_difference_in_a_quantile_is_paired_too() -> None:
    slow = [(line(f"Q{n}", seconds=0.1 + n / 1000), line(f"Q{n}", seconds=0.2 + n / 1000)) for n in range(40)]
    (found,) = differences(slow, ["p50"])
    assert math.isclose(found.value, 0.1)
    assert found.low > 0.09
    assert found.high < 0.11
    assert found.p < 0.001
    assert (found.better, found.worse) == (0, 40)
