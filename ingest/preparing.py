"""What passes between reading a document and writing it: jobs, batches of passages, and all that is computed of them.

Reading and preparing cost processor time and nothing else, so another process or another machine may do them; writing
happens in one place and in one order. Batches bound the memory: a long document is never prepared in one piece, and
short ones are prepared together.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.anticipated import Anticipated
from ingest.attach import attach
from ingest.document import Document, Passage
from ingest.errors import ReadError
from ingest.library import Shelf
from ingest.structure import passages

BATCH = 2000
"""Most passages of a batch; with their vectors and terms they take some 20 MB."""


@dataclass(frozen=True, slots=True)
class Job:
    """A document to prepare, and the anticipated questions of its parts."""

    document: Document
    units: tuple[Anticipated, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Passages of one document or of several, in the order of the build.

    Attributes
    ----------
    passages
        With their anticipated questions; those of one document follow one another, here and from batch to batch.
    asked
        The same questions by passage id, in the order in which they are stored.
    ends
        Ids of the documents that are complete with this batch, in order; one without passages is among them.
    """

    passages: tuple[Passage, ...]
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """What is computed of a batch.

    Attributes
    ----------
    vectors
        Of the passages, shape (passages, dimension).
    asked_vectors
        Of the anticipated questions, in the order of `Batch.asked`.
    terms
        For each passage, by field of the lexical index, its terms separated by spaces.
    """

    vectors: NDArray[np.float32]
    asked_vectors: NDArray[np.float32]
    terms: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch with everything that is written of it."""

    batch: Batch
    features: Features


class Prepares(Protocol):
    """What reads and prepares, here or elsewhere; its results depend on what it is given alone.

    Attributes
    ----------
    encoder, dimension
        Fingerprint of the encoder, and the length of its vectors.
    version
        Of the code that computes what the indexes hold, and of the concepts that tag passages.
    """

    @property
    def encoder(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def version(self) -> str: ...

    def read(self, shelves: Sequence[Shelf]) -> Iterator[Document | ReadError]:
        """Yield the document of each shelf, or why it cannot be read, in order."""
        ...

    def prepare(self, jobs: Sequence[Job]) -> Generator[Prepared, None, None]:
        """Yield all that is to be written of the documents, in order; whoever stops early closes the iterator."""
        ...


def batches(jobs: Iterable[Job], size: int = BATCH) -> Iterator[Batch]:
    """Cut documents into passages and yield these in batches of at most `size`, in order."""
    held: list[Passage] = []
    asked: dict[str, tuple[str, ...]] = {}
    ends: list[str] = []
    for job in jobs:
        cut = passages(job.document)
        questions = attach(cut, job.units)
        found = [replace(p, asked=questions[p.id]) if p.id in questions else p for p in cut]
        while len(held) + len(found) > size:
            part, found = found[: size - len(held)], found[size - len(held) :]
            held += part
            asked |= _of(part, questions)
            yield Batch(tuple(held), asked, tuple(ends))
            held, asked, ends = [], {}, []
        held += found
        asked |= _of(found, questions)
        ends.append(job.document.id)
    if ends:
        yield Batch(tuple(held), asked, tuple(ends))


def _of(part: Sequence[Passage], questions: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    ids = {passage.id for passage in part}
    return {key: asked for key, asked in questions.items() if key in ids}
