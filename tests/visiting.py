"""A program that talks to the app as the page in a browser does: the WebSocket, and uploads."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass
class Visitor:
    """One session."""

    url: str
    socket: ClientConnection
    session: str
    token: str
    uploader: str = ""

    def run(self, page: str = "dokumenty", files: tuple[tuple[str, str, int], ...] = (), query: str = "") -> str:
        """Have the script run and return all text that it sends; files are ids, names and sizes for the uploader."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        if files:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.uploader
            for id_, name, size in files:
                info = state.file_uploader_state_value.uploaded_file_info.add()
                info.file_id, info.name, info.size = id_, name, size
                info.file_urls.file_id = id_
                info.file_urls.upload_url = info.file_urls.delete_url = f"/_stcore/upload_file/{self.session}/{id_}"
        self.socket.send(message.SerializeToString())
        return self.told()

    def told(self) -> str:
        """Return the text of all elements until the script ends; note the widget that takes files."""
        texts: list[str] = []
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = ForwardMsg()
            found.ParseFromString(bytes(self.socket.recv(timeout=120)))  # type: ignore[arg-type]
            if found.WhichOneof("type") == "new_session":
                texts.clear()
            element = found.delta.new_element
            if element.WhichOneof("type") == "file_uploader":
                self.uploader = element.file_uploader.id
            if element.WhichOneof("type") == "html":
                texts.append(element.html.body)
            # 0 is the end; other values say that the script runs again.
            if found.WhichOneof("type") == "script_finished" and found.script_finished == 0:
                return "\n".join(texts)
        raise AssertionError("the script does not end")

    def put(self, file: str, content: bytes | Iterator[bytes], name: str = "výzva.txt") -> httpx.Response:
        headers = {"X-Xsrftoken": self.token, "Cookie": f"_streamlit_xsrf={self.token}", "Origin": self.url}
        address = f"{self.url}/_stcore/upload_file/{self.session}/{file}"
        if isinstance(content, bytes):
            return httpx.put(address, headers=headers, files={"file": (name, content)}, timeout=120)
        headers["Content-Type"] = "multipart/form-data; boundary=x"
        return httpx.put(address, headers=headers, content=content, timeout=120)


@contextmanager
def visiting(url: str) -> Iterator[Visitor]:
    """Open a session on the page Dokumenty."""
    token = httpx.get(f"{url}/_stcore/health").cookies["_streamlit_xsrf"]
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:  # type: ignore[list-item]
        message = BackMsg()
        message.rerun_script.page_name = "dokumenty"
        socket.send(message.SerializeToString())
        first = ForwardMsg()
        while first.WhichOneof("type") != "new_session":
            first.ParseFromString(bytes(socket.recv(timeout=60)))  # type: ignore[arg-type]
        visitor = Visitor(url, socket, first.new_session.initialize.session_id, token)
        visitor.told()
        yield visitor
