"""Reading and preparing on this machine: here, or for a large collection in a process beside the one that writes.

Chroma holds Python's global lock while it adds vectors, so a thread would prepare next to nothing meanwhile; a process
of its own prepares the next batch while the current one is written.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from ingest.document import Document
from ingest.errors import ReadError
from ingest.library import Shelf
from ingest.preparing import Job, Prepared, batches
from ingest.readers import read
from ingest.settings import PROJECT
from retrieval.encoder import Encoder
from retrieval.preparing import Embeds, Preparer
from retrieval.thesaurus import Thesaurus
from retrieval.writer import writer_version

CHILD = "retrieval.local_child"

LARGE = 1_000_000
"""Characters of text, some 8,000 passages, from which a second process saves more than it takes to start."""


class LocalPreparing:
    """Reads and prepares on this machine.

    `large` is the number of characters from which a second process prepares, if there is a processor for it.
    """

    def __init__(self, encoder: Embeds, thesaurus: Thesaurus, large: int = LARGE) -> None:
        self.encoder = encoder.fingerprint
        self.dimension = encoder.dimension
        self.version = writer_version(thesaurus)
        self._model = encoder
        self._thesaurus = thesaurus
        self._large = large
        self._preparer = Preparer(encoder, thesaurus)

    def read(self, shelves: Sequence[Shelf]) -> Iterator[Document | ReadError]:
        """Yield the document of each shelf, or why it cannot be read, in order."""
        for shelf in shelves:
            try:
                yield read(shelf.path, shelf.source)
            except ReadError as error:
                yield error

    def prepare(self, jobs: Sequence[Job]) -> Generator[Prepared, None, None]:
        """Yield all that is to be written of the documents, in order."""
        done = 0
        model = self._model
        if isinstance(model, Encoder) and model.is_table and self._is_worth_a_process(jobs):
            for each in _apart(Path(model.name), self.encoder, self._thesaurus, jobs):
                if each is None:
                    return
                yield each
                done += 1
        # Also when that process has died: what it left undone is done here.
        for batch in islice(batches(jobs), done, None):
            yield Prepared(batch, self._preparer.features(batch))

    def _is_worth_a_process(self, jobs: Sequence[Job]) -> bool:
        return len(os.sched_getaffinity(0)) > 1 and sum(len(job.document.text) for job in jobs) >= self._large


def _apart(
    model: Path, encoder: str, thesaurus: Thesaurus, jobs: Sequence[Job]
) -> Generator[Prepared | None, None, None]:
    """Yield what another process prepares, in order, then None; without None, the process died before the end.

    It is at most one batch ahead, since it waits until a batch is taken. It gets its work in a file, not in a pipe,
    so that neither waits for the other.
    """
    with tempfile.TemporaryFile() as work:
        for part in (model.absolute(), thesaurus, *jobs):
            pickle.dump(part, work, pickle.HIGHEST_PROTOCOL)
        work.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", CHILD], stdin=work, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT
        )
        assert process.stdout
        with process:
            try:
                yield from _received(process.stdout, encoder)
            finally:
                process.kill()


def _received(pipe: IO[bytes], encoder: str) -> Iterator[Prepared | None]:
    try:
        if pickle.load(pipe) != encoder:
            return  # the model was exchanged since it was loaded here
        while True:
            yield (each := pickle.load(pipe))
            if each is None:
                return
    except (EOFError, pickle.UnpicklingError):
        return  # it died; half a batch may have arrived
