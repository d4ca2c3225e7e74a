"""The one home of LangChain's chat models: a reply in pieces, counted, each failure one Czech line."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage

from ingest.errors import ModelError, SettingsError
from ingest.settings import ModelSettings
from prompts.answer import Spent
from prompts.deadline import Deadline
from prompts.provider import named, options

LONGEST_REPLY = 6_000
"""Characters after which a reply is cut: a model that goes round in circles would otherwise never end."""

_ATTEMPTS = 3
_PAUSE = 0.4
"""Seconds before the second attempt; twice as long before each further one."""

_FINISHED = ("finish_reason", "stop_reason", "done_reason")
_BUSY = 429

log = logging.getLogger(__name__)


class _NamedError(ModelError):
    """A named failure; one that passes by itself is worth another attempt."""

    def __init__(self, message: str, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A chat model behind its settings.

    `begun` is the moment of `time.monotonic` from which the time limit counts; None means that of each reply.
    """

    settings: ModelSettings
    client: BaseChatModel
    deadline: Deadline = field(default_factory=Deadline, repr=False)
    begun: float | None = None

    @classmethod
    def open(cls, settings: ModelSettings) -> "ChatModel":
        """Prepare the client; nothing is sent yet.

        Raises
        ------
        SettingsError
            If the name has no known provider, its library is not installed, or it refuses the settings.
        """
        provider, name = named(settings)
        deadline = Deadline()
        try:
            # Imported here, since it belongs to the extras: without a chat model it need not be installed.
            from langchain.chat_models import init_chat_model

            client = init_chat_model(name, model_provider=provider, **options(settings, provider, deadline))
        except ImportError as error:
            libraries = f"langchain langchain-{provider.replace('_', '-')}"
            raise SettingsError(
                f"Pro jazykový model „{settings.name}“ chybí knihovna ({error.name or libraries}). "
                f"Doinstalujte ji příkazem „python -m pip install {libraries}“, nebo zrušte proměnnou OPORA_MODEL."
            ) from error
        except Exception as error:
            # Libraries of the providers raise errors of many kinds, whose text may carry the key.
            log.warning("chat model %s was refused: %s", settings.name, type(error).__name__)
            raise SettingsError(
                f"Jazykový model „{settings.name}“ nelze nastavit. Zkontrolujte OPORA_MODEL (například "
                "openai:gpt-4o-mini, ollama:llama3.1), OPORA_MODEL_URL a OPORA_MODEL_KEY."
            ) from None
        return cls(settings, client, deadline)

    @property
    def name(self) -> str:
        return self.settings.name

    def since(self, begun: float) -> "ChatModel":
        """Return this model with one time limit for all that it is asked, counted from a moment of `time.monotonic`."""
        return replace(self, begun=begun)

    def stream(self, system: str, prompt: str) -> Iterator[str | Spent]:
        """Yield the reply piece by piece, then what it took.

        A failure that passes by itself is tried again, as long as no piece was handed out and time is left.

        Raises
        ------
        ModelError
            If the server is down or too slow, refuses, breaks off, or sends something else than a reply.
        """
        deadline = (time.monotonic() if self.begun is None else self.begun) + self.settings.timeout
        if time.monotonic() >= deadline:
            raise _NamedError(self._too_slow())
        messages: list[BaseMessage] = [SystemMessage(system), HumanMessage(prompt)]
        client = self.client
        for attempt in range(1, _ATTEMPTS + 1):
            begun = False
            try:
                for piece in self._attempt(client, messages, deadline, attempt):
                    begun = True
                    yield piece
                return
            except Exception as error:
                failure = error if isinstance(error, _NamedError) else self._named_failure(error)
                if time.monotonic() >= deadline:
                    # Whatever it looks like: the connection was cut because time is over.
                    failure = _NamedError(self._too_slow())
                log.warning("chat model %s: %s (%s)", self.name, failure, type(error).__name__)
                if _status(error) == 400 and "temperature" in str(error).lower():
                    # Reasoning models accept no temperature of the caller's.
                    client = client.model_copy(update={"temperature": None})
                elif begun or not failure.passing:
                    raise failure from None
                pause = _PAUSE * 2 ** (attempt - 1)
                if attempt == _ATTEMPTS or time.monotonic() + pause >= deadline:
                    raise failure from None
                time.sleep(pause)

    def _attempt(
        self, client: BaseChatModel, messages: list[BaseMessage], deadline: float, attempt: int
    ) -> Iterator[str | Spent]:
        length, finished, counts = 0, "", _Counts()
        self.deadline.at = deadline
        for chunk in client.stream(messages):
            counts.add(chunk)
            finished = next((str(m) for key in _FINISHED if (m := chunk.response_metadata.get(key))), finished)
            if text := str(chunk.text):
                length += len(text)
                yield text
            if length > LONGEST_REPLY:
                finished = "length"
                break
            if time.monotonic() > deadline:
                raise _NamedError(self._too_slow())
        if not counts.chunks:
            raise _NamedError(_NO_REPLY)
        if not finished:
            raise _NamedError("Odpověď jazykového modelu se uprostřed přerušila.")
        if not length:
            raise _NamedError("Jazykový model poslal prázdnou odpověď.")
        yield counts.spent(self.settings, attempt, finished not in ("length", "max_tokens"))

    def _named_failure(self, error: Exception) -> _NamedError:
        """Say in Czech what failed; the words of the provider's library stay out, since they may quote the key."""
        kinds = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
        status = _status(error)
        if status in (401, 403):
            return _NamedError(f"Server jazykového modelu odmítl přístup ({status}). Zkontrolujte OPORA_MODEL_KEY.")
        if status == 404:
            return _NamedError("Server takový jazykový model nezná. Zkontrolujte OPORA_MODEL a OPORA_MODEL_URL.")
        if status == _BUSY:
            return _NamedError(
                f"Server jazykového modelu je přetížený, nebo je vyčerpaný limit ({status}).", passing=True
            )
        if status and status >= 500:
            return _NamedError(f"Server jazykového modelu hlásí chybu ({status}).", passing=True)
        if status and status >= 400:
            return _NamedError(f"Server jazykového modelu dotaz odmítl ({status}).")
        if any("Timeout" in kind for kind in kinds):
            return _NamedError(self._too_slow())
        if kinds & {"RemoteProtocolError", "ReadError", "IncompleteRead", "ConnectionResetError"}:
            return _NamedError("Spojení s jazykovým modelem se přerušilo.", passing=True)
        if any("Connect" in kind for kind in kinds):
            return _NamedError("Server jazykového modelu není dostupný.", passing=True)
        return _NamedError(_NO_REPLY)

    def _too_slow(self) -> str:
        seconds = f"{self.settings.timeout:g}".replace(".", ",")
        return f"Jazykový model neodpověděl včas (do {seconds} s)."


