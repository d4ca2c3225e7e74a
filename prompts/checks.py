"""What makes a sentence say something else than its source: one function per kind, each returning Czech reasons."""

from collections.abc import Iterator

from prompts.comparison import FULL, Comparison
from prompts.quantities import Quantity, same
from prompts.reading import Reading
from prompts.tokens import Token

_HARD_GROUPS = ("cilova-skupina", "instituce", "program")
_GENERIC = frozenset("osoby-sve ohrozene-skupiny cilova-skupina klient obyvatele-svl verejnost osoby-ohrozene".split())
_MARKING = frozenset("s se bez v ve po".split())
_CASES = ("m", "mi", "ou", "i", "u", "a")
_TASKS = frozenset("opatreni ukol plan strategie projekt".split())
"""What sets tasks does not merely allow for them."""

_NAMES = {"code": "kód", "date": "datum", "year": "rok", "amount": "částka", "percent": "podíl"}


def wrong_quantities(c: Comparison) -> Iterator[str]:
    """Yield the numbers, dates, amounts and codes that the source does not state, or states of something else."""
    # Numbers of the context are those of headings; only what people cite by is taken from there.
    known = (*c.source.quantities, *(q for q in c.context.quantities if q.kind in ("code", "year", "date")))
    for q in c.said.quantities:
        text = c.said.text[q.start : q.end].strip()
        if not any(same(q, k) for k in known):
            yield f"{_NAMES.get(q.kind, 'číslo')} „{text}“ v citovaném místě není"
        elif q.kind not in ("code", "year"):
            if _misplaced(c, q):
                yield f"číslo „{text}“ patří v citovaném místě k něčemu jinému"
            stated = {_bound(c, c.source, k) for k in c.source.quantities if same(q, k)}
            if q.kind in ("number", "percent", "amount") and stated and _bound(c, c.said, q) not in stated:
                yield f"u čísla „{text}“ je v citovaném místě jiné omezení (nejméně, nejvýše, přibližně)"


def _misplaced(c: Comparison, q: Quantity) -> bool:
    """Tell whether what the number counts stands in the source beside another number."""
    counted = {i for i in _counted(c.said, q) if c.at[i]}
    fits = {True: 0.0, False: 0.0}
    for k in c.source.quantities:
        if k.kind in ("code", "year") or (k.kind == "date") != (q.kind == "date"):
            continue
        beside = set(_counted(c.source, k))
        shared = sum(1 for i in counted if beside.intersection(c.at[i]))
        fit = shared / (len(counted) + len(beside) - shared) if shared else 0.0
        fits[same(q, k)] = max(fits[same(q, k)], fit)
    return fits[False] > fits[True]


def _counted(reading: Reading, q: Quantity) -> list[int]:
    """Return the words that a number counts: up to three after it in its clause, else the two before it."""
    stop = min((k.start for k in reading.quantities if k.start > q.start), default=len(reading.text))
    after = [i for i in reading.content if q.end <= reading.tokens[i].start < stop]
    line_end = reading.text.find("\n", q.end)
    after = [i for i in after if line_end < 0 or reading.tokens[i].start < line_end]
    same_clause = [i for i in after if reading.tokens[i].clause == reading.tokens[after[0]].clause]
    gap = reading.text[q.end : reading.tokens[after[0]].start] if after else "."
    # "4 v Praze" counts nothing that comes after.
    if same_clause and not gap.strip():
        return same_clause[:3]
    return [i for i in reading.content if reading.tokens[i].start < q.start][-2:]


def _bound(c: Comparison, reading: Reading, q: Quantity) -> str:
    before = [t for t in reading.tokens if t.start < q.start][-2:]
    if not before:
        return ""
    # "více než 95", "méně jak 10": the comparing word stands one further off.
    token = before[0] if before[-1].plain in ("nez", "jak") else before[-1]
    return next((name for name in ("over", "under", "about") if c.wording.is_a(token, name)), "")


