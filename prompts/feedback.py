"""What users say about answers: kept as JSON lines, one event per line, the last one of an id counts.

Lines are only added, so a process that is killed can only leave an unfinished last line. That line is not a
record: readers skip it, and the next writer sets it aside in a file of its own before it adds a line. Only forgetting
writes the file anew, beside the old one, whose place it takes in one step.
"""

import errno
import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from ingest.errors import FeedbackError
from ingest.settings import Settings
from prompts.answer import Status
from prompts.rating import Cited, Feedback, Rating, Reason, now
from prompts.redaction import redacted_feedback

VERSION = 1
"""Raised whenever the form of a line changes; lines of a later version are skipped."""

FILE, UNFINISHED, LOCK = "feedback.jsonl", "unfinished.jsonl", ".lock"

log = logging.getLogger(__name__)


def store_feedback(
    settings: Settings, feedback: Feedback, redact: Callable[[Feedback], Feedback] = redacted_feedback
) -> Feedback:
    """Add a rating, or the change of one, and return it as stored; when this returns, it is on the disk.

    `redact` is applied first: what it takes away is never written. By default that is personal data.

    Raises
    ------
    FeedbackError
        If it cannot be written; nothing of it is then kept.
    """
    kept = redact(feedback)
    _append(settings.feedback, {"event": "rated", **asdict(kept)})
    return kept


def withdraw_feedback(settings: Settings, feedback: Feedback) -> None:
    """Withdraw a rating for good: no event about its id counts any more, whatever its time.

    Raises
    ------
    FeedbackError
        If it cannot be written.
    """
    _append(settings.feedback, {"event": "withdrawn", "id": feedback.id, "time": now()})


def load_feedback(settings: Settings) -> tuple[Feedback, ...]:
    """Return the last state of each rating that was not withdrawn, in the order of time.

    Damaged lines are skipped and counted in the log; they hide nothing else.

    Raises
    ------
    FeedbackError
        If the file is there and cannot be read.
    """
    try:
        content = (settings.feedback / FILE).read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FeedbackError(f"Hodnocení odpovědí nelze přečíst ({error.strerror}). Sdělte to správci.") from error
    latest: dict[str, Feedback] = {}
    withdrawn = set()
    damaged = 0
    # What follows the last line end is unfinished.
    for line in content.split(b"\n")[:-1]:
        event = _event(line)
        if event is None:
            damaged += 1
        elif isinstance(event, Feedback):
            latest[event.id] = event
        else:
            withdrawn.add(event)
    if damaged:
        log.warning("%d damaged lines in %s were skipped", damaged, FILE)
    return tuple(sorted((f for key, f in latest.items() if key not in withdrawn), key=lambda f: f.time))


def forget_feedback(settings: Settings, before: str) -> int:
    """Delete ratings last changed before a time (UTC, ISO form), all for "", and return how many were deleted.

    All events about them go, and so do withdrawn ratings, damaged lines and what was set aside as unfinished.

    Raises
    ------
    FeedbackError
        If the file cannot be written anew; it is then as before.
    """
    path = settings.feedback / FILE
    if not path.exists():
        return 0
    try:
        with _locked(settings.feedback):
            _finished(settings.feedback)
            found = load_feedback(settings)
            staying = {f.id for f in found if before and f.time >= before}
            lines = [x for x in path.read_bytes().split(b"\n")[:-1] if _id_of(x) in staying]
            fresh = settings.feedback / ".feedback.new"
            with fresh.open("wb") as file:
                os.fchmod(file.fileno(), 0o600)
                _write(file.fileno(), b"".join(x + b"\n" for x in lines))
            fresh.replace(path)
            (settings.feedback / UNFINISHED).unlink(missing_ok=True)
            _sync_folder(settings.feedback)
    except OSError as error:
        raise FeedbackError(f"Hodnocení se nepodařilo smazat ({error.strerror}). Zkuste to znovu.") from error
    return len(found) - len(staying)


def _id_of(line: bytes) -> str | None:
    """Return the id of the rating that a line is about, or None when it cannot be read."""
    event = _event(line)
    return event.id if isinstance(event, Feedback) else event


def _event(line: bytes) -> Feedback | str | None:
    """Return the record of a line, the id that it withdraws, or None when it is damaged."""
    try:
        fields: dict[str, Any] = json.loads(line)
        if fields.pop("version") != VERSION:
            return None
        if fields.pop("event") == "withdrawn":
            return str(fields["id"])
        found = Feedback(**{**fields, "citations": tuple(Cited(**cited) for cited in fields["citations"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    known = found.rating in get_args(Rating) and found.reason in get_args(Reason) and found.status in get_args(Status)
    return found if known else None


def _append(folder: Path, event: dict[str, Any]) -> None:
    # A lone surrogate, which a browser can send, has no place in UTF-8.
    line = json.dumps({"version": VERSION, **event}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        with _locked(folder), (folder / FILE).open("ab") as file:
            os.fchmod(file.fileno(), 0o600)  # what people write is nobody else's business
            before = _finished(folder)
            try:
                _write(file.fileno(), line)
            except OSError:
                os.ftruncate(file.fileno(), before)
                raise
            if not before:
                _sync_folder(folder)
    except OSError as error:
        raise FeedbackError(_why(error)) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other threads and processes out while a line is added; create the folder if it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _finished(folder: Path) -> int:
    """Move an unfinished last line to a file of its own, and return the size of what is finished."""
    with (folder / FILE).open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return 0
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return size
        file.seek(0)
        content = file.read()
        end = content.rfind(b"\n") + 1
        # Killed between these two steps, the next writer sets it aside once more: twice is better than never.
        with (folder / UNFINISHED).open("ab") as aside:
            _write(aside.fileno(), content[end:] + b"\n")
        file.truncate(end)
    log.warning("%d bytes of an unfinished line were moved from %s to %s", len(content) - end, FILE, UNFINISHED)
    return end


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
    os.fsync(file)


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file as durable as what is in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _why(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "na disku serveru není místo",
        errno.EDQUOT: "na disku serveru není místo",
        errno.EFBIG: "na disku serveru není místo",
        errno.EROFS: "server do své složky nesmí zapisovat",
        errno.EACCES: "server do své složky nesmí zapisovat",
        errno.EPERM: "server do své složky nesmí zapisovat",
    }
    why = reasons.get(error.errno or 0, "chyba disku serveru")
    return (
        f"Hodnocení se nepodařilo uložit: {why}. Co jste napsali, zůstává ve formuláři; zkuste to později, "
        "nebo to sdělte správci."
    )
