"""What the routes share: settings, workers, limits and figures of one running interface."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ingest.api_settings import ApiSettings
from ingest.errors import OporaError
from views.api.errors import failed, not_ready
from views.api.keys import address, caller, unauthorized
from views.api.limits import RateLimit
from views.api.metrics import Metrics
from views.api.pool import Pool

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """One running interface."""

    settings: ApiSettings
    pool: Pool
    limit: RateLimit
    metrics: Metrics
    keeper: ThreadPoolExecutor

    @classmethod
    def of(cls, settings: ApiSettings) -> "Service":
        """Start the workers and the counters."""
        pool = Pool(settings.workers, settings.waiting)
        # One thread, so that questions are stored in the order of their answers.
        keeper = ThreadPoolExecutor(1, thread_name_prefix="opora-keeper")
        return cls(settings, pool, RateLimit(settings.rate), Metrics.of(pool), keeper)


Endpoint: TypeAlias = Callable[[Service, Request], Awaitable[Response]]


def guarded(service: Service, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Let only those in who may ask, as often as they may; count requests, wrong keys among them."""

    async def checked(request: Request) -> Response:
        who = caller(request, service.settings)
        service.limit.check(who or f"refused {address(request)}")
        if who is None:
            raise unauthorized(service.settings)
        try:
            return await endpoint(service, request)
        except Exception as error:
            raise as_refusal(error) from None

    return checked


def as_refusal(error: Exception) -> HTTPException:
    """Return what a caller gets to know of an error; the unexpected goes to the log.

    Only where it happened is logged: its text may quote the question.
    """
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, ClientDisconnect):
        return failed()  # nobody reads it any more
    if isinstance(error, OporaError):
        return not_ready(str(error))
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("a request failed with %s\n%s", type(error).__name__, where)
    return failed()
