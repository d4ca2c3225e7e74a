"""Under what a run was made: everything that must stay the same when it is continued."""

import hashlib
import importlib.metadata
import os
import platform
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.settings import PROJECT, Settings
from prompts.templates import Templates

PACKAGES = (
    "chromadb",
    "ir-measures",
    "langchain",
    "langchain-chroma",
    "langchain-classic",
    "langchain-community",
    "langchain-text-splitters",
    "numpy",
    "rank-bm25",
    "rapidfuzz",
    "sentence-transformers",
    "simplemma",
    "tantivy",
    "tokenizers",
    "torch",
)
"""Packages whose version may show in the figures; those that are not installed are left out."""

_CODE = ("ingest", "retrieval", "prompts")
_DECIDING = (".py", ".toml", ".json", ".cs.md")

_NAMES = {
    "system": "systém (--system)",
    "settings.encoder": "model vyhledávání (--encoder)",
    "settings.model": "jazykový model (--llm)",
    "settings.set": "nastavení (--set)",
    "limit": "výběr otázek (--limit)",
    "at_once": "otázek najednou (--at-once)",
    "versions": "verze",
    "templates": "šablona pokynů",
    "code": "kód systému",
    "index": "rejstřík dokumentů",
    "machine": "počítač",
    "sets": "sada otázek",
}


def configuration(
    system: str,
    settings: Settings,
    changes: Mapping[str, float],
    index: str,
    sets: tuple[dict[str, Any], ...],
    limit: int | None,
    at_once: int,
) -> dict[str, Any]:
    """Return the part of run.json that says under what the run was made.

    `at_once` is the number of questions in flight together, which the times must be read with. `code` is a hash of
    the files that decide what is retrieved and answered, since the version does not change with every edit.
    """
    return {
        "system": system,
        "settings": {
            "encoder": shown(settings.encoder),
            "model": settings.model.name if settings.model else None,
            "set": dict(changes),
        },
        "limit": limit,
        "at_once": at_once,
        "versions": {"opora": _version(), "python": platform.python_version(), **_packages()},
        "templates": Templates.load().hashes,
        "code": code_hash(),
        "index": index,
        "machine": {"cpus": os.cpu_count(), "memory_gib": _memory_gib(), "system": platform.platform()},
        "sets": list(sets),
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return a Czech line for everything of a configuration that is not what it was, in the order of run.json."""
    old = dict(_flat({key: before.get(key) for key in now}))
    new = dict(_flat(now))
    return [
        f"{_named(key)}: bylo {_value(old.get(key))}, teď {_value(new.get(key))}"
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    ]


def code_hash(root: Path = PROJECT) -> str:
    """Return the first 12 characters of a hash of the code and the data that search and answer."""
    digest = hashlib.sha256()
    for layer in _CODE:
        for file in sorted(path for path in (root / layer).rglob("*") if path.name.endswith(_DECIDING)):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each single value with its dotted path; sets by the name of their file."""
    if isinstance(value, list):
        value = {item["file"]: f"{item['sha256'][:12]} ({item['questions']})" for item in value}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def _named(path: str) -> str:
    for known, name in _NAMES.items():
        if path == known:
            return name
        if path.startswith(f"{known}."):
            return f"{name} {path.removeprefix(f'{known}.')}"
    return path


def _value(value: object) -> str:
    return "nic" if value is None else str(value).replace(".", ",") if isinstance(value, float) else f"„{value}“"


def shown(encoder: str) -> str:
    """Return the encoder's name, or its path within the project: where that lies says nothing about a run."""
    path = Path(encoder)
    return path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else encoder


def _version() -> str:
    # An installation runs from its folder and need not be a package that is installed.
    return str(tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
