"""The process in which `retrieval.local` has a large collection prepared: work comes on its input, results go out.

Its input holds, pickled one after another, the folder of the encoder, the thesaurus and the jobs; its output gets the
fingerprint of the encoder, each prepared batch, and None at the end.
"""

import os
import pickle
import sys
from collections.abc import Iterator
from typing import IO

from ingest.preparing import Job, Prepared, batches
from retrieval.encoder import Encoder
from retrieval.preparing import Preparer


def main() -> None:
    """Prepare all jobs of the input."""
    # What a library prints must not be taken for a result.
    results = os.dup(1)
    os.dup2(2, 1)
    work = sys.stdin.buffer
    with os.fdopen(results, "wb") as out:
        encoder = Encoder.load(str(pickle.load(work)))
        preparer = Preparer(encoder, pickle.load(work))
        _send(encoder.fingerprint, out)
        for batch in batches(_jobs(work)):
            _send(Prepared(batch, preparer.features(batch)), out)
        _send(None, out)


def _jobs(work: IO[bytes]) -> Iterator[Job]:
    while True:
        try:
            yield pickle.load(work)
        except EOFError:
            return


def _send(result: object, out: IO[bytes]) -> None:
    pickle.dump(result, out, pickle.HIGHEST_PROTOCOL)
    out.flush()


if __name__ == "__main__":
    main()
