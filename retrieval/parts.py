"""Messages that ask for several things: questions one after another, and the halves of one question."""

import re

from retrieval.analysis import fold, stems, words

ANAPHORA = frozenset(
    "to toho tomu tom tim ten tento tato toto te ta tam tamto tech temi tohle takove takovy takovou ono on ona "
    "oni jejich jeho jej jim taky take rovnez jeste zbyly zbylych zbylymi druhy druhe dalsi".split()
)
OPENINGS = frozenset("a ale takze tak i".split())

_MOVES = frozenset("pro u ti ty kdyz kdyby".split())

SHORT = 7
"""Stems up to which a question is likely to lean on something said before it."""

_LEAST = 3
"""Stems that a part must have to be searched by itself."""

_QUESTION = re.compile(r"(?<=\?)\s+(?=\w)")
_SUBJECT = re.compile(r"^(?:(?:porovn|srovn)\w+)?[\s:,]*([^:?]+):", re.IGNORECASE)
_ASKING = (
    r"(?:(?:na|do|za|pro|u|s|se|k|ke|v|ve|z|ze|o|od|po|mezi)\s+)?"
    r"(?:co|ceho|cemu|cim|cem|kdo|koho|komu|kym|kolik\w*|kde|kdy|kam|kudy|odkud|jak\w*|kter\w+|proc|ci|zda|jestli)\b"
)
_JOINT = re.compile(rf",?\s+a\s+(?={_ASKING})|;\s+")


def leans(question: str) -> bool:
    """Tell whether a question points back at something said before it."""
    asked = words(question)
    return bool(asked) and (asked[0] in OPENINGS or bool(ANAPHORA & set(asked)))


def moves_on(question: str) -> bool:
    """Tell whether a follow-up asks the same of something else ("A pro lidi na ulici?"), not more of the same thing."""
    asked = words(question)
    return len(asked) > 1 and asked[0] in OPENINGS and asked[1] in _MOVES


def questions(message: str) -> list[str]:
    """Return the questions of a message, each with the statements before it.

    What points back at the question before it, is too short, or does not ask stays with that one.
    """
    found: list[str] = []
    for part in _QUESTION.split(message):
        asks = part.rstrip().endswith("?") and len(stems(part)) >= _LEAST
        own = asks and not (leans(part) and (len(stems(part)) <= SHORT or words(part)[0] in OPENINGS))
        if found and not own:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def halves(question: str) -> list[str]:
    """Return what a question asks on each side of "a kdo", "a kolik" …, none when it asks one thing only."""
    folded = fold(question)
    if len(folded) != len(question):
        return []
    cuts = [0, *(place for match in _JOINT.finditer(folded) for place in match.span()), len(question)]
    found = [question[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    found = [part for part in found if len(stems(part)) >= _LEAST]
    return found if len(found) > 1 else []


def subject(question: str) -> list[str]:
    """Return what a question sets before a colon as its subject ("Lidé bez domova: co o nich říká …"), else none."""
    found = _SUBJECT.match(question)
    return [found.group(1)] if found and 0 < len(stems(found.group(1))) <= SHORT else []
