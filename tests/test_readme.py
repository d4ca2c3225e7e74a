"""README shows what the code does today: its first answer and its tables."""

import re

import pytest

from eval.readme import README, block, first_answer, report, rewritten
from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.assistant import Assistant


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)


def test_the_first_answer_in_readme_is_the_one_that_the_command_gives(assistant: Assistant) -> None:
    assert block(README.read_text(encoding="utf-8"), "first-answer") == first_answer(assistant)


@pytest.mark.parametrize("name", ["scorecard", "ablation", "transfer"])
def test_the_tables_in_readme_are_the_reports(name: str) -> None:
    assert block(README.read_text(encoding="utf-8"), name) == report(name)


def test_a_block_is_replaced_and_the_rest_is_left_alone() -> None:
    text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n"
    assert rewritten(text, {"x": r"new \1"}) == "a\n<!-- x -->\nnew \\1\n<!-- /x -->\nb\n"


def test_a_missing_block_is_named() -> None:
    with pytest.raises(SettingsError, match="scorecard"):
        block("no blocks", "scorecard")


def test_every_picture_in_readme_is_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert len(shown) == 5, "four pages and a plot"
    assert [name for name in shown if not (README.parent / name).is_file()] == []
