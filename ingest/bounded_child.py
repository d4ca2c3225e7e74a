"""The process in which `ingest.bounded` has files read: paths come on its input, their texts go to its output.

One line of JSON each. It limits itself before it opens a file, since code that runs between the fork and the start of
a program is not safe in a server with threads.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from ingest.document import Source
from ingest.errors import ReadError
from ingest.readers import read, title_of

_OPEN_FILES = 32


def limit(memory: int, seconds: int) -> None:
    """Allow this process so many bytes of address space and seconds of processor time, and no file to be written."""
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def reply_to(path: Path) -> dict[str, Any]:
    """Return what was read as JSON can hold it: text, pages, headings and title, or `error`, or `memory`."""
    try:
        document = read(path, Source("", ""))
        return {
            "text": document.text,
            "pages": document.pages,
            "headings": [(h.start, h.end, h.level) for h in document.headings],
            "title": title_of(path),
        }
    except ReadError as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError):
        return {"memory": True}


def main(memory: int, seconds: int) -> int:
    """Answer paths until the input ends or a file has taken all the memory."""
    # What a parser prints must not be taken for a reply.
    replies = os.dup(1)
    os.dup2(2, 1)
    limit(memory, seconds)
    while line := sys.stdin.buffer.readline():
        reply = reply_to(Path(json.loads(line)))
        with open(replies, "wb", closefd=False) as pipe:
            pipe.write(json.dumps(reply).encode() + b"\n")
        if reply.get("memory"):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
