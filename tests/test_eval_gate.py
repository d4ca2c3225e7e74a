"""`python -m eval gate`: it passes what is good enough, fails what is not, and says why."""

import argparse
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.commands import run as recording
from eval.commands.gate import add, run
from eval.fresh import record_anew
from eval.gate import ALL, Check, Threshold, check, load
from eval.gate_words import failures
from eval.paired import question_value
from eval.reporting.reading import Finished
from eval.runs.asked import SETS, choose
from eval.runs.files import RunFolder
from eval.runs.summary import Figure
from eval.scorecard import QUICK, baseline
from eval.scorecard import load as scorecard
from ingest.errors import SettingsError
from ingest.settings import Settings
from tests.recording import command
from tests.run_doubles import line, run_of


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(dest="command"))
    return parser.parse_args(["gate", *arguments])


def figure(value: float, low: float, high: float, n: int = 100) -> Figure:
    return {"value": value, "low": low, "high": high, "n": n}


def one(run: Finished, threshold: Threshold, recorded: Figure | None = None) -> Check:
    (found,) = check(run, [threshold], {threshold.set: {threshold.measure: recorded}} if recorded else {})
    return found


def facts(*values: float, **made: Any) -> Finished:
    return run_of((line(f"Q{n}", values={"facts": v, "over_refusal": 0.0}) for n, v in enumerate(values)), **made)


AT_LEAST = Threshold("open", "facts", "least", 0.75)
NO_LESS = Threshold("open", "facts", "drop", 1.0)


def test_a_bound_on_whole_sets_forgives_nothing() -> None:
    assert one(facts(1, 1, 1, 0), AT_LEAST).passed
    missed = one(facts(1, 1, 0.9, 0), AT_LEAST)
    assert not missed.passed
    assert (missed.target, missed.limit, missed.n) == (0.75, 0.75, 4)
    assert missed.reserve == pytest.approx(-0.025)


def test_a_bound_from_above_is_kept_from_above() -> None:
    bound = Threshold("open", "chars", "most", 100)
    lengths = [line("Q1", chars=90), line("Q2", chars=101), line("Q3", chars=99)]
    assert one(run_of(lengths), bound).passed
    assert not one(run_of([*lengths, line("Q4", chars=300), line("Q5", chars=300)]), bound).passed


def test_kinds_that_a_bound_leaves_out_do_not_count() -> None:
    lengths = run_of([line("Q1", chars=90), line("Q2", kind="list", chars=900), line("Q3", kind="list", chars=900)])
    assert not one(lengths, Threshold("open", "chars", "most", 100)).passed
    assert one(lengths, Threshold("open", "chars", "most", 100, ("list",))).passed


def test_a_sample_fails_only_when_its_whole_interval_misses_the_bound() -> None:
    few = facts(1, 1, 0, 0, limit=QUICK)
    forgiven = one(few, AT_LEAST)
    assert forgiven.passed
    assert forgiven.limit < forgiven.value == 0.5  # type: ignore[operator]
    assert not one(facts(*[0.5] * 30, limit=QUICK), AT_LEAST).passed


def test_a_bound_that_admits_no_exception_forgives_none_in_a_sample_either() -> None:
    quotes = [line(f"Q{n}", quotes=1, verbatim=int(n > 0)) for n in range(30)]
    assert not one(run_of(quotes, limit=QUICK), Threshold(ALL, "quotes_verbatim", "least", 1.0)).passed


def test_a_drop_within_the_recorded_margin_is_noise_and_beyond_it_is_not() -> None:
    recorded = figure(0.9, 0.7, 1.0)
    assert one(facts(0.71), NO_LESS, recorded).passed
    assert not one(facts(0.69), NO_LESS, recorded).passed
    twice = Threshold("open", "facts", "drop", 2.0)
    assert one(facts(0.51), twice, recorded).passed


def test_what_should_be_small_drops_upwards() -> None:
    refusals = run_of(line(f"Q{n}", values={"over_refusal": float(n < 3)}) for n in range(10))
    threshold = Threshold("open", "over_refusal", "drop", 1.0)
    assert one(refusals, threshold, figure(0.2, 0.1, 0.35)).passed
    assert not one(refusals, threshold, figure(0.1, 0.0, 0.2)).passed


def test_one_question_is_noise_even_where_the_interval_has_no_width() -> None:
    perfect = figure(1.0, 1.0, 1.0, n=4)
    assert one(facts(1, 1, 1, 0), NO_LESS, perfect).passed
    assert not one(facts(1, 1, 0, 0), NO_LESS, perfect).passed


def test_a_missed_bound_names_its_worst_questions() -> None:
    run_ = facts(1, 0.5, 0, 1)
    found = check(run_, [AT_LEAST], {})
    assert [each.id for each in found[0].worst] == ["Q2", "Q1"]
    said = list(failures(run_, found))
    assert said[0] == "Očekávaná fakta (sada open): 0,625, aspoň 0,750. Nejhorší otázky:"
    assert said[1] == "  Q2 (laicky) 0,000: Otázka Q2?"
    assert said[-1] == "Splněno mezí: 0 z 1."


