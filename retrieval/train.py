"""Making the encoder that ships with the project: `python -m retrieval.train [--without DOC] [--out DIR] [--seed N]`.

Base → pieces and stems → trained table → model folder with a card. Figures come from models that have not seen the
questions they are measured on; the model that is written has then learned from all questions.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingest.errors import OporaError, QuestionSetError, SettingsError
from ingest.settings import PROJECT, Settings
from retrieval.encoder import Encoder
from retrieval.training.card import Figure, write_card
from retrieval.training.figures import evidence_recall, unit_recall
from retrieval.training.material import Judged, Material, hold_out, load_judged, load_material
from retrieval.training.vocabulary import base_folder, base_table, save_model, with_stems

SEED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures and write the model; return the exit status."""
    options = _options(arguments)
    console = Console()
    started = time.perf_counter()
    try:
        settings = Settings.from_env()
        material = load_material(settings.corpus)
        if not material.units:
            raise SettingsError(
                f"Ve složce „{settings.corpus / 'anticipated'}“ nejsou předjímané otázky, není se z čeho učit. "
                "Doplňte je, nebo opravte proměnnou OPORA_CORPUS."
            )
        judged = _judged(options.questions, settings.corpus)
        learned = material.without(options.without) if options.without else material
        figures = _figures(material, judged, options.seed, options.epochs, options.without)
        _train(learned, options.out, options.seed, options.epochs)
        final = evidence_recall(Encoder.load(str(options.out)), judged, material)
        figures.append(
            Figure(
                "sada otázek, hotový model a všechny předjímané (R@5)",
                "question set, final model, all indexed",
                len(judged),
                None,
                final,
            )
        )
        write_card(options.out, learned, figures, _command(options))
    except OporaError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    _show(console, figures)
    console.print(f"Model je ve složce {options.out}, trvalo to {time.perf_counter() - started:.0f} s.", soft_wrap=True)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m retrieval.train", description="Natrénuje dodávaný model.")
    parser.add_argument("--without", metavar="DOK", help="z tohoto dokumentu se neučit a změřit, jak se pak najde")
    parser.add_argument("--out", metavar="SLOŽKA", type=Path, default=Path(Settings().encoder), help="kam model zapsat")
    parser.add_argument("--seed", metavar="N", type=int, default=SEED, help="počáteční hodnota náhody")
    parser.add_argument("--epochs", metavar="N", type=int, default=15, help="kolikrát projít všechny otázky")
    parser.add_argument(
        "--questions",
        metavar="SOUBOR",
        type=Path,
        default=PROJECT / "eval" / "questions" / "open.jsonl",
        help="sada otázek, na které se měří a z níž se neučí",
    )
    options = parser.parse_args(arguments)
    if options.without and options.out == Path(Settings().encoder):
        parser.error("k --without uveďte i --out: dodávaný model se učí ze všech dokumentů")
    if options.epochs < 1:
        parser.error("--epochs musí být aspoň 1")
    return options


def _judged(path: Path, corpus: Path) -> tuple[Judged, ...]:
    if not path.is_file():
        raise QuestionSetError(f"Sada otázek „{path}“ neexistuje. Opravte cestu za --questions.")
    return load_judged(path, corpus)


def _train(material: Material, out: Path, seed: int, epochs: int) -> Encoder:
    # torch takes seconds to import and is needed only from here on.
    import torch

    from retrieval.training.contrastive import Plan, train

    # One thread, since sums in another order would move the figures; it is not slower for so small a table.
    torch.set_num_threads(1)
    tokenizer, table = with_stems(*base_table(base_folder()), material.words())
    save_model(out, tokenizer, train(tokenizer, table, material, seed, Plan(epochs=epochs)))
    return Encoder.load(str(out))


def _figures(material: Material, judged: Sequence[Judged], seed: int, epochs: int, without: str | None) -> list[Figure]:
    """Measure the untrained base against a model trained on four fifths of the questions."""
    learned = material.without(without) if without else material
    kept, held = hold_out(learned, seed)
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer, table = base_table(base_folder())
        save_model(Path(scratch) / "base", tokenizer, table)
        encoders = (Encoder.load(f"{scratch}/base"), _train(kept, Path(scratch) / "trained", seed, epochs))
    asked = [(learned.units[number], question) for number, question in held]
    figures = [
        Figure(
            "odložené předjímané otázky (R@5)",
            "held-out anticipated questions",
            len(asked),
            *(unit_recall(e, asked, kept) for e in encoders),
        ),
        Figure("sada otázek (R@5)", "question set", len(judged), *(evidence_recall(e, judged, kept) for e in encoders)),
    ]
    if without:
        unseen = [(unit, question) for unit in material.units if unit.doc == without for question in unit.questions]
        recall = (unit_recall(e, unseen, material, asked=False) for e in encoders)
        name = f"otázky k vynechanému dokumentu {without}, jen text (R@5)"
        figures.append(Figure(name, f"questions on {without}, unseen, passages alone", len(unseen), *recall))
    return figures


def _command(options: argparse.Namespace) -> str:
    """The command that makes the same model, without paths of this computer."""
    default = _options([])
    changed = [
        f"--{name} {getattr(options, name)}"
        for name in ("without", "seed", "epochs")
        if getattr(options, name) != getattr(default, name)
    ]
    return " ".join(["python -m retrieval.train", *changed])


def _show(console: Console, figures: Sequence[Figure]) -> None:
    table = Table("měřeno na", "otázek", "základ", "natrénováno")
    for figure in figures:
        table.add_row(figure.name, str(figure.count), figure.shown(figure.base), figure.shown(figure.trained))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
