"""Child process: our whole answers beside the lower bounds, the memory of serving, and the recall of vectors."""

import time
from contextlib import closing
from typing import Any

from eval.bench.bounds import lower_bounds, recall
from eval.bench.order import Order, serve
from eval.bench.timing import WARM_UP, Act, alternately, resident
from eval.questions import Question
from ingest.errors import SearchIndexError
from ingest.index_folder import current
from prompts.assistant import Assistant
from retrieval.exact import ExactVectors
from retrieval.vectors import VectorStore

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
    # Tables and pages are read with the first questions, so that memory is complete only after some.
    for question in questions[:WARM_UP]:
        ask(question)
    warm = resident()
    index = assistant.index
    with closing(VectorStore(folder.chroma)) as chroma:
        stored = ExactVectors.of(chroma, index.encoder.dimension)
        found = recall(chroma, index.encoder, stored, questions)
    acts = {OURS: ask, **lower_bounds(index, folder, stored, questions)}
    return {
        "open_seconds": opened["seconds"],
        "rss_opened": opened["rss"],
        "rss_warm": warm,
        "ms": alternately(acts, questions, order.budget),
        "recall": found,
    }


if __name__ == "__main__":
    serve(measure)
