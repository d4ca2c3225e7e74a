"""A recorded run in judged figures: what is left to judge, the measures, and the agreement of the judge beside each.

A nugget that the answer has in full counts 1, in part 0.5. A sentence that stands word for word in what it cites is
supported, and one that cites nothing is not: neither is put before a judge. What has no judgement counts nowhere, and
how much that is stands beside the figure. Intervals are over questions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.agreement import ENOUGH, Agreement, Sample, agreement, self_agreement
from eval.figures import Figures, decimal
from eval.judgements import Item, Label, Nugget, Support, nuggets, supports
from eval.judging import checked
from eval.questions import Question
from eval.records import Record
from eval.significance import Interval, mean_interval
from eval.spans import Span
from prompts.verify import Verifier

Labels = Mapping[str, Label | None]

WORTH: Mapping[Label, float] = {"full": 1.0, "partial": 0.5, "none": 0.0}
FULLY: Mapping[Label, float] = {"full": 1.0, "partial": 0.0, "none": 0.0}
SOMEHOW: Mapping[Label, float] = {"full": 1.0, "partial": 1.0, "none": 0.0}

CHECK = "vestavěná kontrola vět"
_NUGGETS, _SUPPORT, _TWO_WAY = "údaje v odpovědi", "doložení vět", "doložení vět: plně, nebo ne"
WEAK = 0.4
"""κ below which a judge agrees only slightly to fairly (Landis & Koch, 1977)."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run gives to judge.

    Attributes
    ----------
    settled
        By item id, what needs no judge: a sentence word for word in its quotes or without any, a nugget of an answer
        that is missing.
    check
        By item id, what the project's own check says of each sentence.
    """

    nuggets: tuple[Nugget, ...]
    supports: tuple[Support, ...]
    settled: Mapping[str, Label]
    check: Mapping[str, Label]

    @property
    def asked(self) -> tuple[Item, ...]:
        """The items that are put before a judge, question by question."""
        items: list[Item] = [*self.nuggets, *self.supports]
        places = {id_: place for place, id_ in enumerate(dict.fromkeys(item.question for item in items))}
        return tuple(sorted((i for i in items if i.id not in self.settled), key=lambda i: places[i.question]))


@dataclass(frozen=True, slots=True)
class Figure:
    """A judged measure; `value` is over questions, `judged` counts items, the settled ones among them."""

    name: str
    judge: str
    value: Interval
    judged: int
    unjudged: int
    agreement: Agreement


def work(
    questions: Sequence[Question], records: Iterable[Record], context: Callable[[Span], str], verifier: Verifier
) -> Work:
    """Return what there is to judge in the answers to these questions."""
    by_id = {record.id: record for record in records}
    wanted = tuple(nugget for question in questions for nugget in nuggets(question, by_id.get(question.id)))
    said = [s for question in questions if question.id in by_id for s in supports(by_id[question.id], context)]
    settled: dict[str, Label] = {nugget.id: "none" for nugget in wanted if not nugget.answer.strip()}
    check: dict[str, Label] = {}
    for sentence in said:
        check[sentence.id], verbatim = checked(verifier, sentence)
        if verbatim or not sentence.cited:
            settled[sentence.id] = check[sentence.id]
    return Work(wanted, tuple(said), settled, check)


def figures(run: Work, sample: Sample, model: tuple[str, Labels] | None, check: Labels) -> tuple[Figure, ...]:
    """Return the measures of those judges whose agreement with the sample is measured.

    `model` is the chat model's name with its labels by item id, of the run and the sample alike; `check` are the
    labels that the project's own check gives to the sample.
    """
    found: list[Figure | None] = []
    if model is not None:
        name, given = model
        labels = {**given, **run.settled}
        on_nuggets, on_support = agreement(sample.nuggets, given), agreement(sample.support, given)
        vital = [nugget for nugget in run.nuggets if nugget.grade == "vital"]
        found += [
            _figure("klíčové údaje v odpovědi", name, vital, labels, WORTH, on_nuggets),
            _figure("všechny údaje v odpovědi", name, run.nuggets, labels, WORTH, on_nuggets),
            _figure("plně doložené věty", name, run.supports, labels, FULLY, on_support),
            _figure("aspoň zčásti doložené věty", name, run.supports, labels, SOMEHOW, on_support),
        ]
    on_two = agreement(sample.support, check, two=True)
    found.append(_figure("plně doložené věty", CHECK, run.supports, run.check, FULLY, on_two))
    return tuple(figure for figure in found if figure is not None)


def _figure(
    name: str, judge: str, items: Sequence[Item], labels: Labels, worth: Mapping[Label, float], agreed: Agreement | None
) -> Figure | None:
    """Return the measure, or None when agreement is not measured or nothing is judged."""
    values: dict[str, list[float]] = defaultdict(list)
    for item in items:
        if (label := labels.get(item.id)) is not None:
            values[item.question].append(worth[label])
    if agreed is None or agreed.n < ENOUGH or not values:
        return None
    judged = sum(map(len, values.values()))
    interval = mean_interval([sum(group) / len(group) for group in values.values()])
    return Figure(name, judge, interval, judged, len(items) - judged, agreed)


def figures_table(name: str, found: Sequence[Figure]) -> Figures:
    """Return the table of judged figures of a run, grouped by judge."""
    rows: list[tuple[str, ...]] = []
    for figure in found:
        if (figure.judge,) not in rows:
            rows.append((figure.judge,))
        counts = (str(figure.value.n), str(figure.judged), str(figure.unjudged))
        rows.append((figure.name, _between(figure.value), *counts, _between(figure.agreement.kappa)))
    headings = ("Míra", "podíl", "otázek", "soudů", "bez\nsoudu", "κ soudce")
    return Figures(f"Posouzené odpovědi běhu „{name}“ (pod číslem 95% interval)", headings, rows)


def agreement_table(sample: Sample, model: tuple[str, Labels] | None, check: Labels) -> Figures:
    """Return the table of how far each judge agrees with the sample, and the sample with itself."""
    rows: list[tuple[str, ...]] = []
    if model is not None:
        name, given = model
        rows += [(name,), _row(_NUGGETS, agreement(sample.nuggets, given))]
        rows += [_row(_SUPPORT, agreement(sample.support, given))]
        rows += [_row(_TWO_WAY, agreement(sample.support, given, two=True))]
    rows += [(CHECK,), _row(_SUPPORT, agreement(sample.support, check))]
    rows += [_row(_TWO_WAY, agreement(sample.support, check, two=True))]
    rows += [("vzorek označený podruhé",), _row(_NUGGETS, self_agreement(sample.nuggets, sample.again))]
    rows += [_row(_SUPPORT, self_agreement(sample.support, sample.again))]
    headings = ("Soudce", "soudů", "bez\nsoudu", "shoda", "κ", "vážená κ")
    return Figures("Shoda se vzorkem eval/judged (pod κ 95% interval)", headings, rows)


def remarks(run: Work, sample: Sample, model: tuple[str, Labels] | None, found: Sequence[Figure]) -> Iterator[str]:
    """Yield what a reader must know about the figures, one Czech line each."""
    yield "Vzorek podle pravidel v eval/judged/README.md označil jazykový model, lidé jej zatím neoznačili."
    if run.supports:
        verbatim = sum(label == "full" for label in (run.settled.get(s.id) for s in run.supports))
        bare = sum(run.settled.get(s.id) == "none" for s in run.supports)
        yield f"Vět odpovědí: {len(run.supports)}. Doslova v citaci (bez soudce plně): {verbatim}, bez citace: {bare}."
        yield f"U soudce „{CHECK}“ je κ za dvě možnosti (plně, nebo ne), protože „zčásti“ nerozlišuje."
    if model is None:
        yield "Jazykový model není nastavený, údaje v odpovědích nikdo neposoudil. Zadejte --llm nebo OPORA_MODEL."
        return
    name, given = model
    for task, labelled in ((_NUGGETS, sample.nuggets), (_SUPPORT, sample.support)):
        n = sum(given.get(one.item.id) is not None for one in labelled)
        if n < ENOUGH:
            yield (
                f"Soudce „{name}“ vydal na vzorku ({task}) jen {n} soudů z {len(labelled)}, shodu tak nelze změřit. "
                "Jeho čísla proto neuvádím."
            )
    if any(figure.judge == name and figure.agreement.kappa.estimate < WEAK for figure in found):
        yield f"Soudce „{name}“ se se vzorkem shoduje málo (κ pod {decimal(WEAK, 1)}), čísla berte jen orientačně."


def _row(task: str, agreed: Agreement | None) -> tuple[str, ...]:
    if agreed is None:
        return (task, "0", "vše", "–", "–", "–")
    shown = (_between(agreed.kappa), _between(agreed.weighted))
    return (task, str(agreed.n), str(agreed.unjudged), decimal(agreed.same, 2), *shown)


def _between(interval: Interval) -> str:
    low, high = decimal(interval.low, 2), decimal(interval.high, 2)
    return f"{decimal(interval.estimate, 2)}\n{low} až {high}"
