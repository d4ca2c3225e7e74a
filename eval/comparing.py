"""Two runs side by side: what was different about them, by how much they differ, and at which questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.paired import Difference, corrected, differences, gain, question_value
from eval.questions import Question
from eval.records import Record
from eval.reporting.reading import Finished
from eval.runs.configuration import differences as changes
from eval.runs.measures import Line
from eval.runs.summary import MEASURES
from ingest.errors import SettingsError
from prompts.export.run_words import MEASURES as WORDS

DECIDING = ("recall@3000c", "facts", "cited_recall", "refusal_recall", "over_refusal")
"""Measures whose differences add up to the order of questions, unless others are chosen."""

CONFIGURATION = (
    "system",
    "settings",
    "limit",
    "at_once",
    "versions",
    "templates",
    "code",
    "index",
    "machine",
    "sets",
)
TIMED = ("machine", "at_once")
"""What times depend on beside the system."""

_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """A question that the runs answer with different success.

    `gain` adds the differences of the deciding measures, above 0 where the second run is better; `values` holds both
    runs' values of those that differ.
    """

    question: Question
    gain: float
    values: Mapping[str, tuple[float, float]]
    first: Record | None
    second: Record | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second run against the first.

    Attributes
    ----------
    otherwise
        A Czech line for everything of the configuration that is not the same.
    timed_alike
        Whether both were made on the same kind of machine with as many questions at once.
    common
        Number of questions that count: with the same id, words, history, facts and evidence in both runs.
    only_first, only_second, reworded
        Numbers of those that do not: asked in one run only; changed between the runs.
    total, kinds
        The differences over all common questions, and by kind; `holm` is corrected for the tests of each table.
    deciding
        Measures that `losses` (largest first), `wins` (largest first) and `same` (their number) go by.
    """

    first: str
    second: str
    otherwise: tuple[str, ...]
    timed_alike: bool
    common: int
    only_first: int
    only_second: int
    reworded: int
    total: tuple[Difference, ...]
    kinds: Mapping[str, tuple[Difference, ...]]
    deciding: tuple[str, ...]
    losses: tuple[Change, ...]
    wins: tuple[Change, ...]
    same: int


def compare(
    first: Finished, second: Finished, kinds: Sequence[str] | None = None, measures: Sequence[str] = ()
) -> Comparison:
    """Compare two runs over their common questions.

    Parameters
    ----------
    kinds
        Kinds of questions to compare by themselves too, an empty sequence meaning each of them; where some are named,
        wins and losses are theirs alone. None for no kinds.
    measures
        Measures to compare and to order the questions by; all, and `DECIDING`, when there is none.

    Raises
    ------
    SettingsError
        If the runs have no common question, or a measure or a kind does not exist in them.
    """
    _check_known("Míra", measures, MEASURES)
    ours, theirs = ({question.id: question for question in run.questions} for run in (first, second))
    common = [id_ for id_, question in ours.items() if theirs.get(id_) == question]
    if not common:
        raise SettingsError(
            f"Běhy „{first.name}“ a „{second.name}“ nemají žádnou společnou otázku. "
            "Porovnejte běhy nad stejnými sadami."
        )
    shared = ours.keys() & theirs.keys()
    by_kind: dict[str, list[tuple[Line, Line]]] = {}
    for id_ in common:
        pair = first.lines[id_], second.lines[id_]
        by_kind.setdefault(pair[0].kind, []).append(pair)
    _check_known("Druh otázek", kinds or (), sorted(by_kind))
    shown = [kind for kind in sorted(by_kind) if kinds is not None and (not kinds or kind in kinds)]
    compared = tuple(name for name in MEASURES if not measures or name in measures)
    deciding = _deciding(measures)
    looked_at = [id_ for id_ in common if not kinds or first.lines[id_].kind in kinds]
    changed = [_change(ours[id_], first, second, deciding) for id_ in looked_at]
    return Comparison(
        first=first.name,
        second=second.name,
        otherwise=tuple(changes(_configuration(first), _configuration(second))),
        timed_alike=all(first.run.get(key) == second.run.get(key) for key in TIMED),
        common=len(common),
        only_first=len(ours) - len(shared),
        only_second=len(theirs) - len(shared),
        reworded=len(shared) - len(common),
        total=differences([(first.lines[id_], second.lines[id_]) for id_ in common], compared),
        kinds=_together({kind: differences(by_kind[kind], compared) for kind in shown}),
        deciding=deciding,
        losses=tuple(sorted((one for one in changed if one.gain < -_EQUAL), key=lambda one: one.gain)),
        wins=tuple(sorted((one for one in changed if one.gain > _EQUAL), key=lambda one: -one.gain)),
        same=sum(abs(one.gain) <= _EQUAL for one in changed),
    )


def _check_known(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise SettingsError(f"{what} „{name}“ zde není. Vybírejte z těchto: {', '.join(known)}.")


def _deciding(measures: Sequence[str]) -> tuple[str, ...]:
    """Return the measures that may be added up: shares, or one of another unit."""
    if not measures:
        return DECIDING
    return tuple(name for name in measures if WORDS[name].share) or (measures[0],)


def _configuration(run: Finished) -> dict[str, object]:
    # A run of an older program may lack what is recorded today.
    return {key: run.run.get(key) for key in CONFIGURATION}


def _change(question: Question, first: Finished, second: Finished, deciding: Sequence[str]) -> Change:
    id_, values = question.id, {}
    for measure in deciding:
        a, b = question_value(first.lines[id_], measure), question_value(second.lines[id_], measure)
        if a is not None and b is not None and abs(a - b) > _EQUAL:
            values[measure] = (a, b)
    total = sum(gain(measure, b - a) for measure, (a, b) in values.items())
    return Change(question, total, values, first.records.get(id_), second.records.get(id_))


def _together(kinds: Mapping[str, Sequence[Difference]]) -> dict[str, tuple[Difference, ...]]:
    """Correct the p-values of all kinds as one family: among that many tests some come out small by chance."""
    all_of_them = iter(corrected([one for found in kinds.values() for one in found]))
    return {kind: tuple(next(all_of_them) for _ in found) for kind, found in kinds.items()}
