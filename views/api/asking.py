"""`POST /api/ask`: a checked answer, as one JSON document or as events while a model writes."""

from collections.abc import Iterator
from datetime import date
from threading import Event

from starlette.requests import Request
from starlette.responses import Response

from prompts.answer import Answer
from views.api.answers import AnswerOut
from views.api.events import MEDIA_TYPE, events
from views.api.keeping import keep
from views.api.limits import read_body
from views.api.requests import AskIn
from views.api.service import Service
from views.api.validation import parsed
from views.assistant import AssistantLike, Streaming, assistant


async def ask(service: Service, request: Request) -> Response:
    """Answer a question.

    Raises
    ------
    ApiError
        If the request is wrong, all workers are taken, or the answer takes too long.
    OporaError
        If there is no index that could be asked.
    """
    asked = parsed(AskIn, await read_body(request, service.settings))
    stop = Event()

    def work() -> Iterator[str | AnswerOut]:
        return _answering(service, asked, stop)

    if _wants_events(request):
        return await events(service, work, stop)
    try:
        answer = await service.pool.run(lambda: _last(work()), service.settings.timeout)
    except Exception:
        service.metrics.answers.labels("error").inc()
        raise
    finally:
        stop.set()
    service.metrics.answers.labels(answer.status).inc()
    return Response(answer.model_dump_json(), media_type="application/json")


def _wants_events(request: Request) -> bool:
    kinds = [kind.partition(";")[0].strip().lower() for kind in request.headers.get("accept", "").split(",")]
    return MEDIA_TYPE in kinds


def _answering(service: Service, asked: AskIn, stop: Event) -> Iterator[str | AnswerOut]:
    """Yield "" once the assistant is there, then what a model writes, last the answer; nothing more after `stop`."""
    found = assistant()
    yield ""
    for piece in _pieces(found, asked):
        if stop.is_set():
            return
        if isinstance(piece, Answer):
            # By another thread, so that the reply does not wait for the disk.
            service.keeper.submit(keep, piece)
            yield _shown(found, piece)
        else:
            yield piece


def _pieces(found: AssistantLike, asked: AskIn) -> Iterator[str | Answer]:
    if isinstance(found, Streaming):
        yield from found.stream(asked.question, asked.turns, asked.plain)
    else:
        yield found.ask(asked.question, asked.turns, asked.plain)


def _shown(found: AssistantLike, answer: Answer) -> AnswerOut:
    cited = {citation.doc: found.document(citation.doc) for citation in answer.citations}
    return AnswerOut.of(answer, cited, date.today())


def _last(pieces: Iterator[str | AnswerOut]) -> AnswerOut:
    for piece in pieces:
        if isinstance(piece, AnswerOut):
            return piece
    raise AssertionError("nobody waits any more for an answer that was stopped")
