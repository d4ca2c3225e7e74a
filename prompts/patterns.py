"""Patterns over questions, kept as data in `patterns.toml`."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("patterns.toml")


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def patterns(table: str, name: str) -> re.Pattern[str]:
    """Return one pattern that matches where any alternative of a list does; questions must be folded before."""
    return re.compile("|".join(f"(?:{alternative})" for alternative in _tables()[table][name]))
