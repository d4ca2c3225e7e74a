"""Sixty users at once against one process: no error, every body right, memory flat.

`OPORA_LOAD_SECONDS=300` makes it the five minutes that the figures in the documentation are from.
"""

import os
import sys
from pathlib import Path

import pytest

from ingest.settings import Settings
from tests.api_world import OPEN
from tests.load import load
from tests.serving import serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the server's memory is read from /proc"),
]

# Read here, because the tests themselves see no OPORA_* from outside.
SECONDS = float(os.environ.get("OPORA_LOAD_SECONDS", "25"))
USERS = 60
WARM_UP = 15.0
"""Seconds in which caches fill and each worker touches its memory for the first time."""


def test_sixty_users_at_once_get_right_answers_and_memory_stays_flat(settings: Settings, tmp_path: Path) -> None:
    # All users of a test share one address, so the limit on requests of one address is off; the rest is the default.
    env = {**OPEN, "OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    with serving(tmp_path, env) as server:
        warm = load(server.url, server.process.pid, USERS, WARM_UP)
        seen = load(server.url, server.process.pid, USERS, SECONDS)
        printed = server.printed
    part = min(60.0, SECONDS / 2)
    first, last = seen.mean_memory(0, part), seen.mean_memory(SECONDS - part, SECONDS)
    figures = f"{USERS} users, {SECONDS:g} s: {seen.summary}; first part {first:.1f} MB, last part {last:.1f} MB"
    sys.stderr.write(figures + "\n")
    assert not warm.faults + seen.faults, figures + "\n" + "\n".join((warm.faults + seen.faults)[:10])
    assert len(seen.replies) > USERS, figures
    assert last < first * 1.05, figures
    assert "Traceback" not in printed, printed[-5000:]
