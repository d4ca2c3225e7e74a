"""A chat model writes what people will ask; a question is kept only if search leads from it back to its passage.

The check of a question, in this order: it is one line that ends with a question mark, in Czech, of 3 to 25 words and at
most 160 characters; it gives no instructions; it is no near copy of one kept for the same document (4-grams in common
below 0.8); and the texts of the whole index, searched with it without any anticipated questions, hold its passage among
the first three leaves, with a cosine of at least 0.3. Of 600 questions written by hand for the shipped documents the
search leads 97 % back to their passage and 1 % to one drawn at random; the cosine matters in a small index, where the
first three are nearly all there is (below 0.5 for 1 % of the former, above 0.28 for 5 % of the latter).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.anticipated import Anticipated, write_anticipated
from ingest.document import Document, Passage
from prompts.answer import Spent
from prompts.generate import Streams
from prompts.guard import instructs
from prompts.templates import Fence, Templates
from retrieval.analysis import fold, grams, words
from retrieval.fusion import TEXT, fuse
from retrieval.index import Index
from retrieval.search import channels

FIRST = 3
"""Leaves among which the search must find the passage."""

CLOSE = 0.3
"""Smallest cosine between question and passage; other encoders' scales begin above it, so it never shuts them out."""

_LONGEST, _FEWEST_WORDS, _MOST_WORDS = 160, 3, 25
_COPY = 0.8
_QUOTE = 80
"""Characters of the passage that its unit quotes, so that it is found again in a text that has moved."""

_SHORTEST_PASSAGE = 25
_LEADING = re.compile(r"^[\s\d.)(•▪*#„\"'–—-]+")
_TRAILING = re.compile(r"[\s\"'“”*]+$")
_CZECH_LETTERS = re.compile(r"[ěščřžůďťňĚŠČŘŽŮĎŤŇ]")
_CZECH = frozenset(
    "kdo co jak jaky jaka jake jakou jakych ktery ktera ktere kterou kteri kterych kolik kde kdy kam proc komu koho "
    "cim je jsou se na pro v ve z ze s k ke u pri podle mezi lze muze ma mame".split()
)
_ENGLISH = frozenset("the of what is are how which who does can and with for should why when where this that".split())


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions a model suggested for a document, and how many passed the check."""

    suggested: int
    kept: int


@dataclass(frozen=True, slots=True)
class Anticipator:
    """Lets a chat model write the anticipated questions of documents of an index.

    Attributes
    ----------
    folder
        Where the files go, one per document; what is not finished is kept beside them.
    progress
        Called with (passages done, passages of the document, its title).
    """

    index: Index
    model: Streams
    templates: Templates
    folder: Path
    progress: Callable[[int, int, str], None]

    def lacking(self) -> tuple[str, ...]:
        """Ids of the documents that have no questions and for which no model has tried yet."""
        return tuple(d for d in self.index.documents if self.accepts(d) and not self._file(d).exists())

    def accepts(self, doc: str) -> bool:
        """Tell whether the index holds the document, and its questions, if any, are a model's and no person's."""
        asked = any(p.doc == doc and p.asked for p in self.index.passages.values())
        return doc in self.index.documents and (not asked or self._file(doc).exists())

    def write(self, doc: str) -> Tally:
        """Write the questions of one document; a run that was broken off goes on where it ended.

        Raises
        ------
        ModelError
            If the model fails; what it wrote so far is kept for the next run.
        """
        document = self.index.documents[doc]
        passages = list(_worth_asking(self.index.passages.values(), doc))
        journal = _Journal.open(self.folder / f"{doc}.part", self._print(document))
        kept = [set(grams(q)) for entry in journal.done.values() for q in entry.questions]
        for n, passage in enumerate(passages):
            self.progress(n, len(passages), document.source.title)
            if passage.id not in journal.done:
                suggested = self._suggested(document, passage)
                journal.add(passage.id, len(suggested), self._checked(suggested, passage, kept))
        self.progress(len(passages), len(passages), document.source.title)
        units = [
            Anticipated(doc, p.start, min(p.end, p.start + _QUOTE), journal.done[p.id].questions)
            for p in passages
            if journal.done[p.id].questions
        ]
        write_anticipated(self._file(doc), units, document.text)
        journal.path.unlink()
        entries = journal.done.values()
        return Tally(sum(e.suggested for e in entries), sum(len(e.questions) for e in entries))

    def _file(self, doc: str) -> Path:
        return self.folder / f"{doc}.toml"

    def _print(self, document: Document) -> str:
        """Hash what the questions depend on: another text, model or template starts anew."""
        parts = (document.text, self.model.name, self.templates["anticipate"].sha256, self.templates["system"].sha256)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def _suggested(self, document: Document, passage: Passage) -> list[str]:
        """Ask the model; return the lines of its reply that could be questions, once each."""
        place = " › ".join((document.source.title, *passage.headings[-2:]))
        text = f"{place}\n{passage.text}"
        prompt = self.templates["anticipate"].fill(passage=Fence.around([text]).wrap("část dokumentu", text))
        pieces = self.model.stream(self.templates["system"].text, prompt)
        reply = "".join(piece for piece in pieces if not isinstance(piece, Spent))
        lines = (_TRAILING.sub("", _LEADING.sub("", line)) for line in reply.splitlines())
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.endswith("?")))

    def _checked(self, suggested: Sequence[str], passage: Passage, kept: list[set[str]]) -> tuple[str, ...]:
        found: list[str] = []
        for question in suggested:
            shape = set(grams(question))
            new = is_czech_question(question) and not any(_alike(shape, other) for other in kept)
            if new and leads_back(self.index, question, passage):
                found.append(question)
                kept.append(shape)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What became of one passage."""

    suggested: int
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Journal:
    """The passages of a document that are done, saved one by one; `done` is by passage id."""

    path: Path
    done: dict[str, _Entry]

    @classmethod
    def open(cls, path: Path, fingerprint: str) -> "_Journal":
        """Go on with a journal of the same fingerprint, or start a new one."""
        done: dict[str, _Entry] = {}
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if lines[:1] == [fingerprint]:
            # A run that was killed may have left half a line, whose passage is then asked for again.
            for line in lines[1:]:
                with suppress(json.JSONDecodeError):
                    passage, suggested, questions = json.loads(line)
                    done[passage] = _Entry(suggested, tuple(questions))
        path.parent.mkdir(parents=True, exist_ok=True)
        journal = cls(path, done)
        path.write_text(fingerprint + "\n", encoding="utf-8")
        for passage, entry in done.items():
            journal._append(passage, entry)
        return journal

    def add(self, passage: str, suggested: int, questions: tuple[str, ...]) -> None:
        """Note that a passage is done."""
        self.done[passage] = _Entry(suggested, questions)
        self._append(passage, self.done[passage])

    def _append(self, passage: str, entry: _Entry) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([passage, entry.suggested, entry.questions], ensure_ascii=False) + "\n")


