"""The settings of access: who may use the app, read once at each decision, so that a change holds at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from ingest.environment import number
from ingest.errors import SettingsError
from ingest.settings import PROJECT


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may use the app.

    Attributes
    ----------
    mode
        "local": no sign-in, served on this machine alone; "oidc": whom a provider signs in and the list names;
        "open": no sign-in, and whoever reaches the address may do everything.
    file
        TOML file that names people and their roles; see `views.access_list`.
    hours
        Hours after which a signed-in user signs in anew.
    """

    mode: Literal["local", "oidc", "open"] = "local"
    file: Path = PROJECT / ".opora" / "access.toml"
    hours: float = 12.0

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "AccessSettings":
        """Read `OPORA_ACCESS`, `OPORA_ACCESS_FILE` and `OPORA_ACCESS_HOURS`; the file is by default in `OPORA_DATA`.

        Raises
        ------
        SettingsError
            If the mode is none of the three, or the hours are no positive number.
        """
        default = cls()
        mode = env.get("OPORA_ACCESS", "").strip() or default.mode
        if mode not in ("local", "oidc", "open"):
            raise SettingsError(
                f"OPORA_ACCESS má být local (jen tento počítač), oidc (přihlašování) nebo open (bez přihlašování), je "
                f"v ní „{mode}“. Opravte ji, nebo ji zrušte."
            )
        data = Path(env.get("OPORA_DATA") or default.file.parent)
        return cls(
            mode=cast('Literal["local", "oidc", "open"]', mode),
            file=Path(env.get("OPORA_ACCESS_FILE") or data / default.file.name),
            hours=number(env, "OPORA_ACCESS_HOURS", least=0.1) or default.hours,
        )
