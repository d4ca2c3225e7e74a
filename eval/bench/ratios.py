"""What is compared with what: the ratios of the benchmark with their targets, and the growth of its figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.bench.growth import exponent, ratio, slope
from eval.bench.measuring import Measured

OURS, MATRIX, CHROMA = "ours", "matrix", "chroma"
LEXICAL = ("tantivy_stems", "tantivy_grams")

HUNDRED_THOUSAND = 100_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """A named ratio; `target` says in Czech what it should be, "" where nothing is asked of it."""

    key: str
    name: str
    target: str
    of: Callable[[Measured], float | None]


def bounds(measured: Measured, dense: str = MATRIX) -> float | None:
    """Return the milliseconds of the lower bounds together: the two lexical queries and one way to near vectors."""
    return added(median(measured, name) for name in (dense, *LEXICAL))


def median(measured: Measured, name: str) -> float | None:
    """Return the milliseconds per question of a system, or None when it was not measured."""
    return measured.ask[name].median if name in measured.ask else None


def added(parts: Iterable[float | None]) -> float | None:
    """Return the sum of the parts, or None when one is missing."""
    values = list(parts)
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _to(other: str) -> Callable[[Measured], float | None]:
    return lambda measured: ratio(median(measured, OURS), median(measured, other))


def _seconds(measured: Measured, *names: str) -> float | None:
    return added(measured.seconds.get(name) for name in names)


def _built(*others: str) -> Callable[[Measured], float | None]:
    return lambda measured: ratio(_seconds(measured, OURS), _seconds(measured, *others))


ASKED = (
    Ratio("bounds", "odpověď / součet dolních mezí", "≤ 3", lambda m: ratio(median(m, OURS), bounds(m))),
    Ratio(
        "chroma_bounds",
        "odpověď / dolní meze s holou Chromou místo matice",
        "",
        lambda m: ratio(median(m, OURS), bounds(m, CHROMA)),
    ),
    Ratio(
        "ensemble_chunks",
        "odpověď / LangChain BM25 + Chroma, jeho úseky",
        "≤ 1,5 při 1 000; ≤ 0,05 při 100 000",
        _to("ensemble_chunks"),
    ),
    Ratio(
        "ensemble_passages",
        "odpověď / LangChain BM25 + Chroma, naše pasáže",
        "≤ 1,5 při 1 000; ≤ 0,05 při 100 000",
        _to("ensemble_passages"),
    ),
    Ratio("textbook_chunks", "odpověď / učebnicový LangChain, jeho úseky", "", _to("textbook_chunks")),
    Ratio("haystack", "odpověď / Haystack, naše pasáže", "", _to("hybrid_passages")),
)
"""Our whole answer against others, who only search."""

BUILT = (
    Ratio("bare", "sestavení / holé vložení do Chromy ve stejném zápisu", "≤ 1,15", _built("bare")),
    Ratio("bare_texts", "sestavení / holé vložení s texty jako dokumenty Chromy", "≤ 1,15", _built("bare_texts")),
    Ratio(
        "langchain_passages",
        "sestavení / LangChain from_documents, naše pasáže",
        "≤ 1",
        _built("langchain_passages"),
    ),
    Ratio(
        "langchain_chunks",
        "sestavení / LangChain from_documents, jeho úseky",
        "≤ 1",
        _built("langchain_chunks_cut", "langchain_chunks"),
    ),
)

RECALL = Ratio("recall", "podíl přesně nejbližších 50 pasáží, které najde Chroma", "≥ 0,98", lambda m: m.recall)


def all_ratios(measured: Measured) -> Mapping[str, float | None]:
    """Return every ratio of one size by its key."""
    return {one.key: one.of(measured) for one in (*ASKED, *BUILT, RECALL)}


@dataclass(frozen=True, slots=True)
class Growth:
    """How figures grow with the number of passages; None where the sizes lie too close together to say.

    Attributes
    ----------
    ask, build
        Exponents of the median time of an answer and of the time of a build.
    thousand, bare_thousand
        Seconds that 1,000 more passages take, of our build and of the bare insert: what all sizes share, such as the
        anticipated questions, is not in them.
    memory, disk
        Bytes per 100,000 more passages, of the warm process and of the index's files.
    """

    ask: float | None
    build: float | None
    thousand: float | None
    bare_thousand: float | None
    memory: float | None
    disk: float | None


SPREAD = 5
"""How many times as many passages as the smallest size the greatest must have for growth to be more than noise."""


def growth(sizes: Sequence[Measured]) -> Growth:
    """Fit the growth over all measured sizes."""
    passages = [m.passages for m in sizes]
    if max(passages) < SPREAD * min(passages):
        return Growth(None, None, None, None, None, None)

    def per(many: int, values: Iterable[float]) -> float | None:
        found = slope(passages, list(values))
        return None if found is None else many * found

    return Growth(
        ask=exponent(passages, [m.ask[OURS].median for m in sizes]),
        build=exponent(passages, [m.seconds[OURS] for m in sizes]),
        thousand=per(1_000, (m.seconds[OURS] for m in sizes)),
        bare_thousand=per(1_000, (m.seconds["bare"] for m in sizes)),
        memory=per(HUNDRED_THOUSAND, (m.warm for m in sizes)),
        disk=per(HUNDRED_THOUSAND, (m.disk for m in sizes)),
    )
