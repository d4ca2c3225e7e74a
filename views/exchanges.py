"""What one browser session has asked, as values: a conversation of exchanges, and a way back. No I/O here."""

from dataclasses import dataclass
from datetime import datetime

from prompts.answer import Answer
from views.states import Shown

# Characters of a title made from a question.
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with what stood in its way: an error, or that the user has stopped it.

    `id` tells it from all others of the browser session and stays with it; `when` is the time of the answer.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    id: int = 0
    when: datetime | None = None

    @property
    def state(self) -> Shown:
        """The state of the answer, or that there is none."""
        return self.answer.status if self.answer else "unanswered"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Exchanges that lean on each other, oldest first.

    `opening` is its first question, also while that is being answered; `name` is what the user called it, or "".
    """

    id: int
    opening: str
    changed: datetime
    exchanges: tuple[Exchange, ...] = ()
    name: str = ""

    @property
    def title(self) -> str:
        """What the list shows: the user's name for it, or the beginning of its first question."""
        return self.name or shortened(self.opening)


@dataclass(frozen=True, slots=True)
class Undo:
    """A conversation as it was before something was taken away from it, and what the user reads about that."""

    message: str
    before: Conversation
    deleted: bool = False


def shortened(text: str, most: int = LONGEST_TITLE) -> str:
    """Return a text in one line of at most `most` characters; a longer one ends after a whole word with "…".

    A word that is longer by itself is cut.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    room = line[:most]
    words = room.rpartition(" ")[0].rstrip(" ,;:.–-")
    return f"{words or room[: most - 1]}…"


def moment(then: datetime, now: datetime) -> str:
    """Return a time as "dnes 14:05", "včera 14:05" or "3. 2. 2026 14:05" (no-break spaces in the date)."""
    clock = f"{then.hour}:{then.minute:02}"
    days = (now.date() - then.date()).days
    if days == 0:
        return f"dnes {clock}"
    if days == 1:
        return f"včera {clock}"
    return f"{then.day}.\u00a0{then.month}.\u00a0{then.year} {clock}"
