"""True sentences with the passages that bear them out: those of the corpus, and paraphrases written by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.jsonl import parse_lines
from ingest.document import Document, Passage
from ingest.errors import QuestionSetError
from ingest.library import shelves
from ingest.readers import read
from ingest.sentences import sentence_spans
from ingest.settings import Settings
from ingest.structure import passages
from prompts.json_fields import Fields, objects, text

_WORDS = range(6, 45)
_TASK = re.compile(r"^\d+\.?\s+(?=[A-ZÁ-Ž])")
_CODE = re.compile(r"^(\d(?:\.\d+)*\.[a-z])\s+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with the passages it cites; `base` tells where it comes from: the corpus or a paraphrase."""

    id: str
    text: str
    cited: tuple[Passage, ...]
    base: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents with their passages, in order."""

    documents: Mapping[str, Document]
    passages: Mapping[str, tuple[Passage, ...]]

    @classmethod
    def of(cls, settings: Settings) -> "Corpus":
        """Read the documents of the corpus; no index is needed.

        Raises
        ------
        ReadError, ManifestError
            If a document or the manifest cannot be read.
        """
        documents = [read(shelf.path, shelf.source) for shelf in shelves(settings) if not shelf.added]
        return cls({d.id: d for d in documents}, {d.id: passages(d) for d in documents})

    def holding(self, doc: str, quote: str) -> Passage:
        """Return the shortest passage that holds a quote.

        Raises
        ------
        QuestionSetError
            If no passage of the document does.
        """
        document = self.documents.get(doc)
        start = document.text.find(quote) if document else -1
        holders = [p for p in self.passages.get(doc, ()) if p.start <= start and start + len(quote) <= p.end]
        if start < 0 or not holders:
            raise QuestionSetError(f"citát „{quote}“ v dokumentu „{doc}“ není. Opravte znění nebo dokument")
        return min(holders, key=lambda p: (len(p.text), p.start))


def load_paraphrases(path: Path, corpus: Corpus) -> tuple[Claim, ...]:
    """Read true paraphrases: JSON lines with `id`, `sentence`, and `evidence` as a list of `doc` and `quote`.

    Raises
    ------
    QuestionSetError
        With one row per wrong line.
    """

    def parse(fields: Fields) -> Claim:
        cited = objects(fields, "evidence", lambda e: corpus.holding(text(e, "doc"), text(e, "quote")))
        unique = {p.id: p for p in cited}
        return Claim(text(fields, "id"), text(fields, "sentence"), tuple(unique.values()), "parafráze")

    return parse_lines(path, parse, lambda claim: claim.id)


def statements(corpus: Corpus) -> tuple[Claim, ...]:
    """Return the sentences of the corpus that state something, each citing the leaf it stands in."""
    found = []
    for leaf in (p for group in corpus.passages.values() for p in group if p.grain == "leaf"):
        if leaf.kind in ("title", "heading", "descriptor"):
            continue
        for start, end in sentence_spans(leaf.text):
            sentence = " ".join(leaf.text[start:end].split())
            code = _CODE.match(sentence)
            sentence = _TASK.sub("", _CODE.sub(f"Opatření {code[1]}: " if code else "", sentence))
            if len(sentence.split()) in _WORDS or leaf.kind == "fact":
                found.append(Claim(f"{leaf.id}/{start}", sentence, (leaf,), "text dokumentu"))
    return tuple(found)
