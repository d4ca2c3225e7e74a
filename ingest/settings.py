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
    """

    corpus: Path = PROJECT / "corpus"
    data: Path = PROJECT / ".opora"
    encoder: str = str(PROJECT / "retrieval" / "model")
    model: ModelSettings | None = None

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
    def runs(self) -> Path:
        """Folder with the recorded runs of evaluation, one subfolder per run."""
        return self.data / "runs"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `OPORA_CORPUS`, `OPORA_DATA`, `OPORA_ENCODER` and `OPORA_MODEL`; what is unset keeps its default.

        Raises
        ------
        SettingsError
            If the corpus folder does not exist, or a setting of the chat model cannot be used.
        """
        default = cls()
        settings = cls(
            corpus=Path(env.get("OPORA_CORPUS") or default.corpus),
            data=Path(env.get("OPORA_DATA") or default.data),
            encoder=env.get("OPORA_ENCODER") or default.encoder,
            model=ModelSettings.from_env(env),
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
