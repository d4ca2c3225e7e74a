"""A server on loopback that speaks the OpenAI-compatible protocol, or breaks it on purpose."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class ModelServer:
    """What a test knows of the running server: its address, and what it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def prompts(self) -> list[str]:
        """The user's message of each request."""
        return [request["messages"][-1]["content"] for request in self.requests]


class Handler(BaseHTTPRequestHandler):
    """Answers the n-th request by the n-th behaviour, all further ones by the last."""

    protocol_version = "HTTP/1.1"
    behaviours: tuple[Behaviour, ...]
    known: ModelServer
    released: Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.known.requests.append(json.loads(body))
        self.known.keys.append(self.headers.get("Authorization", ""))
        self.close_connection = True
        self.behaviours[min(len(self.known.requests), len(self.behaviours)) - 1](self)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""

    def begin(self, kind: str = "text/event-stream", status: int = 200, length: int | None = None) -> None:
        """Send the head; without a length the reply ends where the connection does."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def event(self, **fields: Any) -> None:
        """Send one event of the stream."""
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "loopback", **fields}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def piece(self, text: str, finish: str | None = None) -> None:
        """Send one piece of the reply."""
        delta = {"content": text} if text else {}
        self.event(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


@contextmanager
def model_server(*behaviours: Behaviour) -> Iterator[ModelServer]:
    """Serve the behaviours on a free port of loopback until the block ends."""
    released = Event()

    class Scripted(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Scripted) as server:
        known = ModelServer(f"http://127.0.0.1:{server.server_port}/v1")
        Scripted.behaviours, Scripted.known, Scripted.released = behaviours, known, released
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield known
        finally:
            released.set()
            server.shutdown()
            thread.join()


def says(text: str, finish: str = "stop", size: int = 12) -> Behaviour:
    """Stream a reply in pieces of `size` characters, with the counts that servers send at its end."""
    return replies(lambda prompt: text, finish, size)


def replies(reply: Callable[[str], str], finish: str = "stop", size: int = 12) -> Behaviour:
    """Stream what a function makes of the user's message."""

    def behave(handler: Handler) -> None:
        text = reply(handler.known.prompts[-1])
        handler.begin()
        for start in range(0, len(text), size):
            handler.piece(text[start : start + size])
        handler.piece("", finish)
        handler.event(choices=[], usage={"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200})
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def breaks_off(text: str) -> Behaviour:
    """Send the beginning of a reply, then close the connection as if all had been said."""

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.piece(text)

    return behave


def breaks_the_connection(text: str) -> Behaviour:
    """Send the beginning of a reply of a promised length, then close the connection."""

    def behave(handler: Handler) -> None:
        handler.begin(length=100_000)
        handler.piece(text)

    return behave


def hangs(handler: Handler) -> None:
    """Accept the question and say nothing until the server ends."""
    handler.released.wait(60)


def hangs_after(text: str) -> Behaviour:
    """Send the beginning of a reply and then nothing more."""

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.piece(text)
        handler.released.wait(60)

    return behave


def trickles(text: str, pause: float) -> Behaviour:
    """Send one character at a time, each after a pause in seconds."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for character in text:
            if handler.released.wait(pause):
                return
            try:
                handler.piece(character)
            except OSError:
                return  # the reader has given up, as it should

    return behave


def fails(status: int, message: str = "internal error") -> Behaviour:
    """Refuse with an HTTP status and a message of JSON."""

    def behave(handler: Handler) -> None:
        body = json.dumps({"error": {"message": message, "type": "error", "code": status}}).encode()
        handler.begin("application/json", status, len(body))
        handler.wfile.write(body)

    return behave


def sends(body: bytes, kind: str) -> Behaviour:
    """Send any bytes as a successful reply."""

    def behave(handler: Handler) -> None:
        handler.begin(kind, length=len(body))
        handler.wfile.write(body)

    return behave


PAGE = sends("<!doctype html><html><body><h1>Přihlášení</h1></body></html>".encode(), "text/html; charset=utf-8")
BROKEN_EVENTS = sends(b"data: {not json at all\n\ndata: \x00\xff\xfe\n\n", "text/event-stream")
NOTHING = sends(b"data: [DONE]\n\n", "text/event-stream")
