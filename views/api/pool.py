"""Workers for what takes time, so that the event loop, and with it every page, stays free."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from views.api.errors import busy, too_slow

T = TypeVar("T")

RETRY = 5
"""Seconds after which a caller that was turned away is asked to come again."""


class Pool:
    """A bounded number of threads with a bounded queue.

    A worker counts as taken until its work has really ended, even when nobody waits for the result any more; so
    work that hangs can never pile up.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="opora-api")
        self._most = workers + waiting
        self._lock = Lock()
        self._taken = 0

    @property
    def taken(self) -> int:
        """Requests that are worked on or wait."""
        return self._taken

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Have a worker do it.

        Raises
        ------
        ApiError
            If all workers are taken and the queue is full (503 with Retry-After).
        """
        with self._lock:
            if self._taken >= self._most:
                raise busy(RETRY)
            self._taken += 1
        future = self._executor.submit(work)
        future.add_done_callback(self._release)
        return future

    async def run(self, work: Callable[[], T], timeout: float) -> T:
        """Have a worker do it and return the result within `timeout` seconds.

        Raises
        ------
        ApiError
            If the queue is full (503), or it takes longer (504); what has not begun by then never does.
        """
        waited = asyncio.wrap_future(self.submit(work))
        # What the work raises must not be taken for the limit, so the limit is not an exception here.
        done, _ = await asyncio.wait({waited}, timeout=timeout)
        if not done:
            waited.cancel()
            raise too_slow()
        return waited.result()

    def _release(self, future: "Future[T]") -> None:
        with self._lock:
            self._taken -= 1
