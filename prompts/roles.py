"""Who does what to whom: two words that changed places between subject and object."""

from collections.abc import Iterator
from itertools import permutations

from prompts.comparison import Comparison
from prompts.tokens import Token

_DATIVE = ("ům", "ám", "ím")
_THIRD_PERSON = ("uje", "ují", "á", "ají", "ízí", "ízejí", "ne", "nou", "í")


def swapped(c: Comparison) -> Iterator[str]:
    """Yield pairs of words that changed places about the same verb: the object became subject, and the other way.

    Decided by endings that leave no doubt: the plural dative, and the singular of nouns in "-a". Where the endings
    could mean several cases nothing is said.
    """
    verbs = [i for i in c.said.content if _is_verb(c.said.tokens[i]) and any(map(_is_verb, _kin(c, i)))]
    for verb in verbs:
        clause = c.said.tokens[verb].clause
        nouns = [i for i in c.said.content if c.said.tokens[i].clause == clause and i != verb]
        for a, b in permutations(nouns, 2):
            demoted = any(_subject(old) and _object(c.said.tokens[a], old) for old in _kin(c, a))
            promoted = any(_dative(old) and not _dative(c.said.tokens[b]) for old in _kin(c, b))
            if demoted and (promoted or _leads(c, a, b, verb)):
                yield f"„{c.said.tokens[b].form}“ a „{c.said.tokens[a].form}“ mají v citovaném místě opačné role"
                return


def _kin(c: Comparison, i: int) -> list[Token]:
    return [c.source.tokens[j] for j in c.kin(i)]


def _is_verb(token: Token) -> bool:
    return token.form.endswith(_THIRD_PERSON) and not token.form.endswith(("ní", "tí", "ová"))


def _dative(token: Token) -> bool:
    return token.form.endswith(_DATIVE)


def _subject(token: Token) -> bool:
    return token.form.endswith("a")


def _object(token: Token, before: Token) -> bool:
    """Tell whether a noun that ended in "-a" now stands in the dative or the accusative."""
    return token.plain[:-2] == before.plain[:-2] and token.form.endswith(("u", "e", "ě"))


def _leads(c: Comparison, a: int, b: int, verb: int) -> bool:
    """Tell whether b stands before the verb and a after it, while in the source a leads and b follows."""
    if not b < verb < a:
        return False
    order = [(min(c.kin(i), default=-1)) for i in (a, verb, b)]
    return -1 < order[0] < order[1] < order[2]
