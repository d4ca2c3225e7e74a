"""The settings of one installation: read once at the entry, then handed on, never read from globals."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent


TIMEOUT = 60.0
"""Seconds that the reply of a chat model may take unless the settings say otherwise."""

KEEP_DAYS = 180
"""Days after which stored questions and ratings are deleted unless the settings say otherwise."""

TOKENS = 700
"""Length of a reply: six Czech sentences take about 400."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which chat model writes answers, and where it is.

    Attributes
    ----------
    name
        As LangChain's `init_chat_model` takes it: "openai:gpt-4o-mini", "ollama:llama3.1", "anthropic:…".
    url
        Base address of the server; empty for the provider's own.
    key
        Secret; never logged and not part of the representation.
    timeout
        Seconds after which a reply is given up; a wait that began before that may double it.
    tokens
        Longest reply in tokens; models that think aloud first need several times the default.
    price_in, price_out
        Price of a million tokens read and written, in one currency; None when unknown.
    """

    name: str
    url: str = ""
    key: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    tokens: int = TOKENS
    price_in: float | None = None
    price_out: float | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "ModelSettings | None":
        """Read `OPORA_MODEL` and `OPORA_MODEL_URL`, `_KEY`, `_TIMEOUT`, `_TOKENS`, `_PRICE_IN`, `_PRICE_OUT`.

        Raises
        ------
        SettingsError
            If the address is not one of the web, or a number is not one.
        """
        name = env.get("OPORA_MODEL", "").strip()
        if not name:
            return None
        url = env.get("OPORA_MODEL_URL", "").strip()
        if url and not url.startswith(("http://", "https://")):
            raise SettingsError(
                f"OPORA_MODEL_URL má začínat http:// nebo https://, je v ní „{url}“. Opravte ji, nebo ji zrušte."
            )
        return cls(
            name=name,
            url=url.rstrip("/"),
            key=env.get("OPORA_MODEL_KEY", "").strip(),
            timeout=_number(env, "OPORA_MODEL_TIMEOUT", least=0.1) or TIMEOUT,
            tokens=int(_number(env, "OPORA_MODEL_TOKENS", least=50) or TOKENS),
            price_in=_number(env, "OPORA_MODEL_PRICE_IN"),
            price_out=_number(env, "OPORA_MODEL_PRICE_OUT"),
        )


def _number(env: Mapping[str, str], name: str, least: float = 0.0) -> float | None:
    """Return a finite number that a variable holds, with a decimal comma or point, or None when it is unset."""
    text = env.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least:
        raise SettingsError(f"{name} má být číslo aspoň {least:g}, je v ní „{text}“. Opravte ji, nebo ji zrušte.")
    return value


def _switch(env: Mapping[str, str], name: str) -> bool:
    """Tell whether a variable is switched on: 1 is, 0 and nothing are not."""
    text = env.get(name, "").strip()
    if text not in ("", "0", "1"):
        raise SettingsError(
            f"{name} má být 1 (zapnuto) nebo 0 (vypnuto), je v ní „{text}“. Opravte ji, nebo ji zrušte."
        )
    return text == "1"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are, which encoder serves, and which chat model, if any.

    Attributes
    ----------
    corpus
        Folder with the documents and their `manifest.toml`.
    data
        Folder this installation writes to; the index is its subfolder `index`.
    encoder
        Name or path of a sentence-transformers model; the default ships with the project.
    model
        The chat model; None, the default, means answers made of quotes alone.
    keep_questions
        Whether questions are stored, redacted; off unless somebody switches it on.
    keep_days
        Days after which stored questions and ratings are deleted.
    """

    corpus: Path = PROJECT / "corpus"
    data: Path = PROJECT / ".opora"
    encoder: str = str(PROJECT / "retrieval" / "model")
    model: ModelSettings | None = None
    keep_questions: bool = False
    keep_days: int = KEEP_DAYS

    @property
    def index(self) -> Path:
        """Folder with one subfolder per built index and the file `CURRENT`."""
        return self.data / "index"

    @property
    def added(self) -> Path:
        """Folder with the documents that this installation added to those of the corpus."""
        return self.data / "documents"

    @property
    def written(self) -> Path:
        """Folder with the anticipated questions that a chat model wrote, one file per document."""
        return self.data / "anticipated"

    @property
    def feedback(self) -> Path:
        """Folder with what users said about answers."""
        return self.data / "feedback"

    @property
    def questions(self) -> Path:
        """Folder with the stored questions, one file per day; empty unless `keep_questions` is on."""
        return self.data / "questions"

    @property
    def runs(self) -> Path:
        """Folder with the recorded runs of evaluation, one subfolder per run."""
        return self.data / "runs"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `OPORA_CORPUS`, `OPORA_DATA`, `OPORA_ENCODER`, `OPORA_MODEL`, `OPORA_KEEP_QUESTIONS`, `OPORA_KEEP_DAYS`.

        What is unset keeps its default.

        Raises
        ------
        SettingsError
            If the corpus folder does not exist, or a setting of the chat model or of what is kept cannot be used.
        """
        default = cls()
        settings = cls(
            corpus=Path(env.get("OPORA_CORPUS") or default.corpus),
            data=Path(env.get("OPORA_DATA") or default.data),
            encoder=env.get("OPORA_ENCODER") or default.encoder,
            model=ModelSettings.from_env(env),
            keep_questions=_switch(env, "OPORA_KEEP_QUESTIONS"),
            keep_days=int(_number(env, "OPORA_KEEP_DAYS", least=1) or KEEP_DAYS),
        )
        if not settings.corpus.is_dir():
            raise SettingsError(
                f"Složka s dokumenty „{settings.corpus}“ neexistuje. Opravte proměnnou OPORA_CORPUS, nebo ji zrušte."
            )
        return settings

    @classmethod
    def with_llm(cls, llm: str | None, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of a command with the option `--llm`: None means no model, "" the one that is set.

        Raises
        ------
        SettingsError
            As `from_env`; if a model is wanted and none is named here or in `OPORA_MODEL`.
        """
        settings = cls.from_env({**env, "OPORA_MODEL": llm} if llm else env)
        if llm is None:
            return replace(settings, model=None)
        if settings.model is None:
            raise SettingsError(
                "Jazykový model není nastavený. Zadejte ho proměnnou OPORA_MODEL (a případně OPORA_MODEL_URL), "
                "například OPORA_MODEL=ollama:llama3.1."
            )
        return settings


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How other systems may ask this installation.

    Attributes
    ----------
    on
        Whether the interface answers at all; the two health checks always do.
    open
        Whether it answers without a key while there are no `keys`; with neither, everybody is refused.
    keys
        SHA-256 of the keys as lower-case hexadecimal digits; the keys themselves are known to their owners only.
    rate
        Requests a minute that each key, or each address without one, may send; 0 means any number.
    body
        Longest request in bytes.
    timeout
        Seconds after which a request is given up. More than those of the chat model, so that when its server
        hangs, the answer made of quotes still arrives.
    workers, waiting
        Requests that are worked on at once, and those that may wait for a free worker; more are turned away.
    origins
        Origins of web pages whose scripts may ask ("https://obec.cz"); none by default.
    """

    on: bool = False
    open: bool = False
    keys: tuple[str, ...] = ()
    rate: int = 60
    body: int = 256 * 1024
    timeout: float = 90.0
    workers: int = 4
    waiting: int = 100
    origins: tuple[str, ...] = ()

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "ApiSettings":
        """Read `OPORA_API` and `OPORA_API_OPEN`, `_KEYS`, `_RATE`, `_BODY`, `_TIMEOUT`, `_WORKERS` and the like.

        Keys and origins are separated by commas or spaces.

        Raises
        ------
        SettingsError
            If a key is not a SHA-256, an origin not one of the web, or a number not one.
        """
        default = cls()
        keys = tuple(key.lower() for key in _listed(env, "OPORA_API_KEYS"))
        if any(len(key) != 64 or set(key) - set("0123456789abcdef") for key in keys):
            raise SettingsError(
                "OPORA_API_KEYS má obsahovat otisky klíčů SHA-256, každý jako 64 šestnáctkových číslic. Otisk vypíše "
                "například příkaz „printf %s KLÍČ | sha256sum“."
            )
        origins = tuple(origin.rstrip("/") for origin in _listed(env, "OPORA_API_ORIGINS"))
        if wrong := next((o for o in origins if not o.startswith(("http://", "https://"))), ""):
            raise SettingsError(
                f"OPORA_API_ORIGINS má obsahovat adresy začínající http:// nebo https://, je v ní „{wrong}“. "
                "Opravte ji, nebo ji zrušte."
            )
        numbers = {name: _number(env, f"OPORA_API_{name}") for name in ("RATE", "WAITING")}
        least_one = {name: _number(env, f"OPORA_API_{name}", least=1) for name in ("BODY", "TIMEOUT", "WORKERS")}
        return cls(
            on=_switch(env, "OPORA_API"),
            open=_switch(env, "OPORA_API_OPEN"),
            keys=keys,
            rate=default.rate if numbers["RATE"] is None else int(numbers["RATE"]),
            body=int(least_one["BODY"] or default.body),
            timeout=least_one["TIMEOUT"] or default.timeout,
            workers=int(least_one["WORKERS"] or default.workers),
            waiting=default.waiting if numbers["WAITING"] is None else int(numbers["WAITING"]),
            origins=origins,
        )


def _listed(env: Mapping[str, str], name: str) -> list[str]:
    """Return the words that a variable lists, separated by commas or white space."""
    return env.get(name, "").replace(",", " ").split()