def is_czech_question(text: str) -> bool:
    """Tell whether a line is a Czech question of a length that people ask, and no instruction."""
    said = words(text)
    if not (text.endswith("?") and len(text) <= _LONGEST and _FEWEST_WORDS <= len(said) <= _MOST_WORDS):
        return False
    czech = bool(_CZECH_LETTERS.search(text)) or not _CZECH.isdisjoint(said)
    return czech and _ENGLISH.isdisjoint(fold(text).split()) and text.isprintable() and not instructs(text)


def leads_back(index: Index, question: str, passage: Passage) -> bool:
    """Tell whether the texts alone, searched with a question, have its passage among the first leaves."""
    found = {name: hits for name, hits in channels(index, question, {}).items() if name.startswith(TEXT)}
    scores = {key: sum(parts.values()) for key, parts in fuse(found, index.weights.channels).items()}
    if found.get("text_dense", {}).get(passage.id, CLOSE) < CLOSE:
        return False
    leaves = (key for key in sorted(scores, key=lambda key: -scores[key]) if index.passages[key].grain == "leaf")
    return passage.id in [key for key, _ in zip(leaves, range(FIRST), strict=False)]


def _alike(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= _COPY * len(a | b)


def _worth_asking(passages: Iterable[Passage], doc: str) -> Iterator[Passage]:
    """Leaves of a document that say something; those with instructions to an assistant are left out."""
    for passage in passages:
        own = passage.doc == doc and passage.grain == "leaf" and passage.kind not in ("title", "heading")
        if own and len(passage.text) >= _SHORTEST_PASSAGE and not instructs(passage.text):
            yield passage
