"""What is kept of people's questions and ratings, and how it is forgotten when its time has come."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from ingest.disk import unwritable
from ingest.errors import OporaError, SettingsError
from ingest.settings import Settings
from prompts.compose import czech_date
from prompts.feedback import forget_feedback, load_feedback
from prompts.question_log import days, kept_questions

DAY = 24 * 3600.0
"""Seconds between two rounds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is stored; `oldest` are dates in ISO form, "" where there is nothing."""

    questions: int
    oldest_question: str
    ratings: int
    oldest_rating: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many days of questions and how many ratings were deleted."""

    days: int
    ratings: int


def kept(settings: Settings) -> Kept:
    """Return how much is stored at this moment.

    Raises
    ------
    FeedbackError
        If the ratings cannot be read.
    """
    stored, ratings = days(settings), load_feedback(settings)
    return Kept(
        questions=len(kept_questions(settings)),
        oldest_question=stored[0][0].isoformat() if stored else "",
        ratings=len(ratings),
        oldest_rating=ratings[0].time[:10] if ratings else "",
    )


def described(settings: Settings, whole: bool = False) -> list[str]:
    """Return in Czech lines what is stored, where and for how long; when `whole`, also each question and remark.

    Raises
    ------
    FeedbackError
        If the ratings cannot be read.
    """
    found = kept(settings)
    lines = [
        f"Ukládání dotazů: {'zapnuto' if settings.keep_questions else 'vypnuto'}",
        f"Uložené dotazy: {found.questions}{_since(found.oldest_question)} ({settings.questions})",
        f"Uložená hodnocení: {found.ratings}{_since(found.oldest_rating)} ({settings.feedback})",
        f"Maže se po dnech: {settings.keep_days}",
        "Osobní údaje se před uložením nahrazují, neukládá se, kdo se ptal.",
    ]
    if whole:
        lines += [f"dotaz {one.hour}: {one.question}" for one in kept_questions(settings)]
        for rating in load_feedback(settings):
            remark = f" – poznámka: {rating.remark}" if rating.remark else ""
            lines.append(f"hodnocení {rating.time[:10]}: {rating.question}{remark}")
    return lines


def _since(day: str) -> str:
    return f", nejstarší z {czech_date(day)}" if day else ""


def forget(settings: Settings, older_than: int | None = None, now: datetime | None = None) -> Forgotten:
    """Delete questions and ratings that are older than so many days; None means the days of the settings, 0 all.

    Questions go by whole days, so that one is gone at the latest a day after its time. Withdrawn ratings and
    unfinished lines go in any case.

    Raises
    ------
    SettingsError
        If a file cannot be deleted.
    FeedbackError
        If the ratings cannot be rewritten; they are then as before.
    """
    limit = settings.keep_days if older_than is None else older_than
    now = now or datetime.now(UTC)
    before = now - timedelta(days=limit)
    gone = 0
    for day, path in days(settings):
        if not limit or day < before.date():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SettingsError(unwritable(settings.questions, error)) from error
            gone += 1
    return Forgotten(gone, forget_feedback(settings, before.isoformat(timespec="milliseconds") if limit else ""))


class Retention:
    """Forgets what is too old: at its start and once a day, in a thread that ends with the server."""

    def __init__(self, settings: Settings, pause: float = DAY, run: Callable[[Settings], Forgotten] = forget) -> None:
        self._settings, self._pause, self._run = settings, pause, run
        self._stopped = Event()
        self._thread = Thread(target=self._rounds, name="opora-retention", daemon=True)

    def start(self) -> None:
        """Begin the first round."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is under way."""
        self._stopped.set()
        self._thread.join()

    def _rounds(self) -> None:
        while True:
            try:
                gone = self._run(self._settings)
                log.info("forgot %d days of questions and %d ratings", gone.days, gone.ratings)
            except OporaError as error:
                log.error("what is too old could not be deleted: %s", error)
            if self._stopped.wait(self._pause):
                return
