"""The measurement of the start and the page, and what it rests on: the page needs none of the heavy libraries."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.bench.start import (
    HEAVY,
    Start,
    cpu_of,
    fetched,
    forget,
    heavy,
    imported,
    imports_before_the_page,
    resident_of,
    serving,
    started,
)
from eval.bench.start_report import markdown, record
from eval.bench.start_run import LEAST_TYPED, StartRun, drawn, middle
from eval.bench.timing import Asked, resident
from eval.questions import load_questions
from ingest.errors import SettingsError
from ingest.settings import PROJECT, Settings
from tests.browser import CHROMIUM, DRIVER

OPEN = PROJECT / "eval" / "questions" / "open.jsonl"

START = Start(1.0, 1.1, 1.5, 0.5, 3.2, 3.3, 70_000_000, 340_000_000, 360_000_000)
RUN = StartRun(
    2,
    "3.11.7",
    (0.5, 1.5),
    "",
    {"streamlit": 120.0, "views": 30.5},
    (START, replace(START, answered=5.3), replace(START, answered=9.3)),
    (START,) * 3,
    40,
    Asked(86.4, 139.0, 40),
    333_000_000,
    "",
)


def loaded_after(code: str) -> list[str]:
    """Return the heavy libraries in a fresh interpreter after some code."""
    code += f"\nimport sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_server_gives_the_page_without_any_heavy_library(tmp_path: Path) -> None:
    found = imports_before_the_page(tmp_path)
    assert {"streamlit", "views", "starlette"} <= set(found), "the profile is of the app"
    assert heavy(found) == []


@pytest.mark.parametrize("module", ["app", "views.chat", "views.documents", "views.help", "views.login"])
def test_what_stands_first_is_imported_without_any_heavy_library(module: str) -> None:
    assert loaded_after(f"import {module}") == []


def test_the_script_of_a_visit_imports_no_page_but_the_one_that_is_shown() -> None:
    # A heavy library on the way would be seen: the profile of the whole assistant holds some.
    assert {"chromadb", "tantivy"} <= set(loaded_after("import prompts.assistant"))
    text = (PROJECT / "views" / "main.py").read_text(encoding="utf-8")
    modules = [line.split()[1] for line in text.splitlines() if line.startswith("from views.")]
    assert "views.forgetting" in modules
    assert loaded_after(f"import {', '.join(modules)}") == []


def test_a_profile_is_read_by_package_the_longest_first() -> None:
    log = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       500 |        500 |   chromadb.api\n"
        "import time:      1500 |       2000 | chromadb\n"
        "  a line of the server, import time: 5\n"
        "import time:      9000 |       9000 |     streamlit.web.cli\n"
    )
    assert list(imported(log).items()) == [("streamlit", 9.0), ("chromadb", 2.0)]
    assert heavy(imported(log)) == ["chromadb"]


def test_memory_and_processor_time_of_this_process_are_told() -> None:
    assert resident_of(os.getpid()) == pytest.approx(resident(), rel=0.05)
    before = cpu_of(os.getpid())
    sum(n * n for n in range(3_000_000))
    assert 0.03 < cpu_of(os.getpid()) - before < 30


def test_files_are_dropped_from_memory_and_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    file = tmp_path / "a" / "b" / "text.txt"
    file.write_text("sociální bydlení", encoding="utf-8")
    (tmp_path / "nowhere").symlink_to(tmp_path / "není")
    assert forget(tmp_path) == 1
    assert file.read_text(encoding="utf-8") == "sociální bydlení"


def test_a_server_that_ends_is_told_with_its_last_line(tmp_path: Path) -> None:
    broken = "import sys; sys.exit('Rozbitý disk')"
    with serving(tmp_path, "-c", broken) as server, pytest.raises(SettingsError, match="„Rozbitý disk“"):
        fetched(server, "/")


def test_only_questions_that_need_no_earlier_turns_are_typed_and_always_the_same() -> None:
    found = drawn(OPEN, 30)
    assert len(found) == 30
    assert found == drawn(OPEN, 30)
    assert not any(question.history for question in found)
    assert len(drawn(OPEN, 3)) == LEAST_TYPED
    assert len(drawn(OPEN, 0)) == sum(not question.history for question in load_questions(OPEN))


def test_a_set_with_too_few_questions_says_how_many_it_needs(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(OPEN.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    with pytest.raises(SettingsError, match=f"aspoň {LEAST_TYPED} otázek .* jich má 3"):
        drawn(few, 0)


def test_the_report_gives_medians_beside_what_they_should_be() -> None:
    assert middle(RUN.cold)["answered"] == 5.3
    text = markdown(RUN, "python -m eval bench --page")
    assert "| odpověď na první otázku | ≤ 12 | 5,3 | 3,3 |" in text
    assert "| po 40 otázkách | ≤ 900 | 360 | 360 |" in text
    assert "| medián (ms) | ≤ 700 | 86 |" in text
    assert "| `streamlit` | 120 |" in text
    assert "a další): žádná." in text
    assert record(RUN)["median"]["cold"]["answered"] == 5.3


def test_the_report_names_a_heavy_library_on_the_way_of_the_page() -> None:
    found = replace(RUN, imports={**RUN.imports, "torch": 4_000.0})
    assert "a další): torch." in markdown(found, "")
    assert record(found)["heavy"] == ["torch"]


def test_the_report_says_when_there_was_no_browser() -> None:
    text = markdown(replace(RUN, page=None, page_resident=None, missing="Chromium tu není."), "")
    assert "Stránka v prohlížeči se nezměřila. Chromium tu není." in text
    assert "| medián (ms) | ≤ 700 | – |" in text


@pytest.mark.slow
def test_a_start_of_the_real_app_is_measured_step_by_step(settings: Settings) -> None:
    found = started(settings.data, drawn(OPEN, LEAST_TYPED))
    assert 0 < found.checked < found.first_byte < found.ready < found.answered
    assert found.standing < found.opened
    assert found.asked > found.standing


@pytest.mark.slow
def test_the_command_measures_the_start_and_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "reports" / "start.md"
    options = ["--page", "--count", "20", "--repeat", "1", "--out", str(out), "--work", str(tmp_path)]
    assert main(["bench", *options, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert found["heavy"] == []
    assert found["questions"] == 20
    if CHROMIUM and DRIVER:
        assert found["page"]["n"] == 20
        assert 0 < found["page"]["median"] <= found["page"]["p95"]
    else:
        assert "Chromium" in found["missing"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("opora-bench-")]


@pytest.mark.slow
def test_without_a_browser_the_rest_is_measured_and_the_report_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "start.md"
    assert main(["bench", "--page", "--count", "20", "--repeat", "1", "--out", str(out), "--work", str(tmp_path)]) == 0
    assert "Stránka v prohlížeči se nezměřila. Stránka se měří v prohlížeči Chromium" in out.read_text(encoding="utf-8")
