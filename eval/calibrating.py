"""The command that fits the decision whether to answer, and shows how well it carries over to unseen questions."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from eval.calibration import Decisions, Fit, Measured, decide, fit, measure, write
from eval.figures import Figures, as_table, decimal
from eval.questions import check, load_questions
from eval.spans import Texts
from ingest.errors import QuestionSetError
from ingest.settings import Settings
from prompts.calibration import FILE
from retrieval.index import Index

FOLDER = Path(__file__).resolve().parent / "questions"
TESTED = "open"
FITTED = ("control", "unanswerable")
"""Sets by the names of their files; `TESTED` is what the transfer is measured on."""


def calibrate(
    settings: Settings, bound: float, least: float, file: Path | None, console: Console, log: Console
) -> None:
    """Fit on all sets and show the figures; write the calibration to the file, if one is given.

    Raises
    ------
    QuestionSetError
        If a share is not between 0 and 1, or a question set is wrong.
    """
    for name, value in (("--bound", bound), ("--least", least)):
        if not 0 < value < 1:
            raise QuestionSetError(f"Hodnota {name} má být mezi 0 a 1 (například 0.045); je to {value}.")
    index = Index.open(settings)
    sets = {name: load_questions(FOLDER / f"{name}.jsonl") for name in (TESTED, *FITTED)}
    texts = Texts({document.id: document.text for document in index.documents.values()})
    for questions in sets.values():
        check(questions, texts)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as progress:
        task = progress.add_task("Měřím otázky", total=sum(map(len, sets.values())))

        def step(_: object) -> None:
            progress.advance(task)

        measured = {name: measure(index, questions, step) for name, questions in sets.items()}
    fitted, moved = _both(index, measured, bound, least)
    console.print(as_table(figures(fitted, moved)))
    if file:
        write(fitted.calibration, file)
        console.print(f"Kalibrace je zapsaná v souboru {file.name}.", highlight=False)
    else:
        console.print(f"Nic se nezapsalo; zapíše ji --write (do souboru {FILE.name}).", highlight=False)


def _both(
    index: Index, measured: Mapping[str, Sequence[Measured]], bound: float, least: float
) -> tuple[Fit, Decisions]:
    """The calibration of all sets, and how one without the tested set decides on it."""
    without = fit(index, [one for name in FITTED for one in measured[name]], bound, least)
    everything = fit(index, [one for name in (TESTED, *FITTED) for one in measured[name]], bound, least)
    return everything, decide(index, without.calibration, measured[TESTED])


def figures(fitted: Fit, moved: Decisions) -> Figures:
    """Return the table: cross-validated, and carried over to the set that the fit did not see."""
    rows = [
        ("počet otázek", *(str(d.questions) for d in (fitted.decisions, moved))),
        ("AUC odmítnutí", *(decimal(d.auc) for d in (fitted.decisions, moved))),
        ("správně odmítnuté", *(decimal(d.recall) for d in (fitted.decisions, moved))),
        ("neprávem odmítnuté", *(decimal(d.over_refusal) for d in (fitted.decisions, moved))),
        ("AUC výběru citací", decimal(fitted.quoting_auc), "–"),
        ("práh pochybnosti", decimal(fitted.calibration.threshold), "–"),
    ]
    return Figures(
        title="Rozhodování, zda odpovědět",
        headings=("", "křížová validace", "přenos na otevřenou sadu"),
        rows=rows,
    )
