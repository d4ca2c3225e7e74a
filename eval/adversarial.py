"""How well the check of a model's sentences works: altered sentences it must refuse, paraphrases it must let pass."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from eval.altering import HELD_RULES, RULES, SWAPS
from eval.altering_values import Rule
from eval.claims import Claim, Corpus, load_paraphrases, statements
from ingest.document import Passage
from ingest.settings import Settings
from prompts.verify import Verifier
from retrieval.analysis import stems
from retrieval.thesaurus import Thesaurus

PARAPHRASES = Path(__file__).resolve().parent / "questions" / "paraphrases.jsonl"
HOLDOUT = PARAPHRASES.with_name("paraphrases-holdout.jsonl")
SEED, HOLDOUT_SEED = 20240601, 77

ELSEWHERE = "citace jiného místa"
_PER_KIND = 40
_OTHERS = 7
_ALIKE = 0.6
"""A passage that shares more of a sentence's stems may well bear it out, so it is no wrong citation."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A false sentence: its kind, the true one it was made of, and the passages it cites."""

    kind: str
    claim: Claim
    text: str
    cited: tuple[Passage, ...]


def alter(
    corpus: Corpus,
    claims: Sequence[Claim],
    seed: int,
    per_kind: int = _PER_KIND,
    rules: Mapping[str, Rule] = RULES,
) -> tuple[Altered, ...]:
    """Make false sentences by rules, at most `per_kind` of each kind, half of them from paraphrases if there are some.

    The same seed gives the same sentences. A rule may apply several times to a claim, with different results.
    """
    rng = Random(seed)
    made: list[Altered] = []
    for kind, rule in rules.items():
        unique: dict[str, Altered] = {}
        for _ in range(4):
            for claim in _mixed(claims, rng):
                new = rule(claim.text, rng)
                if new and new != claim.text and len(unique) < per_kind and not _still_true(kind, new, claim):
                    unique.setdefault(new, Altered(kind, claim, new, claim.cited))
        made += unique.values()
    for claim in _mixed(claims, rng)[:per_kind]:
        if other := _elsewhere(corpus, claim, rng):
            made.append(Altered(ELSEWHERE, claim, claim.text, (other,)))
    return tuple(made)


def _still_true(kind: str, new: str, claim: Claim) -> bool:
    """Tell whether a group or body that was put in stands in the cited passages itself."""
    if kind not in SWAPS:
        return False
    put_in = set(stems(new)) - set(stems(claim.text))
    return put_in <= {stem for passage in claim.cited for stem in stems(passage.text)}


def _mixed(claims: Sequence[Claim], rng: Random) -> list[Claim]:
    """Shuffle so that claims of the corpus and paraphrases take turns."""
    rows = [[c for c in claims if c.base == base] for base in ("text dokumentu", "parafráze")]
    for row in rows:
        rng.shuffle(row)
    longest = max(map(len, rows), default=0)
    return [row[n] for n in range(longest) for row in rows if n < len(row)]


def _elsewhere(corpus: Corpus, claim: Claim, rng: Random) -> Passage | None:
    """Return a leaf that does not bear out a claim: every other time the likest one of its document."""
    own = set(stems(claim.text))
    leaves = []
    for leaf in corpus.passages[claim.cited[0].doc]:
        shared = len(own & set(stems(leaf.text))) / max(1, len(own))
        apart = all(leaf.end <= p.start or p.end <= leaf.start for p in claim.cited)
        if leaf.grain == "leaf" and apart and leaf.kind not in ("title", "heading") and shared < _ALIKE:
            leaves.append((shared, leaf.start, leaf))
    if not leaves:
        return None
    return max(leaves)[2] if rng.random() < 0.5 else rng.choice(leaves)[2]


def near(corpus: Corpus, sentence: str, cited: Sequence[Passage]) -> list[str]:
    """Return the texts of the leaves that share most stems with a sentence, best first, the cited ones left out."""
    own = set(stems(sentence))
    leaves = [p for group in corpus.passages.values() for p in group if p.grain == "leaf"]
    apart = [p for p in leaves if all(p.doc != q.doc or p.end <= q.start or q.end <= p.start for q in cited)]
    return [p.text for p in sorted(apart, key=lambda p: -len(own & set(stems(p.text))))[:_OTHERS]]


