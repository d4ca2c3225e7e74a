"""Reading and preparing on a Ray cluster, its one home; what comes back is written here, in order.

Machines of a cluster share no disk: files travel as bytes, passages and their features as objects. Each machine has
Opora and the encoder itself, and must have the same as this one, since its vectors end up in one index with ours.
"""

import logging
import os
import pickle
import socket
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from ingest.document import Document
from ingest.errors import OporaError, ReadError, SearchIndexError, SettingsError
from ingest.library import Shelf
from ingest.preparing import BATCH, Job, Prepared, batches
from ingest.readers import SIZE_LIMIT, read
from ingest.settings import Settings
from retrieval.cluster_worker import Equipment, Sent, Tools, documents, equipment, features
from retrieval.encoder import Encoder
from retrieval.thesaurus import Thesaurus
from retrieval.writer import writer_version

HERE = ("auto", "local")
"""Addresses that need no cluster: a local one is started, with `auto` only if none runs on this machine."""

_RETRIES = 5
"""Times that a task is done again when its machine or its process dies."""

_AHEAD = 2
"""Tasks per processor that are under way or done and not yet written; the object store holds their results."""

_GROUP_FILES, _GROUP_BYTES = 32, 2**20
"""Files that one task reads: short ones together, since a task costs some milliseconds of its own."""

_LOOK = 10.0
"""Seconds between two looks whether anybody is left who could do what is waited for."""

_PATIENCE = 6
"""Looks in a row that find nobody before it is given up: a machine may be on its way."""

_NOBODY = (
    "V clusteru Ray není žádný počítač, který by mohl pracovat. Připojte aspoň jeden příkazem „ray start --address=…“ "
    "a sestavení spusťte znovu."
)

_REACHED_WITHIN = 10.0
"""Seconds for the address of a cluster to answer."""

_Given = TypeVar("_Given")


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect this process to a cluster (`host:port`, `auto` or `local`) and yield the library; disconnect at the end.

    Raises
    ------
    SettingsError
        If Ray is not installed, or the cluster cannot be reached.
    """
    # Read once, when the library is loaded or a cluster is started: no report to its makers, no notice on GPUs.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise SettingsError(
            "Knihovna Ray, která rozděluje práci na více počítačů, není nainstalovaná. Nainstalujte ji příkazem "
            "„pip install '.[cluster]'“, nebo spusťte sestavení bez volby --ray."
        ) from error
    try:
        if address not in HERE:
            _require_answer(address)
        ray.init(None if address == "auto" else address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ConnectionError, RuntimeError, ValueError) as error:
        raise SettingsError(
            f"Ke clusteru Ray na adrese „{address}“ se nelze připojit. Zkontrolujte adresu a zda cluster běží "
            "(„ray status“) a je na něj připojený i tento počítač („ray start --address=…“). Na jednom počítači "
            "stačí „--ray local“."
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _require_answer(address: str) -> None:
    """Raise OSError or ValueError unless somebody listens at an address; Ray itself tries for a minute or more."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    with closing(socket.create_connection((host, int(port)), _REACHED_WITHIN)):
        pass


