"""What a child process is told to measure, and how it starts: each measurement runs in a process of its own."""

import json
import random
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from os import environ
from pathlib import Path
from typing import Any

from eval.questions import Question, load_questions
from ingest.errors import OporaError, SettingsError
from ingest.settings import PROJECT, Settings

SEED = 20261122
"""Seed of the order of questions: whoever is asked only the first of them still gets all kinds."""

ENVIRONMENT = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Peers report home unless told not to. On a busy machine a product in two threads waits for the second one, up to a
hundred times as long as it computes: a lower bound that says nothing."""

_MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")

Measures = Callable[["Order"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Order:
    """What to measure, and on what.

    Attributes
    ----------
    corpus, data, encoder
        As in `Settings`.
    questions, count
        The question set, and how many of its questions are asked; 0 means all.
    budget
        Seconds that asking one peer may take; it is then asked no further.
    scratch
        An empty folder for what the measurement writes.
    units
        Of peers: `chunks` of their own splitter, or our `passages`.
    """

    corpus: str
    data: str
    encoder: str
    questions: str
    count: int
    budget: float
    scratch: str
    units: str = "passages"

    @property
    def settings(self) -> Settings:
        return Settings(corpus=Path(self.corpus), data=Path(self.data), encoder=self.encoder)

    def asked(self) -> tuple[Question, ...]:
        """Return the questions in an order drawn once for all systems.

        Raises
        ------
        QuestionSetError
            If the question set cannot be read.
        """
        questions = list(load_questions(Path(self.questions)))
        random.Random(SEED).shuffle(questions)
        return tuple(questions[: self.count or None])


def measured(worker: str, order: Order) -> dict[str, Any]:
    """Run a module of this package in a fresh process and return what it measured.

    Raises
    ------
    SettingsError
        If it failed, with the reason.
    """
    with tempfile.TemporaryDirectory() as folder:
        told, result = Path(folder) / "order.json", Path(folder) / "result.json"
        told.write_text(json.dumps(asdict(order)), encoding="utf-8")
        command = [sys.executable, "-m", f"eval.bench.{worker}", str(told), str(result)]
        # The project itself stays importable wherever the command was started from.
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env={**environ, **ENVIRONMENT},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        if not result.is_file():
            raise SettingsError(_why(worker, done.returncode, done.stderr))
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    if "error" in found:
        raise SettingsError(str(found["error"]))
    return found


def _why(worker: str, code: int, errors: str) -> str:
    """Return in Czech why a process left no result; `errors` is its error output."""
    if missing := _MISSING.search(errors):
        return (
            f"Měření „{worker}“ potřebuje balíček, který chybí ({missing.group(1)}). "
            "Doinstalujte jej příkazem: pip install -e '.[bench]'"
        )
    last = next((line for line in reversed(errors.splitlines()) if line.strip()), "bez hlášení")
    return (
        f"Měření „{worker}“ neskončilo, kód {code}, poslední hlášení: „{last}“. "
        "Zkontrolujte volnou paměť a místo na disku, nebo zvolte menší velikosti (--sizes)."
    )


def serve(measures: Measures) -> None:
    """Be such a process: read the order that the command line names, measure, write the result."""
    told, result = (Path(argument) for argument in sys.argv[1:3])
    try:
        found = measures(Order(**json.loads(told.read_text(encoding="utf-8"))))
    except OporaError as error:
        found = {"error": str(error)}
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    result.write_text(json.dumps(found), encoding="utf-8")
