"""Whether a document's period is running, over or unknown on a given day."""

import re
from datetime import date
from typing import Literal

from ingest.document import Source

Validity = Literal["current", "ended", "future", "unknown"]

VALIDITY: dict[Validity, str] = {
    "current": "období trvá",
    "future": "období teprve začne",
    "ended": "období skončilo",
    "unknown": "období neuvedeno",
}
"""What the user reads. A running period does not mean an open call."""

_POINT = re.compile(r"(?:(\d{1,2})\.\s*(\d{1,2})\.\s*)?((?:19|20)\d\d)")


def bounds(period: str) -> tuple[date, date] | None:
    """Return the first and last day of a period such as "2024–2026" or "1. 1. 2016 – 30. 4. 2022".

    None stands for a text that does not name a year or names an impossible day.
    """
    points = _POINT.findall(period)
    if not points:
        return None
    try:
        (day, month, year), (last_day, last_month, last_year) = points[0], points[-1]
        first = date(int(year), int(month or 1), int(day or 1))
        last = date(int(last_year), int(last_month or 12), int(last_day or 31))
    except ValueError:
        return None
    return first, last


def validity(source: Source, today: date) -> Validity:
    """Tell how a document's period stands on a day; what is not known to be its period counts as unknown."""
    span = bounds(source.period) if source.period_basis != "unknown" else None
    if span is None:
        return "unknown"
    first, last = span
    return "ended" if last < today else "future" if today < first else "current"
