"""Sentences of a model that claim nothing about the world: lead-ins, headings, questions back, refusals."""

import re

from prompts.reading import Reading
from prompts.wording import Wording
from retrieval.analysis import fold

_HEADING = 8
"""Longer lines that end with a colon state something."""

_CLAUSE = re.compile(r"[,;:–—()]")
_CLAIMING = ("must", "only", "all", "most", "strong")


def is_framing(said: Reading, wording: Wording, *, heading: bool) -> bool:
    """Tell whether a sentence may stand without a citation.

    It may when each clause only refers to the documents, says that they do not answer, or names what was asked. A
    number or a name is a claim, except in a refusal or a heading; so is a word that claims by itself ("zdarma").
    """
    if _refuses(said.text, wording):
        return True
    if said.quantities or any(t.named for t in said.tokens):
        return False
    if any(wording.is_a(t, name) for t in said.tokens for name in _CLAIMING):
        return False
    if said.text.rstrip().endswith("?"):
        return True
    if heading and len(said.tokens) <= _HEADING and not said.signals:
        return True
    return all(wording.is_a(said.tokens[i], "frame") for i in said.content) and not any(s.hard for s in said.signals)


def _refuses(text: str, wording: Wording) -> bool:
    clauses = [clause for part in _CLAUSE.split(text) if (clause := fold(part).strip(" .!?"))]
    refused = False
    for clause in clauses:
        if any(pattern.search(clause) for pattern in wording.refusing):
            refused = True
        # What was asked may be named only after the refusal: "…, kolik dostane obec".
        elif not (refused and clause.split()[0] in wording.asking) and not _only_frames(clause, wording):
            return False
    return refused


def _only_frames(clause: str, wording: Wording) -> bool:
    return all("frame" in wording.classes.get(word, ()) for word in clause.split() if len(word) > 2)
