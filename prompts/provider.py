"""How each provider of chat models is reached: its name, its address, its time limits."""

import os
from typing import Any

import httpx

from ingest.errors import SettingsError
from ingest.settings import ModelSettings
from prompts.deadline import Deadline


def named(settings: ModelSettings) -> tuple[str, str]:
    """Return provider and model; a name without provider is OpenAI-compatible when an address is given.

    Raises
    ------
    SettingsError
        If there is neither.
    """
    provider, separator, name = settings.name.partition(":")
    if separator and name and provider.replace("_", "").isalpha():
        return provider, name
    if settings.url:
        return "openai", settings.name
    raise SettingsError(
        f"V OPORA_MODEL „{settings.name}“ chybí poskytovatel. Zapište ho před dvojtečku, například "
        "openai:gpt-4o-mini nebo ollama:llama3.1."
    )


def options(settings: ModelSettings, provider: str, deadline: Deadline) -> dict[str, Any]:
    """Return what `init_chat_model` is to be given.

    `deadline` watches the requests of the providers that let a client of one's own in: OpenAI's protocol and Ollama.
    """
    given: dict[str, Any] = {"temperature": 0}
    connection: dict[str, Any] = {
        "timeout": settings.timeout,
        "event_hooks": {"request": [deadline.watch]},
        "limits": httpx.Limits(max_keepalive_connections=0),
    }
    if settings.url:
        given["base_url"] = settings.url
    if provider == "ollama":
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        return {**given, "num_predict": settings.tokens, "client_kwargs": {**connection, "headers": headers}}
    # Attempts are counted here, not in the libraries, or the two would multiply.
    given |= {"timeout": settings.timeout, "max_retries": 0, "max_tokens": settings.tokens}
    if settings.key or settings.url:
        # A server of one's own needs no key, but the library insists; it must not send OPENAI_API_KEY there.
        given["api_key"] = settings.key or "none"
    if provider == "openai":
        given["stream_usage"] = True
        # LangChain refuses a client beside this variable of its own; the usual HTTPS_PROXY works with both.
        if not os.environ.get("OPENAI_PROXY"):
            given["http_client"] = httpx.Client(**connection, follow_redirects=True)
    return given
