"""Visitors of the chat page without a browser: each a WebSocket that speaks as the page's own script does."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

_PATIENCE = 90.0
_QUESTION = re.compile(r'<h2 class="opora-question">.*?</h2>')


@dataclass
class Session:
    """One visitor; `shown` holds what the last run of the page put into HTML, in its order."""

    socket: ClientConnection
    box: str = ""
    shown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        return "\n".join(self.shown)

    @property
    def questions(self) -> list[str]:
        """The questions on the page, as its HTML says them."""
        return _QUESTION.findall(self.page)

    def send(self, question: str = "") -> None:
        """Have the script run, with a question in the box if there is one."""
        message = BackMsg()
        message.rerun_script.page_name = "asistent"
        if question:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.box
            state.chat_input_value.data = question
        self.socket.send(message.SerializeToString())

    def ask(self, question: str) -> float:
        """Send a question, read until the page is complete, and return the seconds that took."""
        begun = time.monotonic()
        self.send(question)
        self.read()
        return time.monotonic() - begun

    def read(self) -> None:
        """Read until the script has ended and does not run again.

        Raises
        ------
        TimeoutError
            If the server says nothing for too long.
        websockets.exceptions.ConnectionClosed
            If it ends the connection.
        """
        while True:
            data, found = self.socket.recv(timeout=_PATIENCE), ForwardMsg()
            assert isinstance(data, bytes)
            found.ParseFromString(data)
            kind = found.WhichOneof("type")
            if kind == "new_session":
                self.shown.clear()
            element = found.delta.new_element
            name = element.WhichOneof("type")
            if name == "html":
                self.shown.append(element.html.body)
            elif name == "exception":
                self.errors.append(element.exception.message)
            elif name == "chat_input":
                self.box = element.chat_input.id
            # Others say that the script runs again, or that a part of it has run.
            if kind == "script_finished" and found.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return


@contextmanager
def session(url: str) -> Iterator[Session]:
    """Open the chat page as a new visitor: its cookie, its connection, its first run."""
    token = httpx.get(f"{url}/_stcore/health", timeout=30).cookies["_streamlit_xsrf"]
    with connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        additional_headers={"Cookie": f"_streamlit_xsrf={token}"},
        max_size=None,
        open_timeout=30,
        proxy=None,
    ) as socket:
        visitor = Session(socket)
        visitor.send()
        visitor.read()
        yield visitor
