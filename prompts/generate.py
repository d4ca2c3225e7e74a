"""A chat model writes the answer from numbered passages; what it wrote counts only sentence by sentence."""

import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar, runtime_checkable

from ingest.document import Passage
from ingest.errors import ModelError
from ingest.settings import ModelSettings
from prompts.answer import Spent, Statement, Turn, Usage
from prompts.compose import Draft, validity
from prompts.czech import counted
from prompts.guard import instructs
from prompts.reply import CheckedSentence, check_reply
from prompts.templates import Fence, Templates
from prompts.verify import Verifier
from retrieval.analysis import stems
from retrieval.thesaurus import Thesaurus

_TURNS, _TURN_CHARACTERS = 4, 600
"""Earlier turns that the model is shown, and how much of each."""

_LONGEST_QUESTION = 300
_COUNTS = frozenset(("verbatim", "supported"))
_NO_HISTORY = "(žádný)"
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKDOWN = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|[*•-]|\d{1,2}[.)])\s+", re.MULTILINE)
_FINISHED = re.compile(r".*[.!?…][“\"]?(?:\s*\[[\d\s,;]+\])*", re.DOTALL)


class Streams(Protocol):
    """A chat model as the writer needs it; see `prompts.model.ChatModel`."""

    @property
    def name(self) -> str: ...
    def stream(self, system: str, prompt: str) -> Iterator[str | Spent]: ...


@runtime_checkable
class Timed(Protocol):
    """A chat model with a time limit, which counts from a moment of `time.monotonic` for all that it is asked."""

    def since(self, begun: float) -> Streams: ...


Checks = Callable[[str, Mapping[int, Passage]], Sequence[CheckedSentence]]


_Count = TypeVar("_Count", int, float)