_NO_REPLY = "Server jazykového modelu poslal něco jiného než odpověď. Zkontrolujte OPORA_MODEL_URL."


@dataclass(slots=True)
class _Counts:
    """Tokens counted over the chunks of a reply."""

    chunks: int = 0
    read: int | None = None
    written: int | None = None

    def add(self, chunk: AIMessageChunk) -> None:
        # LangChain ends every stream with an empty chunk of its own, also when the server sent nothing.
        self.chunks += bool(chunk.response_metadata or chunk.text or chunk.usage_metadata)
        if usage := chunk.usage_metadata:
            self.read = (self.read or 0) + usage["input_tokens"]
            self.written = (self.written or 0) + usage["output_tokens"]

    def spent(self, settings: ModelSettings, calls: int, complete: bool) -> Spent:
        cost = None
        if None not in (self.read, self.written, settings.price_in, settings.price_out):
            cost = ((self.read or 0) * (settings.price_in or 0) + (self.written or 0) * (settings.price_out or 0)) / 1e6
        return Spent(calls, self.read, self.written, cost, complete)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _status(error: BaseException) -> int | None:
    """HTTP status that an error of any provider's library carries."""
    return next((s for cause in _causes(error) if isinstance(s := getattr(cause, "status_code", None), int)), None)
