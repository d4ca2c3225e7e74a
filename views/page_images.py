"""Images of the pages of PDF files, drawn one at a time when they are looked at."""

import io
from pathlib import Path
from threading import Lock

import pypdfium2
import streamlit as st

from ingest.errors import ReadError

WIDTH = 1100
"""Pixels: twice what the panel is wide, so that small print stays sharp on fine screens."""

_TALLEST = 3000
_QUALITY = 82


def page_image(path: Path, page: int) -> bytes:
    """Return the image of a 1-based page as JPEG, at most `WIDTH` pixels wide; drawn once while it is in use.

    Raises
    ------
    ReadError
        If the file is not there, has a password, is damaged, or does not have the page.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ReadError(
            f"Původní soubor „{path.name}“ tu už není, obraz strany proto nelze ukázat. Text dokumentu je celý zde."
        ) from error
    return _cached(str(path), changed, page, _one_at_a_time())


# At most some 15 MB of images; a failure is not kept, so a mended file is tried again.
@st.cache_data(max_entries=60, show_spinner="Vykresluji stranu…")
def _cached(path: str, changed: int, page: int, _lock: Lock) -> bytes:
    return draw_page(Path(path), page, _lock)


@st.cache_resource(show_spinner=False)
def _one_at_a_time() -> Lock:
    """PDFium must not be called from two threads at once, and each visitor has one."""
    return Lock()


def draw_page(path: Path, page: int, lock: Lock) -> bytes:
    """Return the image of a 1-based page as JPEG.

    Raises
    ------
    ReadError
        If the file has a password, is damaged, or does not have the page.
    """
    with lock:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise ReadError(
                f"Obraz strany {page} nelze ukázat: soubor „{path.name}“ má heslo nebo je poškozený. "
                "Text dokumentu je celý zde."
            ) from error
        try:
            if not 1 <= page <= len(document):
                raise ReadError(f"Soubor „{path.name}“ stranu {page} nemá. Má strany 1 až {len(document)}.")
            drawn = document[page - 1]
            width, height = drawn.get_size()
            scale = min(WIDTH / max(width, 1.0), _TALLEST / max(height, 1.0))
            buffer = io.BytesIO()
            drawn.render(scale=scale).to_pil().convert("RGB").save(buffer, "JPEG", quality=_QUALITY)
        except pypdfium2.PdfiumError as error:
            raise ReadError(
                f"Obraz strany {page} souboru „{path.name}“ nelze vykreslit, strana je poškozená. "
                "Text dokumentu je celý zde."
            ) from error
        finally:
            document.close()
    return buffer.getvalue()
