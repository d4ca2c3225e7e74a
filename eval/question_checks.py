"""What is wrong with a question set, and what is worth a look, before anything is measured with it.

Errors make figures wrong and must be mended; warnings are for a person to judge. Questions are compared as
`eval.question_similarity` says, each together with the user's earlier turns, since "A v Brně?" is another question
after every other conversation.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eval.facts import states
from eval.question_similarity import TOO_SIMILAR, Known, folded
from eval.questions import Question, check, load_questions
from eval.records import PASSAGE_CHARACTERS
from eval.spans import COVERED, Texts
from ingest.errors import QuestionSetError

Severity = Literal["error", "warning"]
Check = Literal["schema", "quotes", "duplicates", "leakage", "balance", "content"]

CHECKS: Mapping[Check, str] = {
    "schema": "Tvar řádků",
    "quotes": "Citáty v dokumentech",
    "duplicates": "Opakované otázky",
    "leakage": "Shoda s předjímanými otázkami",
    "content": "Obsah otázek",
    "balance": "Vyváženost",
}
"""What is checked, in the order of the report."""

FEW = 5
"""A kind with fewer questions says next to nothing by itself."""

SHORT_QUOTE = 15
"""A quote with fewer characters is often held by a passage by chance."""

LONG_QUOTE = int(PASSAGE_CHARACTERS / COVERED)
"""A longer quote cannot be held by any passage that counts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `id` is the question's, or "" when it is about the set. `text` is Czech."""

    severity: Severity
    check: Check
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How many questions of a kind there are, and how many of them the documents answer."""

    questions: int
    answerable: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of one set say; without `questions` the file could not be read, so only its lines were checked.

    `compared` names the other sets that it was compared with.
    """

    file: Path
    questions: int
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    compared: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def check_set(
    file: Path, texts: Texts, anticipated: Sequence[str], others: Mapping[str, Sequence[Question]]
) -> Checked:
    """Check a set against the documents, the anticipated questions and the questions of other sets, by set name."""
    try:
        questions = load_questions(file)
    except QuestionSetError as error:
        return Checked(file, 0, findings=tuple(Finding("error", "schema", "", row) for row in str(error).split("\n")))
    findings = [
        *_quotes(questions, texts),
        *_repeated(questions),
        *_in_other_sets(questions, others),
        *_leaked(questions, anticipated),
        *_content(questions, texts),
        *_balance(questions),
    ]
    return Checked(file, len(questions), kinds_of(questions), tuple(findings), tuple(others))


def kinds_of(questions: Iterable[Question]) -> dict[str, Kind]:
    """Return the size of each kind, kinds in alphabetical order."""
    asked = list(questions)
    total = Counter(question.kind for question in asked)
    answerable = Counter(question.kind for question in asked if question.answerable)
    return {kind: Kind(total[kind], answerable[kind]) for kind in sorted(total)}


def wording(question: Question) -> str:
    """Return what the user said up to the question, itself included, as one text to compare."""
    return " ".join([*(turn.content for turn in question.history if turn.role == "user"), question.question])


def _quotes(questions: Iterable[Question], texts: Texts) -> Iterable[Finding]:
    for question in questions:
        try:
            check([question], texts)
        except QuestionSetError as error:
            for row in str(error).split("\n"):
                yield Finding("error", "quotes", question.id, row.removeprefix(f"Otázka {question.id}: "))


def _repeated(questions: Sequence[Question]) -> Iterable[Finding]:
    wordings = [wording(question) for question in questions]
    known = Known(wordings)
    for n, question in enumerate(questions):
        for similarity, other in known.alike(wordings[n]):
            if other >= n:
                continue
            first = questions[other]
            if folded(wordings[n]) == folded(wordings[other]):
                yield Finding(
                    "error", "duplicates", question.id, f"stejná otázka jako {first.id}. Jednu z nich smažte."
                )
            else:
                text = f"podobá se otázce {first.id} (shoda {_percent(similarity)}): „{first.question}“"
                yield Finding("warning", "duplicates", question.id, text)


def _in_other_sets(questions: Sequence[Question], others: Mapping[str, Sequence[Question]]) -> Iterable[Finding]:
    holders = [(name, other) for name, asked in others.items() for other in asked]
    known = Known([wording(other) for _, other in holders])
    for question in questions:
        for similarity, n in known.alike(wording(question))[:1]:
            name, other = holders[n]
            text = f"podobá se otázce {other.id} sady {name} (shoda {_percent(similarity)}): „{other.question}“"
            yield Finding("warning", "duplicates", question.id, text)


def _leaked(questions: Iterable[Question], anticipated: Sequence[str]) -> Iterable[Finding]:
    """Yield the questions that the index was told beforehand.

    Questions that the documents do not answer are left out: a similar anticipated question makes it harder to refuse
    them, not easier.
    """
    known = Known(anticipated)
    for question in questions:
        similarity, nearest = known.nearest(question.question)
        if question.answerable and similarity >= TOO_SIMILAR:
            text = (
                f"shoda {_percent(similarity)} s předjímanou otázkou „{nearest}“: měřilo by se, co už rejstřík zná. "
                "Zeptejte se jinými slovy, nebo otázku vynechte."
            )
            yield Finding("error", "leakage", question.id, text)


def _content(questions: Iterable[Question], texts: Texts) -> Iterable[Finding]:
    for question in questions:
        if not question.answerable and (question.evidence or question.facts):
            text = "je vedená jako nezodpověditelná, ale má důkazy nebo údaje; ty se nepoužijí"
            yield Finding("warning", "content", question.id, text)
            continue
        quotes = [evidence.quote for evidence in question.evidence]
        for fact in question.facts:
            if not any(states(quote, fact) for quote in quotes):
                yield Finding("warning", "content", question.id, f"údaj „{fact}“ v žádném z citátů není")
        for evidence in question.evidence:
            length = len(evidence.quote.strip())
            if length > LONG_QUOTE:
                text = f"citát má {length} znaků; co je nad {LONG_QUOTE}, se do pasáže nevejde. Rozdělte ho."
                yield Finding("error", "content", question.id, text)
            elif length < SHORT_QUOTE:
                yield Finding("warning", "content", question.id, f"citát „{evidence.quote.strip()}“ je velmi krátký")
            if (count := len(texts.find(evidence.doc, evidence.quote))) > 1:
                text = f"citát „{_cut(evidence.quote)}“ stojí v dokumentu {count}krát; platí každé z těch míst"
                yield Finding("warning", "content", question.id, text)


def _balance(questions: Sequence[Question]) -> Iterable[Finding]:
    for kind, size in kinds_of(questions).items():
        if size.questions < FEW:
            text = f"druh „{kind}“ má jen tolik otázek: {size.questions}; pro vlastní výsledek jich má být aspoň {FEW}"
            yield Finding("warning", "balance", "", text)
    answerable = sum(question.answerable for question in questions)
    if not answerable:
        text = "sada nemá žádnou zodpověditelnou otázku; vyhledávání se na ní změřit nedá"
        yield Finding("warning", "balance", "", text)
    elif answerable == len(questions):
        text = "sada nemá žádnou nezodpověditelnou otázku; neukáže, zda asistent umí říct, že odpověď nemá"
        yield Finding("warning", "balance", "", text)


def _percent(share: float) -> str:
    # Rounded down, so that only the same words are a full match.
    return f"{int(share * 100)} %"


def _cut(quote: str) -> str:
    return quote if len(quote) <= 60 else quote[:60] + "…"
