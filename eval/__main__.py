"""`python -m eval`: how well the assistant answers a question set."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from eval.answers import System, answers, with_progress
from eval.commands import bench, compare, gate, judge, questions, report, run, scorecard
from eval.metrics import Scored, score
from eval.questions import Question, check, load_questions
from eval.records import load_records
from eval.spans import Texts
from eval.tables import as_json, tables
from ingest.errors import OporaError, QuestionSetError
from ingest.settings import Settings
from retrieval.weights import FILE as WEIGHTS

if TYPE_CHECKING:
    from prompts.assistant import Assistant

OPEN_SET = Path(__file__).resolve().parent / "questions" / "open.jsonl"
LEARNED_FROM = [OPEN_SET, OPEN_SET.with_name("control.jsonl")]
REPORTS = Path(__file__).resolve().parent / "reports"

STUDIES = {
    "ablate": ("změřit, co přidává která složka vyhledávání", "ablation.md"),
    "learn": ("naučit váhy vyhledávání křížovou validací", ""),
    "rerank": ("změřit, co by přidalo přeřazení modelem typu CrossEncoder", ""),
    "transfer": ("změřit dokumenty bez předjímaných otázek, jako by je někdo právě přidal", "transfer.md"),
    "speed": ("změřit, jak rychle se vyhledává a odpovídá", ""),
    "readme": ("zapsat naměřená čísla do README", ""),
}
"""Commands that study the search: what each is for, and the file of its table."""

BOUND, LEAST = 0.045, 0.15
"""Of the calibration: share of answerable questions that may be refused; relevance from which a passage is quoted."""


class Command(Protocol):
    """A module of `eval.commands`."""

    def add(self, commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        """Describe the command and its options."""

    def run(self, options: argparse.Namespace) -> int:
        """Run it and return the exit code."""


RUNS: Mapping[str, Command] = {
    "run": run,
    "runs": run,
    "compare": compare,
    "gate": gate,
    "report": report,
    "scorecard": scorecard,
    "judge": judge,
    "questions": questions,
    "bench": bench,
}
"""Commands around recorded runs and question sets: each name with the module that describes and runs it."""

Opens = Callable[[Settings], System]


def open_assistant(settings: Settings) -> "Assistant":
    """Open the real assistant; imported here, as scoring a file needs neither the index nor an encoder."""
    from prompts.assistant import Assistant

    return Assistant.open(settings)


def main(arguments: Sequence[str] | None = None, opens: Opens = open_assistant) -> int:
    """Run the command; return 0, or 1 after an expected error, whose text goes to the error output."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "answers":
            _write_answers(options.questions, options.out, Settings.with_llm(options.llm), opens)
        elif options.command == "calibrate":
            _calibrate(options.bound, options.least, options.write)
        elif options.command == "verify":
            _verify(show=options.show)
        elif options.command in STUDIES:
            _study(options)
        elif options.command in RUNS:
            return RUNS[options.command].run(options)
        else:
            _score(options.questions, options.answers, options.json, opens)
    except OporaError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Změří, jak dobře asistent odpovídá na sadu otázek.",
    )
    _add_questions(parser, default=OPEN_SET)
    parser.add_argument(
        "--answers", type=Path, metavar="A.jsonl", help="změřit hotové odpovědi místo dotazování asistenta"
    )
    parser.add_argument("--json", action="store_true", help="vypsat výsledky jako JSON")
    commands = parser.add_subparsers(dest="command", metavar="příkaz")
    write = commands.add_parser("answers", help="zapsat odpovědi asistenta do souboru")
    write.add_argument("--out", type=Path, required=True, metavar="A.jsonl", help="kam odpovědi zapsat")
    write.add_argument(
        "--llm",
        nargs="?",
        const="",
        metavar="MODEL",
        help="nechat odpovědi psát jazykový model, zde uvedený nebo z OPORA_MODEL (jinak se jen cituje)",
    )
    # Suppressed, or the subcommand's default would overrule what was given before it.
    _add_questions(write, default=argparse.SUPPRESS)
    for name, (purpose, table) in STUDIES.items():
        study = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        if name == "learn":
            study.add_argument(
                "--questions", type=Path, nargs="+", default=LEARNED_FROM, metavar="Q.jsonl", help="sady otázek"
            )
        else:
            _add_questions(study, default=argparse.SUPPRESS)
        if table:
            study.add_argument("--out", type=Path, default=REPORTS / table, metavar="S.md", help="kam tabulku zapsat")
        if name == "rerank":
            study.add_argument("--model", required=True, metavar="MODEL", help="jméno nebo složka modelu")
        if name == "learn":
            study.add_argument("--folds", type=int, default=5, metavar="N", help="na kolik dílů otázky rozdělit")
            study.add_argument("--even", action="store_true", help="začít od rovných vah, ne od dnešních")
            study.add_argument("--write", action="store_true", help="zapsat váhy, pokud pomohly na odložených otázkách")
    for module in dict.fromkeys(RUNS.values()):
        module.add(commands)
    fit = commands.add_parser(
        "calibrate",
        help="vyladit rozhodování, zda dokumenty odpovídají a co citovat",
        description="Vyladí na všech sadách otázek, zda odpovědět a co citovat, a změří to na otázkách, které neviděl.",
    )
    fit.add_argument("--write", action="store_true", help="zapsat výsledek do souboru, který čte asistent")
    fit.add_argument("--bound", type=float, default=BOUND, metavar="P", help="podíl neprávem odmítnutých otázek")
    fit.add_argument("--least", type=float, default=LEAST, metavar="P", help="od jaké relevance pasáž citovat")
    verify = commands.add_parser(
        "verify",
        help="změřit kontrolu vět jazykového modelu na pozměněných větách a na parafrázích",
        description="Změří, kolik pozměněných vět kontrola odhalí a kolik pravdivých parafrází odmítne neprávem.",
    )
    verify.add_argument("--show", action="store_true", help="vypsat i věty, ve kterých se kontrola zmýlila")
    return parser


