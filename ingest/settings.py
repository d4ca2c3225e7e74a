"""The settings of one installation: read once at the entry, then handed on, never read from globals."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.chroma_settings import ChromaSettings
from ingest.environment import number, switch
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
        Seconds after which an answer of the model is given up, all its replies together.
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
                "OPORA_MODEL_URL má začínat http:// nebo https://, začíná jinak. Opravte ji, nebo ji zrušte."
            )
        if "@" in url.partition("://")[2].partition("/")[0]:
            # Libraries write addresses to their logs, with whatever is in them.
            raise SettingsError(
                "V OPORA_MODEL_URL nesmí být jméno ani heslo. Nechte v ní jen adresu a klíč dejte do OPORA_MODEL_KEY."
            )
        return cls(
            name=name,
            url=url.rstrip("/"),
            key=env.get("OPORA_MODEL_KEY", "").strip(),
            timeout=number(env, "OPORA_MODEL_TIMEOUT", least=0.1) or TIMEOUT,
            tokens=int(number(env, "OPORA_MODEL_TOKENS", least=50) or TOKENS),
            price_in=number(env, "OPORA_MODEL_PRICE_IN"),
            price_out=number(env, "OPORA_MODEL_PRICE_OUT"),
        )


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
    chroma
        The Chroma server that this installation shares with others; None, the default, means it stands alone.
    """

    corpus: Path = PROJECT / "corpus"
    data: Path = PROJECT / ".opora"
    encoder: str = str(PROJECT / "retrieval" / "model")
    model: ModelSettings | None = None
    keep_questions: bool = False
    keep_days: int = KEEP_DAYS
    chroma: ChromaSettings | None = None

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
        return self.data / "asked"

    @property
    def question_sets(self) -> Path:
        """Folder with the question sets that this installation made."""
        return self.data / "questions"

    @property
    def runs(self) -> Path:
        """Folder with the recorded runs of evaluation, one subfolder per run."""
        return self.data / "runs"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `OPORA_CORPUS`, `OPORA_DATA`, `OPORA_ENCODER`, `OPORA_MODEL`, `OPORA_KEEP_QUESTIONS`, `OPORA_KEEP_DAYS`.

        `ChromaSettings.from_env` reads those of the shared server.

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
            keep_questions=switch(env, "OPORA_KEEP_QUESTIONS"),
            keep_days=int(number(env, "OPORA_KEEP_DAYS", least=1) or KEEP_DAYS),
            chroma=ChromaSettings.from_env(env),
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
