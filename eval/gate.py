"""The gate: what a run must reach, kept in gate.toml, and whether it does."""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from eval.paired import gain, question_value
from eval.reporting.reading import Finished
from eval.runs.asked import SETS
from eval.runs.measures import Line
from eval.runs.summary import MEASURES, Figure, figures
from ingest.errors import SettingsError
from prompts.export.run_words import MEASURES as WORDS

FILE = Path(__file__).resolve().parent / "gate.toml"
ALL = "all"
WORST = 5
"""Questions named where a measure fails."""

Rule = Literal["least", "most", "drop"]
Baseline = Mapping[str, Mapping[str, Figure]]
"""By set (and "all"), the recorded figure of each measure over the same questions."""

_RULES: tuple[Rule, ...] = ("least", "most", "drop")
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Threshold:
    """One demand: the rule with its number, on a measure of a set without some kinds of questions."""

    set: str
    measure: str
    rule: Rule
    number: float
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What a run says to a threshold.

    Attributes
    ----------
    target
        The bound, or at a drop the recorded value.
    limit
        What the value must reach after what noise is forgiven.
    value, n
        None and 0 if a sample of the sets holds no question that the measure applies to.
    reserve
        How far the value is beyond the limit on its good side; below 0 it fails.
    worst
        At a failed check its worst questions, worst first.
    """

    threshold: Threshold
    target: float
    limit: float
    value: float | None
    n: int
    worst: tuple[Line, ...] = ()

    @property
    def upwards(self) -> bool:
        """Whether the value must not be below the limit (or else not above it)."""
        rule = self.threshold.rule
        return rule == "least" or (rule == "drop" and gain(self.threshold.measure, 1.0) > 0)

    @property
    def reserve(self) -> float:
        if self.value is None:
            return 0.0
        return self.value - self.limit if self.upwards else self.limit - self.value

    @property
    def passed(self) -> bool:
        return self.reserve >= -_EQUAL


def load(path: Path = FILE) -> tuple[Threshold, ...]:
    """Read the thresholds in the order of the file.

    Raises
    ------
    SettingsError
        With a row for every unknown set, measure or key, and every value that cannot be used; if the file cannot be
        read or demands nothing.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"Soubor mezí {path.name} nelze přečíst ({error}). Opravte jej.") from error
    found, complaints = list[Threshold](), list[str]()
    for set_, demands in tables.items():
        for measure, demand in demands.items() if isinstance(demands, dict) else [("", demands)]:
            wrong = list(_complaints(set_, measure, demand))
            complaints += [f"{path.name}, [{set_}] {measure}: {one}" for one in wrong]
            if not wrong:
                without = tuple(demand.get("without", ()))
                found += [
                    Threshold(set_, measure, rule, float(demand[rule]), without) for rule in _RULES if rule in demand
                ]
    if complaints:
        raise SettingsError("\n".join(complaints))
    if not found:
        raise SettingsError(f"Soubor mezí {path.name} nic nepožaduje. Doplňte do něj aspoň jednu mez.")
    return tuple(found)


def _complaints(set_: str, measure: str, demand: Any) -> Iterator[str]:
    sets = [*(file.stem for file in SETS), ALL]
    if set_ not in sets:
        yield f"sada „{set_}“ neexistuje. Lze použít: {', '.join(sets)}."
    if measure not in MEASURES:
        yield f"míra „{measure}“ neexistuje. Lze použít: {', '.join(MEASURES)}."
    if not isinstance(demand, dict) or not any(rule in demand for rule in _RULES):
        yield f"chybí, co se požaduje. Uveďte aspoň jedno z: {', '.join(_RULES)}."
        return
    for key, value in demand.items():
        if key == "without":
            if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
                yield "„without“ má být seznam druhů otázek."
        elif key not in _RULES:
            yield f"klíč „{key}“ neexistuje. Lze použít: {', '.join((*_RULES, 'without'))}."
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            yield f"„{key}“ má být nezáporné číslo."
    if "drop" in demand and "without" in demand:
        yield "„drop“ nelze spojit s „without“: přehled míru bez druhů otázek neuchovává. Rozdělte je do dvou měr."


def check(run: Finished, thresholds: Sequence[Threshold], baseline: Baseline) -> tuple[Check, ...]:
    """Hold a run against the thresholds, in their order.

    Raises
    ------
    SettingsError
        If the run lacks a set, or a measure does not apply to a set (that is asked as a whole).
    """
    cache: dict[tuple[str, tuple[str, ...]], tuple[list[Line], dict[str, Figure]]] = {}
    checks = []
    for one in thresholds:
        place = (one.set, one.without)
        if place not in cache:
            lines = [l_ for l_ in run.lines.values() if one.set in (ALL, l_.set) and l_.kind not in one.without]
            if not lines:
                raise SettingsError(
                    f"Běh „{run.name}“ nemá žádnou otázku sady „{one.set}“, na kterou je v {FILE.name} mez. "
                    f"Nahrajte ho se všemi sadami: python -m eval run --name {run.name}"
                )
            cache[place] = lines, figures(lines)
        checks.append(_check(run, one, *cache[place], baseline))
    return tuple(checks)


def _check(
    run: Finished, threshold: Threshold, lines: Sequence[Line], found: Mapping[str, Figure], baseline: Baseline
) -> Check:
    figure, recorded = found.get(threshold.measure), baseline.get(threshold.set, {}).get(threshold.measure)
    sampled = run.run["limit"] is not None
    target = threshold.number
    if figure is None or (threshold.rule == "drop" and recorded is None):
        if sampled:
            return Check(threshold, target, target, None, 0)
        raise SettingsError(
            f"Míra „{threshold.measure}“ se na sadu „{threshold.set}“ nevztahuje, nebo ji přehled nezná. "
            f"Opravte mez v {FILE.name}, nebo obnovte přehled: python -m eval scorecard"
        )
    checked = Check(threshold, target, target, figure["value"], int(figure["n"]))
    if threshold.rule == "drop" and recorded is not None:
        target, room = recorded["value"], threshold.number * _margin(threshold.measure, recorded, checked.upwards)
    else:
        room = _forgiven(threshold, figure) if sampled else 0.0
    limit = target - room if checked.upwards else target + room
    held = replace(checked, target=target, limit=limit)
    return held if held.passed else replace(held, worst=_worst(threshold.measure, lines))


def _margin(measure: str, recorded: Figure, upwards: bool) -> float:
    """Return the margin of a recorded figure on its bad side, which is at least what one question can move."""
    side = recorded["value"] - recorded["low"] if upwards else recorded["high"] - recorded["value"]
    return max(side, 1 / recorded["n"]) if WORDS[measure].share else side


def _forgiven(threshold: Threshold, figure: Figure) -> float:
    """Return what the interval of a sample forgives at a bound."""
    if WORDS[threshold.measure].share and threshold.number == (1 if threshold.rule == "least" else 0):
        return 0.0
    return figure["high"] - figure["value"] if threshold.rule == "least" else figure["value"] - figure["low"]


def _worst(measure: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the questions that spoil a measure, worst first; of lengths and times simply the largest."""
    gains = [(gain(measure, value), line) for line in lines if (value := question_value(line, measure)) is not None]
    best = max(gain(measure, 0.0), gain(measure, 1.0)) if WORDS[measure].share else math.inf
    spoiling = sorted((pair for pair in gains if pair[0] < best - _EQUAL), key=lambda pair: pair[0])
    return tuple(line for _, line in spoiling[:WORST])
