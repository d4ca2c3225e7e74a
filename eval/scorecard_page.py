"""The scorecard as Markdown, in English as README is: written from scorecard.json alone."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.scorecard import AGAIN

TITLES = {"opora": "Opora", "langchain": "LangChain", "langchain-bm25": "LangChain + BM25"}

MEASURES = {
    "recall@5": "R@5",
    "recall@10": "R@10",
    "recall@3000c": "R@3000c",
    "ndcg@10": "nDCG@10",
    "rr": "RR",
    "facts": "facts",
    "cited_recall": "cited recall",
    "cited_precision": "cited precision",
    "quotes_verbatim": "quotes verbatim",
    "refusal_precision": "refusal precision",
    "refusal_recall": "refusal recall",
    "refusal_f1": "refusal F1",
    "over_refusal": "over-refusal",
    "chars": "median length (characters)",
    "p50": "time to answer, median (ms)",
    "p95": "time to answer, p95 (ms)",
}

BY_KIND = ("recall@5", "recall@3000c", "facts", "cited_recall", "cited_precision", "over_refusal", "refusal_recall")

_TIMES = ("p50", "p95")
_RATIO = "recall@3000c"


def page(card: Mapping[str, Any]) -> str:
    """Return the text of scorecard.md and of README's block, without a line end."""
    return "\n\n".join(_parts(card))


def _parts(card: Mapping[str, Any]) -> Iterator[str]:
    systems: Mapping[str, Any] = card["systems"]
    yield "\n".join([*_head(["measure", *(TITLES[name] for name in systems)]), *_set_rows(card)])
    yield _wrapped(
        "Each cell: the value, its 95 % bootstrap interval over questions, and n, the number of questions that the "
        "measure applies to (at quotes verbatim, of quotes). R@3000c is the share of the evidence within the first "
        "3,000 characters retrieved."
    )
    others = [name for name in systems if name != "opora"]
    if others:
        yield _baselines(systems, others)
    yield "\n".join(["<details><summary>Opora by kind of question (all three sets)</summary>", "", *_kind_rows(card)])
    yield "</details>"
    yield _provenance(card)


def _set_rows(card: Mapping[str, Any]) -> Iterator[str]:
    for one in card["sets"]:
        name = str(one["file"]).removesuffix(".jsonl")
        found = [system["sets"][name] for system in card["systems"].values()]
        yield _row([f"**{name}** ({one['questions']} questions)", *[""] * len(found)])
        for measure, title in MEASURES.items():
            if any(measure in figures for figures in found):
                yield _row([title, *(_cell(measure, figures.get(measure)) for figures in found)])


def _kind_rows(card: Mapping[str, Any]) -> Iterator[str]:
    kinds: Mapping[str, Any] = card["systems"]["opora"]["kinds"]
    yield from _head(["kind", *(MEASURES[measure] for measure in BY_KIND)])
    for kind, figures in kinds.items():
        yield _row([kind.replace("_", " "), *(_cell(measure, figures.get(measure)) for measure in BY_KIND)])


def _baselines(systems: Mapping[str, Any], others: Sequence[str]) -> str:
    ours = systems["opora"]["all"][_RATIO]["value"]
    ratios = " and ".join(
        f"{_number(_RATIO, systems[name]['all'][_RATIO]['value'])} with {TITLES[name]} "
        f"({ours / systems[name]['all'][_RATIO]['value']:.2f} times as much)"
        for name in others
    )
    return _wrapped(
        f"Over all answerable questions the first 3,000 characters hold {_number(_RATIO, ours)} of the evidence, "
        f"against {ratios}. The baselines are textbook pipelines (recursive 1,000/200 chunks, Chroma, cosine; the same "
        "in an ensemble with BM25) with Opora's own trained encoder: with an untrained one they find less, as the "
        "table of components shows. They quote the first 4 chunks as they are and refuse nothing; facts are counted in "
        "these chunks, which is the most that a model could state from them."
    )


def _provenance(card: Mapping[str, Any]) -> str:
    versions, machine = card["versions"], card["machine"]
    names = ("python", "chromadb", "tantivy", "sentence-transformers", "torch", "langchain")
    libraries = ", ".join(f"{name} {versions[name]}" for name in names if name in versions)
    return _wrapped(
        f"Measured on {card['made']} with Opora {versions['opora']} ({libraries}; encoder `{card['encoder']}`, index "
        f"`{card['index']}`, code `{card['code']}`) on {machine['cpus']} cores with {machine['memory_gib']:g} GiB of "
        f"memory, one question at a time. One command makes it again: `{AGAIN}`."
    )


def _wrapped(prose: str) -> str:
    return textwrap.fill(prose, 120, break_long_words=False, break_on_hyphens=False)


def _head(titles: Sequence[str]) -> list[str]:
    return [_row(titles), _row(["---", *["---:"] * (len(titles) - 1)])]


def _cell(measure: str, figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return "–"
    value, low, high = (_number(measure, figure[key]) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}] n {figure['n']}"


def _number(measure: str, value: float) -> str:
    if measure in _TIMES:
        return f"{value * 1000:.0f}"
    return f"{value:,.0f}" if measure == "chars" else f"{value:.3f}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
