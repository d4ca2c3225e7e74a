"""The parts of a build put together: what `python -m ingest` and the app use to bring the index in line."""

from collections.abc import Callable
from functools import partial

from ingest.build import Builder
from ingest.settings import Settings
from retrieval.encoder import Encoder
from retrieval.thesaurus import Thesaurus
from retrieval.writer import IndexWriter, writer_version


def index_builder(settings: Settings, progress: Callable[[int, int, str], None], patience: float = 0.0) -> Builder:
    """Return the builder of an installation's index.

    `progress` is called with (documents done, documents to do, title of the next one); `patience` is the time in
    seconds to wait for another build to end.

    Raises
    ------
    EncoderError
        If the encoder cannot be loaded.
    """
    thesaurus = Thesaurus.load(settings.corpus)
    return Builder(
        settings=settings,
        encoder=Encoder.load(settings.encoder),
        version=writer_version(thesaurus),
        open_writer=partial(IndexWriter, thesaurus=thesaurus),
        progress=progress,
        patience=patience,
    )
