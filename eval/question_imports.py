"""Drafts of questions out of what users said about answers, in a file of their own for a person to judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import jsonl
from ingest.disk import unwritable
from ingest.errors import QuestionSetError, SettingsError
from ingest.settings import Settings
from prompts.feedback import load_feedback
from prompts.question_drafts import Draft, draft_line, drafts_of, parse_draft


@dataclass(frozen=True, slots=True)
class Imported:
    """How many ratings there are, and the drafts that were made of some of them."""

    ratings: int
    drafts: tuple[Draft, ...]


def import_feedback(settings: Settings, out: Path) -> Imported:
    """Write a draft for each rating "did not help" and "wrong source"; without any, nothing is written.

    Raises
    ------
    FeedbackError
        If the stored feedback cannot be read.
    QuestionSetError
        If the file is there already and holds anything but drafts: judged questions must not be lost.
    SettingsError
        If the file cannot be written.
    """
    feedback = load_feedback(settings)
    drafts = drafts_of(feedback)
    if out.exists():
        try:
            load_drafts(out)
        except QuestionSetError as error:
            raise QuestionSetError(
                f"Soubor {out} už je a není to soubor návrhů; nic se nepřepsalo. Zvolte jiný soubor (--out)."
            ) from error
    if drafts:
        _write(out, drafts)
    return Imported(len(feedback), drafts)


def load_drafts(path: Path) -> tuple[Draft, ...]:
    """Read a file of drafts, in its order.

    Raises
    ------
    QuestionSetError
        With file, line number and what is wrong, for each wrong line; if the file is empty or unreadable.
    """
    return jsonl.parse_lines(path, parse_draft, key=lambda draft: draft.id)


def _write(out: Path, drafts: Sequence[Draft]) -> None:
    try:
        out.write_text("".join(draft_line(draft) + "\n" for draft in drafts), encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(unwritable(out.parent, error)) from error
