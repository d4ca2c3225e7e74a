"""The menu "Stáhnout": a report as Word and Markdown, its tables as CSV and XLSX, each made only when asked for."""

import logging
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ingest.errors import OporaError
from prompts.export.report import Report
from retrieval.analysis import fold
from views.markup import error_html

if TYPE_CHECKING:
    from prompts.export.sheets import Sheet

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LONGEST_NAME = 60

log = logging.getLogger(__name__)


def download_menu(
    key: str,
    name: str,
    report: Callable[[], Report],
    sheets: "Callable[[], Sequence[Sheet]] | None" = None,
    label: str = "Stáhnout",
) -> None:
    """Show a button that opens the files that can be made.

    `key` tells this menu from others on the page; `name` becomes the name of the files. What `report` and `sheets`
    return is gathered when the menu is opened, the files are made when their buttons are pressed. An export that
    cannot be made says so in the menu, and offers no file. The CSV holds the first of the sheets.
    """
    with st.container(key=f"opora_download_{key}", width="content"):
        _menu(key, name, report, sheets, label)


@st.fragment
def _menu(
    key: str,
    name: str,
    report: Callable[[], Report],
    sheets: "Callable[[], Sequence[Sheet]] | None",
    label: str,
) -> None:
    # Inside a fragment, so that opening the menu does not run the page anew.
    menu = st.popover(label, icon=":material/download:", key=f"opora_menu_{key}", on_change="rerun")
    if not menu.open:
        return
    # Imported here because they bring libraries that a page with a closed menu does not wait for.
    from prompts.export import docx, markdown
    from prompts.export.sheets import csv_bytes, xlsx_bytes

    stem = file_stem(name)
    with menu:
        try:
            made = report()
        except Exception as error:
            st.html(error_html(_failure(error)))
            return
        st.html('<p class="opora-path">Každý soubor obsahuje zdroje: citáty, jejich místo v dokumentu a platnost.</p>')
        _button(key, "Word (DOCX)", lambda: docx.docx_bytes(made), f"{stem}.docx", WORD)
        _button(key, "Markdown", lambda: markdown.markdown(made).encode(), f"{stem}.md", "text/markdown")
        if sheets is None:
            return
        try:
            tables = tuple(sheets())
        except Exception as error:
            st.html(error_html(_failure(error)))
            return
        _button(key, "Tabulka XLSX", lambda: xlsx_bytes(tables), f"{stem}.xlsx", EXCEL)
        _button(key, "Tabulka CSV", lambda: csv_bytes(tables[0]), f"{stem}.csv", "text/csv")


def _button(key: str, label: str, make: Callable[[], bytes], file: str, mime: str) -> None:
    st.download_button(
        label,
        make,
        file,
        mime,
        icon=":material/draft:",
        width="stretch",
        key=f"opora_file_{key}_{file.rpartition('.')[2]}",
        on_click="ignore",
    )


def file_stem(name: str) -> str:
    """Return a file name without its ending: "Odpověď: dluhy" becomes "opora-odpoved-dluhy"."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_LONGEST_NAME].strip("-")
    return f"opora-{words}" if words else "opora"


def _failure(error: Exception) -> str:
    if isinstance(error, OporaError):
        return str(error)
    log.error("an export failed", exc_info=error)
    return "Soubory se nepodařilo připravit. Zkuste to prosím znovu; podrobnosti jsou v záznamu serveru."
