"""How much each channel and each boost counts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import SettingsError

CHANNELS = ("text_stems", "text_grams", "text_dense", "asked_stems", "asked_grams", "asked_dense", "concepts")
BOOSTS = ("code", "document", "background")
FILE = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the channels' z-scores, and what is added for codes, named documents and earlier turns.

    A weight of zero switches its channel off: it is not even searched.
    """

    channels: Mapping[str, float] = field(default_factory=dict)
    code: float = 0.0
    document: float = 0.0
    background: float = 0.0

    @classmethod
    def load(cls, path: Path = FILE) -> "Weights":
        """Read the weights of a TOML file.

        Raises
        ------
        SettingsError
            If the file is missing or broken, or a weight is unknown, missing or negative.
        """
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"Váhy vyhledávání v souboru {path.name} nelze přečíst ({error}).") from error
        channels = _numbers(content.get("channels"), CHANNELS, path)
        return cls(channels, **_numbers(content.get("boosts"), BOOSTS, path))


def _numbers(table: object, names: tuple[str, ...], path: Path) -> dict[str, float]:
    found = table if isinstance(table, dict) else {}
    if set(found) != set(names):
        raise SettingsError(f"{path.name}: mají tu být váhy {', '.join(names)}; jsou tu {', '.join(found) or 'žádné'}.")
    for name, value in found.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise SettingsError(f"{path.name}: váha „{name}“ má být nezáporné číslo, je tu „{value}“.")
    return {name: float(value) for name, value in found.items()}
