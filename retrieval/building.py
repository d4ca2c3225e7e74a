"""The parts of a build put together: what `python -m ingest` and the app use to bring the index in line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingest.build import Builder
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.local import LocalPreparing
from retrieval.thesaurus import Thesaurus
from retrieval.writer import IndexWriter


def index_builder(settings: Settings, progress: Callable[[int, int, str], None], patience: float = 0.0) -> Builder:
    """Return the builder of an installation's index.

    `progress` is called with (documents done, documents to do, title of the next one); `patience` is the time in
    seconds to wait for another build to end.

    Raises
    ------
    EncoderError
        If the encoder cannot be loaded.
    """
    preparing = LocalPreparing(Encoder.load(settings.encoder), Thesaurus.load(settings.corpus))
    return Builder(settings, preparing, IndexWriter, progress, patience)


@contextmanager
def cluster_builder(settings: Settings, progress: Callable[[int, int, str], None], address: str) -> Iterator[Builder]:
    """Yield a builder whose documents are read and prepared on a Ray cluster (`host:port`, `auto` or `local`).

    Raises
    ------
    EncoderError
        If the encoder cannot be loaded.
    SettingsError
        If Ray is missing, the cluster cannot be reached, or its machines differ from this one.
    """
    from retrieval.cluster import ClusterPreparing, connected

    encoder, thesaurus = Encoder.load(settings.encoder), Thesaurus.load(settings.corpus)
    with connected(address) as ray:
        yield Builder(settings, ClusterPreparing(ray, encoder, thesaurus), IndexWriter, progress)
