"""Asking the real assistant in tests, and the questions of the sets."""

from functools import lru_cache
from pathlib import Path

from eval.questions import Question, load_questions
from prompts.answer import Answer, Turn
from prompts.assistant import Assistant

SETS = Path(__file__).resolve().parent.parent / "eval" / "questions"


@lru_cache(maxsize=8)
def questions(name: str) -> tuple[Question, ...]:
    """Return the questions of a set by the name of its file."""
    return load_questions(SETS / f"{name}.jsonl")


def ask(assistant: Assistant, question: str, *earlier: str) -> Answer:
    """Ask after earlier turns, which alternate between user and assistant."""
    history = [Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(earlier)]
    return assistant.ask(question, history)


def lead(answer: Answer) -> str:
    """Return the first line of an answer."""
    return answer.statements[0].text


def quotes(answer: Answer) -> list[str]:
    """Return everything the answer quotes, in its order."""
    return [said.text for said in answer.said if said.verdict == "verbatim"]
