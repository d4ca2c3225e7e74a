"""Twenty visitors of the chat page at once: each gets the answers to her own questions and nobody else's."""

import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ingest.settings import Settings
from prompts.answer import Answer, Turn
from prompts.assistant import Assistant
from tests.load import questions
from tests.serving import serving
from tests.sessions import Session, session
from views.markup import question_html, statement_html

pytestmark = pytest.mark.slow

VISITORS, EACH = 20, 3


def answers(assistant: Assistant, asked: Sequence[str]) -> list[Answer]:
    """Return what one conversation with these questions should say."""
    told: list[Answer] = []
    history: list[Turn] = []
    for question in asked:
        told.append(assistant.ask(question, history))
        history += [Turn("user", question), Turn("assistant", told[-1].text)]
    return told


def test_twenty_visitors_at_once_get_each_their_own_answers(
    settings: Settings, assistant: Assistant, tmp_path: Path
) -> None:
    known = [each["question"] for each in questions() if not each["history"] and len(each["question"]) < 900]
    sets = [known[n * EACH : (n + 1) * EACH] for n in range(VISITORS)]
    assert len({question for asked in sets for question in asked}) == VISITORS * EACH
    together = Barrier(VISITORS)

    def visit(asked: list[str]) -> tuple[Session, list[float]]:
        together.wait(30)
        with session(server.url) as visitor:
            together.wait(120)  # all pages are open before the first question
            return visitor, [visitor.ask(question) for question in asked]

    env = {"OPORA_CORPUS": str(settings.corpus), "OPORA_DATA": str(settings.data)}
    with serving(tmp_path, env) as server, ThreadPoolExecutor(VISITORS) as people:
        visits = list(people.map(visit, sets))
        printed = server.printed
    for asked, (visitor, _) in zip(sets, visits, strict=True):
        assert not visitor.errors
        assert visitor.questions == [question_html(question) for question in asked]
        expected = [statement_html(said) for answer in answers(assistant, asked) for said in answer.statements]
        shown = [body for body in visitor.shown if body in set(expected)]
        assert shown == expected, asked
    seconds = [second for _, own in visits for second in own]
    cuts = statistics.quantiles(seconds, n=20)
    sys.stderr.write(
        f"{VISITORS} sessions, {len(seconds)} answers: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, "
        f"slowest {max(seconds):.2f} s\n"
    )
    assert "Traceback" not in printed, printed[-5000:]
