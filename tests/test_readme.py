"""README shows what the code does today: its first answer and its figures."""

import re

import pytest

from eval.readme import README, block, figures, figures_table, first_answer, report, rewritten
from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.assistant import Assistant

_TOLERANCE = 0.02


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)


def test_the_first_answer_in_readme_is_the_one_that_the_command_gives(assistant: Assistant) -> None:
    assert block(README.read_text(encoding="utf-8"), "first-answer") == first_answer(assistant)


@pytest.mark.slow
def test_the_figures_in_readme_are_those_of_this_code(assistant: Assistant) -> None:
    shown = _numbers(block(README.read_text(encoding="utf-8"), "figures"))
    measured = _numbers(figures_table(figures(assistant)))
    assert shown.keys() == measured.keys()
    off = {name: (shown[name], measured[name]) for name in shown if not _close(shown[name], measured[name])}
    assert not off, "README is out of date: run `python -m eval readme`"


@pytest.mark.parametrize("name", ["ablation", "transfer"])
def test_the_tables_of_the_studies_in_readme_are_the_reports(name: str) -> None:
    assert block(README.read_text(encoding="utf-8"), name) == report(name)


def test_a_block_is_replaced_and_the_rest_is_left_alone() -> None:
    text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n"
    assert rewritten(text, {"x": r"new \1"}) == "a\n<!-- x -->\nnew \\1\n<!-- /x -->\nb\n"


def test_a_missing_block_is_named() -> None:
    with pytest.raises(SettingsError, match="figures"):
        block("no blocks", "figures")


def _numbers(table: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]
    return {row[0]: row[1:] for row in rows if re.search(r"\d", "".join(row[1:])) and not row[0].startswith("measure")}


def _close(shown: list[str], measured: list[str]) -> bool:
    def near(a: str, b: str) -> bool:
        if "–" in (a, b):
            return a == b
        return abs(float(a) - float(b)) <= max(_TOLERANCE, 0.05 * abs(float(b)) if float(b) > 2 else 0)

    return len(shown) == len(measured) and all(near(a, b) for a, b in zip(shown, measured, strict=True))
