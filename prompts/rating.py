"""What a user says about an answer: whether it helped, which source is wrong and why. No I/O here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from ingest.errors import FeedbackError
from prompts.answer import Answer, Status

LONGEST_REMARK = 500
"""Characters of a remark."""

Rating = Literal["up", "down", "source"]
Reason = Literal["", "off_topic", "incomplete", "outdated", "elsewhere", "other"]


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of the answer that was rated: `document.text[start:end] == quote` in the index of that time."""

    n: int
    doc: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one user said about one answer.

    Attributes
    ----------
    id
        The same for all events about one rating.
    time
        When it was said or last changed: UTC, ISO form.
    fingerprint
        Of the index that answered, or "" when it was not known.
    rating
        `up` helped, `down` did not, `source` names a wrong citation.
    wrong, reason
        Number of the wrong citation and what is wrong with it; None and "" for the other ratings.
    remark
        The user's own words, at most `LONGEST_REMARK` characters.
    """

    id: str
    time: str
    question: str
    status: Status
    text: str
    citations: tuple[Cited, ...]
    fingerprint: str
    rating: Rating
    wrong: int | None = None
    reason: Reason = ""
    remark: str = ""


def rated(
    question: str,
    answer: Answer,
    rating: Rating,
    *,
    wrong: int | None = None,
    reason: Reason = "",
    remark: str = "",
    fingerprint: str = "",
    earlier: Feedback | None = None,
) -> Feedback:
    """Return the record of a rating made now, or of the change of an earlier one.

    Raises
    ------
    FeedbackError
        If the remark is too long, or a wrong source is reported that the answer does not have.
    """
    remark = remark.strip()
    if len(remark) > LONGEST_REMARK:
        raise FeedbackError(
            f"Poznámka má {len(remark)} znaků, nejvýše jich může mít {LONGEST_REMARK}. Zkraťte ji prosím."
        )
    if rating == "source" and (not reason or wrong not in {citation.n for citation in answer.citations}):
        raise FeedbackError("Vyberte prosím, který zdroj je špatný a proč.")
    return Feedback(
        id=earlier.id if earlier else uuid4().hex,
        time=now(),
        question=question,
        status=answer.status,
        text=answer.text,
        citations=tuple(Cited(c.n, c.doc, c.start, c.end, c.quote) for c in answer.citations),
        fingerprint=fingerprint,
        rating=rating,
        wrong=wrong if rating == "source" else None,
        reason=reason if rating == "source" else "",
        remark=remark,
    )


def now() -> str:
    """Return the time in UTC and ISO form, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
