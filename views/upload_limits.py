"""How much one visitor, and all of them, may leave in the server's memory.

The browser's widget has limits too, but a program need not use the widget. Streamlit itself limits the size of one
file (`server.maxUploadSize`), not their number.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

SESSION_FILES, SESSION_BYTES = 20, 600 * 2**20
"""Of one visitor: twice the files that may wait to be added, and all ten of them at their largest."""

ALL_BYTES = 2 * 2**30
"""Of all visitors."""

_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")

log = logging.getLogger(__name__)


class UploadLimits:
    """Middleware that refuses an upload when its session, or all together, already hold too much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming: Counter[str] = Counter()
        self._coming_bytes: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before its body is read."""
        upload = _UPLOAD.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if upload is None:
            await self.app(scope, receive, send)
            return
        session, size = upload[1], _announced(scope)
        if not self._has_room(session, size):
            log.warning("an upload of %d bytes was refused: its session or all sessions hold too much", size)
            text = "Tolik souborů najednou server nepřijme. Přidejte nejdřív ty, které už čekají, nebo obnovte stránku."
            await PlainTextResponse(text, 413)(scope, receive, send)
            return
        # Uploads that run at the same time must not each find the room that is there only once.
        self._coming[session] += 1
        self._coming_bytes[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[session] -= 1
            self._coming_bytes[session] -= size
            if not self._coming[session]:
                del self._coming[session], self._coming_bytes[session]

    def _has_room(self, session: str, size: int) -> bool:
        files, held, everything = _held(session)
        return (
            files + self._coming[session] < SESSION_FILES
            and held + self._coming_bytes[session] + size <= SESSION_BYTES
            and everything + self._coming_bytes.total() + size <= ALL_BYTES
        )


def release(files: Iterable[str]) -> None:
    """Let go of uploaded files of this session, by their ids, which the page has read and needs no more."""
    context, manager = get_script_run_ctx(), _manager()
    if context and manager:
        for file in files:
            manager.remove_file(context.session_id, file)


def _manager() -> MemoryUploadedFileManager | None:
    """Return what holds the uploaded files, or None where no server runs."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return manager if isinstance(manager, MemoryUploadedFileManager) else None


def _announced(scope: Scope) -> int:
    """Return the size in bytes that a request says it has; the largest allowed one when it does not say."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else int(st.get_option("server.maxUploadSize")) * 2**20


def _held(session: str) -> tuple[int, int, int]:
    """Return the number of files of a session, their size in bytes, and the size of the files of all sessions."""
    manager = _manager()
    if manager is None:
        return 0, 0, 0
    sizes = {
        one: [len(file.data) for file in list(files.values())] for one, files in list(manager.file_storage.items())
    }
    own = sizes.get(session, [])
    return len(own), sum(own), sum(map(sum, sizes.values()))
