"""The documents that evidence is looked for in, and the passages of the index; neither needs an encoder."""

from contextlib import suppress

from ingest.document import Document, Passage
from ingest.errors import SearchIndexError
from ingest.index_folder import current, read_document, read_meta
from ingest.settings import Settings


def texts_of(settings: Settings) -> dict[str, str]:
    """Return the canonical texts by document id: those of the index, or of the corpus's text files before there is one.

    Raises
    ------
    SearchIndexError
        If the index is damaged.
    """
    texts = {document.id: document.text for document, _ in indexed(settings)}
    if texts:
        return texts
    for file in sorted(settings.corpus.rglob("*.txt")):
        with suppress(UnicodeDecodeError):
            texts[file.stem] = file.read_bytes().decode("utf-8")
    return texts


def indexed(settings: Settings) -> tuple[tuple[Document, tuple[Passage, ...]], ...]:
    """Return each document of the index with its passages; () before the first build.

    Raises
    ------
    SearchIndexError
        If the index is damaged.
    """
    folder = current(settings.index)
    if folder is None:
        return ()
    try:
        return tuple(read_document(folder, doc) for doc in read_meta(folder).documents)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SearchIndexError(
            f"Rejstřík „{folder.path.name}“ je poškozený. Spusťte „python -m ingest“, sestaví se znovu."
        ) from error
