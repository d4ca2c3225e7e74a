"""A model's reply, checked sentence by sentence against the passages that its marks name."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.document import Passage
from prompts.answer import Verdict
from prompts.verify import Verifier


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence without its marks, the numbers of its marks, and the verdict with Czech reasons."""

    text: str
    marks: tuple[int, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def check_reply(verifier: Verifier, reply: str, passages: Mapping[int, Passage]) -> tuple[CheckedSentence, ...]:
    """Return the sentences of a reply in order, each with its verdict."""
    checked = verifier.check_text(reply, passages)
    return tuple(CheckedSentence(s.text, s.citations, s.verdict, s.reasons) for s in checked)
