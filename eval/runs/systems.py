"""The systems that a run can ask: the assistant, and the textbook pipelines that it is measured against."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from eval.answers import System
from eval.baselines import Search, ensemble, textbook
from eval.retrieving import LIMIT
from eval.runs import SYSTEMS
from eval.runs.changes import Changes, changed
from eval.spans import Span
from ingest.document import Document, Passage
from ingest.errors import SettingsError
from ingest.settings import Settings
from prompts.answer import Answer, Citation, Statement, Turn
from prompts.assistant import Assistant
from retrieval.building import index_builder
from retrieval.index import Index
from retrieval.passages import ScoredPassage

BASELINES = dict(zip(SYSTEMS[1:], (textbook, ensemble), strict=True))

QUOTED = 4
"""Chunks that a textbook pipeline puts before its reader: the number that LangChain's retrievers return by default."""

_FIRST = "Jaké služby mají pomoci lidem bez domova?"

Progress = Callable[[int, int, str], None]
"""Called with (documents done, documents to do, title of the next one) while an index is built."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A system ready to be asked, and the fingerprint of the index that it reads."""

    system: System
    index: str


@dataclass(frozen=True, slots=True)
class OwnIndex(Settings):
    """The settings of an installation with another index beside the serving one: one folder per encoder."""

    @property
    def index(self) -> Path:
        return self.data / "encoders" / hashlib.sha256(self.encoder.encode()).hexdigest()[:12]


def with_encoder(settings: Settings, encoder: str | None) -> Settings:
    """Return the settings for a run with this encoder (name or folder of a model), or as they are without one."""
    if encoder is None:
        return settings
    name = str(Path(encoder).resolve()) if Path(encoder).is_dir() else encoder
    if name == settings.encoder:
        return settings
    values = {field.name: getattr(settings, field.name) for field in fields(Settings)}
    return OwnIndex(**values | {"encoder": name})


def open_system(name: str, settings: Settings, changes: Changes, progress: Progress) -> Opened:
    """Open a system and ask it one question that is not recorded, so that no answer waits for what loads on first use.

    An index of its own is built first, or brought in line with the documents.

    Raises
    ------
    SettingsError
        If a textbook pipeline is to use a chat model or changed settings, or its packages are missing.
    SearchIndexError, EncoderError
        If the index cannot be opened or built.
    """
    if name in BASELINES and (settings.model or changes):
        raise SettingsError(f"Učebnicový postup „{name}“ jen cituje, co našel: vynechejte --llm i --set.")
    if isinstance(settings, OwnIndex):
        index_builder(settings, progress).build()
    if name in BASELINES:
        index = Index.open(settings)
        documents = tuple(index.documents.values())
        baseline = Textbook(documents, BASELINES[name](documents, index.encoder, LIMIT))
        baseline.ask(_FIRST)
        return Opened(baseline, index.fingerprint)
    assistant = changed(Assistant.open(settings), changes)
    replace(assistant, writer=None).ask(_FIRST)
    return Opened(assistant, assistant.fingerprint)


@dataclass(frozen=True, slots=True)
class Textbook:
    """A textbook pipeline that answers with the chunks it found first, as quotes.

    Without a chat model nobody chooses from these chunks. So its *facts* say what stands in the text that a model
    would be given, the most that such a model could say without inventing; *cited recall* is the evidence in that
    text, and *cited precision* the share of chunks that are to the point, not the care of a writer. It answers
    everything, hence it refuses nothing. Earlier turns are not read: a textbook lets a model rewrite a follow-up.
    """

    documents: tuple[Document, ...]
    search: Search

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the first chunks as quotes; scores are reciprocal ranks, since the pipeline hands out none."""
        by_id = {document.id: document for document in self.documents}
        found = [_passage(by_id[span.doc], span) for span in self.search(question)]
        quoted = found[:QUOTED]
        return Answer(
            question=question,
            status="answered" if quoted else "not_found",
            statements=tuple(Statement(p.text, "quote", "verbatim", (n,)) for n, p in enumerate(quoted, 1)),
            citations=tuple(
                Citation(n, p, p.start, p.end, p.text, by_id[p.doc].source.title) for n, p in enumerate(quoted, 1)
            ),
            retrieved=tuple(ScoredPassage(p, 1 / rank) for rank, p in enumerate(found, 1)),
            seconds=0.0,
        )


def _passage(document: Document, span: Span) -> Passage:
    return Passage(document.id, span.start, span.end, document.text[span.start : span.end], kind="paragraph")
