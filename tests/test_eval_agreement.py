"""Our figures are those of the independent scorer, which shares none of our code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import OPEN_SET, main
from eval.commands.run import run
from eval.metrics import MEASURES
from eval.questions import load_questions
from eval.runs.files import RunFolder, run_folder
from ingest.document import Document, Source
from ingest.settings import Settings
from tests.eval_doubles import Noisy, write_lines
from tests.recording import command, opening, rows

PROJECT = Path(__file__).resolve().parent.parent
SCORER = PROJECT.parent / "shared" / "tools" / "score.py"
CORPUS = PROJECT / "corpus"

pytestmark = pytest.mark.skipif(
    not SCORER.is_file(), reason="the independent scorer ../shared/tools/score.py is not on this machine"
)


@pytest.fixture(scope="module")
def answers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers of a system of middling quality to the open set, without the last line and one in the middle."""
    system = Noisy(corpus(), load_questions(OPEN_SET))
    out = tmp_path_factory.mktemp("answers") / "a.jsonl"
    assert main(["answers", "--out", str(out)], lambda _: system) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    out.write_text("\n".join(lines[:50] + lines[51:-1]) + "\n", encoding="utf-8")
    return out


def questions_of(kinds: set[str], folder: Path) -> Path:
    """Write the open set's questions of these kinds (all if there is none) to a file."""
    lines = OPEN_SET.read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if not kinds or json.loads(line)["kind"] in kinds]
    (folder / "q.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return folder / "q.jsonl"


@pytest.mark.parametrize(
    "kinds", [set(), {"lay"}, {"list", "comparison"}, {"lookup", "refuse_near_miss", "refuse_other"}]
)
def test_every_figure_agrees_with_the_independent_scorer(
    kinds: set[str], answers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = questions_of(kinds, tmp_path)
    theirs = scorer(questions, answers_file)
    assert main(["--questions", str(questions), "--answers", str(answers_file), "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)["total"]
    compared = {measure: ours[measure]["mean"] for measure in MEASURES if measure != "ndcg@10"}
    compared |= {name: ours[name] for name in ("questions", "missing", "median_chars", "p50_s", "p95_s")}
    compared |= {"quotes_verbatim": ours["quotes_verbatim"]["mean"], "quotes": ours["quotes_verbatim"]["n"]}
    assert set(compared) == set(theirs)
    for name, value in theirs.items():
        assert _agree(compared[name], value), f"{name}: {compared[name]} here, {value} there"


def test_the_answers_are_neither_all_right_nor_all_wrong(
    answers_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On figures of 0 or 1 any two scorers would agree."""
    assert main(["--answers", str(answers_file), "--json"]) == 0
    total: dict[str, Any] = json.loads(capsys.readouterr().out)["total"]
    for measure in (*MEASURES, "quotes_verbatim"):
        assert 0.02 < total[measure]["mean"] < 0.98, measure
    assert total["missing"] == 2


@pytest.fixture(scope="module")
def run_of_two_sets(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A recorded run of the same system over the open and the unanswerable set."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPORA_DATA", str(tmp_path_factory.mktemp("data")))
        files = [OPEN_SET, OPEN_SET.with_name("unanswerable.jsonl")]
        asked = [question for file in files for question in load_questions(file)]
        line = command("run", "--name", "a", "--questions", *map(str, files))
        assert run(line, opening(Noisy(corpus(), asked))) == 0
        return run_folder(Settings.from_env().runs, "a")


@pytest.mark.parametrize("group", [{}, {"set": "open"}, {"set": "unanswerable"}, {"kind": "list"}, {"kind": "lay"}])
def test_the_summary_of_a_run_agrees_with_the_independent_scorer(
    group: dict[str, str], run_of_two_sets: RunFolder, tmp_path: Path
) -> None:
    folder = run_of_two_sets
    chosen = [row for row in rows(folder.questions) if group.items() <= row.items()]
    questions = write_lines(tmp_path / "q.jsonl", *chosen)
    theirs = scorer(questions, folder.records)
    whole = folder.summarised() or {}
    (ours,) = [whole[f"{name}s"][value] for name, value in group.items()] or [whole["all"]]
    names = {"median_chars": "chars", "p50_s": "p50", "p95_s": "p95"}
    compared = {name: theirs[name] for name in theirs if name not in ("questions", "missing", "quotes")}
    # The scorer says null where ours has no figure; F1, nDCG, sentences and tokens are ours alone.
    assert {names.get(name, name) for name, value in compared.items() if value is not None} == set(ours) - {
        "refusal_f1",
        "ndcg@10",
        "supported_rate",
    }
    for name, value in compared.items():
        figure = ours.get(names.get(name, name))
        assert _agree(figure and figure["value"], value), f"{name}: {figure} here, {value} there"
    if theirs["quotes"]:
        assert ours["quotes_verbatim"]["n"] == theirs["quotes"]


def corpus() -> tuple[Document, ...]:
    return tuple(
        Document(Source(id=file.stem, title=file.stem), file.read_bytes().decode("utf-8"))
        for file in sorted(CORPUS.glob("*.txt"))
    )


def scorer(questions: Path, answers: Path) -> dict[str, Any]:
    """Return what the independent scorer says."""
    line = [sys.executable, str(SCORER), str(questions), str(answers), str(CORPUS), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    return found


def _agree(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= 0.001
