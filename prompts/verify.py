"""Whether a sentence of a language model says what the passages it cites say: verbatim, supported, unsupported."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from prompts import checks, polarity, roles
from prompts.answer import Verdict
from prompts.comparison import Comparison
from prompts.framing import is_framing
from prompts.quotes import is_quote
from prompts.reading import Reading, read
from prompts.splitting import Sentence, sentences
from prompts.wording import Wording
from retrieval.thesaurus import Thesaurus

COVERED = 0.55
"""Smallest share of a sentence's words that its source must bear out."""

_ADDED = 2.4
_SURE = 0.9
_BETTER = 0.2
"""Another passage must bear out so much more before the citation counts as mistaken."""


class Cited(Protocol):
    """What a sentence may cite: a passage, or anything else with a text and the words around it."""

    @property
    def text(self) -> str: ...

    @property
    def context(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a sentence and Czech reasons for it; a sentence that is borne out has none."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a reply with its verdict; `note` for one that only frames the answer."""

    sentence: Sentence
    judged: Judged

    @property
    def text(self) -> str:
        """The sentence without its marks."""
        return self.sentence.text

    @property
    def citations(self) -> tuple[int, ...]:
        """Numbers of the passages that it cites."""
        return self.sentence.citations

    @property
    def verdict(self) -> Verdict:
        return self.judged.verdict

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.judged.reasons


@dataclass(frozen=True, slots=True)
class Verifier:
    """Compares sentences with passages, without a model."""

    wording: Wording
    _read: dict[str, Reading] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, thesaurus: Thesaurus) -> "Verifier":
        """Prepare the words of the thesaurus and of the project for comparing."""
        return cls(Wording.of(thesaurus))

    def verify(self, sentence: str, cited: Sequence[Cited], others: Sequence[str] = ()) -> Judged:
        """Judge one sentence, without its marks, by the passages it cites.

        `others` are texts that the model saw too: a sentence that one of them bears out far better was cited wrongly.
        """
        if not cited:
            return Judged("unsupported", ("věta nemá citaci",))
        if any(is_quote(sentence, passage.text, self.wording) for passage in cited):
            return Judged("verbatim")
        said = read(sentence, self.wording)
        source = "\n\n".join(passage.text for passage in cited)
        context = "\n".join(dict.fromkeys(passage.context for passage in cited))
        comparison = Comparison.of(said, self._reading(source), self._reading(context), self.wording)
        reasons = tuple(dict.fromkeys((*_reasons(comparison), *self._better(comparison, others))))
        return Judged("unsupported", reasons) if reasons else Judged("supported")

    def check_text(self, text: str, passages: Mapping[int, Cited]) -> tuple[CheckedSentence, ...]:
        """Judge every sentence of a reply by the passages that its marks name, in the order of the reply."""
        return tuple(CheckedSentence(sentence, self._check(sentence, passages)) for sentence in sentences(text))

    def _check(self, sentence: Sentence, passages: Mapping[int, Cited]) -> Judged:
        if not passages.keys() >= set(sentence.citations):
            return Judged("unsupported", ("citace vede mimo předložené pasáže",))
        if is_framing(read(sentence.text, self.wording), self.wording, heading=sentence.heading):
            return Judged("note")
        cited = [passages[n] for n in sentence.citations]
        others = [passage.text for n, passage in passages.items() if n not in sentence.citations]
        return self.verify(sentence.text, cited, others)

    def _better(self, c: Comparison, others: Sequence[str]) -> Iterator[str]:
        own = c.coverage(with_context=False)
        if own >= _SURE:
            return
        nothing = self._reading("")
        for other in others:
            there = Comparison.of(c.said, self._reading(other), nothing, self.wording)
            if there.coverage(with_context=False) >= own + _BETTER:
                yield "větě odpovídá jiné místo než citované"
                return

    def _reading(self, text: str) -> Reading:
        if text not in self._read:
            if len(self._read) >= 256:
                self._read.clear()
            self._read[text] = read(text, self.wording)
        return self._read[text]


def _reasons(c: Comparison) -> Iterator[str]:
    yield from checks.wrong_quantities(c)
    yield from checks.wrong_names(c)
    yield from polarity.wrong_polarity(c)
    yield from checks.wrong_strength(c)
    yield from roles.swapped(c)
    share = c.coverage()
    if c.borne() <= 0:
        yield "citované místo o tom nemluví"
    elif share < COVERED:
        yield f"citované místo dokládá jen {share:.0%} věty".replace("%", " %")
    added, positions = c.addition()
    unknown = positions if added >= _ADDED else c.added_clause()
    if unknown:
        yield f"„{c.forms(unknown)}“ v citovaném místě není"
