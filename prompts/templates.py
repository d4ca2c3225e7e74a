"""The Czech templates of what a chat model is told, kept as files, and the fences around data in them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ingest.errors import SettingsError

FOLDER = Path(__file__).parent
SUFFIX = ".cs.md"

VARIABLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "system": frozenset(),
        "answer": frozenset(("passages", "history", "question")),
        "rewrite": frozenset(("history", "question")),
        "anticipate": frozenset(("passage",)),
    }
)
"""The templates and the variables that each must hold, written as {{name}}."""

_VARIABLE = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_CONTROL = re.compile(
    r"<[|｜][^|｜<>]{0,60}[|｜]>|</?(?:s|system|user|assistant|start_of_turn|end_of_turn|think)>|\[/?(?:INST|SYS)\]|<</?SYS>>",
    re.IGNORECASE,
)
_MARK = 8


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `sha256` is the hash of its file."""

    name: str
    text: str
    sha256: str

    def fill(self, **values: str) -> str:
        """Return the text with its variables replaced once; what looks like a variable in a value stays."""
        return _VARIABLE.sub(lambda match: values[match.group(1)], self.text)


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates by name."""

    by_name: Mapping[str, Template]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Templates":
        """Read and check all templates.

        Raises
        ------
        SettingsError
            If a file is missing or empty, or its variables are not those it must hold.
        """
        return cls(MappingProxyType({name: _load(folder, name) for name in VARIABLES}))

    def __getitem__(self, name: str) -> Template:
        return self.by_name[name]

    @property
    def hashes(self) -> dict[str, str]:
        """First 12 characters of the hash of each template, by name."""
        return {name: template.sha256[:12] for name, template in self.by_name.items()}


def _load(folder: Path, name: str) -> Template:
    file = f"{name}{SUFFIX}"
    try:
        content = (folder / file).read_bytes()
        text = content.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Šablonu „{file}“ nelze přečíst. Obnovte ji ze zdrojových souborů projektu.") from error
    if not text:
        raise SettingsError(f"Šablona „{file}“ je prázdná. Obnovte ji ze zdrojových souborů projektu.")
    found = set(_VARIABLE.findall(text))
    if unknown := found - VARIABLES[name]:
        known = ", ".join(sorted(VARIABLES[name])) or "žádné"
        raise SettingsError(
            f"Šablona „{file}“ má neznámé proměnné: {', '.join(sorted(unknown))}. Povolené jsou: {known}. Opravte ji."
        )
    if missing := VARIABLES[name] - found:
        raise SettingsError(
            f"V šabloně „{file}“ chybí proměnné: {', '.join(sorted(missing))}. "
            "Doplňte je ve dvojitých složených závorkách."
        )
    return Template(name, text, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Fence:
    """Marks the beginning and end of data by a code that occurs in none of the data, so none can close it."""

    mark: str

    @classmethod
    def around(cls, texts: Iterable[str]) -> "Fence":
        """Return a fence for these texts; the same texts always get the same."""
        joined = "\n".join(texts)
        folded, digest = joined.lower(), hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
        while digest[:_MARK] in folded:
            # Only a text that foretold its own hash gets here; another hash ends the game.
            digest = hashlib.sha256(digest.encode()).hexdigest()
        return cls(digest[:_MARK])

    def wrap(self, label: str, text: str) -> str:
        """Return a text between its marks, under a label of our own."""
        return f"=== ZAČÁTEK DAT {self.mark}: {label} ===\n{harmless(text)}\n=== KONEC DAT {self.mark} ==="


def harmless(text: str) -> str:
    """Return a text whose control marks of chat models ("<|im_start|>", "[INST]") are only words any more.

    Servers turn such marks into control tokens wherever they stand, so a fence alone would not hold.
    """
    return _CONTROL.sub(lambda match: "(" + match.group().strip("<>[]|｜/") + ")", text)
