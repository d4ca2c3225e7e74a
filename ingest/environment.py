"""Reading variables of the environment: numbers, switches and lists, each wrong value named in Czech."""

import math
from collections.abc import Mapping

from ingest.errors import SettingsError


def number(env: Mapping[str, str], name: str, least: float = 0.0) -> float | None:
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


def switch(env: Mapping[str, str], name: str) -> bool:
    """Tell whether a variable is switched on: 1 is, 0 and nothing are not."""
    text = env.get(name, "").strip()
    if text not in ("", "0", "1"):
        raise SettingsError(
            f"{name} má být 1 (zapnuto) nebo 0 (vypnuto), je v ní „{text}“. Opravte ji, nebo ji zrušte."
        )
    return text == "1"


def listed(env: Mapping[str, str], name: str) -> list[str]:
    """Return the words that a variable lists, separated by commas or white space."""
    return env.get(name, "").replace(",", " ").split()
