"""A comparison in words and rows, the same in the terminal and on a page."""

from collections.abc import Iterator, Sequence

from eval.comparing import Change, Comparison
from eval.paired import DRAWS, Difference
from eval.records import Record
from eval.significance import LEVEL, RESAMPLES
from prompts.export.answers import STATES
from prompts.export.run_words import MEASURES, decimal, measured
from prompts.question_kinds import kind_label

ALPHA = 0.05
"""Corrected p-value under which a difference counts as proven."""

HEADINGS = ("Míra", "A", "B", "B − A", "95% interval", "p", "p*", "n", "lepší / stejné / horší")


def otherwise(comparison: Comparison) -> Iterator[str]:
    """Yield what was not the same about the runs, or that nothing was."""
    if not comparison.otherwise:
        yield "Nastavení, verze, kód, rejstřík, počítač i sady otázek jsou v obou bězích stejné."
    yield from comparison.otherwise


def counts(comparison: Comparison) -> Iterator[str]:
    """Yield how many questions count, how many were left out and why, and what to think of the times."""
    left_out = {
        f"jen v běhu „{comparison.first}“": comparison.only_first,
        f"jen v běhu „{comparison.second}“": comparison.only_second,
        "s jiným zněním, fakty nebo důkazy": comparison.reworded,
    }
    parts = [f"{where}: {count}" for where, count in left_out.items() if count]
    yield f"Společné otázky, které se počítají: {comparison.common}. Vynechané: {', '.join(parts) or 'žádné'}."
    if not comparison.timed_alike:
        yield "Časy nelze srovnávat: běhy vznikly na jiném počítači nebo s jiným počtem otázek najednou."


def how(comparison: Comparison) -> Iterator[str]:
    """Yield how the figures came about."""
    yield (
        f"Interval je {LEVEL * 100:.0f}% párový bootstrap ({decimal(RESAMPLES, 0)} výběrů otázek). "
        f"p je z randomizačního testu: výsledky běhů se u každé otázky náhodně prohazují "
        f"({decimal(DRAWS, 0)} losování, stálé semínko)."
    )
    yield (
        f"p* je p po Holmově opravě na počet měr ({len(comparison.total)}), u druhů otázek na všechny jejich řádky "
        "dohromady. Za lepší se počítá i kratší odpověď a kratší čas."
    )


def rows(differences: Sequence[Difference]) -> list[list[str]]:
    """Return a row per measure, under `HEADINGS`."""
    return [_row(one) for one in differences]


def _row(one: Difference) -> list[str]:
    low, high = (_signed(one.measure, end) for end in (one.low, one.high))
    return [
        MEASURES[one.measure].name,
        measured(one.measure, one.first),
        measured(one.measure, one.second),
        _signed(one.measure, one.value),
        f"{low} až {high}",
        probability(one.p),
        probability(one.holm),
        str(one.n),
        f"{one.better} / {one.same} / {one.worse}",
    ]


def _signed(measure: str, value: float) -> str:
    shown = measured(measure, value)
    # A difference that rounds to nothing has no sign.
    if not any(digit in shown for digit in "123456789"):
        return shown.lstrip("−")
    return shown if value < 0 else f"+{shown}"


def probability(p: float) -> str:
    """Return a p-value with three places, the smallest as "< 0,001"."""
    return "< 0,001" if p < 0.001 else decimal(p, 3)


def verdict(comparison: Comparison) -> Iterator[str]:
    """Yield in which measures the runs differ beyond chance."""
    proven = [one for one in comparison.total if one.holm < ALPHA]
    if not proven:
        yield f"Žádný rozdíl není prokázaný (p* pod {decimal(ALPHA, 2)}): i samotná náhoda by jej mohla způsobit."
        return
    yield f"Prokázané rozdíly (p* pod {decimal(ALPHA, 2)}), ostatní může způsobit náhoda:"
    judged = [one for one in proven if MEASURES[one.measure].better]
    for name, found in (
        ("B je lepší", [one for one in judged if one.gain > 0]),
        ("B je horší", [one for one in judged if one.gain < 0]),
        ("B odpovídá kratším textem", [one for one in proven if one not in judged and one.gain > 0]),
        ("B odpovídá delším textem", [one for one in proven if one not in judged and one.gain < 0]),
    ):
        if found:
            yield f"{name}: {', '.join(MEASURES[one.measure].name for one in found)}"


def tally(comparison: Comparison) -> str:
    """Say at how many questions the second run is better, and by what that goes."""
    by = ", ".join(MEASURES[name].name for name in comparison.deciding)
    won, lost, same = len(comparison.wins), len(comparison.losses), comparison.same
    return (
        f"Počet otázek: {won + lost + same}. B je lepší u {won}, horší u {lost}, stejný u {same} "
        f"(podle součtu rozdílů těchto měr: {by})."
    )


def question_line(change: Change) -> str:
    """Return the id and the kind of a question."""
    kind = change.question.kind
    return f"{change.question.id} · {kind_label(kind)}"


def value_line(change: Change) -> str:
    """Return the measures that differ at a question, from the first run to the second."""
    return "; ".join(
        f"{MEASURES[name].name} {measured(name, a)} → {measured(name, b)}" for name, (a, b) in change.values.items()
    )


def expected(change: Change) -> str:
    """Return what a good answer states, or that there is none in the documents."""
    if not change.question.answerable:
        return "Dokumenty na otázku neodpovídají."
    return f"Očekává se: {', '.join(change.question.facts) or 'jen citovaný důkaz'}"


def status(record: Record | None) -> str:
    """Return the state of an answer in words."""
    if record is None:
        return "bez odpovědi"
    return next((words.partition(":")[0] for name, words in STATES.items() if name == record.status), record.status)
