"""`python -m prompts "dotaz"`: a cited answer on the command line.

`python -m prompts kept` says what is stored of people's questions and ratings, `python -m prompts forget` deletes it.
"""

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
from prompts.retention import described, forget


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 when there is no index to ask, or nothing can be deleted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] in (["kept"], ["forget"]):
        return _keeping(arguments)
    parser = argparse.ArgumentParser(
        prog="python -m prompts",
        description="Odpoví na dotaz doslovnými citacemi z dokumentů.",
        epilog="Místo dotazu: „kept“ vypíše, co je uloženo z dotazů a hodnocení, „forget“ to smaže.",
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


def _keeping(arguments: list[str]) -> int:
    """Say what is stored of questions and ratings, or delete it."""
    parser = argparse.ArgumentParser(prog="python -m prompts")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("kept", description="Vypíše, co je uloženo z dotazů a hodnocení.").add_argument(
        "--list", action="store_true", help="vypsat i samotné dotazy a poznámky, jak jsou uloženy"
    )
    forgetting = commands.add_parser("forget", description="Smaže uložené dotazy a hodnocení.")
    which = forgetting.add_mutually_exclusive_group()
    which.add_argument("--older-than", type=_days, metavar="DNY", help="starší než tolik dní (jinak OPORA_KEEP_DAYS)")
    which.add_argument("--all", action="store_true", help="všechno")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_env()
        if options.command == "forget":
            gone = forget(settings, 0 if options.all else options.older_than)
            print(f"Smazáno: dotazy z {gone.days} dnů, hodnocení: {gone.ratings}.")
        else:
            print("\n".join(described(settings, options.list)))
    except OporaError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return 1
    return 0


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 36500:
        raise argparse.ArgumentTypeError("zadejte počet dní, nejméně 1")
    return int(text)


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
