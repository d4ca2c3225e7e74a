"""The scorecard: README shows what scorecard.json holds, and what today's code reaches."""

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.commands.scorecard import add, run
from eval.fresh import record_anew
from eval.readme import README, block
from eval.reporting.reading import Finished
from eval.runs import SYSTEMS
from eval.runs.asked import SETS, choose
from eval.runs.files import RunFolder
from eval.runs.summary import figures
from eval.scorecard import QUICK, load, scorecard
from eval.scorecard_page import MEASURES, page
from ingest.document import Document, Source
from ingest.errors import SettingsError
from ingest.settings import Settings
from tests.eval_doubles import Noisy
from tests.run_doubles import line, record_run, run_of

TOLERANCE = 0.03
"""How far a figure of the quick subset may be off on another machine: one question more or less of the 30 to 50."""

LENGTHS = 0.1
"""The same for lengths, as a share."""


def cells(table: str) -> dict[str, dict[str, list[str]]]:
    """Return the cells of README's first table by set and measure."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in table.split("\n\n")[0].splitlines()[2:]:
        first, *rest = (cell.strip() for cell in row.strip("|").split("|"))
        if name := re.match(r"\*\*(\w+)\*\*", first):
            group = found.setdefault(name[1], {})
        else:
            group[first] = rest
    return found


def test_readme_shows_exactly_the_figures_that_are_kept() -> None:
    card = load()
    shown = block(README.read_text(encoding="utf-8"), "scorecard")
    assert shown == page(card)
    by_set = cells(shown)
    assert list(by_set) == ["open", "control", "unanswerable"]
    for column, system in enumerate(SYSTEMS):
        for name, measures in card["systems"][system]["sets"].items():
            for measure in ("recall@5", "recall@3000c", "facts", "refusal_recall", "over_refusal", "quotes_verbatim"):
                if measure in measures:
                    kept = measures[measure]
                    between = f"[{kept['low']:.3f}, {kept['high']:.3f}]"
                    assert by_set[name][MEASURES[measure]][column] == f"{kept['value']:.3f} {between} n {kept['n']}"


def test_the_scorecard_is_over_the_sets_as_they_are() -> None:
    assert load()["sets"] == list(choose(SETS).sets)
    assert load()["quick"]["questions"] == [question.id for question in choose(SETS, QUICK).questions]


@pytest.mark.slow
def test_a_fresh_quick_run_agrees_with_the_scorecard(settings: Settings, tmp_path: Path) -> None:
    found = record_anew(RunFolder(tmp_path / "quick"), settings, SETS, QUICK, lambda done, total: lambda: None)
    kept = load()["quick"]["all"]
    fresh = figures(tuple(found.lines.values()))
    assert fresh.keys() == kept.keys()
    off = {
        name: (kept[name]["value"], figure["value"])
        for name, figure in fresh.items()
        if name not in ("p50", "p95") and not close(name, kept[name]["value"], figure["value"])
    }
    assert not off, "the scorecard is out of date: run `python -m eval scorecard`"


def close(measure: str, kept: float, fresh: float) -> bool:
    return abs(kept - fresh) <= (LENGTHS * kept if measure == "chars" else TOLERANCE)


@pytest.fixture(scope="module")
def whole() -> Finished:
    """Return a run over the project's sets whose answers are all alike."""
    chosen = choose(SETS)
    lines = [
        line(
            item.question.id,
            set=item.set,
            kind=item.question.kind,
            answerable=item.question.answerable,
            values={"recall@3000c": 0.75, "over_refusal": 0.0} if item.question.answerable else {"refusal_recall": 0.0},
        )
        for item in chosen.asked
    ]
    made: dict[str, Any] = {
        "sets": list(chosen.sets),
        "settings": {"encoder": "retrieval/model", "model": None, "set": {}},
        "machine": {"cpus": 2, "memory_gib": 8.0, "system": "Linux-6"},
        "versions": {"opora": "1", "python": "3"},
        "finished": "2026-01-31T10:00:00+00:00",
        "index": "i",
        "code": "c",
    }
    return run_of(lines, "nas", **made)


def other(run_: Finished, **made: Any) -> Finished:
    return replace(run_, name="jiny", run={**run_.run, **made})


def test_the_baselines_stand_beside_our_own_figures_with_their_ratio(whole: Finished) -> None:
    half: Mapping[str, Any] = json.loads(json.dumps(whole.summary).replace("0.75", "0.375"))
    card = scorecard([whole, replace(other(whole, system="langchain"), summary=half)])
    shown = page(card)
    assert cells(shown)["open"]["R@3000c"] == ["0.750 [0.750, 0.750] n 134", "0.375 [0.375, 0.375] n 134"]
    assert "0.375 with LangChain (2.00 times as much)" in " ".join(shown.split())
    assert "Measured on 2026-01-31" in shown
    assert "`python -m eval scorecard`" in shown


def test_nothing_of_the_machine_is_kept_beyond_what_the_times_need(whole: Finished) -> None:
    assert scorecard([whole])["machine"] == {"cpus": 2, "memory_gib": 8.0}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"limit": 90}, "není nad celými sadami projektu"),
        ({"sets": []}, "není nad celými sadami projektu"),
        ({"settings": {"encoder": "e", "model": None, "set": {"thesaurus": 0}}}, "se změněným nastavením"),
        ({"settings": {"encoder": "e", "model": "openai:x", "set": {}}}, "se změněným nastavením"),
        ({"machine": {"cpus": 8}}, r"nevznikly za stejných podmínek \(machine\)"),
        ({"index": "j"}, r"nevznikly za stejných podmínek \(index\)"),
    ],
)
def test_runs_that_do_not_fit_together_are_refused(whole: Finished, made: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        scorecard([whole, other(whole, system="langchain", **made)])


def test_our_own_run_must_be_there_and_each_system_once(whole: Finished) -> None:
    for runs in ([other(whole, system="langchain")], [whole, other(whole)]):
        with pytest.raises(SettingsError, match="jeden běh systému „opora“"):
            scorecard(runs)


@pytest.mark.slow
def test_the_command_writes_the_block_and_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPORA_DATA", str(tmp_path / "data"))
    corpus = Settings().corpus
    documents = tuple(
        Document(Source(id=file.stem, title=file.stem), file.read_bytes().decode())
        for file in sorted(corpus.glob("*.txt"))
    )
    system = Noisy(documents, choose(SETS).questions)
    record_run("nas", None, system)
    record_run("vedle", None, system, "--system", "langchain")
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- scorecard -->\nold\n<!-- /scorecard -->\nafter\n", encoding="utf-8")
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(dest="command"))
    assert run(parser.parse_args(["scorecard", "nas", "vedle"]), readme, tmp_path) == 0
    card = load(tmp_path)
    assert set(card["systems"]) == {"opora", "langchain"}
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert block(text, "scorecard") == page(card) == (tmp_path / "scorecard.md").read_text(encoding="utf-8").strip()
