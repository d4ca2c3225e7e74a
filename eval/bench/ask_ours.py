"""Child process: our whole answers beside the lower bounds, the memory of serving, and the recall of vectors."""

import time
from typing import Any

from eval.bench.bounds import Stored, lower_bounds, recall
from eval.bench.order import Order, serve
from eval.bench.timing import WARM_UP, Act, alternately, resident
from eval.questions import Question
from ingest.errors import SearchIndexError
from ingest.index_folder import current
from prompts.assistant import Assistant

OURS = "ours"


def answering(assistant: Assistant) -> Act:
    """Return the act of asking one question, with its earlier turns."""

    def answers(question: Question) -> object:
        return assistant.ask(question.question, question.history)

    return answers


def measure(order: Order) -> dict[str, Any]:
    """Return milliseconds per question of ours and of the bounds, resident bytes and recall."""
    settings, questions = order.settings, order.asked()
    folder = current(settings.index)
    if folder is None:
        raise SearchIndexError("Rejstřík k měření chybí: nejdřív se musí sestavit.")
    begin = time.perf_counter()
    assistant = Assistant.open(settings)
    opened = {"seconds": time.perf_counter() - begin, "rss": resident()}
    ask = answering(assistant)
    # Chroma reads its graph at the first question, so that memory is complete only after some.
    for question in questions[:WARM_UP]:
        ask(question)
    warm = resident()
    stored = Stored.of(assistant.index)
    acts = {OURS: ask, **lower_bounds(assistant.index, folder, stored, questions)}
    return {
        "open_seconds": opened["seconds"],
        "rss_opened": opened["rss"],
        "rss_warm": warm,
        "ms": alternately(acts, questions, order.budget),
        "recall": recall(assistant.index, stored, questions),
    }


if __name__ == "__main__":
    serve(measure)
