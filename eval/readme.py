"""The parts of README that show what was measured: written by `python -m eval readme`, checked by a test.

A block stands between `<!-- name -->` and `<!-- /name -->`; all that is between is replaced.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.answers import answers
from eval.metrics import Scored, score, summarise
from eval.questions import load_questions
from eval.spans import Texts
from ingest.errors import SettingsError
from ingest.settings import PROJECT
from prompts.assistant import Assistant

README = PROJECT / "README.md"
QUESTIONS = PROJECT / "eval" / "questions"
REPORTS = PROJECT / "eval" / "reports"
FIRST_QUESTION = "Kolik stál projekt Systémové zajištění sociálního začleňování?"

SETS = {
    "open": "open (160)",
    "control": "control (240, all answerable)",
    "unanswerable": "unanswerable (320)",
}
"""Question sets shown, by file name."""

MEASURES = {
    "recall@5": "R@5",
    "recall@3000c": "R@3000c",
    "ndcg@10": "nDCG@10",
    "facts": "facts",
    "cited_recall": "cited recall",
    "cited_precision": "cited precision",
    "refusal_recall": "refusal recall",
    "over_refusal": "over-refusal",
}


def first_answer(assistant: Assistant) -> str:
    """Return the answer to README's first question, as the command line prints it."""
    answer = assistant.ask(FIRST_QUESTION)
    sources = [f"[{c.n}] {c.title}, znaky {c.start}–{c.end}" for c in answer.citations]
    return "\n".join(["```text", answer.text, *sources, "```"])


def figures(assistant: Assistant) -> Mapping[str, Sequence[Scored]]:
    """Ask and score every set shown; by file name."""
    texts = Texts({document.id: document.text for document in assistant.documents})
    found = {}
    for name in SETS:
        questions = load_questions(QUESTIONS / f"{name}.jsonl")
        found[name] = score(questions, answers(assistant, questions), texts)
    return found


def figures_table(found: Mapping[str, Sequence[Scored]]) -> str:
    """Return the Markdown table of the sets; a dash stands where a measure does not apply."""
    summaries = {name: summarise(scored) for name, scored in found.items()}
    lines = [_row(["measure", *SETS.values()]), _row(["---", *["---:"] * len(SETS)])]
    for measure, title in MEASURES.items():
        lines.append(_row([title, *(_number(summaries[name].means[measure].value) for name in SETS)]))
    lines.append(_row(["quotes verbatim", *(_number(summaries[name].quotes_verbatim.value) for name in SETS)]))
    lengths = (summaries[name].median_chars for name in SETS)
    lines.append(_row(["median length (characters)", *("–" if n is None else f"{n:.0f}" for n in lengths)]))
    return "\n".join(lines)


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


STUDIES = {"ablation": "ablate", "transfer": "transfer"}


def blocks(assistant: Assistant) -> dict[str, str]:
    """Return the current content of every block."""
    return {
        "first-answer": first_answer(assistant),
        "figures": figures_table(figures(assistant)),
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


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
