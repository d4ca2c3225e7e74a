"""Recording a run: asking what is not answered yet, one line per answer, then scoring the whole."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from typing import Any

from eval.answers import Asks, answers
from eval.questions import Question, check
from eval.records import Record
from eval.runs.asked import Chosen
from eval.runs.configuration import differences
from eval.runs.files import FORMAT, RunFolder
from eval.runs.measures import lines
from eval.runs.summary import summary
from eval.runs.systems import Opened
from eval.spans import Texts
from ingest.errors import SettingsError

Begins = Callable[[int, int], Callable[[], None]]
"""From (questions answered before, questions in all) to what is called after each further answer."""


def record(
    folder: RunFolder, opened: Opened, chosen: Chosen, configuration: Mapping[str, Any], begins: Begins
) -> dict[str, Any]:
    """Record a run, or continue one that was broken off, and return its summary; a finished one is left as it is.

    Raises
    ------
    SettingsError
        If a run of this name was made under another configuration, another command is writing it, or its folder
        cannot be written.
    QuestionSetError
        If an evidence quote does not stand in its document; before anything is asked.
    """
    texts = Texts({document.id: document.text for document in opened.system.documents})
    check(chosen.questions, texts)
    with folder.open() as append:
        run = folder.described()
        if run is None:
            run = _begun(folder, chosen, configuration)
        elif changes := differences(run, configuration):
            raise SettingsError(_otherwise(folder.name, changes))
        finished = folder.summarised()
        if run["finished"] and finished:
            return finished
        before = folder.answered()
        known = {item.id for item in before}
        left = [question for question in chosen.questions if question.id not in known]
        # What a killed session took ends with its last line.
        run["seconds"] = round(max([run["seconds"], *_spent(folder, run, before)]), 3)
        run["sessions"].append({"started": _now(), "seconds": run["seconds"]})
        folder.write_object(folder.run, run)
        step = begins(len(before), len(chosen.questions))
        started = time.perf_counter()
        found = list(before)
        for item in _asked(opened.system, left, configuration["at_once"]):
            append(item)
            found.append(item)
            step()
        run["seconds"] = round(run["seconds"] + time.perf_counter() - started, 3)
        scored = lines(chosen.asked, found, texts)
        result = summary(scored)
        folder.write_lines(folder.scores, (line.to_json() for line in scored))
        folder.write_object(folder.summary, result)
        run["finished"] = _now()
        folder.write_object(folder.run, run)
        return result


def _begun(folder: RunFolder, chosen: Chosen, configuration: Mapping[str, Any]) -> dict[str, Any]:
    folder.write_lines(folder.questions, (item.to_json() for item in chosen.asked))
    head = {"format": FORMAT, "name": folder.name, "started": _now(), "finished": None}
    return {**head, **configuration, "seconds": 0.0, "sessions": []}


def _spent(folder: RunFolder, run: Mapping[str, Any], before: Sequence[Record]) -> Iterator[float]:
    """Yield the wall time of all sessions so far, when the last one recorded anything."""
    if run["sessions"] and before:
        last = run["sessions"][-1]
        begun = datetime.fromisoformat(last["started"]).timestamp()
        yield last["seconds"] + folder.records.stat().st_mtime - begun


def _otherwise(name: str, changes: Sequence[str]) -> str:
    shown = "\n".join(f"– {change}" for change in changes)
    return (
        f"Běh „{name}“ už existuje a vznikl jinak:\n{shown}\nZvolte jiné jméno (--name), vraťte původní nastavení, "
        f"nebo běh smažte příkazem „python -m eval runs --delete {name}“."
    )


def _asked(system: Asks, questions: Sequence[Question], at_once: int) -> Iterator[Record]:
    """Yield the records as they come; `seconds` of each is the time that its own question took."""
    if at_once == 1:
        yield from answers(system, questions)
        return
    pool = ThreadPoolExecutor(at_once)
    try:
        waiting = [pool.submit(_one, system, question) for question in questions]
        for done in as_completed(waiting):
            yield done.result()
    finally:
        # After a failure or Ctrl+C nothing more is sent; what is under way ends by itself.
        pool.shutdown(cancel_futures=True)


def _one(system: Asks, question: Question) -> Record:
    return next(answers(system, [question]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