@dataclass(frozen=True, slots=True)
class Result:
    """What the check said of altered sentences and paraphrases; processor times in seconds, one per sentence."""

    altered: Sequence[tuple[Altered, bool]]
    paraphrases: Sequence[tuple[Claim, tuple[str, ...]]]
    seconds: Sequence[float]

    @property
    def false_alarms(self) -> list[tuple[Claim, tuple[str, ...]]]:
        """Paraphrases that were refused, with the reasons."""
        return [(claim, reasons) for claim, reasons in self.paraphrases if reasons]


def measure(verifier: Verifier, corpus: Corpus, altered: Iterable[Altered], paraphrases: Iterable[Claim]) -> Result:
    """Judge every sentence, beside other passages that a search might have handed to the model."""
    seconds, detected, passed = [], [], []
    for case in altered:
        others = near(corpus, case.text, case.cited)
        begin = time.process_time()
        judged = verifier.verify(case.text, case.cited, others)
        seconds.append(time.process_time() - begin)
        detected.append((case, judged.verdict == "unsupported"))
    for claim in paraphrases:
        others = near(corpus, claim.text, claim.cited)
        begin = time.process_time()
        judged = verifier.verify(claim.text, claim.cited, others)
        seconds.append(time.process_time() - begin)
        passed.append((claim, judged.reasons if judged.verdict == "unsupported" else ()))
    return Result(detected, passed, seconds)


def table(result: Result, title: str) -> Table:
    """Return a row per kind of alteration, then all of them, then the false alarms."""
    view = Table(title=title, title_justify="left", box=None, pad_edge=False)
    view.add_column("Druh změny", no_wrap=True)
    for heading in ("vět", "odhaleno", "podíl"):
        view.add_column(heading, justify="right")
    kinds = dict.fromkeys(case.kind for case, _ in result.altered)
    for kind in kinds:
        _row(view, kind, [found for case, found in result.altered if case.kind == kind])
    view.add_section()
    for base in ("text dokumentu", "parafráze"):
        _row(view, f"z toho: {base}", [found for case, found in result.altered if case.claim.base == base])
    _row(view, "celkem", [found for _, found in result.altered])
    _row(view, "parafráze odmítnuté neprávem", [bool(reasons) for _, reasons in result.paraphrases])
    return view


def _row(view: Table, name: str, found: Sequence[bool]) -> None:
    share = f"{sum(found) / len(found):.3f}".replace(".", ",") if found else "–"
    view.add_row(name, str(len(found)), str(sum(found)), share)


def verify(settings: Settings, console: Console, *, show: bool = False) -> None:
    """Print the tables of both sets: the one the rules were written with, and the one kept aside."""
    corpus = Corpus.of(settings)
    verifier = Verifier.of(Thesaurus.load(settings.corpus))
    plain = statements(corpus)
    for title, file, seed, rules in (
        ("Ladicí sada", PARAPHRASES, SEED, RULES),
        ("Odložená sada", HOLDOUT, HOLDOUT_SEED, HELD_RULES),
    ):
        paraphrases = load_paraphrases(file, corpus)
        result = measure(verifier, corpus, alter(corpus, (*plain, *paraphrases), seed, rules=rules), paraphrases)
        console.print(table(result, title))
        ordered = sorted(result.seconds)
        places = (len(ordered) // 2, len(ordered) * 95 // 100, -1)
        median, high, longest = (f"{ordered[n] * 1000:.1f}".replace(".", ",") for n in places)
        times = f"medián {median} ms, 95. percentil {high} ms, nejdelší {longest} ms"
        console.print(f"Čas procesoru na větu i se čtením pasáží: {times}.\n", highlight=False)
        if show:
            _show(console, result)


def _show(console: Console, result: Result) -> None:
    for case, found in result.altered:
        if not found:
            console.print(f"NEODHALENO ({case.kind}): {case.text}", markup=False, highlight=False)
    for claim, reasons in result.false_alarms:
        console.print(f"NEPRÁVEM ({claim.id}): {claim.text} – {'; '.join(reasons)}", markup=False, highlight=False)
