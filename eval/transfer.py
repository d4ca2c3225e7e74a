"""Leave one document out: what documents reach whose questions nobody has anticipated, as those that users add.

For each document an index is built without its anticipated questions, with an encoder that has not learned from them,
and asked the questions whose evidence lies in that document.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from eval.figures import MEASURE_NAMES, Figures, decimal
from eval.retrieving import Judged, measure, searching
from ingest.anticipated import FOLDER
from ingest.errors import EncoderError
from ingest.settings import PROJECT, Settings
from retrieval.building import index_builder
from retrieval.index import Index
from retrieval.thesaurus import Thesaurus

MEASURES = ("recall@5", "recall@3000c")

Trains = Callable[[str, Path], str]
"""From a document's id and a folder to the encoder to use without this document: its name or path."""


@dataclass(frozen=True, slots=True)
class Row:
    """Means by measure over the questions with evidence in one document, counting that evidence only.

    `full` is the index as it serves, `left_out` the one without the document's anticipated questions, and
    `untagged` the same without the thesaurus.
    """

    doc: str
    questions: int
    full: Mapping[str, float]
    left_out: Mapping[str, float]
    untagged: Mapping[str, float]


def transfer(
    settings: Settings, asked: Sequence[Judged], trains: Trains, done: Callable[[str], None] = lambda doc: None
) -> tuple[Row, ...]:
    """Leave out each document that has anticipated questions and evidence; `done` is called with its id.

    Raises
    ------
    SearchIndexError, EncoderError
        If the serving index cannot be opened.
    """
    full = Index.open(settings)
    rows = []
    for doc in anticipated(settings, full):
        own = [kept for item in asked if (kept := item.within(doc))]
        if own:
            with tempfile.TemporaryDirectory() as scratch:
                index = index_without(settings, doc, trains(doc, Path(scratch) / "encoder"), Path(scratch))
                blind = replace(index, thesaurus=Thesaurus())
                rows.append(Row(doc, len(own), *(_means(own, each) for each in (full, index, blind))))
                index.vectors.close()
        done(doc)
    return tuple(rows)


def anticipated(settings: Settings, index: Index) -> tuple[str, ...]:
    """Return the ids of the documents of the index that have anticipated questions."""
    return tuple(doc for doc in index.documents if (settings.corpus / FOLDER / f"{doc}.toml").is_file())


def index_without(settings: Settings, doc: str, encoder: str, folder: Path) -> Index:
    """Build and open an index in a folder, of the same corpus without the anticipated questions of one document."""
    corpus = folder / "corpus"
    shutil.copytree(settings.corpus, corpus)
    (corpus / FOLDER / f"{doc}.toml").unlink()
    own = Settings(corpus=corpus, data=folder / "data", encoder=encoder)
    index_builder(own, lambda *_: None).build()
    return Index.open(own)


def train_without(doc: str, folder: Path) -> str:
    """Train the shipped encoder anew without one document and return the folder.

    Raises
    ------
    EncoderError
        If training fails, such as when the packages of the extra `train` are missing; with what it said.
    """
    command = [sys.executable, "-m", "retrieval.train", "--without", doc, "--out", str(folder)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8", check=False)
    if ran.returncode:
        raise EncoderError((ran.stdout + ran.stderr).strip())
    return str(folder)


def figures(rows: Sequence[Row]) -> Figures:
    """Return a row per document and the means over all questions."""
    shown = [[row.doc, str(row.questions), *_cells([row])] for row in rows]
    shown.append(["celkem", str(sum(row.questions for row in rows)), *_cells(rows)])
    measures = " / ".join(MEASURE_NAMES[name] for name in MEASURES)
    headings = [f"{state}\n{measures}" for state in ("celý systém", "bez otázek", "ani tezauru")]
    return Figures("Dokument bez předjímaných otázek", ("Dokument", "otázek", *headings), shown)


def _cells(rows: Sequence[Row]) -> list[str]:
    total = sum(row.questions for row in rows)
    states: tuple[Callable[[Row], Mapping[str, float]], ...] = (
        lambda row: row.full,
        lambda row: row.left_out,
        lambda row: row.untagged,
    )
    return [
        " / ".join(decimal(sum(row.questions * of(row)[name] for row in rows) / total) for name in MEASURES)
        for of in states
    ]


def _means(asked: Sequence[Judged], index: Index) -> dict[str, float]:
    values = measure(asked, searching(index))
    return {name: fmean(values[name].values()) for name in MEASURES}