def test_a_measure_without_a_question_in_a_sample_is_left_open_and_in_a_whole_set_an_error() -> None:
    refusal = Threshold("open", "refusal_recall", "least", 0.75)
    left_open = one(facts(1, limit=QUICK), refusal)
    assert (left_open.value, left_open.n, left_open.passed) == (None, 0, True)
    with pytest.raises(SettingsError, match="Míra „refusal_recall“ se na sadu „open“ nevztahuje"):
        one(facts(1), refusal)


def test_a_run_without_a_demanded_set_is_an_error() -> None:
    with pytest.raises(SettingsError, match="Běh „beh“ nemá žádnou otázku sady „control“"):
        one(facts(1), Threshold("control", "facts", "least", 0.5))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[open]\nfact = { least = 0.5 }", "gate.toml, [open] fact: míra „fact“ neexistuje. Lze použít: recall@5, "),
        ("[opne]\nfacts = { least = 0.5 }", "sada „opne“ neexistuje. Lze použít: open, control, unanswerable, all."),
        ("[open]\nfacts = { min = 0.5 }", "chybí, co se požaduje. Uveďte aspoň jedno z: least, most, drop."),
        ("[open]\nfacts = { least = 0.5, min = 1 }", "klíč „min“ neexistuje"),
        ('[open]\nfacts = { least = "0,5" }', "„least“ má být nezáporné číslo"),
        ('[open]\nfacts = { drop = 1, without = ["list"] }', "„drop“ nelze spojit s „without“"),
        ('[open]\nfacts = { least = 1, without = "list" }', "„without“ má být seznam druhů otázek"),
        ("open = 1", "chybí, co se požaduje"),
        ("", "nic nepožaduje"),
        ("[open", "nelze přečíst"),
    ],
)
def test_a_wrong_demand_is_named_with_what_can_be_written(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(file)
    assert said in str(refused.value)


def test_the_gate_of_the_project_holds_the_targets_of_the_issues() -> None:
    demanded = {(each.set, each.measure, each.rule): each.number for each in load()}
    assert demanded["control", "recall@5", "least"] == 0.92
    assert demanded["control", "recall@3000c", "least"] == 0.96
    assert demanded["open", "recall@5", "least"] == 0.82
    assert demanded["unanswerable", "refusal_recall", "least"] == 0.80
    assert demanded["all", "quotes_verbatim", "least"] == 1.0


def test_a_named_run_and_a_quick_one_are_not_the_same(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Vynechte ji, nebo jméno běhu"):
        run(options("beh", "--quick"), Settings(data=tmp_path))


def test_a_run_over_other_questions_is_not_compared_with_the_scorecard() -> None:
    with pytest.raises(SettingsError, match=f"nebo s volbou --limit {QUICK}"):
        baseline(scorecard(), facts(1, limit=7))


def test_the_quick_subset_has_every_kind_of_every_set() -> None:
    whole, quick = choose(SETS), choose(SETS, QUICK)
    assert len(quick.asked) == QUICK
    assert {one.question.kind for one in quick.asked} == {one.question.kind for one in whole.asked}
    assert all(one["questions"] >= 20 for one in quick.sets)


@pytest.mark.slow
def test_the_assistant_passes_the_quick_gate(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(options("--quick"), settings)
    assert code == 0, capsys.readouterr().out


def weakened(settings: Settings, tmp_path: Path, changes: Mapping[str, float]) -> tuple[Check, ...]:
    folder = RunFolder(tmp_path / "weak")
    found = record_anew(folder, settings, SETS, QUICK, lambda done, total: lambda: None, changes=changes)
    return check(found, load(), baseline(scorecard(), found))


@pytest.mark.slow
def test_a_search_without_its_best_channels_is_stopped(settings: Settings, tmp_path: Path) -> None:
    channels = ("asked_stems", "asked_grams", "asked_dense", "text_dense")
    checks = weakened(settings, tmp_path, {f"weights.{name}": 0.0 for name in channels})
    missed = [each for each in checks if not each.passed]
    assert {"recall@5", "recall@3000c"} <= {each.threshold.measure for each in missed}
    for each in missed:
        values = [question_value(line_, each.threshold.measure) for line_ in each.worst]
        assert values, "the worst questions are named"


@pytest.mark.slow
def test_an_assistant_that_refuses_at_the_least_doubt_is_stopped_with_code_1(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = replace(settings, data=tmp_path / "data")
    shutil.copytree(settings.index, own.index)
    monkeypatch.setenv("OPORA_DATA", str(own.data))
    weak = command("run", "--name", "weak", "--limit", str(QUICK), "--set", "calibration.threshold=0")
    assert recording.run(weak) == 0
    assert run(options("weak"), own) == 1
    said = capsys.readouterr().out
    assert "NEVYHOVUJE" in said
    assert "Neprávem odmítnuté (sada control): " in said
    assert "Očekávaná fakta (všechny sady): " in said


def test_a_missing_scorecard_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="python -m eval scorecard"):
        scorecard(tmp_path)
    (tmp_path / "scorecard.json").write_text(json.dumps({"format": 0}), encoding="utf-8")
    with pytest.raises(SettingsError, match="z jiné verze programu"):
        scorecard(tmp_path)
