"""How results look: tables for people, and the same numbers as JSON for programs."""

import json
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table

from eval.metrics import MEASURES, Mean, Scored, Summary, by_kind, summarise, values_of
from eval.significance import mean_interval
from prompts.question_kinds import kind_label

COLUMNS = {
    "recall@5": "R@5",
    "recall@3000c": "R@\n3000c",
    "ndcg@10": "nDCG\n@10",
    "rr": "RR",
    "cited_recall": "cit.\nR",
    "cited_precision": "cit.\nP",
    "facts": "fakta",
}

NAMES = {
    "recall@5": "důkazy mezi prvními 5 pasážemi (R@5)",
    "recall@10": "důkazy mezi prvními 10 pasážemi (R@10)",
    "recall@3000c": "důkazy v prvních 3 000 znacích (R@3000c)",
    "ndcg@10": "pořadí pasáží (nDCG@10)",
    "rr": "převrácené pořadí prvního důkazu (RR)",
    "cited_recall": "citované důkazy (úplnost)",
    "cited_precision": "citace k věci (přesnost)",
    "facts": "očekávaná fakta v odpovědi",
    "refusal_precision": "odmítnuté, které odmítnout měl (přesnost)",
    "refusal_recall": "nezodpověditelné, které odmítl (úplnost)",
    "over_refusal": "zodpověditelné, které odmítl",
}


def tables(scored: Sequence[Scored]) -> RenderableType:
    """Return two tables: a row per kind of question, then the totals with 95% intervals."""
    return Group(_kinds(scored), "", _totals(scored))


def as_json(scored: Sequence[Scored]) -> str:
    """Return totals and kinds as JSON; each mean with its n, intervals at the totals."""
    total = _summary_fields(summarise(scored))
    for measure in MEASURES:
        values = list(values_of(scored, measure).values())
        if values:
            interval = mean_interval(values)
            total[measure] |= {"low": interval.low, "high": interval.high}
    kinds = {kind: _summary_fields(summarise(group)) for kind, group in by_kind(scored).items()}
    return json.dumps({"total": total, "kinds": kinds}, ensure_ascii=False, indent=1)


def _kinds(scored: Sequence[Scored]) -> Table:
    table = _table("Podle druhu otázky")
    table.add_column("Druh", no_wrap=True)
    for heading in ("n", *COLUMNS.values(), "odmít-\nnuto"):
        table.add_column(heading, justify="right", no_wrap=True)
    for kind, group in by_kind(scored).items():
        table.add_row(kind_label(kind), *_cells(summarise(group)))
    table.add_section()
    table.add_row("celkem", *_cells(summarise(scored)), style="bold")
    return table


def _table(title: str) -> Table:
    # Two blanks between columns and none outside: the widest table just fits a terminal of 80 columns.
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )


def _cells(summary: Summary) -> list[str]:
    means = [_decimal(summary.means[measure].value) for measure in COLUMNS]
    return [str(summary.questions), *means, _decimal(summary.refused.value)]


def _totals(scored: Sequence[Scored]) -> Table:
    summary = summarise(scored)
    table = _table("Celkem")
    table.add_column("Míra")
    for heading in ("průměr", "95% interval", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for measure in MEASURES:
        values = list(values_of(scored, measure).values())
        if values:
            interval = mean_interval(values)
            between = f"{_decimal(interval.low)} až {_decimal(interval.high)}"
            table.add_row(NAMES[measure], _decimal(interval.estimate, 3), between, str(interval.n))
        else:
            table.add_row(NAMES[measure], "–", "", "0")
    verbatim = summary.quotes_verbatim
    table.add_row("doslovné citace (n = počet citací)", _decimal(verbatim.value, 3), "", str(verbatim.n))
    table.add_section()
    answerable = sum(question.answerable for question in scored)
    answered = summary.questions - summary.missing
    table.add_row("délka odpovědi, medián (znaky)", _decimal(summary.median_chars, 0), "", str(answerable))
    table.add_row("čas odpovědi, medián (s)", _decimal(summary.p50, 3), "", str(answered))
    table.add_row("čas odpovědi, 95. percentil (s)", _decimal(summary.p95, 3), "", str(answered))
    table.add_row("otázky bez odpovědi v souboru", str(summary.missing), "", str(summary.questions))
    return table


def _summary_fields(summary: Summary) -> dict[str, Any]:
    fields: dict[str, Any] = {"questions": summary.questions, "missing": summary.missing}
    fields |= {measure: _mean_fields(mean) for measure, mean in summary.means.items()}
    fields["refused"] = _mean_fields(summary.refused)
    fields["quotes_verbatim"] = _mean_fields(summary.quotes_verbatim)
    return fields | {"median_chars": summary.median_chars, "p50_s": summary.p50, "p95_s": summary.p95}


def _mean_fields(mean: Mean) -> dict[str, Any]:
    return {"mean": mean.value, "n": mean.n}


def _decimal(value: float | None, places: int = 2) -> str:
    """Return the number in Czech form: decimal comma, no-break space between thousands."""
    if value is None:
        return "–"
    return f"{value:,.{places}f}".replace(",", "\u00a0").replace(".", ",")
