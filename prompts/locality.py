"""From a municipality's profile to the measures that fit: ranked, quoted, and each with its reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from ingest.document import Document, Passage, Source
from prompts.answer import Citation
from prompts.compose import quote_text, validity
from prompts.locality_profile import Profile, Theme, Wanted, askers, wanted
from retrieval.analysis import fold, words
from retrieval.index import Index
from retrieval.query import understand
from retrieval.search import find
from retrieval.stemming import stem

FITS, MAY_FIT = 0.5, 0.2
"""Fit from which a measure is shown at once, and from which it can be opened below; the rest is named by its number."""

_RELEVANCE, _SPOKEN, _NAMED = 0.55, 0.35, 0.1
"""Shares of the search, of a concept that the passage itself names, and of naming who asks."""

_ENDED_SHARE, _TASK_SHARE = 0.5, 0.9
"""What is left of the fit of a closed programme, and of a task, so that it follows the measure it belongs to."""

_ENDED = re.compile(r"\b(uzavren|skoncil|ukoncen|pozbyl)")
_FURNITURE = re.compile(r"\s*\n\s*Více info\s*$")
"""A button that the web page prints below the name of a measure."""

_MEASURES = frozenset(("measure", "task", "item"))
_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Match:
    """One measure, task or supported activity for one theme.

    Attributes
    ----------
    citation
        The passage; numbered over all matches of a result, the same passage always with the same number.
    quote
        Its words on one line.
    code, within
        Code of the passage ("4.6.a/3") and, for a task, the words of the measure that it belongs to; else "".
    validity
        One sentence on the period and state of the document.
    ended
        Whether the document says, or is known, to be closed; such measures rank lower.
    reasons
        Clauses that say why it was chosen and why it ranks where it does.
    fit
        From 0 to 1, the order within a theme.
    """

    citation: Citation
    quote: str
    code: str
    within: str
    validity: str
    ended: bool
    reasons: tuple[str, ...]
    fit: float


@dataclass(frozen=True, slots=True)
class ThemeMatches:
    """What the documents offer for one theme, best first.

    `good` fits, `low` may fit or belongs to a closed programme; `others` counts the measures that do not touch it.
    """

    wanted: Wanted
    good: tuple[Match, ...]
    low: tuple[Match, ...]
    others: int

    @property
    def all(self) -> tuple[Match, ...]:
        return (*self.good, *self.low)


@dataclass(frozen=True, slots=True)
class Matches:
    """The result for a profile.

    Attributes
    ----------
    themes
        The weightiest first.
    rest
        Measures that no theme shows, in the order of the documents: nothing is left out in silence.
    total
        Number of all measures, tasks and supported activities in the documents.
    sources
        The documents that are cited, by their id.
    """

    profile: Profile
    themes: tuple[ThemeMatches, ...]
    rest: tuple[Citation, ...]
    total: int
    sources: Mapping[str, Source]

    @property
    def citations(self) -> dict[int, Citation]:
        """All citations by their number."""
        shown = {m.citation.n: m.citation for t in self.themes for m in t.all}
        return shown | {c.n: c for c in self.rest}


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches profiles with the measures of one index."""

    index: Index
    measures: Mapping[str, Passage] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    """Stems of each measure and of what tasks belong to, by the passage's id, with a space around each."""

    relevance: dict[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    """What the search says of each theme, by its id; it depends on the index alone, so it is asked once."""

    @classmethod
    def of(cls, index: Index) -> "Matcher":
        """Collect what can be done: measures, tasks and items of lists, except lists of target groups."""
        measures = {key: p for key, p in index.passages.items() if is_measure(p)}
        parents = {p.parent for p in measures.values() if p.parent}
        texts = {key: index.passages[key].text for key in {*measures, *parents}}
        return cls(index, measures, {key: _spaced(text) for key, text in texts.items()})

    @property
    def documents(self) -> Mapping[str, Document]:
        return self.index.documents

    def match(self, profile: Profile) -> Matches:
        """Return the measures that fit a profile, by theme; the same profile always gives the same result."""
        numbers: dict[str, int] = {}
        found = tuple(self._theme(one, profile.asker, numbers) for one in wanted(profile))
        rest = [p for key, p in self.measures.items() if key not in numbers]
        return Matches(
            profile=profile,
            themes=found,
            rest=tuple(self._citation(p, numbers) for p in rest),
            total=len(self.measures),
            sources={doc: self.documents[doc].source for doc in dict.fromkeys(p.doc for p in self.measures.values())},
        )

    def _theme(self, one: Wanted, asker: str, numbers: dict[str, int]) -> ThemeMatches:
        if one.theme.id not in self.relevance:
            self.relevance[one.theme.id] = self._relevance(one.theme)
        relevance = self.relevance[one.theme.id]
        matches = []
        for key, passage in self.measures.items():
            match = self._match(one, passage, relevance.get(key, 0.0), asker)
            if match.fit >= MAY_FIT:
                matches.append((key, match))
        # Ties keep the order of the documents: the sort is stable.
        matches.sort(key=lambda pair: -pair[1].fit)
        numbered = [replace(m, citation=self._citation(self.measures[key], numbers)) for key, m in matches]
        good = tuple(m for m in numbered if m.fit >= FITS)
        low = tuple(m for m in numbered if m.fit < FITS)
        return ThemeMatches(one, good, low, len(self.measures) - len(numbered))

    def _relevance(self, theme: Theme) -> dict[str, float]:
        """Search for each concept's official label; return the best share of the top score, from 0 to 1, by passage."""
        labels = [self.index.thesaurus.concepts[c].label for c in theme.concepts if c in self.index.thesaurus.concepts]
        best: dict[str, float] = {}
        for text in (theme.label, *labels):
            query = understand(text, self.index.vocabulary, self.index.thesaurus)
            scores = find(self.index, query, _LIMIT).scores
            top = max((scores[key] for key in self.measures if key in scores), default=0.0)
            if top <= 0:
                continue
            for key in self.measures:
                best[key] = max(best.get(key, 0.0), min(1.0, max(0.0, scores.get(key, 0.0)) / top))
        return best

    def _match(self, one: Wanted, passage: Passage, relevance: float, asker: str) -> Match:
        parent = self.index.passages.get(passage.parent or "")
        spoken = self._spoken(passage.id, one.theme.concepts)
        inherited = () if spoken or parent is None else self._spoken(parent.id, one.theme.concepts)
        named = bool(self._spoken(passage.id, askers()[asker].concepts))
        source = self.documents[passage.doc].source
        ended = bool(_ENDED.search(fold(source.status)))
        touch = 1.0 if spoken else 0.6 if inherited else 0.0
        # A search always has a best hit; without a shared concept it proves less.
        fit = _RELEVANCE * relevance + _SPOKEN * touch + _NAMED * named
        fit *= (_ENDED_SHARE if ended else 1.0) * (_TASK_SHARE if passage.kind == "task" else 1.0)
        reasons = []
        if spoken:
            reasons.append(f"text mluví o tématu: {', '.join(spoken)}")
        elif inherited:
            reasons.append(f"nadřazené opatření mluví o tématu: {', '.join(inherited)}")
        else:
            reasons.append("našlo ho vyhledávání, téma ale text sám nejmenuje")
        if named:
            reasons.append(f"jmenuje {askers()[asker].named}")
        if ended:
            reasons.append("program nebo projekt skončil, proto je zařazeno níže")
        return Match(
            citation=Citation(0, passage, passage.start, passage.end, passage.text, source.title),
            quote=quote_text(_FURNITURE.sub("", passage.text)),
            code=passage.code,
            within=quote_text(parent.text) if parent is not None and passage.kind == "task" else "",
            validity=validity(source),
            ended=ended,
            reasons=tuple(reasons),
            fit=round(fit, 6),
        )

    def _spoken(self, passage: str, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the official labels of those concepts that a passage names by an official term.

        Lay terms and terms whose words stand apart are left to the search: as a reason they would claim too much.
        """
        known = self.index.thesaurus.concepts
        own = [known[c] for c in concepts if c in known]
        text = self.words[passage]
        return tuple(c.label for c in own if any(_spaced(term) in text for term in (c.label, *c.terms)))

    def _citation(self, passage: Passage, numbers: dict[str, int]) -> Citation:
        n = numbers.setdefault(passage.id, len(numbers) + 1)
        title = self.documents[passage.doc].source.title
        return Citation(n, passage, passage.start, passage.end, passage.text, title)


@cache
def _spaced(text: str) -> str:
    """Return the stems of a text, each with a space on both sides.

    Function words stay: without them "sociální byt" would be just "sociální", since "být" folds to the same word.
    """
    return f" {' '.join(stem(word) for word in words(text))} "


def is_measure(passage: Passage) -> bool:
    """Tell whether a passage is something to do: a measure, a task or a list's item that is no target group."""
    if passage.grain != "leaf" or passage.kind not in _MEASURES:
        return False
    above = fold(" ".join((*passage.headings, passage.label)))
    return "cilove skupiny" not in above and "cilovych skupin" not in above
