"""From a question to an answer: the object that pages, commands and evaluation ask."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Document
from ingest.errors import ModelError
from ingest.settings import Settings
from prompts.also_asked import AlsoAsked
from prompts.answer import Answer, Status, Turn
from prompts.compose import Draft
from prompts.extractive import quoted
from prompts.generate import Meter, Writer, removed, writable
from prompts.judge import Judge, Judgement
from prompts.limits import LONGEST, is_cut, readable, whole
from prompts.refusals import partly
from retrieval.index import Index
from retrieval.passages import Findings
from retrieval.query import Query, understand
from retrieval.search import find
from retrieval.understood import summary

ANSWERS: frozenset[Status] = frozenset(("answered", "partial"))
_RETRIEVED = 20


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions over one index."""

    index: Index
    judge: Judge
    also: AlsoAsked
    writer: Writer | None = None

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """Open the serving index.

        Raises
        ------
        SearchIndexError
            If there is no index yet, or another encoder wrote it.
        EncoderError
            If the encoder cannot be loaded.
        SettingsError
            If a chat model is set that cannot be used.
        """
        index = Index.open(settings)
        writer = Writer.open(settings.model, index.thesaurus) if settings.model else None
        judge = Judge.of(index)
        return cls(index, judge, AlsoAsked.of(judge), writer)

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the index that answers."""
        return self.index.fingerprint

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order of the manifest, then of adding."""
        return tuple(self.index.documents.values())

    def document(self, doc: str) -> Document:
        """Return one document by its id.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self.index.documents[doc]

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        """Answer a question from the documents; `history` holds the earlier turns, oldest first.

        When `plain`, nothing but the words of the question is searched.
        """
        for piece in self.stream(question, history, plain):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("a stream ends with its answer")

    def stream(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Iterator[str | Answer]:
        """Yield what a chat model writes as it writes it, not yet checked, and last the checked answer.

        Whether the documents answer is decided before: only then is the model asked. Without a model, or when it
        fails or invents, the answer is made of quotes.
        """
        started = time.perf_counter()
        asked, question = question, readable(question)
        reading = self._read(question, question, history, plain)
        draft = self._quoted(reading)
        meter = Meter()
        notices: tuple[str, ...] = ()
        if self.writer and reading.judgement.status in ANSWERS and writable(draft):
            try:
                if reading.query.background and (alone := self.writer.rewrite(question, history, meter)):
                    again = self._read(question, alone, history, plain)
                    if again.judgement.status in ANSWERS:
                        reading, draft = again, self._quoted(again)
                written = Draft(self.index.documents)
                passages = [citation.passage for citation in draft.citations]
                yield from self.writer.write(written, question, history, passages, meter)
                if reading.judgement.status == "partial":
                    partly(written, reading.judgement.missing)
                draft, notices = written, removed(meter.removed)
            except ModelError as error:
                notices = (f"{error} Odpověď je proto složená přímo z citací.",)
        if is_cut(asked):
            notices = (*notices, f"Dotaz je příliš dlouhý, odpověď se řídí jeho prvními {LONGEST} znaky.")
        yield Answer(
            question=whole(asked),
            status=reading.judgement.status,
            statements=tuple(draft.statements),
            citations=tuple(draft.citations),
            retrieved=reading.findings.passages,
            seconds=time.perf_counter() - started,
            understood=summary(self.index, reading.query, reading.findings),
            notices=notices,
            usage=self.writer.usage(meter) if self.writer else None,
            confidence=reading.judgement.confidence,
        )

    def next_questions(self, answer: Answer, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what people are likely to ask after an answer; `asked` are the earlier questions, in any order."""
        return self.also.questions(answer, asked)

    def _read(self, question: str, searched: str, history: Sequence[Turn], plain: bool) -> "_Reading":
        """Search with a question, or with what a model made of it, and judge what was found."""
        turns = [readable(turn.content) for turn in history]
        query = understand(searched, self.index.vocabulary, self.index.thesaurus, turns, plain)
        findings = find(self.index, query, _RETRIEVED)
        return _Reading(query, findings, self.judge.judge(question, query, findings))

    def _quoted(self, reading: "_Reading") -> Draft:
        return quoted(self.judge, reading.judgement, reading.query, reading.findings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question with what was found for it and what that is worth."""

    query: Query
    findings: Findings
    judgement: Judgement
