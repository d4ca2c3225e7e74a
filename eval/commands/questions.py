"""`python -m eval questions`: check question sets, export them, and make drafts of them from users' feedback."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from ingest.errors import QuestionSetError
from ingest.settings import Settings
from prompts.czech import counted

if TYPE_CHECKING:
    from eval.question_checks import Checked
    from eval.questions import Question

FORMATS = ("trec", "ragas", "deepeval")

_SHOWN = 15
"""Findings of one check that are printed; all of them are in the output of --json."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the options of the three commands."""
    parser = commands.add_parser(
        "questions",
        help="zkontrolovat sady otázek, převést je pro jiné nástroje, udělat návrhy z hodnocení",
        description="Práce se sadami otázek.",
    )
    actions = parser.add_subparsers(dest="action", metavar="úkon", required=True)
    checking = actions.add_parser(
        "check",
        help="zkontrolovat sady otázek",
        description="Zkontroluje tvar řádků, citáty, opakování, shodu s předjímanými otázkami a vyváženost. "
        "Skončí kódem 1, je-li co opravit; upozornění kód nemění.",
    )
    checking.add_argument("files", type=Path, nargs="+", metavar="Q.jsonl", help="sady otázek")
    checking.add_argument("--json", action="store_true", dest="as_json", help="vypsat výsledek jako JSON")
    exporting = actions.add_parser(
        "export",
        help="převést sadu otázek pro jiné nástroje",
        description="Převede sadu pro nástroje, které čtou formát TREC, pro Ragas, nebo pro DeepEval.",
    )
    exporting.add_argument("file", type=Path, metavar="Q.jsonl", help="sada otázek")
    exporting.add_argument("--format", choices=FORMATS, required=True, help="pro který nástroj")
    exporting.add_argument("--out", type=Path, required=True, metavar="SLOŽKA", help="kam soubory zapsat")
    exporting.add_argument("--run", metavar="JMÉNO", help="přidat odpovědi a vyhledané pasáže nahraného běhu")
    importing = actions.add_parser(
        "import-feedback",
        help="udělat návrhy otázek z hodnocení uživatelů",
        description="Z hodnocení „nepomohla“ a „špatný zdroj“ udělá návrhy otázek, které musí posoudit člověk.",
    )
    importing.add_argument("--out", type=Path, required=True, metavar="F.jsonl", help="kam návrhy zapsat")


def run(options: argparse.Namespace) -> int:
    """Run the command that the options name; return 0, or 1 when a checked set has something to be mended.

    Raises
    ------
    OporaError
        Whatever keeps the command from being carried out; the message says what to do.
    """
    settings, console = Settings.with_llm(None), Console()
    if options.action == "check":
        return _check(settings, options.files, options.as_json, console)
    if options.action == "export":
        return _export(settings, options, console)
    return _import(settings, options.out, console)


def _check(settings: Settings, files: Sequence[Path], as_json: bool, console: Console) -> int:
    # Imported here: the parser of all commands needs none of it.
    from eval.question_checks import check_set
    from eval.question_documents import texts_of
    from eval.spans import Texts
    from ingest.anticipated import load_anticipated

    documents = texts_of(settings)
    units = load_anticipated(settings.corpus, documents, settings.written)
    anticipated = [question for unit in units for question in unit.questions]
    texts, sets = Texts(documents), _sets(settings, files)
    checked = []
    for file in files:
        others = {name: asked for path, (name, asked) in sets.items() if path != file.resolve()}
        checked.append(check_set(file, texts, anticipated, others))
    if as_json:
        console.file.write(json.dumps([_fields(one) for one in checked], ensure_ascii=False, indent=1) + "\n")
    else:
        for one in checked:
            _print(one, len(anticipated), console)
    return int(any(one.errors for one in checked))


def _sets(settings: Settings, files: Sequence[Path]) -> "dict[Path, tuple[str, tuple[Question, ...]]]":
    """Return by path the sets that others are compared with: the project's, the installation's and those given."""
    from eval.questions import load_questions
    from eval.runs.asked import SETS

    sets: dict[Path, tuple[str, tuple[Question, ...]]] = {}
    own = sorted(settings.question_sets.glob("*.jsonl"))
    for path in dict.fromkeys(path.resolve() for path in (*SETS, *own, *files)):
        try:
            sets[path] = (path.stem, load_questions(path))
        except QuestionSetError:
            # A set with wrong lines is named when it is itself checked; drafts are no questions yet.
            continue
    return sets