def wrong_names(c: Comparison) -> Iterator[str]:
    """Yield names, groups of people and bodies that neither the source nor its context mentions."""
    known = [*c.source.tokens, *c.context.tokens]
    forms = {t.form for t in known}
    roots = {t.root for t in known}
    concepts = c.source.concepts.keys() | c.context.concepts.keys()
    licensed = {i for k in c.said.concepts.keys() & concepts for i in c.said.concepts[k]}
    reported: set[int] = set()
    for i, token in enumerate(c.said.tokens):
        abbreviation = sum(map(str.isupper, token.form)) > 1
        # An abbreviation must stand as it is; a declined name may differ in its ending.
        if token.named and i not in licensed and token.form not in forms and (abbreviation or token.root not in roots):
            reported.add(i)
            yield f"jméno „{token.form}“ v citovaném místě není"
    people = {c.wording.people[t.stem] for t in c.source.tokens if t.stem in c.wording.people}
    stems = {t.stem for t in c.source.tokens}
    for i, token in enumerate(c.said.tokens):
        group = c.wording.people.get(token.stem)
        if group is not None and group not in people and token.stem not in stems and i not in reported:
            reported.add(i)
            yield f"„{token.form}“: o nich citované místo nemluví"
    yield from _wrong_concepts(c, concepts, reported)
    yield from _wrong_marks(c, reported)


def _wrong_concepts(c: Comparison, known: set[str], reported: set[int]) -> Iterator[str]:
    covered = {i for k in c.said.concepts.keys() & known for i in c.said.concepts[k]}
    for key, at in c.said.concepts.items():
        concept = c.wording.thesaurus.concepts[key]
        if concept.group not in _HARD_GROUPS or key in known or key in _GENERIC or at <= covered or at & reported:
            continue
        if any(not c.at[i] and not c.around[i] and c.weight(i) >= FULL for i in at):
            reported.update(at)
            yield f"„{c.forms(sorted(at))}“: o tom citované místo nemluví"


def _wrong_marks(c: Comparison, reported: set[int]) -> Iterator[str]:
    """Yield what marks off a group of people ("lidé s nízkými příjmy") when no word of it is borne out."""
    for i, token in enumerate(c.said.tokens):
        if not (c.wording.is_a(token, "persons") or token.stem in c.wording.people):
            continue
        marks = [j for j in c.said.content if j > i and c.said.tokens[j].clause == token.clause][:2]
        gap = marks[0] - i if marks else 0
        if (
            gap == 2
            and c.said.tokens[marks[0]].plain.endswith(_CASES)
            and c.said.tokens[i + 1].plain in _MARKING
            and not reported.intersection(marks)
        ):
            unknown = [j for j in marks if not c.at[j] and not c.around[j]]
            if unknown == marks and any(c.weight(j) >= FULL for j in marks):
                yield f"„{c.forms([i, i + 1, *marks])}“: o tom citované místo nemluví"


def wrong_strength(c: Comparison) -> Iterator[str]:
    """Yield duties, possibilities and quantifiers that the source does not have."""
    w, source = c.wording, c.source.tokens
    for name, reason in (
        ("must", "povinnost nebo nutnost"),
        ("only", "omezení na jediné"),
        ("all", "tvrzení o všech"),
        ("most", "tvrzení o většině"),
    ):
        if not any(w.is_a(t, name) for t in source):
            for token in c.said.tokens:
                if w.is_a(token, name):
                    yield f"{reason} („{token.form}“) v citovaném místě není"
    has = {name: any(w.is_a(t, name) for t in source) for name in ("all", "most", "some")}
    if any(w.is_a(t, "some") for t in c.said.tokens) and (has["all"] or has["most"]) and not has["some"]:
        yield "citované místo mluví o všech nebo o většině"
    for i, token in enumerate(c.said.tokens):
        if w.is_a(token, "strong") and not c.kin(i) and not c.around[i]:
            yield f"„{token.form}“ v citovaném místě není"
        if not c.at[i] and any(c.wording.opposite(token, source[j]) for j in c.source.content):
            yield f"„{token.form}“ je v citovaném místě opačně"
    yield from _may(c)


def _may(c: Comparison) -> Iterator[str]:
    """A possibility where the source states, or sets as its task."""
    w = c.wording
    if any(w.is_a(t, "may") for t in c.source.tokens):
        return
    for n, token in enumerate(c.said.tokens):
        if not w.is_a(token, "may") or token.negated:
            continue
        if any(t.plain in _TASKS and t.clause == token.clause for t in c.said.tokens[:n]):
            yield f"možnost („{token.form}“) v citovaném místě není"
            continue
        for i in range(n + 1, len(c.said.tokens)):
            verb = c.said.tokens[i]
            if verb.clause != token.clause:
                break
            if verb.plain.endswith(("t", "ct")) and len(verb.plain) > 3:
                if any(_states(c.source.tokens[j]) for j in c.kin(i)):
                    yield f"možnost („{token.form}“) v citovaném místě není"
                break


def _states(token: Token) -> bool:
    """Tell whether a word is a verb that states something or sets a task: the third person or an infinitive."""
    return token.form.endswith(("uje", "ují", "á", "ají", "ízí", "ovat", "it", "at", "et"))
