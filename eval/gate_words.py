"""What the gate says: a row per threshold, and the worst questions where one is missed."""

from collections.abc import Iterator, Sequence

from eval.figures import Figures
from eval.gate import ALL, Check
from eval.paired import question_value
from eval.reporting.reading import Finished
from prompts.czech import counted
from prompts.export.run_words import MEASURES, measured
from prompts.question_kinds import kind_label

HEADINGS = ("Sada a míra", "má být", "s tolerancí", "je", "n", "rezerva", "výsledek")


def verdicts(run: Finished, checks: Sequence[Check]) -> Figures:
    """Return a row per check, grouped by set."""
    rows: list[list[str]] = []
    for set_ in dict.fromkeys(check.threshold.set for check in checks):
        rows.append([f"sada {set_}" if set_ != ALL else "všechny sady"])
        rows += [_row(check) for check in checks if check.threshold.set == set_]
    return Figures(f"Brána: {run.name}, {_questions(len(run.questions))}", HEADINGS, rows)


def _row(check: Check) -> list[str]:
    one = check.threshold
    sign = "≥" if check.upwards else "≤"
    wanted = measured(one.measure, check.target)
    cells = [_named(check), f"jako {wanted}" if one.rule == "drop" else f"{sign} {wanted}"]
    cells.append("–" if check.limit == check.target else f"{sign} {measured(one.measure, check.limit)}")
    if check.value is None:
        return [*cells, "–", "0", "–", "nelze změřit"]
    reserve = measured(one.measure, check.reserve)
    return [
        *cells,
        measured(one.measure, check.value),
        str(check.n),
        reserve if reserve.startswith("−") else f"+{reserve}",
        "vyhovuje" if check.passed else "NEVYHOVUJE",
    ]


def _named(check: Check) -> str:
    one = check.threshold
    without = f" bez druhu {', '.join(kind_label(kind) for kind in one.without)}" if one.without else ""
    return MEASURES[one.measure].name + without


def failures(run: Finished, checks: Sequence[Check]) -> Iterator[str]:
    """Yield the missed thresholds, each with its worst questions, then how many hold."""
    asked = {question.id: question.question for question in run.questions}
    for check in checks:
        if check.passed or check.value is None:
            continue
        one = check.threshold
        where = "všechny sady" if one.set == ALL else f"sada {one.set}"
        limit = measured(one.measure, check.limit)
        yield (
            f"{_named(check)} ({where}): {measured(one.measure, check.value)}, "
            f"{'aspoň' if check.upwards else 'nejvýš'} {limit}. Nejhorší otázky:"
        )
        for line in check.worst:
            value = question_value(line, one.measure)
            shown = "–" if value is None else measured(one.measure, value)
            yield f"  {line.id} ({kind_label(line.kind)}) {shown}: {asked[line.id]}"
    held = sum(check.passed for check in checks)
    yield f"Splněno mezí: {held} z {len(checks)}."


def _questions(count: int) -> str:
    return counted(count, "otázka", "otázky", "otázek")
