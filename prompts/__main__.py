"""`python -m prompts "dotaz"`: a cited answer on the command line."""

import argparse
import json
import sys
from dataclasses import asdict

from rich.console import Console

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
    options = parser.parse_args(arguments)
    try:
        answer = Assistant.open(Settings.from_env()).ask(options.question)
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
    }


if __name__ == "__main__":
    sys.exit(main())
