"""The parts of README that show what was measured: written by `python -m eval readme`, checked by a test.

The first answer is asked for anew; tables are those that a study or the scorecard left in eval/reports. A block stands
between `<!-- name -->` and `<!-- /name -->`; all that is between is replaced.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from ingest.errors import SettingsError
from ingest.settings import PROJECT
from prompts.assistant import Assistant

README = PROJECT / "README.md"
REPORTS = PROJECT / "eval" / "reports"
FIRST_QUESTION = "Kolik stál projekt Systémové zajištění sociálního začleňování?"


def first_answer(assistant: Assistant) -> str:
    """Return the answer to README's first question, as the command line prints it."""
    answer = assistant.ask(FIRST_QUESTION)
    sources = [f"[{c.n}] {c.title}, znaky {c.start}–{c.end}" for c in answer.citations]
    return "\n".join(["```text", answer.text, *sources, "```"])


def report(name: str) -> str:
    """Return a table that a study wrote, with its title.

    Raises
    ------
    SettingsError
        If the study has not been run yet.
    """
    path = REPORTS / f"{name}.md"
    if not path.is_file():
        raise SettingsError(f"Zpráva {path.name} chybí. Spusťte nejdřív „python -m eval {STUDIES[name]}“.")
    return path.read_text(encoding="utf-8").strip()


STUDIES = {"scorecard": "scorecard", "ablation": "ablate", "transfer": "transfer"}
"""The command that writes each report, by the report's name."""


def blocks(assistant: Assistant) -> dict[str, str]:
    """Return the current content of every block."""
    return {
        "first-answer": first_answer(assistant),
        **{name: report(name) for name in STUDIES},
    }


def block(text: str, name: str) -> str:
    """Return what stands in a block of a README's text.

    Raises
    ------
    SettingsError
        If the block is not there.
    """
    match = _block(name).search(text)
    if match is None:
        raise SettingsError(f"V README chybí oddíl „{name}“ mezi <!-- {name} --> a <!-- /{name} -->.")
    return match.group(2).strip()


def rewritten(text: str, contents: Mapping[str, str]) -> str:
    """Return a README's text with the blocks replaced.

    Raises
    ------
    SettingsError
        If a block is not there.
    """
    for name, content in contents.items():
        block(text, name)
        text = _block(name).sub(lambda match, new=content: f"{match[1]}\n{new}\n{match[3]}", text)  # type: ignore[misc]
    return text


def write(assistant: Assistant, path: Path = README) -> None:
    """Bring the blocks of README up to date."""
    path.write_text(rewritten(path.read_text(encoding="utf-8"), blocks(assistant)), encoding="utf-8")


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->)(.*?)(<!-- /{name} -->)", re.DOTALL)
