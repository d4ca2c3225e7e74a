"""The settings of the interface for other systems."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.environment import listed, number, switch
from ingest.errors import SettingsError


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
        keys = tuple(key.lower() for key in listed(env, "OPORA_API_KEYS"))
        if any(len(key) != 64 or set(key) - set("0123456789abcdef") for key in keys):
            raise SettingsError(
                "OPORA_API_KEYS má obsahovat otisky klíčů SHA-256, každý jako 64 šestnáctkových číslic. Otisk vypíše "
                "například příkaz „printf %s KLÍČ | sha256sum“."
            )
        origins = tuple(origin.rstrip("/") for origin in listed(env, "OPORA_API_ORIGINS"))
        if wrong := next((o for o in origins if not o.startswith(("http://", "https://"))), ""):
            raise SettingsError(
                f"OPORA_API_ORIGINS má obsahovat adresy začínající http:// nebo https://, je v ní „{wrong}“. "
                "Opravte ji, nebo ji zrušte."
            )
        numbers = {name: number(env, f"OPORA_API_{name}") for name in ("RATE", "WAITING")}
        least_one = {name: number(env, f"OPORA_API_{name}", least=1) for name in ("BODY", "TIMEOUT", "WORKERS")}
        return cls(
            on=switch(env, "OPORA_API"),
            open=switch(env, "OPORA_API_OPEN"),
            keys=keys,
            rate=default.rate if numbers["RATE"] is None else int(numbers["RATE"]),
            body=int(least_one["BODY"] or default.body),
            timeout=least_one["TIMEOUT"] or default.timeout,
            workers=int(least_one["WORKERS"] or default.workers),
            waiting=default.waiting if numbers["WAITING"] is None else int(numbers["WAITING"]),
            origins=origins,
        )
