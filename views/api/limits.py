"""How often one caller may ask, and how much one request may hold."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from ingest.api_settings import ApiSettings
from views.api.errors import ApiError, too_slow

_MOST_CALLERS = 10_000
"""Callers that are remembered; more would let a flood of addresses fill the memory."""


@dataclass(slots=True)
class _Bucket:
    """Requests that a caller has left, as of a moment of the clock in seconds."""

    left: float
    at: float


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Counts requests by caller; used from the event loop alone.

    A caller may send `rate` requests at once and then one every `60 / rate` seconds; a rate of 0 limits nobody.
    """

    rate: int
    clock: Callable[[], float] = time.monotonic
    buckets: dict[str, _Bucket] = field(default_factory=dict, repr=False)

    def take(self, caller: str) -> float:
        """Count one request and return 0, or return the seconds to wait and count nothing."""
        if not self.rate:
            return 0.0
        now, each = self.clock(), 60.0 / self.rate
        # Put back at the end, so that the first one is always the one that has been quiet for longest.
        bucket = self.buckets[caller] = self.buckets.pop(caller, _Bucket(float(self.rate), now))
        if len(self.buckets) > _MOST_CALLERS:
            del self.buckets[next(iter(self.buckets))]
        bucket.left = min(float(self.rate), bucket.left + (now - bucket.at) / each)
        bucket.at = now
        if bucket.left < 1.0:
            return (1.0 - bucket.left) * each
        bucket.left -= 1.0
        return 0.0

    def check(self, caller: str) -> None:
        """Count one request.

        Raises
        ------
        ApiError
            If the caller has none left (429 with Retry-After).
        """
        if wait := self.take(caller):
            seconds = max(1, math.ceil(wait))
            raise ApiError(
                429,
                "too_many_requests",
                "Posíláte příliš mnoho žádostí. Počkejte, kolik sekund udává hlavička Retry-After, a pokračujte.",
                headers={"Retry-After": str(seconds)},
            )


async def read_body(request: Request, settings: ApiSettings) -> bytes:
    """Read a JSON request, within the limits of size and time that the settings name.

    Raises
    ------
    ApiError
        If it is of another type (415), longer (413; no more than that is read), or comes too slowly (504).
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise ApiError(
            415,
            "unsupported_media_type",
            "Žádost má být JSON v kódování UTF-8 s hlavičkou Content-Type: application/json.",
        )
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > settings.body:
        raise _too_large(settings.body)
    body = bytearray()
    try:
        async with asyncio.timeout(settings.timeout):
            async for part in request.stream():
                body += part
                if len(body) > settings.body:
                    raise _too_large(settings.body)
    except TimeoutError:
        raise too_slow() from None
    return bytes(body)


def _too_large(most: int) -> ApiError:
    return ApiError(413, "too_large", f"Žádost je příliš dlouhá. Nejvýše může mít {most} bajtů; zkraťte ji.")
