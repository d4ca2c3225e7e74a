"""`python -m retrieval "dotaz"`: the passages that answer a question, best first."""

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from ingest.errors import OporaError
from ingest.settings import Settings
from retrieval.index import Index
from retrieval.passages import ScoredPassage
from retrieval.query import understand
from retrieval.search import search

_SHOWN = 160


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 when there is no index to search."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval", description="Najde pasáže dokumentů, které odpovídají na dotaz."
    )
    parser.add_argument("question", metavar="DOTAZ")
    parser.add_argument("--json", action="store_true", help="vypsat jako JSON")
    parser.add_argument("-k", type=int, default=10, metavar="POČET", help="kolik pasáží (výchozí 10)")
    options = parser.parse_args(arguments)
    try:
        index = Index.open(Settings.from_env())
    except OporaError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return 1
    query = understand(options.question, index.vocabulary, index.thesaurus)
    found = search(index, query, options.k)
    if options.json:
        print(json.dumps([_record(scored) for scored in found], ensure_ascii=False, indent=1))
    else:
        Console().print(_table(index, found))
    return 0


def _record(scored: ScoredPassage) -> dict[str, object]:
    passage = scored.passage
    return {
        "doc": passage.doc,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "code": passage.code,
        "kind": passage.kind,
        "headings": passage.headings,
        "text": passage.text,
        "score": round(scored.score, 4),
        "channels": {name: round(share, 4) for name, share in scored.channels.items()},
    }


def _table(index: Index, found: tuple[ScoredPassage, ...]) -> Table:
    table = Table(show_lines=True)
    for name in ("", "skóre", "dokument", "kód", "znění"):
        table.add_column(name)
    for n, scored in enumerate(found, 1):
        passage = scored.passage
        text = " ".join(passage.text.split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
        title = index.documents[passage.doc].source.title
        table.add_row(str(n), f"{scored.score:.1f}".replace(".", ","), title, passage.code, shown)
    return table


if __name__ == "__main__":
    sys.exit(main())
