"""An answer as server-sent events: `piece` while a model writes, last `answer`, or `error` when there is none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Event

from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from views.api.answers import AnswerOut, PieceOut
from views.api.errors import ApiError, failed, too_slow
from views.api.service import Service, as_refusal

MEDIA_TYPE = "text/event-stream"

# Seconds between two signs of life: proxies close connections that say nothing for half a minute or more.
_QUIET = 15.0

Item = str | AnswerOut | Exception


async def events(service: Service, work: Callable[[], Iterator[str | AnswerOut]], stop: Event) -> Response:
    """Return the reply once a worker has begun; what fails before that is an ordinary error.

    `work` yields "" when it has begun, then pieces, last the answer. It is to end soon after `stop` is set, which
    happens when time is over or the reader has gone.

    Raises
    ------
    ApiError
        If all workers are taken, or none becomes free in time.
    Exception
        What the work raised before it had begun.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item] = asyncio.Queue()
    deadline = loop.time() + service.settings.timeout

    def put(item: Item) -> None:
        if loop.is_closed():
            stop.set()
        else:
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def produce() -> None:
        try:
            for item in work():
                put(item)
        except Exception as error:
            put(error)

    future = service.pool.submit(produce)
    begun = await _next(queue, service.settings.timeout)
    if begun is None or isinstance(begun, Exception):
        stop.set()
        future.cancel()
        service.metrics.answers.labels("error").inc()
        raise begun or too_slow()
    lines = _lines(service, queue, deadline, stop)
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def _lines(service: Service, queue: asyncio.Queue[Item], deadline: float, stop: Event) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    try:
        while True:
            left = deadline - loop.time()
            item = await _next(queue, min(_QUIET, left)) if left > 0 else too_slow()
            if item is None:
                yield ":\n\n"
            elif isinstance(item, str):
                yield _event("piece", PieceOut(text=item))
            elif isinstance(item, AnswerOut):
                service.metrics.answers.labels(item.status).inc()
                yield _event("answer", item)
                return
            else:
                service.metrics.answers.labels("error").inc()
                refusal = as_refusal(item)
                yield _event("error", (refusal if isinstance(refusal, ApiError) else failed()).failure)
                return
    finally:
        stop.set()


async def _next(queue: asyncio.Queue[Item], seconds: float) -> Item | None:
    try:
        return await asyncio.wait_for(queue.get(), seconds)
    except TimeoutError:
        return None


def _event(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"
