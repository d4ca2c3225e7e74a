"""What a document states once for everything in it: target groups, who receives support, programme and period."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.document import Passage
from retrieval.analysis import WORD, fold, stems
from retrieval.cuttings import Cuttings
from retrieval.instruments import Value
from retrieval.mentions import Lexicon

_TARGETS = re.compile(r"\bcilov\w* skupin")
_RECEIVERS = re.compile(r"\b(prijemc|zadatel|realizator|kdo muze)")
_OFFERED = re.compile(r"\b(nabiz|urcen|k vyuziti|mohou (?:vyuzit|zadat|cerpat)|opravnen)")
_PROJECT = re.compile(r"\b(registracni cislo|cislo projektu)")
_EXPLAINED = re.compile(r"\s[–|]\s")
_INCLUDES = re.compile(r"\b(zahrnuj|zejm|napr|vcetne|tj\b|tedy)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = r"(?:\d{1,2}\.[ \u00a0]*(?:\d{1,2}\.|[^\W\d_]+)[ \u00a0]*)?"


@dataclass(frozen=True, slots=True)
class Statements:
    """What one document states, each with its span; empty where it states nothing.

    Attributes
    ----------
    is_project
        Whether the document is the page of one project: it states a registration number.
    groups
        Items of its lists of target groups; labels are the headings of the lists.
    labelled
        Receivers stated under a label of their own ("Oprávnění žadatelé", "Realizátor projektu").
    introduced
        Paragraphs that offer what follows to somebody, each for what stands under its own headings.
    facts
        Labelled facts but for the receivers.
    """

    is_project: bool
    groups: tuple[Value, ...]
    labelled: tuple[Value, ...]
    introduced: tuple[Value, ...]
    facts: tuple[Value, ...]
    programme: Value | None
    period: Value | None

    @classmethod
    def of(cls, cuttings: Cuttings, groups: Lexicon, bodies: Lexicon) -> "Statements":
        """Read the statements of a document; concepts are looked for in the lists of their own kind only."""
        facts = [u for u in cuttings.leaves if u.kind == "fact" and u.label]
        return cls(
            is_project=any(_PROJECT.search(fold(u.label)) for u in facts),
            groups=tuple(_target_groups(cuttings, groups, bodies)),
            labelled=tuple(_labelled(cuttings, bodies)),
            introduced=tuple(_introduced(cuttings, bodies)),
            facts=tuple(_after_label(cuttings, u) for u in facts if not _RECEIVERS.search(fold(u.label))),
            programme=_programme(cuttings),
            period=_period(cuttings),
        )

    def receivers(self, unit: Passage) -> tuple[Value, ...]:
        """Return who may receive or carry out what a unit offers."""
        own = [v for v in self.introduced if v.start < unit.start and _covers(v.passage, unit)]
        return (*self.labelled, *own)


def _covers(intro: Passage, unit: Passage) -> bool:
    return bool(intro.headings) and unit.headings[: len(intro.headings)] == intro.headings


def _target_groups(cuttings: Cuttings, groups: Lexicon, bodies: Lexicon) -> Iterator[Value]:
    for unit in cuttings.leaves:
        label = next((h for h in unit.headings if _TARGETS.search(fold(h))), "")
        if label and unit.kind == "item" and not unit.parent:
            yield _listed(cuttings.whole(unit, label=label), groups, bodies)


def _labelled(cuttings: Cuttings, bodies: Lexicon) -> Iterator[Value]:
    for unit in cuttings.leaves:
        if unit.kind in ("fact", "contact") and _RECEIVERS.search(fold(unit.label)):
            value = _after_label(cuttings, unit)
        elif unit.kind == "item" and (label := next((h for h in unit.headings if _RECEIVERS.search(fold(h))), "")):
            value = cuttings.whole(unit, label=label)
        else:
            continue
        yield _naming(value, bodies)


def _introduced(cuttings: Cuttings, bodies: Lexicon) -> Iterator[Value]:
    for unit in cuttings.leaves:
        if unit.kind == "paragraph" and _OFFERED.search(fold(unit.text)):
            value = _naming(cuttings.whole(unit), bodies)
            if value.concepts:
                yield value


def _after_label(cuttings: Cuttings, unit: Passage) -> Value:
    """Return the first line of what follows "Label:" in a fact or contact."""
    text = cuttings.document.text[unit.start : cuttings.ends[unit.id]]
    match = re.compile(re.escape(unit.label) + r"\s*:?\s*([^\n]*[^\s])").match(text)
    start, end = match.span(1) if match else (0, len(text))
    return cuttings.span(unit, unit.start + start, unit.start + end, label=unit.label)


def _listed(value: Value, groups: Lexicon, bodies: Lexicon) -> Value:
    """Return an item of a list of target groups with those that it names.

    What stands behind a dash, or in a further column of a table, explains the group. It names further groups only
    where it lists what the group includes, and never organisations: a shelter run by a charity does not make
    charities a target group.
    """
    head, rest = (*_EXPLAINED.split(value.quote, 1), "")[:2]
    named = _naming(value, groups, end=len(value.quote) if _INCLUDES.search(fold(rest)) else len(head))
    organised = _naming(value, bodies, end=len(head))
    spots, concepts = (*named.spots, *organised.spots), (*named.concepts, *organised.concepts)
    pairs = sorted(zip(spots, concepts, strict=True))
    return replace(value, concepts=tuple(c for _, c in pairs), spots=tuple(spot for spot, _ in pairs))


def _naming(value: Value, lexicon: Lexicon, end: int | None = None) -> Value:
    """Return a value with the concepts that its first `end` characters name, each at its first place."""
    spots: dict[str, tuple[int, int]] = {}
    for mention in lexicon.mentions(value.quote[:end]):
        spots.setdefault(mention.concept, (value.start + mention.start, value.start + mention.end))
    return replace(value, concepts=tuple(spots), spots=tuple(spots.values()))


def _programme(cuttings: Cuttings) -> Value | None:
    """Return the first place where the document itself names its programme, in any inflection."""
    name = cuttings.document.source.programme.partition("(")[0]
    wanted = stems(name)
    if not wanted:
        return None
    for unit in cuttings.leaves:
        text = cuttings.document.text[unit.start : cuttings.ends[unit.id]]
        tokens = [(own[0], m.start(), m.end()) for m in WORD.finditer(text) if (own := stems(m.group()))]
        for i in range(len(tokens) - len(wanted) + 1):
            if all(_same(token[0], stem) for token, stem in zip(tokens[i:], wanted, strict=False)):
                start, end = tokens[i][1], tokens[i + len(wanted) - 1][2]
                return cuttings.span(unit, unit.start + start, unit.start + end)
    return None


def _same(stem: str, other: str) -> bool:
    """Tell whether two stems may be of one word: "program" loses more of its end than "programu" does."""
    shorter, longer = sorted((stem, other), key=len)
    return stem == other or (len(shorter) > 3 and longer.startswith(shorter))


def _period(cuttings: Cuttings) -> Value | None:
    """Return where the document states its period; None when it does not, even if the period is known otherwise."""
    source = cuttings.document.source
    years = _YEAR.findall(source.period)
    if source.period_basis != "from_document" or not years:
        return None
    pattern = re.compile(rf"{_DAY}{years[0]}" + (rf"\D{{1,4}}{_DAY}{years[-1]}" if len(years) > 1 else ""))
    for unit in sorted(cuttings.leaves, key=lambda u: u.kind not in ("fact", "title")):
        if match := pattern.search(cuttings.document.text, unit.start, cuttings.ends[unit.id]):
            return cuttings.span(unit, match.start(), match.end(), label=unit.label)
    return None
