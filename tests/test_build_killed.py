"""A build that is really killed, at many moments."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.index_folder import CURRENT
from ingest.settings import PROJECT, Settings
from retrieval.index import Index
from tests.building import first_hit, folders


@pytest.mark.slow
def test_killing_a_build_at_any_moment_leaves_an_index_that_answers(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    shutil.copytree(PROJECT / "corpus", settings.corpus)
    manifest = settings.corpus / "manifest.toml"
    manifest.chmod(0o644)
    original = manifest.read_text(encoding="utf-8")
    started = time.perf_counter()
    assert ingest(settings).wait() == 0
    whole = time.perf_counter() - started
    question = "Jak pomoci lidem s dluhy a exekucemi?"
    answer = first_hit(Index.open(settings), question)
    moments = random.Random(2)
    killed = unfinished = 0
    for n in range(10):
        # Something new about all documents: everything has to be embedded again.
        manifest.write_text(original.replace('publisher = "', f'publisher = "{n} '), encoding="utf-8")
        serving = current_name(settings)
        running = ingest(settings)
        time.sleep(whole * (0.25 + 0.7 * (n + moments.random()) / 10))
        running.send_signal(signal.SIGKILL)
        killed += running.wait() == -signal.SIGKILL
        unfinished += any(name.endswith(".part") for name in folders(settings))
        index = Index.open(settings)
        if any(name.endswith(".part") for name in folders(settings)):
            assert index.fingerprint == serving
        assert len(index.passages) > 300
        assert first_hit(index, question) == answer
    assert killed >= 8
    assert unfinished >= 2, "no kill came while an index was being written"
    assert ingest(settings).wait() == 0
    index = Index.open(settings)
    assert all(d.source.publisher.startswith("9 ") for d in index.documents.values() if d.source.publisher)
    assert not any(name.endswith(".part") for name in folders(settings))
    assert len(folders(settings)) <= 2
    assert first_hit(index, question) == answer


def current_name(settings: Settings) -> str:
    return (settings.index / CURRENT).read_text(encoding="utf-8").strip()


def ingest(settings: Settings) -> subprocess.Popen[bytes]:
    environment = os.environ | {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    return subprocess.Popen(
        [sys.executable, "-m", "ingest"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
