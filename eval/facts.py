"""Whether a text states a fact: by its letters, its digits, or the words of one sentence."""

import re
import unicodedata

# Czech inflection changes word ends, so words are compared by their beginnings.
STEM = 6
SHARE_OF_WORDS = 0.85

_WORD = re.compile(r"\w{3,}")
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s|\n")


def folded(text: str) -> str:
    """Return the text in lower case, without diacritics, with single spaces."""
    decomposed = unicodedata.normalize("NFD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.lower().split())


def states(text: str, fact: str) -> bool:
    """Return whether the text states the fact; the rule is that of the project's independent scorer.

    The fact must stand in the folded text. Failing that, a fact with digits must stand there when all white
    space is dropped ("298 997 803,50"), and any other must have 85 % of its words, by their first six
    letters, in one sentence.
    """
    wanted, given = folded(fact), folded(text)
    if wanted in given:
        return True
    if any(character.isdecimal() for character in wanted):
        return wanted.replace(" ", "") in given.replace(" ", "")
    stems = _stems(wanted)
    if not stems:
        return False
    sentences = (set(_stems(folded(sentence))) for sentence in _SENTENCE_END.split(text))
    enough = SHARE_OF_WORDS * len(stems)
    return any(sum(stem in sentence for stem in stems) >= enough for sentence in sentences)


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in _WORD.findall(text)]