def _add_questions(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--questions",
        type=Path,
        default=default,
        metavar="Q.jsonl",
        help="sada otázek (není-li zadána, otevřená sada projektu)",
    )


def _study(options: argparse.Namespace) -> None:
    """Run a command that studies the search; its code needs packages that scoring does without."""
    from eval import studies

    settings, console, log = Settings.with_llm(None), Console(), Console(stderr=True)
    match options.command:
        case "ablate":
            studies.ablate(settings, options.questions, options.out, console, log)
        case "learn":
            file = WEIGHTS if options.write else None
            studies.learn(settings, options.questions, options.folds, options.even, file, console, log)
        case "rerank":
            studies.rerank(settings, options.questions, options.model, console, log)
        case "transfer":
            studies.leave_out(settings, options.questions, options.out, console, log)
        case "speed":
            studies.time_questions(settings, options.questions, console)
        case "readme":
            from eval import readme

            readme.write(open_assistant(settings))
            console.print("Oddíly s čísly v README jsou aktuální.")


def _verify(*, show: bool) -> None:
    """Measure the check of sentences; it needs neither the index nor an encoder."""
    from eval import adversarial

    adversarial.verify(Settings.with_llm(None), Console(), show=show)


def _calibrate(bound: float, least: float, write: bool) -> None:
    """Fit the decisions of the assistant; its code needs packages that scoring does without."""
    from eval import calibrating
    from prompts.calibration import FILE

    file = FILE if write else None
    calibrating.calibrate(Settings.with_llm(None), bound, least, file, Console(), Console(stderr=True))


def _write_answers(questions_file: Path, out: Path, settings: Settings, opens: Opens) -> None:
    questions = load_questions(questions_file)
    system = opens(settings)
    console = Console(stderr=True)
    try:
        file = out.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise QuestionSetError(f"Soubor {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.") from error
    with file:
        for record in with_progress(answers(system, questions), len(questions), console):
            file.write(record.to_json() + "\n")
            # What is answered stays answered when a later question crashes.
            file.flush()
    console.print(f"Hotovo: {out}, počet odpovědí: {len(questions)}.", highlight=False, soft_wrap=True)


def _score(questions_file: Path, answers_file: Path | None, json: bool, opens: Opens) -> None:
    questions = load_questions(questions_file)
    settings = Settings.with_llm(None)
    if answers_file is not None:
        # Spans in an answers file of any system index the text files; scoring needs no index and no encoder.
        scored = score(questions, load_records(answers_file), Texts.of_folder(settings.corpus))
    else:
        scored = _ask_and_score(questions, opens(settings))
    console = Console()
    if json:
        console.file.write(as_json(scored) + "\n")
    else:
        console.print(tables(scored))


def _ask_and_score(questions: tuple[Question, ...], system: System) -> tuple[Scored, ...]:
    texts = Texts({document.id: document.text for document in system.documents})
    # A wrong quote should be known before minutes of answering, not after.
    check(questions, texts)
    asked = with_progress(answers(system, questions), len(questions), Console(stderr=True))
    return score(questions, asked, texts)


if __name__ == "__main__":
    sys.exit(main())
