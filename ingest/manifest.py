"""The manifest: what is known about each document besides its text, checked when it is loaded."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

from ingest.document import Basis, Source
from ingest.errors import ManifestError
from ingest.readers import title_of

MANIFEST = "manifest.toml"

_REQUIRED = ("id", "title", "file")
_KEYS = tuple(f.name for f in fields(Source))
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load_manifest(corpus: Path) -> tuple[Source, ...]:
    """Return the sources that `manifest.toml` of the corpus describes, in its order.

    A folder without a manifest has none: each of its documents then gets `source_for`.

    Raises
    ------
    ManifestError
        If the file is no TOML, or an entry misses a key, has an unknown one or a value of the wrong type,
        names a file that does not exist, or repeats an id or a file.
    """
    path = corpus / MANIFEST
    if not path.exists():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"Soubor „{path}“ není platný TOML: {error}. Opravte zápis na uvedeném místě.") from error
    entries = content.pop("document", [])
    if content or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        odd = ", ".join(f"„{key}“" for key in content) or "„document“"
        raise ManifestError(
            f"Soubor „{path}“ má mít jen oddíly [[document]], chybný je zápis {odd}. Přesuňte údaje do těchto oddílů."
        )
    sources = tuple(_source(entry, number, corpus) for number, entry in enumerate(entries, 1))
    for key in ("id", "file"):
        values = [getattr(source, key) for source in sources]
        for value in values:
            if values.count(value) > 1:
                raise ManifestError(
                    f"V souboru „{MANIFEST}“ má více dokumentů stejnou hodnotu {key} = „{value}“. "
                    "Každý dokument musí mít vlastní."
                )
    return sources


def changed_files(corpus: Path, sources: Sequence[Source]) -> tuple[Source, ...]:
    """Return the sources whose file no longer has the stated sha256, in their order.

    Sources without a sha256 are left out, since nobody stated what their file should be.
    """
    return tuple(s for s in sources if s.sha256 and sha256_of(corpus / s.file) != s.sha256)


def change_warning(source: Source) -> str:
    """Return the Czech sentence that tells the user about one of the changed files."""
    return (
        f"Soubor „{source.file}“ se změnil a neodpovídá součtu sha256 v souboru „{MANIFEST}“. "
        "Zkontrolujte údaje o dokumentu a součet v manifestu opravte."
    )


def source_for(path: Path) -> Source:
    """Return what can be known about a document that nobody prepared; the rest stays unknown.

    The id is made of the file name, in small ASCII letters; the caller makes it unique. The title is the
    one that the file states, else the file name. A missing file has no sha256.
    """
    return replace(unread_source(path), title=title_of(path) or path.stem)


def unread_source(path: Path) -> Source:
    """Return the same without the title, for which the file would have to be opened by its reader."""
    return Source(
        id=slug(path.stem),
        title="",
        sha256=sha256_of(path) if path.is_file() else "",
        file=path.name,
    )


def slug(name: str) -> str:
    """Return the name as an id: small ASCII letters, digits and single hyphens; "dokument" if none is left."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall("[a-z0-9]+", ascii_name.lower())) or "dokument"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(entry: dict[str, Any], number: int, corpus: Path) -> Source:
    where = f"V souboru „{MANIFEST}“ v dokumentu č. {number} („{entry.get('id', 'bez id')}“)"
    for key in _REQUIRED:
        if not entry.get(key):
            raise ManifestError(f"{where} chybí údaj „{key}“. Doplňte ho.")
    for key, value in entry.items():
        _check(key, value, where)
    if not (corpus / entry["file"]).is_file():
        raise ManifestError(
            f"{where} je uveden soubor „{entry['file']}“, který ve složce „{corpus}“ není. "
            "Opravte název, nebo záznam odstraňte."
        )
    return Source(**{**entry, "short_names": tuple(entry.get("short_names", ()))})


def _check(key: str, value: object, where: str) -> None:
    if key not in _KEYS:
        raise ManifestError(f"{where} je neznámý údaj „{key}“. Povolené údaje: {', '.join(_KEYS)}.")
    if key == "short_names":
        if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
            raise ManifestError(f'{where} má být údaj „{key}“ seznam textů, například ["OPZ", "SC 2.1"].')
        return
    if not isinstance(value, str):
        raise ManifestError(f"{where} má být údaj „{key}“ text v uvozovkách, ne {value!r}.")
    if key == "period_basis" and value not in get_args(Basis):
        raise ManifestError(
            f"{where} má údaj „{key}“ hodnotu „{value}“. Povolené hodnoty: {', '.join(get_args(Basis))}."
        )
    if key == "id" and not _ID.fullmatch(value):
        raise ManifestError(
            f"{where} smí mít „id“ jen malá písmena bez diakritiky, číslice a spojovníky, například „opz-2-1“."
        )
    if key == "file" and Path(value).name != value:
        raise ManifestError(f"{where} má být „file“ jen název souboru ve složce s dokumenty, bez cesty.")
    if key == "sha256" and value and not re.fullmatch("[0-9a-f]{64}", value):
        raise ManifestError(f"{where} má mít „sha256“ 64 znaků 0–9 a a–f. Zjistíte ho příkazem sha256sum.")
    if key in ("text_date", "retrieved") and value and not _is_date(value):
        raise ManifestError(f"{where} má být „{key}“ datum ve tvaru RRRR-MM-DD, ne „{value}“.")


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
