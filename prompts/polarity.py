"""What a sentence denies and its source does not, and what it asserts although the source denies it."""

from collections.abc import Iterator

from prompts.comparison import Comparison
from prompts.reading import Signal
from prompts.tokens import root_of

_LONG = 5
"""Shorter stems fall together by chance: "získat" and "neziskový"."""

_NEAR = 6
_MODAL = frozenset(root_of(word) for word in "muze mohou lze smi smeji musi museji".split())


def wrong_polarity(c: Comparison) -> Iterator[str]:
    """Yield what the sentence denies and the source does not, and the other way round."""
    yield from _lexical(c)
    pairs: dict[int, int] = {}
    # A negated word finds its own counterpart first; what is left may stand for an auxiliary.
    for n, signal in sorted(enumerate(c.said.signals), key=lambda row: row[1].kind not in ("own", "denying")):
        twin = _counterpart(c, signal, set(pairs.values()))
        if twin is not None:
            pairs[n] = twin
        elif signal.hard and not _asserts(c, signal):
            yield f"popření „{c.said.tokens[signal.at].form}“ v citovaném místě není"
    for n, signal in enumerate(c.source.signals):
        if _dropped(c, n, signal, pairs):
            yield f"citované místo to popírá („{c.source.tokens[signal.at].form}“)"


def _lexical(c: Comparison) -> Iterator[str]:
    """Words such as "neformální", whose "ne" belongs to them, beside the same word without it."""
    stems = {t.stem for t in c.source.tokens}
    for token in c.said.tokens:
        if token.stem in stems or len(token.stem) < _LONG:
            continue
        other = token.stem[2:] if token.plain.startswith("ne") and not token.negated else "ne" + token.stem
        if len(other) >= _LONG and other in stems:
            yield f"„{token.form}“ je v citovaném místě opačně"


def _asserts(c: Comparison, signal: Signal) -> bool:
    """Tell whether a negation denies nothing by itself: "nechybí", or a second one in its clause ("nikdo nemá")."""
    token = c.said.tokens[signal.at]
    if signal.kind == "own" and c.wording.is_a(token, "denying"):
        return not c.kin(signal.at)
    others = (s for s in c.said.signals if s.hard and s.at != signal.at)
    return signal.kind == "none" and any(c.said.tokens[s.at].clause == token.clause for s in others)


def _counterpart(c: Comparison, signal: Signal, taken: set[int]) -> int | None:
    """Return the number of the source's signal that denies what this one of the sentence denies."""
    said = c.said.tokens[signal.at]
    free = [(n, s) for n, s in enumerate(c.source.signals) if n not in taken]
    like = set(c.at[signal.at])
    twins = set(c.kin(signal.at))
    alike = twins if signal.kind == "own" else like
    for n, s in free:
        if s.at in alike and s.hard == signal.hard:
            return n
    if not signal.hard or (signal.kind == "own" and (c.wording.is_a(said, "denying"))):
        return None
    clause = [i for i in c.said.content if c.said.tokens[i].clause == said.clause and i != signal.at and c.weight(i)]
    after = [i for i in clause if i > signal.at][:3] or clause[-3:]
    for n, s in free:
        # A word that the sentence repeats denies what it did before; it licenses no further negation.
        repeated = s.kind == "denying" and any(s.at in positions for positions in c.at)
        matched = [i for i in clause if s.scope.intersection(c.at[i]) or s.at in c.at[i]]
        if signal.kind == "own" and twins:
            fits = bool(twins & s.scope) and s.kind != "own" and not repeated
        elif s.kind == "own":
            fits = any(s.at in c.at[i] for i in after)
        else:
            fits = bool(matched) and not repeated and 2 * len(matched) >= len([i for i in clause if c.at[i]])
        if fits:
            return n
    return None


def _dropped(c: Comparison, number: int, signal: Signal, pairs: dict[int, int]) -> bool:
    """Tell whether the sentence asserts what a signal of the source denies."""
    if number in pairs.values() or signal.kind == "none":
        return False
    token = c.source.tokens[signal.at]
    asserted = {i for i in range(len(c.said.tokens)) if signal.scope & set(c.at[i])}
    modal = signal.kind == "auxiliary" and token.root in _MODAL
    if signal.kind == "own" or modal:
        asserted = {i for i, t in enumerate(c.said.tokens) if t.root == token.root and not t.negated}
        rivals = [j for j, t in enumerate(c.source.tokens) if t.root == token.root and not t.negated]
        paired = {c.source.tokens[c.source.signals[n].at].root for n in pairs.values()}
        if token.root in paired or (rivals and max(_fit(c, j) for j in rivals) > _fit(c, signal.at)):
            return False
    elif signal.kind == "denying":
        if not c.wording.is_a(token, "preventing") or any(signal.at in positions for positions in c.at):
            return False
        asserted = {i for i in asserted if signal.at not in c.at[i]}
    if not asserted:
        return False
    clauses = {c.said.tokens[i].clause for i in asserted}
    for n, s in enumerate(c.said.signals):
        twice = s.kind == "own" and c.wording.is_a(c.said.tokens[s.at], "denying")
        free = n not in pairs and s.at not in asserted and not twice
        if free and (c.said.tokens[s.at].clause in clauses or s.scope & asserted):
            return False
    covered = {j for i in asserted for j in c.at[i]} & signal.scope
    least = {"auxiliary": 0.5, "except": 0.3, "denying": 0.6}.get(signal.kind, 0.0)
    return modal or len(covered) >= least * len(signal.scope)


def _fit(c: Comparison, j: int) -> int:
    """Return how many words of the sentence stand near a word of the source."""
    near = set(range(j - _NEAR, j + _NEAR + 1)) - {j}
    return sum(1 for i in c.said.content if near.intersection(c.at[i]))