@dataclass(slots=True)
class Meter:
    """What the model took for one answer, over all its replies; their time limit is one, from its beginning on."""

    begun: float = field(default_factory=time.monotonic)
    spent: list[Spent] = field(default_factory=list)
    removed: int = 0

    def usage(self, model: str, templates: Templates) -> Usage:
        """Sum up; a count that one reply lacks is unknown in the sum."""
        return Usage(
            model=model,
            templates=templates.hashes,
            calls=sum(s.calls for s in self.spent),
            input_tokens=_sum([s.input_tokens for s in self.spent]),
            output_tokens=_sum([s.output_tokens for s in self.spent]),
            cost=_sum([s.cost for s in self.spent]),
            removed=self.removed,
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """Lets a chat model write, and keeps of its reply only what the check confirms."""

    model: Streams
    templates: Templates
    check: Checks

    @classmethod
    def open(cls, settings: ModelSettings, thesaurus: Thesaurus) -> "Writer":
        """Prepare the model, the templates and the check.

        Raises
        ------
        SettingsError
            If the model or a template cannot be used.
        """
        # Imported here: LangChain takes a second to import, and the default does without it.
        from prompts.model import ChatModel

        return cls(ChatModel.open(settings), Templates.load(), partial(check_reply, Verifier.of(thesaurus)))

    def usage(self, meter: Meter) -> Usage:
        """Return what was spent, with the names by which a record can be traced to model and templates."""
        return meter.usage(self.model.name, self.templates)

    def write(
        self, draft: Draft, question: str, history: Sequence[Turn], passages: Sequence[Passage], meter: Meter
    ) -> Iterator[str]:
        """Yield the reply as it comes, unchecked; then add to the draft the sentences that the passages support.

        Passages and turns with instructions to an assistant are withheld from the model, so none of their
        sentences can pass as supported. The draft stays as it is when too little is left.

        Raises
        ------
        ModelError
            If the model fails, or less than half of its sentences, or none at all, is supported.
        """
        titled = ((p, f"Dokument: {draft.documents[p.doc].source.title}\n{p.text}") for p in passages)
        numbered = list(enumerate(((p, text) for p, text in titled if not instructs(text)), start=1))
        if not numbered:
            raise ModelError("Nalezené pasáže jazykový model nedostal, protože obsahují pokyny pro asistenta.")
        shown = {n: passage for n, (passage, _) in numbered}
        texts = [text for _, (_, text) in numbered]
        reply = yield from self._reply("answer", meter, **_data(question, history, texts))
        sentences = self.check(reply, shown)
        kept = [s for s in sentences if s.verdict in _COUNTS and s.marks and shown.keys() >= set(s.marks)]
        meter.removed = sum(s.verdict != "note" for s in sentences) - len(kept)
        if not kept or meter.removed > len(kept):
            raise ModelError("Odpověď jazykového modelu se o nalezené pasáže dost neopírala.")
        for sentence in kept:
            numbers = tuple(dict.fromkeys(draft.cite(shown[n]) for n in sentence.marks))
            draft.statements.append(Statement(sentence.text, "text", sentence.verdict, numbers))
        for doc in dict.fromkeys(citation.doc for citation in draft.citations):
            source = draft.documents[doc].source
            draft.say(f"{source.title}: {validity(source)}")

    def rewrite(self, question: str, history: Sequence[Turn], meter: Meter) -> str:
        """Return a follow-up as a question that stands alone, or "" when the model brought in words of its own.

        Raises
        ------
        ModelError
            If the model fails.
        """
        reply = " ".join(_exhausted(self._reply("rewrite", meter, **_data(question, history))).split())
        known = {stem for text in (question, *(turn.content for turn in _usable(history))) for stem in stems(text)}
        fits = reply.endswith("?") and len(reply) <= _LONGEST_QUESTION and not instructs(reply)
        return reply if fits and stems(reply) and known.issuperset(stems(reply)) else ""

    def _reply(self, template: str, meter: Meter, **values: str) -> Generator[str, None, str]:
        """Yield the reply of the model as it comes; return it as plain text without an unfinished last sentence."""
        pieces: list[str] = []
        complete = True
        model = self.model.since(meter.begun) if isinstance(self.model, Timed) else self.model
        for piece in model.stream(self.templates["system"].text, self.templates[template].fill(**values)):
            if isinstance(piece, Spent):
                meter.spent.append(piece)
                complete = piece.complete
            else:
                pieces.append(piece)
                yield piece
        text = _MARKDOWN.sub("", _THOUGHTS.sub("", "".join(pieces))).strip()
        finished = _FINISHED.match(text)
        return text if complete else finished.group() if finished else ""


def writable(draft: Draft) -> bool:
    """Tell whether a model may write in the place of this answer: complete lists and tables stay as they are."""
    return bool(draft.citations) and not any(s.form in ("item", "table") for s in draft.statements)


def removed(count: int) -> tuple[str, ...]:
    """Say how many sentences of the model were left out."""
    if not count:
        return ()
    sentences = counted(count, "větu, pro kterou", "věty, pro které", "vět, pro které")
    return (f"Z odpovědi jazykového modelu jsem vynechal {sentences} není v citovaných pasážích opora.",)


def _data(question: str, history: Sequence[Turn], passages: Sequence[str] | None = None) -> dict[str, str]:
    """Return the variables of a template, each text of others inside a fence."""
    turns = _usable(history)
    fence = Fence.around([question, *(turn.content for turn in turns), *(passages or ())])
    said = [
        fence.wrap("uživatel" if turn.role == "user" else "asistent", turn.content[:_TURN_CHARACTERS]) for turn in turns
    ]
    values = {"question": fence.wrap("otázka", question), "history": "\n".join(said) or _NO_HISTORY}
    if passages is not None:
        numbered = [fence.wrap(f"pasáž [{n}]", text) for n, text in enumerate(passages, start=1)]
        values["passages"] = "\n\n".join(numbered)
    return values


def _usable(history: Sequence[Turn]) -> list[Turn]:
    """The last turns without those that give instructions to the assistant."""
    return [turn for turn in history[-_TURNS:] if not instructs(turn.content)]


def _exhausted(pieces: Generator[str, None, str]) -> str:
    """Run a reply to its end and return the whole of it."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return str(end.value)


def _sum(counts: Sequence[_Count | None]) -> _Count | None:
    known = [count for count in counts if count is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(counts) else None
