"""`python -m eval judge` lets a chat model judge a recorded run, with its agreement beside every figure."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from eval.agreement import Sample
    from eval.judged_run import Labels, Work
    from eval.judgements import Item, Label
    from eval.judging import ChatJudge, Judged
    from eval.runs.files import RunFolder
    from prompts.verify import Verifier

JUDGEMENTS = "judgements.jsonl"
INTERRUPTED = 130
"""What a shell returns for a command that was ended by Ctrl+C."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options."""
    judge = commands.add_parser(
        "judge",
        help="posoudit nahraný běh jazykovým modelem a změřit, jak se soudce shoduje se vzorkem",
        description=(
            "Jazykový model posoudí, které údaje odpovědi obsahují a zda jejich věty citace dokládají. U každého čísla "
            "je shoda soudce se vzorkem z eval/judged. Bez modelu soudí jen vestavěná kontrola vět."
        ),
    )
    judge.add_argument("name", nargs="?", metavar="JMÉNO", help="jméno běhu (bez něj se změří jen shoda se vzorkem)")
    judge.add_argument("--llm", metavar="MODEL", help="jazykový model soudce (jinak model z OPORA_MODEL)")
    judge.add_argument("--limit", type=int, metavar="N", help="posoudit jen N otázek rovnoměrně z celého běhu")


def run(options: argparse.Namespace, sample: "Sample | None" = None) -> int:
    """Judge; return 0, or 130 after Ctrl+C. `sample` takes the place of the project's own.

    Raises
    ------
    OporaError
        Whatever keeps a run from being judged; the message says what to do.
    """
    # Imported here: the parser of all commands needs none of it, and LangChain alone takes a second.
    from eval.agreement import load_sample
    from eval.figures import as_table
    from eval.judged_run import agreement_table, figures, figures_table, remarks
    from eval.judging import ChatJudge, checked, load_prompts
    from prompts.verify import Verifier
    from retrieval.thesaurus import Thesaurus

    if options.limit is not None and options.limit < 1:
        raise SettingsError(f"Počet otázek (--limit) má být aspoň 1, je to {options.limit}.")
    settings = Settings.with_llm(options.llm) if options.llm else Settings.from_env()
    console, log = Console(), Console(stderr=True)
    labelled = sample or load_sample()
    verifier = Verifier.of(Thesaurus.load(settings.corpus))
    folder, to_judge = _work(settings, options.name, options.limit, verifier)
    model = None
    if settings.model is not None:
        from prompts.model import ChatModel

        judge = ChatJudge(ChatModel.open(settings.model), load_prompts())
        try:
            model = judge.name, _labels(judge, labelled, to_judge, settings, folder, log)
        except KeyboardInterrupt:
            log.print("Přerušeno. Hotové soudy zůstávají, týž příkaz naváže.", highlight=False)
            return INTERRUPTED
    check = {one.item.id: checked(verifier, one.item)[0] for one in labelled.support}
    console.print(as_table(agreement_table(labelled, model, check)))
    found = figures(to_judge, labelled, model, check)
    if folder is not None and found:
        console.print()
        console.print(as_table(figures_table(folder.name, found)))
    console.print()
    for line in remarks(to_judge, labelled, model, found):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _work(
    settings: Settings, name: str | None, limit: int | None, verifier: "Verifier"
) -> tuple["RunFolder | None", "Work"]:
    """Return the folder of the run and what there is to judge; no folder and nothing without a name."""
    from eval.claims import Corpus
    from eval.judged_run import Work, work
    from eval.judgements import context_in
    from eval.questions import load_questions
    from eval.records import load_records
    from eval.runs.files import recorded, run_folder

    if name is None:
        return None, Work((), (), {}, {})
    folder = run_folder(settings.runs, name)
    if not folder.questions.is_file():
        known = ", ".join(other.name for other in recorded(settings.runs)) or "žádné"
        raise SettingsError(f"Běh „{name}“ neexistuje. Nahrané běhy: {known}.")
    questions = load_questions(folder.questions)
    if limit is not None and limit < len(questions):
        questions = tuple(questions[n * len(questions) // limit] for n in range(limit))
    # Not answered(): that mends the file, which another command may be writing.
    passages = Corpus.of(settings).passages
    return folder, work(questions, load_records(folder.records), context_in(passages), verifier)


def _labels(
    judge: "ChatJudge", sample: "Sample", to_judge: "Work", settings: Settings, folder: "RunFolder | None", log: Console
) -> "Labels":
    """Ask for what is not judged yet, first of the sample, then of the run; return the labels by item id."""
    from eval.judging import judge_all

    labelled: list[Item] = [*(one.item for one in sample.support), *(one.item for one in sample.nuggets)]
    parts = [("Soudím vzorek", labelled, settings.data / "judges" / f"{judge.fingerprint}.jsonl")]
    if folder is not None:
        parts.append(("Soudím běh", list(to_judge.asked), folder.path / JUDGEMENTS))
    given: dict[str, Label | None] = {}
    for title, items, path in parts:
        with _bar(title, len(items), log) as step:
            judged = judge_all(judge, items, path, step)
        given |= {id_: judgement.label for id_, judgement in judged.by_id.items()}
        log.print(_spent(title, judged), highlight=False, soft_wrap=True)
    return given


def _spent(title: str, judged: "Judged") -> str:
    """Say what the judgements took, those of earlier commands included."""
    made = judged.by_id.values()
    tokens = [judgement.tokens for judgement in made if judgement.tokens is not None]
    costs = [judgement.cost for judgement in made if judgement.cost is not None]
    said = f"{title}: dotazů {sum(judgement.calls for judgement in made)}"
    if tokens and len(tokens) == len(made):
        said += f", tokenů přečteno {sum(t[0] for t in tokens)}, napsáno {sum(t[1] for t in tokens)}"
    if costs and len(costs) == len(made):
        said += f", cena {sum(costs):.4f}".replace(".", ",")
    if judged.failed:
        said += f". Server selhal u položek: {judged.failed}, týž příkaz je zkusí znovu"
    return f"{said}."


@contextmanager
def _bar(title: str, total: int, log: Console) -> Iterator[Callable[[], None]]:
    """Show a bar with the remaining time on a terminal; yield what moves it by one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)
