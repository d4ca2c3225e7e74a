"""`python -m prompts "dotaz"`: a cited answer on the command line."""

import argparse
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ingest.errors import OporaError
from ingest.settings import Settings
from prompts.answer import Answer
from prompts.assistant import Assistant


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 when there is no index to ask."""
    parser = argparse.ArgumentParser(
        prog="python -m prompts", description="Odpoví na dotaz doslovnými citacemi z dokumentů."
    )
    parser.add_argument("question", metavar="DOTAZ")
    parser.add_argument("--json", action="store_true", help="vypsat jako JSON")
    parser.add_argument("--llm", action="store_true", help="nechat odpověď napsat jazykový model z OPORA_MODEL")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.with_llm("" if options.llm else None)
        answer = _asked(Assistant.open(settings), options.question)
    except OporaError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return 1
    if options.json:
        print(json.dumps(_record(answer), ensure_ascii=False, indent=1))
    else:
        print(answer.text)
        for citation in answer.citations:
            place = f", s. {citation.page}" if citation.page else ""
            print(f"[{citation.n}] {citation.title}{place}, znaky {citation.start}–{citation.end}")
    return 0


def _asked(assistant: Assistant, question: str) -> Answer:
    """Ask, and on a terminal show what a chat model writes until its checked answer is there."""
    console = Console(stderr=True)
    pieces = assistant.stream(question)
    with Live(console=console, transient=True) if console.is_terminal else nullcontext() as live:
        written = Text("Píše se, ještě neověřeno: ", style="dim")
        for piece in pieces:
            if isinstance(piece, Answer):
                return piece
            if live:
                live.update(written.append(piece))
    raise AssertionError("a stream ends with its answer")


def _record(answer: Answer) -> dict[str, object]:
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "statements": [asdict(s) for s in answer.statements],
        "citations": [
            {"n": c.n, "doc": c.doc, "start": c.start, "end": c.end, "quote": c.quote, "page": c.page}
            for c in answer.citations
        ],
        "seconds": round(answer.seconds, 4),
        "notices": list(answer.notices),
        "model": asdict(answer.usage) if answer.usage else None,
    }


if __name__ == "__main__":
    sys.exit(main())
