"""Sign-ins that their users have ended: a copy of the cookie, or another open tab, must not go on with them."""

import time
from collections.abc import Mapping
from threading import Lock

import streamlit as st

from ingest.access_settings import AccessSettings

Key = tuple[str, ...]


class Ended:
    """Remembers ended sign-ins for as long as they would last, in this process."""

    def __init__(self, hours: float) -> None:
        self._hours = hours
        self._lock = Lock()
        self._until: dict[Key, float] = {}

    def add(self, claims: Mapping[str, object]) -> None:
        """Remember the sign-in of which these are the claims."""
        now = time.time()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[_key(claims)] = now + self._hours * 3600

    def has(self, claims: Mapping[str, object]) -> bool:
        """Tell whether the sign-in of which these are the claims has been ended."""
        with self._lock:
            return _key(claims) in self._until


def _key(claims: Mapping[str, object]) -> Key:
    """Return what tells one sign-in from another of the same user: the nonce is new each time."""
    return tuple(str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce"))


def ended(settings: AccessSettings) -> Ended:
    """Return the ended sign-ins of this server's process."""
    return _ended(settings.hours)


@st.cache_resource(show_spinner=False)
def _ended(hours: float) -> Ended:
    return Ended(hours)