class ClusterPreparing:
    """Reads and prepares on the cluster that `ray` is connected to.

    A task whose machine dies is done again elsewhere. Results are the same wherever they are computed.
    `size` is the number of passages that one task prepares at most.
    """

    def __init__(self, ray: Any, encoder: Encoder, thesaurus: Thesaurus, size: int = BATCH) -> None:
        """Send the machines what they need and see that they are equal to this one.

        Raises
        ------
        SettingsError
            If a machine lacks Opora, has another version of it or another encoder, or there is none.
        """
        self.encoder = encoder.fingerprint
        self.dimension = encoder.dimension
        self.version = writer_version(thesaurus)
        self._ray = ray
        self._size = size
        self._ours = Equipment.of(encoder, thesaurus)
        shipped = encoder.name == Settings().encoder  # each machine has it, in a folder of its own
        self._tools = ray.put(Tools("" if shipped else encoder.name, pickle.dumps(thesaurus)))
        task = ray.remote(num_cpus=1, max_retries=_RETRIES)
        self._documents, self._features, self._equipment = task(documents), task(features), task(equipment)
        self._greet()

    def read(self, shelves: Sequence[Shelf]) -> Iterator[Document | ReadError]:
        """Yield the document of each shelf, or why it cannot be read, in order."""
        for _, found in self._in_order(self._documents, _groups(shelves)):
            yield from (ReadError(each) if isinstance(each, str) else each for each in found)

    def prepare(self, jobs: Sequence[Job]) -> Generator[Prepared, None, None]:
        """Yield all that is to be written of the documents, in order."""
        for batch, found in self._in_order(self._features, batches(jobs, self._size)):
            yield Prepared(batch, found)

    def _greet(self) -> None:
        """Ask each machine what it has."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        machines = [node for node in self._ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
        if not machines:
            raise SettingsError(_NOBODY)
        for node in machines:
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            asked = self._equipment.options(scheduling_strategy=there).remote(self._tools)
            self._require_equal(self._result(asked), node["NodeManagerHostname"])

    def _require_equal(self, theirs: Equipment, machine: str = "v clusteru") -> None:
        if lacking := self._ours.lacking(theirs, machine):
            raise SettingsError(lacking)

    def _in_order(self, task: Any, items: Iterable[_Given]) -> Iterator[tuple[_Given, Any]]:
        """Yield each item with the result of its task, in order; few are under way at any time."""
        waiting = deque[tuple[_Given, Any]]()
        for item in items:
            waiting.append((item, task.remote(self._tools, item)))
            if len(waiting) >= max(_AHEAD, _AHEAD * self._processors()):
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _first(self, waiting: deque[tuple[_Given, Any]]) -> tuple[_Given, Any]:
        item, promised = waiting.popleft()
        theirs, result = self._result(promised)
        # A machine may have joined after the greeting.
        self._require_equal(theirs)
        return item, result

    def _processors(self) -> int:
        return int(self._ray.cluster_resources().get("CPU", 0))

    def _result(self, promised: Any) -> Any:
        """Wait for the result of a task.

        Raises
        ------
        SettingsError
            If the machine that did it lacks Opora.
        SearchIndexError
            If machines kept dying on it, or none is left.
        """
        idle = 0
        while True:
            try:
                return self._ray.get(promised, timeout=_LOOK)
            except self._ray.exceptions.GetTimeoutError as error:
                idle = 0 if self._processors() else idle + 1
                if idle >= _PATIENCE:
                    raise SearchIndexError(_NOBODY) from error
            except OporaError:
                raise  # from there: it has no such encoder
            except self._ray.exceptions.RayTaskError as error:
                if not isinstance(error.cause, ImportError):
                    raise
                raise SettingsError(
                    "Na některém počítači clusteru není Opora, nebo některá z jejích knihoven. Nainstalujte ji na "
                    "všechny a Ray na nich spusťte v její složce příkazem „PYTHONPATH=$PWD ray start …“."
                ) from error
            except self._ray.exceptions.RayError as error:
                raise SearchIndexError(
                    "Cluster Ray práci nedokončil: jeho počítače nebo procesy opakovaně končily, nejspíš pro "
                    "nedostatek paměti. Dosavadní rejstřík slouží dál. Zkontrolujte je příkazem „ray status“ "
                    "a sestavení spusťte znovu."
                ) from error


def _groups(shelves: Iterable[Shelf]) -> Iterator[list[Sent | str]]:
    """Yield the files, a few together; in place of one that cannot be sent stands the message why."""
    group: list[Sent | str] = []
    size = 0
    for shelf in shelves:
        group.append(file := _sent(shelf))
        size += 0 if isinstance(file, str) else len(file.content)
        if len(group) >= _GROUP_FILES or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _sent(shelf: Shelf) -> Sent | str:
    content = b""
    try:
        sendable = shelf.path.stat().st_size <= SIZE_LIMIT
        content = shelf.path.read_bytes() if sendable else b""
    except OSError:
        sendable = False
    if not sendable:
        try:
            read(shelf.path, shelf.source)  # says what is wrong
        except ReadError as error:
            return str(error)
    return Sent(shelf.path.name, content, shelf.source)
