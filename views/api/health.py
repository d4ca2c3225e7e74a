"""`/healthz`, `/readyz` and `/metrics`: what machines that watch the installation ask."""

import asyncio

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from ingest.errors import OporaError
from ingest.index_folder import current, read_meta
from ingest.settings import Settings
from views.api.errors import not_ready
from views.api.metrics import MEDIA_TYPE
from views.api.service import Service, as_refusal
from views.assistant import assistant

PATIENCE = 2.0
"""Seconds that a check waits for an index that is being opened; those who watch ask again."""


class StateOut(BaseModel):
    """How it stands."""

    status: str = Field(description="Stav: ok.")


async def healthz(request: Request) -> Response:
    """Say that the process answers, whatever it has to answer from."""
    return _state()


class Readiness:
    """Tells whether questions can be answered; the first check opens the index, which takes seconds."""

    def __init__(self) -> None:
        self._opening: asyncio.Task[object] | None = None

    async def readyz(self, request: Request) -> Response:
        """Say that the index is open.

        Raises
        ------
        ApiError
            If it is not, or not yet (503), with the reason.
        """
        if self._opening is None:
            self._opening = asyncio.create_task(asyncio.to_thread(assistant))
        done, _ = await asyncio.wait({self._opening}, timeout=PATIENCE)
        if not done:
            raise not_ready("Dokumenty se právě otevírají. Počkejte několik sekund a zkuste to znovu.")
        error, self._opening = self._opening.exception(), None
        if isinstance(error, Exception):
            raise as_refusal(error)
        return _state()


async def metrics(service: Service, request: Request) -> Response:
    """Return the figures of this process and name the index that serves."""
    service.metrics.serves(await asyncio.to_thread(_fingerprint))
    return Response(service.metrics.text, media_type=MEDIA_TYPE)


def _fingerprint() -> str:
    """Fingerprint of the index that serves, "" when there is none."""
    try:
        folder = current(Settings.from_env().index)
        return read_meta(folder).fingerprint if folder else ""
    except OporaError:
        return ""


def _state() -> Response:
    return Response(StateOut(status="ok").model_dump_json(), media_type="application/json")
