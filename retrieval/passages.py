"""What a search returns: passages with their scores. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.document import Passage


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its fused score and what it was fused from.

    Attributes
    ----------
    score
        Weighted sum of the channels' z-scores; higher is better, only comparable within one search.
    mass
        What the passage adds to those ranked before it, relative to the best leaf's 1.
    channels
        Share of each channel and boost in the score.
    """

    passage: Passage
    score: float
    mass: float = 0.0
    channels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a search found.

    Attributes
    ----------
    passages
        Best first.
    scores
        Fused scores of all candidates by passage id.
    cosine
        Highest cosine between the question and a passage or an anticipated question; 0 without a dense channel.
    """

    passages: tuple[ScoredPassage, ...]
    scores: Mapping[str, float]
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was read.

    Attributes
    ----------
    concepts
        Official labels of concepts that were searched besides the words of the question, at most four.
    corrections
        Pairs of a word as typed and what it was probably meant to be, in the order of the question.
    follows
        What an earlier turn was about and this one leans on: measures, descriptors and documents.
    """

    concepts: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Czech lines for the user, none when the question was taken as it stands."""
        found = []
        if self.concepts:
            found.append(f"Hledám také: {', '.join(self.concepts)}")
        if self.corrections:
            found.append("Opravené překlepy: " + ", ".join(f"{typed} → {meant}" for typed, meant in self.corrections))
        if self.follows:
            found.append(f"Navazuji na: {', '.join(self.follows)}")
        return tuple(found)
