"""A moment at which the connection to a chat model is cut, whatever its server is sending.

The time limit of an HTTP client is one for each wait. A server that sends a sign of life now and then, or the head of
its reply letter by letter, would hold its caller for ever.
"""

import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")
_ENDED = ("response_closed.complete", "response_closed.failed", "connect_tcp.failed", "start_tls.failed")


class Deadline(threading.local):
    """Cuts the requests that this thread sends from now on; every thread has a moment of its own.

    Connections must not be kept for further requests, since each is watched from its beginning.
    """

    at: float | None = None
    """The moment, of `time.monotonic`; None cuts nothing."""

    def watch(self, request: Any) -> None:
        """Watch a request that is about to be sent; to be called by an httpx client, as its hook for requests."""
        if self.at is not None:
            request.extensions["trace"] = _Watch(self.at - time.monotonic()).note


class _Watch:
    """One request: remembers its socket and shuts it down when time is over."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._over = False
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take notice of what happens to the request, as httpcore tells it."""
        if event.endswith(_CONNECTED):
            with self._lock:
                self._socket = details["return_value"].get_extra_info("socket")
            if self._over:
                self._cut()
        elif event.endswith(_ENDED):
            self._timer.cancel()

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            if self._socket is None:
                return
            try:
                # Not that of an encrypted socket, which would first forget the keys that its reader still uses.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                self._socket = None  # closed by then
