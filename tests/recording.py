"""The commands `run` and `runs` of evaluation for tests, also as a process of its own that can be killed."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from eval.answers import System
from eval.commands.run import Opens, add, run
from eval.runs.systems import Opened


def command(*arguments: str) -> argparse.Namespace:
    """Return the options of a command line such as `run --name a`."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(dest="command"))
    return parser.parse_args(arguments)


def opening(system: System, index: str = "index-1") -> Opens:
    """Return what opens this system whatever is asked for."""
    return lambda name, settings, changes, progress: Opened(system, index)


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(run(command(*sys.argv[1:])))
