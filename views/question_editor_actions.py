"""What the buttons of the editor of questions do: store, delete, reject, and take the last change back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.errors import OporaError, QuestionSetError
from prompts.question_drafts import Draft
from prompts.question_lines import Evidence, Question
from retrieval.analysis import words
from views import question_editor_state as state
from views import question_store as store
from views.access import require
from views.access_list import Role
from views.question_editor_state import Form, Undo
from views.question_store import Questions


def save(folder: Path, verify: Callable[[Evidence], str]) -> None:
    """Store what the form holds and close it, or keep it open and say what is wrong."""
    opened = state.form()
    if opened is None:
        return
    try:
        _save(folder, opened, verify)
    except OporaError as error:
        state.keep(replace(state.form() or opened, error=str(error)))


def _save(folder: Path, opened: Form, verify: Callable[[Evidence], str]) -> None:
    require(Role.ADMIN if opened.draft else Role.EDITOR)
    done: list[Undo] = []

    def apply(questions: Questions) -> Questions:
        made = state.typed_question(opened, [question.id for question in questions], verify)
        ids = [question.id for question in questions]
        others = [question for question in questions if question.id != made.id]
        if same := next((other for other in others if _same(other, made)), None):
            raise QuestionSetError(f"Stejná otázka už v sadě je ({same.id}). Změňte ji, nebo upravte tu původní.")
        position = ids.index(made.id) if made.id in ids else len(questions)
        stored = questions[position] if position < len(questions) else None
        if stored != opened.before:
            # Whoever saves again has been told.
            state.keep(replace(opened, before=stored))
            raise QuestionSetError(
                "Otázku mezitím změnil nebo smazal někdo jiný. Co jste napsali, zůstává zde; dalším uložením jeho "
                "změnu přepíšete."
            )
        text = "upravená" if opened.before else "přidaná"
        said = f"Otázka „{_cut(made.question)}“ je {text}."
        done.append(Undo(said, made.id, opened.set, stored, made, position))
        return (*questions[:position], made, *questions[position + 1 :])

    store.change(folder, opened.set, apply)
    state.remember(done[0])
    state.close_form()


def delete(folder: Path, name: str, question: Question) -> None:
    """Delete a question; it can be brought back until the session ends."""
    require(Role.EDITOR)
    done: list[Undo] = []

    def apply(questions: Questions) -> Questions:
        found = next((n for n, one in enumerate(questions) if one.id == question.id), None)
        if found is None:
            raise QuestionSetError("Otázku už smazal někdo jiný.")
        text = f"Otázka „{_cut(question.question)}“ je smazaná."
        done.append(Undo(text, question.id, name, questions[found], None, found))
        return (*questions[:found], *questions[found + 1 :])

    if _tried(lambda: store.change(folder, name, apply)):
        state.remember(done[0])


def reject(folder: Path, draft: Draft) -> None:
    """Put a draft aside for good; this can be taken back until the session ends."""
    require(Role.ADMIN)
    if _tried(lambda: store.reject(folder, draft.id)):
        state.remember(Undo(f"Návrh „{_cut(draft.question)}“ je zamítnutý.", draft.id))


def take_back(folder: Path) -> None:
    """Take the last change back; one that somebody else has changed since is forgotten."""
    if not state.undo_steps():
        return
    step = state.undo_steps()[-1]
    require(Role.EDITOR if step.set else Role.ADMIN)

    def apply(questions: Questions) -> Questions:
        now = {question.id: question for question in questions}
        if now.get(step.id) != step.after:
            state.undo_steps().pop()
            raise QuestionSetError("Vrátit to už nejde, otázku mezitím změnil někdo jiný.")
        kept = [question for question in questions if question.id != step.id]
        if step.before:
            kept.insert(min(step.position, len(kept)), step.before)
        return tuple(kept)

    def back() -> None:
        if step.set:
            store.change(folder, step.set, apply)
        else:
            store.reject(folder, step.id, back=True)

    if _tried(back):
        state.undo_steps().pop()
        state.say("Vráceno zpět.")


def _tried(action: Callable[[], None]) -> bool:
    try:
        action()
    except OporaError as error:
        state.say(str(error), good=False)
        return False
    return True


def _same(one: Question, other: Question) -> bool:
    return words(one.question) == words(other.question) and one.history == other.history


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0] + " …"
