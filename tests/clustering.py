"""A real cluster of two machines, as far as Ray can tell, on this one; run as a script, since Ray is not quiet.

The first machine has no processor, so all work is done by the other ones: what is killed there was needed. Lines of
JSON tell what goes on: `machines` (process of each machine that works), `written` (batches), `report` or `error`.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.build import Builder
from ingest.errors import OporaError
from ingest.settings import Settings

MEMORY = 100 * 2**20
"""Bytes for the objects of each machine."""


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def build(settings: Settings, size: int) -> None:
    """Build an index on a cluster of two working machines."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    from retrieval.cluster import ClusterPreparing, connected
    from retrieval.encoder import Encoder
    from retrieval.thesaurus import Thesaurus
    from retrieval.writer import IndexWriter

    cluster = Cluster(True, head_node_args={"num_cpus": 0, "object_store_memory": MEMORY, "include_dashboard": False})
    try:
        nodes = [cluster.add_node(num_cpus=1, object_store_memory=MEMORY) for _ in range(2)]
        machines = [raylet(node.all_processes) for node in nodes]
        tell(machines=[machine.pid for machine in machines])
        with connected(cluster.address) as ray:
            preparing = ClusterPreparing(ray, Encoder.load(settings.encoder), Thesaurus.load(settings.corpus), size)
            builder = Builder(settings, preparing, IndexWriter, lambda done, total, title: tell(written=done))
            report = builder.build()
            # The cluster itself may notice a death only after it has done the work again elsewhere.
            alive = sum(machine.poll() is None for machine in machines)
            tell(report=[report.fingerprint, report.passages, report.failed], alive=alive)
    except OporaError as error:
        tell(error=str(error))
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]


def raylet(processes: dict[str, list[Any]]) -> "subprocess.Popen[bytes]":
    """Return the process that is a machine."""
    process: subprocess.Popen[bytes] = processes["raylet"][0].process
    return process


def at_work(machine: int, seconds: float = 60.0) -> int:
    """Wait until a process of a machine is preparing a batch; return its number."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for process in busy(machine):
            return process
        time.sleep(0.002)
    raise TimeoutError(f"machine {machine} has nothing to do")


def busy(machine: int) -> Iterator[int]:
    """Yield the processes that a machine has started and that prepare something at this moment."""
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and (folder / "cmdline").read_bytes().startswith(b"ray::features"):
                status = (folder / "status").read_text(encoding="utf-8")
                if int(status.partition("PPid:")[2].split()[0]) == machine:
                    yield int(folder.name)
        except OSError:
            continue  # it has just ended


if __name__ == "__main__":
    build(Settings(corpus=Path(sys.argv[1]), data=Path(sys.argv[2])), int(sys.argv[3]))
