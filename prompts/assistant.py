"""From a question to an answer: the object that pages, commands and evaluation ask."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Document
from ingest.settings import Settings
from prompts import forms
from prompts.answer import Answer, Status, Turn
from prompts.compose import Draft
from prompts.evidence import candidates, choose
from prompts.judge import Judge, Judgement
from retrieval.index import Index
from retrieval.lists import meant
from retrieval.passages import Findings
from retrieval.query import Query, understand
from retrieval.search import find

_RETRIEVED = 20
_NEAREST = 2


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions over one index."""

    index: Index
    judge: Judge

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """Open the serving index.

        Raises
        ------
        SearchIndexError
            If there is no index yet, or another encoder wrote it.
        EncoderError
            If the encoder cannot be loaded.
        """
        index = Index.open(settings)
        return cls(index, Judge.of(index))

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

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question from the documents; `history` holds the earlier turns, oldest first."""
        started = time.perf_counter()
        turns = [turn.content for turn in history]
        query = understand(question, self.index.vocabulary, self.index.thesaurus, turns)
        findings = find(self.index, query, _RETRIEVED)
        judgement = self.judge.judge(question, query, findings)
        draft = Draft(self.index.documents)
        self._write(draft, judgement, query, findings)
        return Answer(
            question=question,
            status=judgement.status,
            statements=tuple(draft.statements),
            citations=tuple(draft.citations),
            retrieved=findings.passages,
            seconds=time.perf_counter() - started,
        )

    def _write(self, draft: Draft, judgement: Judgement, query: Query, findings: Findings) -> None:
        calibration = self.judge.calibration
        found = candidates(self.index, query, findings, judgement.kinds)
        rated = [(passage, calibration.relevance(features)) for passage, features in found]
        chosen = choose(self.index, query, findings, rated, calibration.quoting_least)
        refusals: dict[Status, str] = {
            "blocked": forms.BLOCKED,
            "out_of_scope": forms.OUT_OF_SCOPE,
            "clarify": forms.CLARIFY,
        }
        if judgement.status in refusals:
            draft.say(refusals[judgement.status], "lead")
            return
        if judgement.status == "not_found":
            forms.nothing(draft, judgement.missing, chosen[:_NEAREST])
            return
        listing = meant(self.index.lists, query, findings.scores)
        first = findings.passages[0].passage.id
        if listing and (query.wants_list or (first in listing.sections and query.asks_which)):
            forms.whole_list(draft, self.index, listing, query, findings)
        elif query.compares and len(query.docs) > 1:
            forms.comparison(draft, query, chosen)
        elif judgement.kinds:
            forms.fact(draft, judgement.kinds, query.text, chosen)
        else:
            forms.situation(draft, chosen)
        if judgement.status == "partial":
            forms.partly(draft, judgement.missing)
