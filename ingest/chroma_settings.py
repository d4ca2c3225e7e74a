"""Where the Chroma server is that several machines share, and whether this one publishes to it."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ingest.errors import SettingsError


@dataclass(frozen=True, slots=True)
class ChromaSettings:
    """A Chroma server that holds the index for any number of machines.

    Attributes
    ----------
    url
        Its address without credentials and without a slash at the end: "https://chroma.obec.cz:8000/path".
    headers
        What is sent with every request; it carries the secrets and is not part of the representation.
    publishes
        Whether this installation builds the index and publishes it; otherwise it only takes over what others publish.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    publishes: bool = True

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "ChromaSettings | None":
        """Read `OPORA_CHROMA_URL`, `OPORA_CHROMA_TOKEN` and `OPORA_CHROMA_PUBLISH`; None when there is no address.

        A name and a password in the address are sent as basic authentication, the token as a bearer token and in
        the header that Chroma's own cloud reads.

        Raises
        ------
        SettingsError
            If the address is not one of the web, or the switch is neither 0 nor 1. No message shows a secret.
        """
        given = env.get("OPORA_CHROMA_URL", "").strip()
        switch = env.get("OPORA_CHROMA_PUBLISH", "").strip() or "1"
        if switch not in ("0", "1"):
            raise SettingsError(
                "OPORA_CHROMA_PUBLISH má být 1 (rejstřík sestavuje a zveřejňuje) nebo 0 (jen ho přebírá), "
                f"je v ní „{switch}“. Opravte ji, nebo ji zrušte."
            )
        if not given:
            return None
        try:
            parts = urlsplit(given)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            raise SettingsError(
                "OPORA_CHROMA_URL má být adresa serveru Chroma začínající http:// nebo https://, například "
                "http://chroma.obec.cz:8000. Opravte ji, nebo ji zrušte."
            )
        place = f"[{host}]" if ":" in host else host
        path = parts.path.rstrip("/").removesuffix("/api/v2")
        url = f"{parts.scheme}://{place}{f':{port}' if port else ''}{path}"
        token = env.get("OPORA_CHROMA_TOKEN", "").strip()
        if not (token.isascii() and token.isprintable()):
            raise SettingsError(
                "OPORA_CHROMA_TOKEN obsahuje znaky, které se hlavičkou poslat nedají. Zkopírujte ho znovu, nebo ho "
                "zrušte."
            )
        headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return cls(url, tuple(headers.items()), switch == "1")
