"""What the editor of questions keeps for one browser session.

What is typed stays in the form until it is stored or given up; what was changed can be taken back until the session
ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import streamlit as st

from ingest.errors import QuestionSetError
from prompts.answer import Turn
from prompts.question_drafts import Draft
from prompts.question_lines import Evidence, Question
from views.question_picking import Pick

SET, FILTER, SHOWN = "opora_qe_set", "opora_qe_filter", "opora_qe_shown"
_FORM, _UNDO, _NOTICES, _NUMBER = "opora_qe_opened", "opora_qe_steps", "opora_qe_notices", "opora_qe_number"
_UNDONE = 20
_CHOSEN = "opora_qe_chosen"
PAGE = 15
"""Questions that are listed at once."""


@dataclass(frozen=True, slots=True)
class Form:
    """The opened form; the texts are in its widgets, whose keys carry its `number`.

    Attributes
    ----------
    before
        The question that is edited, as it was when the form opened; None for a new one.
    draft
        What users said, when a draft is judged.
    turns
        Numbers of the turns of the history, in their order; each names its widgets.
    pick
        The span that is being adjusted before it becomes evidence.
    """

    number: int
    set: str
    before: Question | None = None
    draft: Draft | None = None
    evidence: tuple[Evidence, ...] = ()
    turns: tuple[int, ...] = ()
    pick: Pick | None = None
    error: str = ""

    def key(self, name: str) -> str:
        """Return the key of one of the form's widgets."""
        return f"opora_qe_{name}_{self.number}"


@dataclass(frozen=True, slots=True)
class Undo:
    """A change of a question that can be taken back, or of a draft when no `set` is named.

    `before` and `after` are what the set held under the `id`, at a 0-based position; None is nothing.
    """

    text: str
    id: str
    set: str = ""
    before: Question | None = None
    after: Question | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is shown once."""

    text: str
    good: bool = True


def chosen_set(names: Sequence[str]) -> str:
    """Return the name of the set that the user chose last, or the first of the names."""
    name = str(st.session_state.get(_CHOSEN, ""))
    return name if name in names else names[0]


def choose_set(name: str = "") -> None:
    """Show a set from now on; without a name the one that the widget holds."""
    st.session_state[_CHOSEN] = name or st.session_state[SET]


def form() -> Form | None:
    """Return the opened form, or None."""
    found: Form | None = st.session_state.get(_FORM)
    return found


def keep(form: Form) -> None:
    """Keep a form in place of the opened one."""
    st.session_state[_FORM] = form


def undo_steps() -> list[Undo]:
    """Return the changes that can be taken back, oldest first; the list is live."""
    found: list[Undo] = st.session_state.setdefault(_UNDO, [])
    return found


def remember(step: Undo) -> None:
    """Keep a change, so that it can be taken back."""
    undo_steps().append(step)
    del undo_steps()[:-_UNDONE]


def take_notices() -> list[Notice]:
    """Return the messages that wait to be shown, and forget them."""
    found: list[Notice] = st.session_state.pop(_NOTICES, [])
    return found


def say(text: str, good: bool = True) -> None:
    """Let a message be shown once."""
    st.session_state.setdefault(_NOTICES, []).append(Notice(text, good))


def open_form(name: str, question: Question | None = None, draft: Draft | None = None) -> None:
    """Open the form for a new question, one of a set, or a draft, and fill it in."""
    number = st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    history = question.history if question else ()
    made = Form(number, name, question, draft, question.evidence if question else (), tuple(range(len(history))))
    fill: dict[str, Any] = {
        "question": question.question if question else draft.question if draft else "",
        "kind": question.kind if question else None,
        "answerable": question.answerable if question else draft.answerable if draft else True,
        "facts": "\n".join(question.facts) if question else "",
    }
    for n, turn in enumerate(history):
        fill |= {f"role_{n}": turn.role, f"turn_{n}": turn.content}
    for field, value in fill.items():
        st.session_state[made.key(field)] = value
    st.session_state[made.key("filled")] = _content(made)
    keep(made)


def close_form() -> None:
    """Give up the form with all that is in it."""
    opened = form()
    st.session_state.pop(_FORM, None)
    if opened:
        ending = f"_{opened.number}"
        for key in [k for k in st.session_state if str(k).startswith("opora_qe_") and str(k).endswith(ending)]:
            del st.session_state[key]


def changed(opened: Form) -> bool:
    """Tell whether the form holds anything else than it opened with."""
    return bool(given(opened, "filled") != _content(opened))


def add_turn() -> None:
    """Add an empty turn to the history, said by the other side than the last one."""
    opened = form()
    if opened is None:
        return
    n = max(opened.turns, default=-1) + 1
    last = given(opened, f"role_{opened.turns[-1]}") if opened.turns else "assistant"
    st.session_state[opened.key(f"role_{n}")] = "user" if last == "assistant" else "assistant"
    st.session_state[opened.key(f"turn_{n}")] = ""
    keep(replace(opened, turns=(*opened.turns, n)))


def drop_turn(n: int) -> None:
    """Take a turn out of the history."""
    if opened := form():
        keep(replace(opened, turns=tuple(turn for turn in opened.turns if turn != n)))


def given(opened: Form, name: str) -> Any:
    """Return what a widget of the form holds."""
    return st.session_state.get(opened.key(name))


def typed_question(opened: Form, taken: Iterable[str], verify: Callable[[Evidence], str]) -> Question:
    """Return the question that the form holds; `verify` says what is wrong with a quote, or "".

    Raises
    ------
    QuestionSetError
        With one row per thing that must be mended before it can be stored.
    """
    text = str(given(opened, "question") or "").strip()
    kind = str(given(opened, "kind") or "")
    answerable = bool(given(opened, "answerable"))
    history = tuple(_turn(opened, n) for n in opened.turns)
    wrong = []
    if not text:
        wrong.append("Napište otázku.")
    if not kind:
        wrong.append("Vyberte druh otázky.")
    if any(not turn.content for turn in history):
        wrong.append("V předchozí části rozhovoru je prázdná věta. Doplňte ji, nebo ji odeberte.")
    if answerable and not opened.evidence:
        wrong.append("Vyberte aspoň jeden citát, který odpověď dokládá, nebo označte, že dokumenty neodpovídají.")
    if answerable:
        wrong += [complaint for evidence in opened.evidence if (complaint := verify(evidence))]
    if wrong:
        raise QuestionSetError("\n".join(wrong))
    facts = tuple(line.strip() for line in str(given(opened, "facts") or "").split("\n") if line.strip())
    return Question(
        id=opened.before.id if opened.before else opened.draft.id if opened.draft else _free_id(taken),
        kind=kind,
        question=text,
        history=history,
        answerable=answerable,
        # What belongs to an answer stays in the form, but not in a question that has none.
        facts=facts if answerable else (),
        evidence=opened.evidence if answerable else (),
    )


def _content(opened: Form) -> tuple[object, ...]:
    texts = [str(given(opened, name) or "") for name in ("question", "kind", "facts")]
    return (*texts, given(opened, "answerable"), opened.evidence, *(_turn(opened, n) for n in opened.turns))


def _turn(opened: Form, n: int) -> Turn:
    role = cast(Literal["user", "assistant"], given(opened, f"role_{n}") or "user")
    return Turn(role, str(given(opened, f"turn_{n}") or "").strip())


def _free_id(taken: Iterable[str]) -> str:
    known = set(taken)
    n = len(known) + 1
    while f"V{n:03}" in known:
        n += 1
    return f"V{n:03}"
