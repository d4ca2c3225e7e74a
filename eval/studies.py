"""The commands that study the search: what its parts add, which weights suit it, what new documents get, its speed."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eval import ablation, learning, speed, transfer
from eval.baselines import Encodes
from eval.figures import Figures, as_markdown, as_table
from eval.questions import load_questions
from eval.retrieving import judged, remembering, searching
from ingest.errors import EncoderError, SettingsError
from ingest.settings import Settings
from prompts.assistant import Assistant
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.training.vocabulary import base_folder, base_table, save_model


def ablate(settings: Settings, questions: Path, out: Path, console: Console, log: Console) -> None:
    """Measure the search without each of its parts and beside textbook pipelines; write the table and show it."""
    index = remembering(Index.open(settings))
    asked = judged(load_questions(questions), index.documents.values())
    ours = list(ablation.variants(index))
    with tempfile.TemporaryDirectory() as scratch:
        encoders = _encoders(index, Path(scratch), log)
        with _bar("Měřím", len(ours) + 2 * len(encoders), log) as step:
            rows = ablation.ablate(asked, (*ours, *ablation.textbooks(index, encoders)), step)
    figures = ablation.figures(rows, len(asked))
    _write(out, figures)
    console.print(as_table(figures))
    log.print(f"Tabulka je v souboru {out}.", highlight=False, soft_wrap=True)


def learn(
    settings: Settings,
    sets: Sequence[Path],
    folds: int,
    even: bool,
    file: Path | None,
    console: Console,
    log: Console,
) -> None:
    """Learn the weights by cross-validation and show the folds; write them to the file if unseen questions gain."""
    index = remembering(Index.open(settings))
    asked = judged([question for one in sets for question in load_questions(one)], index.documents.values())
    if not 2 <= folds <= len(asked):
        raise SettingsError(f"Počet dílů (--folds) má být 2 až {len(asked)}, tolik je otázek; je to {folds}.")
    with _bar("Zkouším váhy", None, log) as step:
        learned = learning.learn(index, asked, folds, learning.EVEN if even else None, step)
    console.print(as_table(learning.fold_figures(learned)))
    console.print()
    console.print(as_table(learning.weight_figures(learned, index.weights)))
    console.print(learning.verdict(learned, index.weights), highlight=False, soft_wrap=True)
    if file and learned.pays and learned.weights != index.weights:
        file.write_text(learning.rewritten(file.read_text(encoding="utf-8"), learned.weights), encoding="utf-8")
        console.print(f"Váhy jsou zapsané v souboru {file.name}.", highlight=False)


def rerank(settings: Settings, questions: Path, model: str, console: Console, log: Console) -> None:
    """Measure what a CrossEncoder adds to the search and show it."""
    from eval import reranking

    index = Index.open(settings)
    asked = judged(load_questions(questions), index.documents.values())
    console.print(as_table(reranking.rerank(index, asked, reranking.load(model), Path(model).name)))


def leave_out(settings: Settings, questions: Path, out: Path, console: Console, log: Console) -> None:
    """Measure each document as if it had just been added, and write and show the table."""
    index = Index.open(settings)
    asked = judged(load_questions(questions), index.documents.values())
    shipped = Path(settings.encoder).resolve() == Path(Settings().encoder).resolve()
    trains = transfer.train_without if shipped else lambda doc, folder: settings.encoder
    with _bar("Vynechávám", len(transfer.anticipated(settings, index)), log) as step:
        try:
            rows = transfer.transfer(settings, asked, trains, step)
        except EncoderError as error:
            if not shipped:
                raise
            log.print(str(error), style="yellow", markup=False, soft_wrap=True)
            log.print("Měří se s dodaným modelem, který se z vynechaných otázek učil: čísla jsou příznivější.")
            rows = transfer.transfer(settings, asked, lambda doc, folder: settings.encoder)
    figures = transfer.figures(rows)
    _write(out, figures)
    console.print(as_table(figures))
    log.print(f"Tabulka je v souboru {out}.", highlight=False, soft_wrap=True)


def time_questions(settings: Settings, questions: Path, console: Console) -> None:
    """Time the search and the whole answer of every question and show the table."""
    assistant = Assistant.open(settings)
    asked = load_questions(questions)
    found = speed.timings(asked, searching(assistant.index), assistant)
    console.print(as_table(speed.figures(found)))
    console.print(f"Jader procesoru: {os.cpu_count()}.", highlight=False)


def _encoders(index: Index, scratch: Path, log: Console) -> Mapping[str, Encodes]:
    """The encoder of the index and, where its package is installed, the base that nobody has trained."""
    encoders: dict[str, Encodes] = {"tentýž model": index.encoder}
    try:
        tokenizer, table = base_table(base_folder())
    except EncoderError as error:
        log.print(f"Srovnání s nenatrénovaným modelem se vynechává. {error}", highlight=False, soft_wrap=True)
    else:
        save_model(scratch / "base", tokenizer, table)
        encoders["nenatrénovaný model"] = Encoder.load(str(scratch / "base"))
    return encoders


def _write(out: Path, figures: Figures) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(as_markdown(figures), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"Soubor {out} nelze zapsat. Zkontrolujte složku a práva k zápisu.") from error


@contextmanager
def _bar(description: str, total: int | None, log: Console) -> Iterator[Callable[[object], None]]:
    """Show a progress bar on a terminal; calling what is yielded moves it by one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as progress:
        task = progress.add_task(description, total=total)
        yield lambda _: progress.advance(task)
