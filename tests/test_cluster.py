"""Ray reads and prepares a collection on two machines, one of which dies, and the index is the same."""

import json
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.build import Report
from ingest.document import Document
from ingest.errors import ReadError, SettingsError
from ingest.library import Shelf, shelves
from ingest.readers import read
from ingest.settings import PROJECT, Settings
from retrieval.analysis import grams, stems
from retrieval.cluster import connected
from retrieval.cluster_worker import Equipment, Sent, Tools, documents
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.thesaurus import Thesaurus
from tests.building import build
from tests.clustering import at_work

DATA = Path(__file__).parent / "data"
WORDS = (
    "obec podpora bydlení poradna dluh dítě škola rodina práce úřad senior služba terén klub nájem exekuce vzdělání "
    "kraj dotace žádost zdraví lékař pečovatel mládež kurz zaměstnání projekt spolek dobrovolník prevence"
).split()
QUESTIONS = ("kdo pomůže s exekucí", "bydlení pro seniory", "kurz pro mládež", "terénní služba v obci")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a long text and short ones, a PDF, a DOCX, an HTML, and a file that cannot be read."""
    folder = tmp_path_factory.mktemp("collection") / "corpus"
    folder.mkdir()
    chance = random.Random(8)
    for name, length in (("a-plan", 2400), ("c-kratky", 5), ("d-metodika", 1800)):
        lines = [f"{n}. {' '.join(chance.choices(WORDS, k=30)).capitalize()}." for n in range(length)]
        (folder / f"{name}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    (folder / "b-prazdny.txt").write_bytes(b"")
    for suffix in (".pdf", ".docx", ".html"):
        shutil.copy(next(p for p in sorted(DATA.iterdir()) if p.suffix == suffix), folder)
    shutil.copy(PROJECT / "corpus" / "thesaurus.toml", folder)
    return folder


@pytest.fixture(scope="module")
def alone(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Report]:
    """Return the installation whose index this machine has built alone."""
    settings = Settings(corpus=corpus, data=tmp_path_factory.mktemp("alone"))
    return settings, build(settings)


@contextmanager
def on_two_machines(settings: Settings) -> Iterator[Iterator[dict[str, Any]]]:
    """Build an index on a cluster of two machines; yield what is told of it."""
    command = [sys.executable, "-m", "tests.clustering", str(settings.corpus), str(settings.data), "150"]
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        try:
            yield (json.loads(line) for line in process.stdout if line.startswith("{"))
        finally:
            process.kill()


def hits(index: Index, question: str) -> dict[str, Mapping[str, float]]:
    return {
        "stems": index.lexical.search("text_stems", stems(question), 20),
        "grams": index.lexical.search("text_grams", grams(question), 20),
        "dense": index.vectors.nearest_passages(index.encoder.encode_query(question), 20),
    }


@pytest.mark.slow
@pytest.mark.parametrize("dies", ["machine", "process", "nothing"])
def test_a_cluster_builds_the_same_index_even_when_a_part_of_it_is_killed_at_work(
    dies: str, corpus: Path, alone: tuple[Settings, Report], tmp_path: Path
) -> None:
    settings = Settings(corpus=corpus, data=tmp_path / "data")
    killed = 0
    machines: list[int] = []
    end: dict[str, Any] = {}
    with on_two_machines(settings) as told:
        for line in told:
            machines = line.get("machines", machines)
            if "written" in line and not killed and dies != "nothing":
                killed = at_work(machines[1])
                os.kill(machines[1] if dies == "machine" else killed, signal.SIGKILL)
            end = line
    there, report = alone
    assert end["report"] == [report.fingerprint, report.passages, [list(failed) for failed in report.failed]]
    assert [file for file, _ in report.failed] == ["b-prazdny.txt"]
    assert end["alive"] == (1 if dies == "machine" else 2)
    same, other = Index.open(there), Index.open(settings)
    assert other.documents == same.documents
    assert other.passages == same.passages
    for question in QUESTIONS:
        expected, found = hits(same, question), hits(other, question)
        assert len(expected["dense"]) == 20
        assert found == expected


def tools(settings: Settings) -> Tools:
    return Tools("", pickle.dumps(Thesaurus.load(settings.corpus)))


def read_here(shelf: Shelf) -> Document | str:
    try:
        return read(shelf.path, shelf.source)
    except ReadError as error:
        return str(error)


def test_a_machine_reads_what_it_is_sent_as_this_one_does_and_says_what_is_wrong(corpus: Path) -> None:
    settings = Settings(corpus=corpus)
    found = shelves(settings)
    sent = [Sent(shelf.path.name, shelf.path.read_bytes(), shelf.source) for shelf in found]
    own, results = documents(tools(settings), ["Soubor „x.pdf“ neexistuje.", *sent])
    assert own == Equipment.of(Encoder.load(settings.encoder), Thesaurus.load(corpus))
    assert results[0] == "Soubor „x.pdf“ neexistuje."
    assert results[1:] == [read_here(shelf) for shelf in found]
    assert sum(isinstance(result, str) for result in results) == 2


def test_a_machine_with_other_code_or_another_encoder_is_named() -> None:
    ours = Equipment("1a", "model-1", "6.ab")
    assert ours.lacking(Equipment("1a", "model-1", "6.ab"), "uzel-1") == ""
    for other in (Equipment("2b", "model-1", "6.ab"), Equipment("1a", "model-1", "7.ab")):
        assert ours.lacking(other, "uzel-1").startswith("Počítač „uzel-1“ má jinou verzi Opory než tento. Nainstalujte")
    assert "jiným modelem (model-2) než tento (model-1)" in ours.lacking(Equipment("1a", "model-2", "6.ab"), "uzel-1")


def test_an_address_where_nobody_listens_is_named_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for wrong in (address, "nesmysl", "127.0.0.1:port"):
        with pytest.raises(SettingsError, match=f"na adrese „{wrong}“ se nelze připojit"), connected(wrong):
            pass


def run(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own: Ray leaves threads behind, and warns of what it does itself."""
    environment = {**os.environ, **variables}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_without_ray_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['ray'] = None; from ingest.__main__ import main; sys.exit(main(['--ray', 'local']))"
    done = run(code, OPORA_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Knihovna Ray, která rozděluje práci na více počítačů, není nainstalovaná.")


@pytest.mark.slow
def test_the_command_builds_on_a_local_cluster_and_says_nothing_of_ray(tmp_path: Path) -> None:
    code = "import sys; from ingest.__main__ import main; sys.exit(main(['--ray', 'local']))"
    done = run(code, OPORA_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "dokumentů" in done.stderr
    assert "ray" not in (done.stdout + done.stderr).lower()
    assert len(Index.open(Settings(data=tmp_path)).documents) == 5


@pytest.mark.slow
def test_an_encoder_that_is_another_one_on_a_machine_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    """The folder of the encoder is exchanged between its loading here and its loading there."""
    folder = tmp_path / "encoder"
    shutil.copytree(Settings().encoder, folder)
    code = """
import sys
from pathlib import Path
from ingest.errors import ReadError, SettingsError
from ingest.library import shelves
from ingest.readers import read
from retrieval.cluster import ClusterPreparing, connected
from retrieval.encoder import Encoder
from retrieval.thesaurus import Thesaurus
encoder = Encoder.load(sys.argv[1])
Path(sys.argv[1], "poznamka.txt").write_text("jiný model", encoding="utf-8")
try:
    with connected("local") as ray:
        ClusterPreparing(ray, encoder, Thesaurus())
except SettingsError as error:
    print(error)
"""
    done = run(code, str(folder))
    assert "převádí text na vektory jiným modelem (encoder-" in done.stdout, done.stderr
