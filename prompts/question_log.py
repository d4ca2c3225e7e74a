"""Questions that people asked, kept only where the installation has switched it on, and never as they were typed.

One file of JSON lines per day (UTC), so that forgetting is deleting files. A line has the redacted question, the state
of its answer and the hour; not who asked, not the conversation, not the answer.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ingest.disk import unwritable
from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.answer import Answer
from prompts.redaction import redacted

LONGEST = 2000
"""Characters of a question that are kept."""


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A stored question; `hour` is UTC in ISO form, to the hour, so that it does not point to one visit."""

    hour: str
    question: str
    status: str


def keep_question(settings: Settings, answer: Answer, at: datetime | None = None) -> bool:
    """Store the question of an answer if the settings say so; return whether it was stored.

    Raises
    ------
    SettingsError
        If the folder cannot be written.
    """
    if not settings.keep_questions:
        return False
    at = at or datetime.now(UTC)
    # Redacted before it is cut, so that no half of a number stays.
    question = redacted(answer.question)[:LONGEST]
    kept = KeptQuestion(at.isoformat(timespec="hours"), question, answer.status)
    line = json.dumps(asdict(kept), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        settings.questions.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = settings.questions / f"{at.date().isoformat()}.jsonl"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line)
        finally:
            os.close(file)
    except OSError as error:
        raise SettingsError(unwritable(settings.questions, error)) from error
    return True


def kept_questions(settings: Settings) -> tuple[KeptQuestion, ...]:
    """Return the stored questions, oldest first; a line that a killed process left unfinished is none."""
    found = []
    for _, path in days(settings):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(KeptQuestion(**json.loads(line)))
            except (ValueError, TypeError):
                continue
    return tuple(found)


def days(settings: Settings) -> list[tuple[date, Path]]:
    """Return the days of which questions are stored, with their files, oldest first."""
    found = []
    for path in settings.questions.glob("*.jsonl"):
        try:
            found.append((date.fromisoformat(path.stem), path))
        except ValueError:
            continue  # not a file of ours
    return sorted(found)
