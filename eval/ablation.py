"""What each component of the search adds: the full system without it, each channel alone, and textbook pipelines."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from eval.baselines import Encodes, ensemble, textbook
from eval.baselines import Search as Baseline
from eval.figures import MEASURE_NAMES, Figures, decimal
from eval.questions import Question
from eval.retrieving import LIMIT, MEASURES, Judged, Search, measure, searching, spans, understood
from eval.significance import Interval, paired_difference
from eval.spans import Span
from retrieval.filters import Filters
from retrieval.fusion import ASKED
from retrieval.index import Index
from retrieval.search import find
from retrieval.thesaurus import Thesaurus
from retrieval.weights import Weights

CHANNEL_NAMES = {
    "text_stems": "text, kmeny slov",
    "text_grams": "text, čtveřice znaků",
    "text_dense": "text, vektory",
    "asked_stems": "předjímané otázky, kmeny slov",
    "asked_grams": "předjímané otázky, čtveřice znaků",
    "asked_dense": "předjímané otázky, vektory",
    "concepts": "pojmy tezauru",
}

FULL, WITHOUT, ALONE, TEXTBOOK = "celý systém", "bez jedné složky", "jediný kanál", "postupy z učebnice"


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table: a way to search, and the group in which it is shown."""

    group: str
    name: str
    finds: Search


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's means by measure, and its differences to the full system (None for the full system itself)."""

    group: str
    name: str
    means: Mapping[str, float]
    differences: Mapping[str, Interval] | None


def ablate(
    asked: Sequence[Judged], variants: Iterable[Variant], done: Callable[[str], None] = lambda name: None
) -> tuple[Row, ...]:
    """Measure the variants on the same questions; the first one is what the others are compared with.

    `done` is called with the name of each variant that has been measured.
    """
    rows: list[Row] = []
    full: Mapping[str, Mapping[str, float]] | None = None
    for variant in variants:
        values = measure(asked, variant.finds)
        means = {name: fmean(values[name].values()) for name in MEASURES}
        differences = {name: paired_difference(values[name], full[name]) for name in MEASURES} if full else None
        full = full or values
        rows.append(Row(variant.group, variant.name, means, differences))
        done(variant.name)
    return tuple(rows)


def variants(index: Index) -> Iterator[Variant]:
    """Yield the full system, then the systems without one component, then those of one channel.

    A channel that is taken out leaves its weight to the others in proportion, so that boosts and the choice of
    passages, which depend on the size of the scores, stay in balance. A channel alone has the weight of all, and no
    boosts beside it.
    """
    weights = index.weights
    used = [name for name, weight in weights.channels.items() if weight]
    yield Variant(FULL, FULL, searching(index))
    for name in used:
        yield Variant(WITHOUT, CHANNEL_NAMES[name], searching(replace(index, weights=without(weights, name))))
    asked = [name for name in used if name.startswith(ASKED)]
    yield Variant(WITHOUT, "předjímané otázky vůbec", searching(replace(index, weights=without(weights, *asked))))
    yield Variant(WITHOUT, "tezaurus vůbec", searching(replace(index, thesaurus=Thesaurus())))
    for name, off in (
        ("kódy v otázce", replace(weights, code=0.0)),
        ("zvýhodnění jmenovaného dokumentu", replace(weights, document=0.0)),
        ("předchozí otázky v pozadí", replace(weights, background=0.0)),
    ):
        yield Variant(WITHOUT, name, searching(replace(index, weights=off)))
    kinds = {passage.kind for passage in index.passages.values() if passage.grain == "leaf"}
    yield Variant(WITHOUT, "výčty vcelku", _listless(index))
    yield Variant(WITHOUT, "oddíly (jen nejmenší části)", searching(index, Filters(kinds=tuple(sorted(kinds)))))
    yield Variant(WITHOUT, "výběr podle pokrytí (prosté pořadí)", _plain(index))
    for name in used:
        alone = {**dict.fromkeys(weights.channels, 0.0), name: sum(weights.channels.values())}
        yield Variant(ALONE, CHANNEL_NAMES[name], searching(replace(index, weights=Weights(alone))))


def textbooks(index: Index, encoders: Mapping[str, Encodes]) -> Iterator[Variant]:
    """Yield LangChain's textbook pipeline and its BM25 ensemble over the same documents, with each named encoder.

    Raises
    ------
    SettingsError
        If the packages of the extra `bench` are missing.
    """
    documents = tuple(index.documents.values())
    for name, encoder in encoders.items():
        yield Variant(TEXTBOOK, f"LangChain, {name}", _asking(textbook(documents, encoder, LIMIT)))
        yield Variant(TEXTBOOK, f"LangChain a BM25, {name}", _asking(ensemble(documents, encoder, LIMIT)))


def figures(rows: Sequence[Row], questions: int) -> Figures:
    """Return the table: each mean, its difference to the full system, and below it the 95% interval of that."""
    shown: list[list[str]] = []
    for place, row in enumerate(rows):
        if place and row.group != rows[place - 1].group:
            shown.append([row.group])
        shown.append([row.name, *(_cell(row, name) for name in MEASURES)])
    return Figures(f"Složky vyhledávání ({questions} otázek)", ("Systém", *MEASURE_NAMES.values()), shown)


def _cell(row: Row, name: str) -> str:
    mean = decimal(row.means[name])
    if row.differences is None:
        return mean
    found = row.differences[name]
    return f"{mean} ({decimal(found.estimate, signed=True)})\n{decimal(found.low, 2)} až {decimal(found.high, 2)}"


def without(weights: Weights, *channels: str) -> Weights:
    """Return the weights with some channels switched off and their share given to the others in proportion."""
    left = {name: 0.0 if name in channels else weight for name, weight in weights.channels.items()}
    remaining = sum(left.values())
    scale = sum(weights.channels.values()) / remaining if remaining else 0.0
    return replace(weights, channels={name: weight * scale for name, weight in left.items()})


def _listless(index: Index) -> Search:
    """The search of questions that ask for a whole list, as if they did not."""

    def finds(question: Question) -> list[Span]:
        query = replace(understood(index, question), wants_list=False)
        return spans(scored.passage for scored in find(index, query, LIMIT).passages)

    return finds


def _plain(index: Index) -> Search:
    """The best passages by score, leaves and sections alike, whatever they share."""

    def finds(question: Question) -> list[Span]:
        scores = find(index, understood(index, question), LIMIT).scores
        best = sorted(scores, key=lambda key: -scores[key])[:LIMIT]
        return spans(index.passages[key] for key in best)

    return finds


def _asking(baseline: Baseline) -> Search:
    return lambda question: baseline(question.question)
