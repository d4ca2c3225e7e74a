"""Following the versions on a shared server in the background: no question ever waits for it."""

import logging
from threading import Event, Lock, Thread

import streamlit as st

from ingest.chroma_settings import ChromaSettings
from ingest.errors import OporaError
from ingest.index_folder import named, serving_damage
from ingest.settings import Settings

EVERY = 3.0
"""Seconds between two looks at the server's pointer."""

log = logging.getLogger(__name__)


class Following:
    """Looks at the server's pointer every few seconds, in a thread of its own that ends with the server's process."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._doubt = Event()
        self._lock = Lock()
        self._trouble = ""
        self._started = False

    def start(self) -> None:
        """Begin, unless it has begun."""
        with self._lock:
            if not self._started:
                self._started = True
                Thread(target=self._run, name="opora-following", daemon=True).start()

    def trouble(self) -> str:
        """Return in Czech why the last look was in vain, "" when it was not, or when there was none yet."""
        with self._lock:
            return self._trouble

    def mend(self, settings: Settings) -> str:
        """Have an index fetched that is missing or damaged; return what the user reads meanwhile.

        It is "" for one that was built here, and for one that is whole and cannot be opened for another reason.
        """
        folder = named(settings.index)
        if folder and (folder.chroma.is_dir() or not serving_damage(settings.index)):
            return ""
        self._doubt.set()
        return self.trouble() or "Rejstřík dokumentů se právě přebírá ze společného serveru. Zkuste to za chvíli znovu."

    def _run(self) -> None:
        # Imported here because they bring the encoder's library and Chroma, which take seconds to import.
        from retrieval.replica import follow
        from retrieval.server import ChromaServer

        server: ChromaServer | None = None
        asked: ChromaSettings | None = None
        pause = Event()
        while True:
            doubt = self._doubt.is_set()
            self._doubt.clear()
            try:
                settings = Settings.from_env()
                if settings.chroma:
                    if server is None or asked != settings.chroma:
                        server, asked = ChromaServer(settings.chroma), settings.chroma
                    if follow(settings, server, _silent, doubt=doubt):
                        log.info("another version of the index is taken over from the Chroma server")
                self._note("")
            except OporaError as error:
                self._note(str(error))
            except Exception:
                log.exception("following the Chroma server failed")
                self._note("Převzít rejstřík ze společného serveru se nepodařilo; podrobnosti jsou v záznamu serveru.")
            pause.wait(self._every)

    def _note(self, trouble: str) -> None:
        with self._lock:
            before, self._trouble = self._trouble, trouble
        if trouble and trouble != before:
            log.warning("the version on the Chroma server cannot be followed: %s", trouble)


def following() -> Following:
    """Return the one of this process, at work."""
    found = _one()
    found.start()
    return found


@st.cache_resource(show_spinner=False)
def _one() -> Following:
    return Following()


def _silent(done: int, total: int, title: str) -> None:
    """Take the progress that nobody watches."""
