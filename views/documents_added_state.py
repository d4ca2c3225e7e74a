"""What the section Vlastní dokumenty keeps for one browser session, and what its buttons do.

Uploaded files wait here until they are added; removed documents stay here until the session ends, so that they can
be brought back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import streamlit as st

from ingest.errors import ReadError, SettingsError
from ingest.library import restore
from ingest.settings import Settings
from prompts.czech import counted
from views.access import require
from views.access_list import Role
from views.indexing import Indexing
from views.uploads import MAX_FILES, Removed, Staged, safe_name, stage, take, take_out

_STAGED, _REMOVED, _CONFIRM, _NOTICES, _TRIES, _NUMBER, _ANNOUNCED = (
    "opora_added_staged",
    "opora_added_removed",
    "opora_added_confirm",
    "opora_added_notices",
    "opora_added_tries",
    "opora_added_number",
    "opora_added_announced",
)


class Upload(Protocol):
    """What is needed of an uploaded file."""

    @property
    def name(self) -> str: ...
    def getvalue(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is shown once, beside the list of documents or beside the upload."""

    text: str
    place: Literal["list", "upload"]
    good: bool = False


def staged() -> list[Staged]:
    """Return the files that wait, in the order of uploading; the list is live."""
    found: list[Staged] = st.session_state.setdefault(_STAGED, [])
    return found


def removed() -> list[Removed]:
    """Return the documents that this session removed, oldest first; the list is live."""
    found: list[Removed] = st.session_state.setdefault(_REMOVED, [])
    return found


def take_notices(place: Literal["list", "upload"]) -> list[Notice]:
    """Return the messages that wait to be shown at a place, and forget them."""
    waiting: list[Notice] = st.session_state.get(_NOTICES, [])
    st.session_state[_NOTICES] = [notice for notice in waiting if notice.place != place]
    return [notice for notice in waiting if notice.place == place]


def uploader_key() -> str:
    """Return the key of the widget that takes files; a new one after each upload, so that it is empty again."""
    return f"opora_added_files_{st.session_state.setdefault(_TRIES, 0)}"


def take_files(settings: Settings, files: Sequence[Upload], show: Callable[[int, str], None]) -> None:
    """Read uploaded files and let them wait; `show` is given the 0-based number and the name of the next one."""
    require(Role.EDITOR)
    room = max(0, MAX_FILES - sum(1 for one in staged() if one.document))
    taken: list[Staged] = []
    for n, file in enumerate(files[:room]):
        show(n, file.name)
        number = st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
        taken.append(stage(settings, number, file.name, file.getvalue(), [*staged(), *taken]))
    # All at once, because a click in the middle ends this run and the next one begins with the first file again.
    staged().extend(taken)
    st.session_state[_TRIES] += 1
    if left := [file.name for file in files[room:]]:
        most = counted(MAX_FILES, "soubor", "soubory", "souborů")
        names = _titles([safe_name(name) for name in left])
        _say(Notice(f"Najednou může na přidání čekat nejvýše {most}. Nahrajte až potom: {names}.", "upload"))


def drop(number: int) -> None:
    """Forget a file that waits."""
    staged()[:] = [one for one in staged() if one.number != number]


def add_staged(settings: Settings, job: Indexing) -> None:
    """Add all files that can be, have them indexed, and keep the others with what is wrong with them."""
    require(Role.EDITOR)
    keep: set[str] = set()
    added: list[str] = []
    left: list[Staged] = []
    with job.shelf:
        for one in staged():
            try:
                if one.document is None:
                    raise ReadError(one.error)
                source = take(settings, one, field("title", one), field("url", one), keep)
            except ReadError as error:
                left.append(one)
                if one.document:
                    _say(Notice(f"{one.name}: {error}", "upload"))
            except SettingsError as error:
                left.append(one)
                _say_once(Notice(str(error), "upload"))
            else:
                keep.add(source.id)
                added.append(source.title)
    staged()[:] = left
    if added:
        _say(Notice(f"{'Přidáno' if len(added) > 1 else 'Přidán dokument'}: {_titles(added)}.", "upload", good=True))
        job.request(settings)


def field(name: str, one: Staged) -> str:
    """Return what the user wrote about a file that waits."""
    return str(st.session_state.get(f"opora_added_{name}_{one.number}", ""))


def asked_to_confirm() -> str:
    """Return the id of the document whose removal waits to be confirmed, or ""."""
    return str(st.session_state.get(_CONFIRM, ""))


def ask_removal(doc: str) -> None:
    """Let the user confirm the removal of a document."""
    st.session_state[_CONFIRM] = doc


def keep_document() -> None:
    """Take the question back."""
    st.session_state.pop(_CONFIRM, None)


def remove_document(settings: Settings, job: Indexing, doc: str) -> None:
    """Remove a document, have the index brought in line, and keep the document for the rest of the session."""
    require(Role.EDITOR)
    keep_document()
    try:
        with job.shelf:
            gone = take_out(settings, doc)
    except (ReadError, SettingsError) as error:
        _say(Notice(str(error), "list"))
        return
    if gone:
        removed().append(gone)
    job.request(settings)


def bring_back(settings: Settings, job: Indexing, doc: str) -> None:
    """Bring a removed document back and have it indexed."""
    require(Role.EDITOR)
    found = next((one for one in removed() if one.source.id == doc), None)
    if found is None:
        return
    try:
        with job.shelf:
            restore(settings, found.source, found.content)
    except (ReadError, SettingsError) as error:
        _say(Notice(str(error), "list"))
        return
    removed().remove(found)
    _say(Notice(f"Dokument „{found.source.title}“ je zpět.", "list", good=True))
    job.request(settings)


def index_again(settings: Settings, job: Indexing) -> None:
    """Have the index brought in line with the documents."""
    require(Role.EDITOR)
    job.request(settings)


def ended_unannounced(number: int, running: bool) -> bool:
    """Tell, once, that an indexing has ended which this session has seen running or which began since it came."""
    announced = st.session_state.setdefault(_ANNOUNCED, number - 1 if running else number)
    if running or announced >= number:
        return False
    st.session_state[_ANNOUNCED] = number
    return True


def _say(notice: Notice) -> None:
    st.session_state.setdefault(_NOTICES, []).append(notice)


def _say_once(notice: Notice) -> None:
    if notice not in st.session_state.setdefault(_NOTICES, []):
        _say(notice)


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(f"„{title}“" for title in titles)
