"""Pages and files from the web: one request, with limits on time and size."""

import re
import time
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from ingest.errors import ReadError
from ingest.readers import SIZE_LIMIT

_SUFFIX_OF = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_UNTYPED = ("", "application/octet-stream", "binary/octet-stream", "application/download")


def fetch(url: str, folder: Path, *, timeout: float = 30.0, limit: int = SIZE_LIMIT) -> Path:
    """Download a document into the folder and return its file, named after the address.

    `timeout` is in seconds, for the whole download; `limit` is in bytes. Redirects are followed. Text whose
    encoding only the server states is saved as UTF-8 with a byte order mark, so that it is not lost.

    Raises
    ------
    ReadError
        If the address is not http(s), does not answer in time or with an error, or sends something too
        large or of a type that is not read.
    """
    if urlsplit(url).scheme.lower() not in ("http", "https"):
        raise ReadError(f"Adresa „{url}“ není webová. Zadejte adresu, která začíná http:// nebo https://.")
    try:
        content, kind, charset = _download(url, timeout, limit)
    except httpx.TimeoutException as error:
        raise _too_slow(url, timeout) from error
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        raise ReadError(
            f"Server na adrese „{url}“ odpověděl chybou {code}. Ověřte adresu v prohlížeči, "
            "nebo stránku uložte a přidejte jako soubor."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ReadError(
            f"Adresu „{url}“ se nepodařilo načíst. Ověřte ji v prohlížeči a zkontrolujte připojení k síti."
        ) from error
    if not content:
        raise ReadError(f"Adresa „{url}“ neposlala žádný obsah. Ověřte ji v prohlížeči.")
    if kind not in _SUFFIX_OF and kind not in _UNTYPED:
        raise ReadError(
            f"Na adrese „{url}“ je obsah typu {kind}, který Opora nečte. "
            "Použijte adresu stránky HTML, textu, PDF nebo DOCX."
        )
    if charset and kind.startswith(("text/", "application/xhtml")):
        content = _recoded(content, charset)
    path = folder / _file_name(url, _SUFFIX_OF.get(kind, ""))
    path.write_bytes(content)
    return path


def _download(url: str, timeout: float, limit: int) -> tuple[bytes, str, str]:
    """Return the content, its media type in small letters and the encoding that the server states."""
    deadline = time.monotonic() + timeout
    headers = {"User-Agent": "Opora/0.1 (+dokumenty)", "Accept": ", ".join(_SUFFIX_OF) + ", */*;q=0.1"}
    with (
        httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=5, headers=headers) as client,
        client.stream("GET", url) as response,
    ):
        response.raise_for_status()
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > limit:
                raise ReadError(
                    f"Dokument na adrese „{url}“ je větší než {limit / 2**20:.0f} MB. "
                    "Stáhněte ho, rozdělte na menší části a přidejte je jako soubory."
                )
            if time.monotonic() > deadline:
                raise _too_slow(url, timeout)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return bytes(content), kind, response.charset_encoding or ""


def _too_slow(url: str, timeout: float) -> ReadError:
    return ReadError(
        f"Adresa „{url}“ neposlala dokument do {timeout:.0f} s. Zkuste to znovu, "
        "nebo dokument stáhněte v prohlížeči a přidejte jako soubor."
    )


def _recoded(content: bytes, charset: str) -> bytes:
    """Return UTF-8 with a byte order mark; content that the stated encoding does not fit stays as it is."""
    try:
        return content.decode(charset).removeprefix("\ufeff").encode("utf-8-sig")
    except (UnicodeError, LookupError):
        return content


def _file_name(url: str, suffix: str) -> str:
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name or parts.hostname or "dokument"
    if suffix and PurePosixPath(name).suffix.lower() not in (suffix, ".htm", ".xhtml", ".markdown"):
        name += suffix
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[-120:] or f"dokument{suffix}"