def _fields(one: "Checked") -> dict[str, Any]:
    from eval.question_similarity import TOO_SIMILAR

    return {
        "file": str(one.file),
        "questions": one.questions,
        "kinds": {kind: asdict(size) for kind, size in one.kinds.items()},
        "compared": list(one.compared),
        "too_similar": TOO_SIMILAR,
        "errors": one.errors,
        "findings": [asdict(finding) for finding in one.findings],
    }


def _print(one: "Checked", anticipated: int, console: Console) -> None:
    from eval.figures import Figures, as_table
    from eval.question_checks import CHECKS

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)

    say(f"{one.file}", "bold")
    if not one.questions:
        for finding in one.findings:
            say(f"  chyba: {finding.text}")
        say("  Ostatní kontroly proběhnou, až budou řádky v pořádku.\n")
        return
    answerable = sum(size.answerable for size in one.kinds.values())
    sizes = [(kind, size.questions, size.answerable) for kind, size in one.kinds.items()]
    rows = [
        (kind, str(count), str(answered), str(count - answered))
        for kind, count, answered in [*sizes, ("celkem", one.questions, answerable)]
    ]
    console.print(as_table(Figures("", ("druh", "otázek", "zodpověditelných", "nezodpověditelných"), rows)))
    for name, title in CHECKS.items():
        found = [finding for finding in one.findings if finding.check == name]
        errors = sum(finding.severity == "error" for finding in found)
        say(f"{title}: {_counts(errors, len(found) - errors)}")
        for finding in sorted(found, key=lambda finding: finding.severity)[:_SHOWN]:
            word = "chyba" if finding.severity == "error" else "upozornění"
            say(f"  {word}: {f'{finding.id}: ' if finding.id else ''}{finding.text}")
        if len(found) > _SHOWN:
            say(f"  … a další (počet: {len(found) - _SHOWN}); všechny vypíše --json")
    _print_verdict(one, anticipated, say)


def _print_verdict(one: "Checked", anticipated: int, say: "Callable[..., None]") -> None:
    from eval.question_similarity import TOO_SIMILAR

    say(
        f"Shoda je podíl společných čtveřic znaků (Jaccard); za opakování se počítá od {int(TOO_SIMILAR * 100)} %. "
        f"Porovnáno se sadami: {', '.join(one.compared) or 'žádné'}; předjímaných otázek: {anticipated}."
    )
    if one.errors:
        say(f"Je co opravit: {counted(one.errors, 'chyba', 'chyby', 'chyb')}.\n", "bold")
    else:
        say("Sadu lze použít.\n", "bold")


def _counts(errors: int, warnings: int) -> str:
    said = [counted(errors, "chyba", "chyby", "chyb")] if errors else []
    said += [counted(warnings, "upozornění", "upozornění", "upozornění")] if warnings else []
    return ", ".join(said) or "v pořádku"


def _export(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from eval.question_exports import export

    made = export(settings, options.file, options.format, options.out, options.run)
    console.print(
        f"Převedeno: {counted(made.questions, 'otázka', 'otázky', 'otázek')}. Soubory ve složce {options.out}: "
        f"{', '.join(file.name for file in made.files)}.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if made.left_out:
        console.print(f"Vynecháno, protože v běhu nejsou: {made.left_out}.", highlight=False)
    if made.changed:
        console.print(
            "Pozor: rejstřík se od nahrání běhu změnil, text vyhledaných pasáží může být jiný.",
            highlight=False,
            soft_wrap=True,
        )
    return 0


def _import(settings: Settings, out: Path, console: Console) -> int:
    from eval.question_imports import import_feedback

    made = import_feedback(settings, out)
    if not made.drafts:
        text = (
            f"Není z čeho návrhy udělat: hodnocení je {made.ratings} a žádné neříká, že odpověď nepomohla "
            "nebo že je zdroj špatný. Nic se nezapsalo."
        )
    else:
        text = (
            f"Zapsáno: {out}, počet návrhů: {len(made.drafts)} (hodnocení celkem: {made.ratings}). Měřit na nich lze, "
            "až je někdo posoudí: nahrajte soubor na stránce Hodnocení v části Vlastní otázky."
        )
    console.print(text, highlight=False, markup=False, soft_wrap=True)
    return 0
