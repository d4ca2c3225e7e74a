"""`python -m retrieval "dotaz"`: the passages that answer a question, best first.

`python -m retrieval thesaurus --skos` writes the thesaurus as SKOS.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table

from ingest.document import Kind
from ingest.errors import OporaError, SettingsError
from ingest.settings import Settings
from retrieval.filters import Filters
from retrieval.index import Index
from retrieval.passages import Findings, ScoredPassage
from retrieval.query import understand
from retrieval.search import find
from retrieval.thesaurus import Thesaurus
from retrieval.understood import summary

_SHOWN = 160
_THESAURUS = "thesaurus"
_CONCEPTS_HINT = "Označení pojmů jsou v souboru corpus/thesaurus.toml (id)."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 when there is no index to search or a filter names nothing."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A question is not a sub-command, so argparse's own would refuse it: this one word is told apart by hand.
    run = _export if given[:1] == [_THESAURUS] else _search
    try:
        return run(given[1:] if run is _export else given)
    except OporaError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return 1


def _search(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m retrieval",
        description="Najde pasáže dokumentů, které odpovídají na dotaz.",
        epilog="Tezaurus vypíše „python -m retrieval thesaurus --skos“. Filtry lze zadat i vícekrát, stačí pak jeden.",
    )
    parser.add_argument("question", metavar="DOTAZ")
    parser.add_argument("--json", action="store_true", help="vypsat jako JSON")
    parser.add_argument("-k", type=int, default=10, metavar="POČET", help="kolik pasáží (výchozí 10)")
    parser.add_argument("--plain", action="store_true", help="hledat jen to, co je napsáno: bez oprav a rozšíření")
    parser.add_argument("--document", action="append", default=[], metavar="ID", help="jen z tohoto dokumentu")
    parser.add_argument("--programme", action="append", default=[], metavar="NÁZEV", help="jen z tohoto programu")
    parser.add_argument("--period", action="append", default=[], metavar="OBDOBÍ", help="jen z tohoto období")
    parser.add_argument(
        "--kind", action="append", default=[], choices=get_args(Kind), metavar="DRUH", help=", ".join(get_args(Kind))
    )
    parser.add_argument(
        "--concept", action="append", default=[], metavar="ID", help="jen o tomto pojmu tezauru (třeba cílové skupině)"
    )
    options = parser.parse_args(arguments)
    index = Index.open(Settings.from_env())
    filters = _filters(index, options)
    query = understand(options.question, index.vocabulary, index.thesaurus, plain=options.plain)
    found = find(index, query, options.k, filters)
    if options.json:
        print(json.dumps([_record(scored) for scored in found.passages], ensure_ascii=False, indent=1))
        return 0
    console = Console()
    for line in summary(index, query, found).lines:
        console.print(line, markup=False)
    console.print(_table(index, found))
    return 0


def _filters(index: Index, options: argparse.Namespace) -> Filters:
    """Read the filters.

    Raises
    ------
    SettingsError
        If one names nothing that the index has, since its result would be empty without a word.
    """
    sources = [document.source for document in index.documents.values()]
    known: list[tuple[str, list[str], Iterable[str]]] = [
        ("--document", options.document, index.documents),
        ("--programme", options.programme, (source.programme for source in sources)),
        ("--period", options.period, (source.period for source in sources)),
        ("--concept", options.concept, index.thesaurus.concepts),
    ]
    for name, given, values in known:
        allowed = {value for value in values if value}
        if unknown := [value for value in given if value not in allowed]:
            hint = (
                "Na výběr je: " + ", ".join(f"„{value}“" for value in sorted(allowed)) + "."
                if name != "--concept"
                else _CONCEPTS_HINT
            )
            raise SettingsError(f"Filtr {name} má neznámou hodnotu „{unknown[0]}“. {hint}")
    return Filters(
        docs=tuple(options.document),
        programmes=tuple(options.programme),
        periods=tuple(options.period),
        kinds=tuple(options.kind),
        concepts=tuple(options.concept),
    )


def _export(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m retrieval {_THESAURUS}", description="Vypíše tezaurus.")
    parser.add_argument("--skos", action="store_true", required=True, help="jako SKOS ve formátu Turtle")
    parser.add_argument("--out", type=Path, metavar="SOUBOR", help="zapsat do souboru místo na obrazovku")
    options = parser.parse_args(arguments)
    # Imported here, since a search needs no RDF.
    from retrieval.skos import turtle

    text = turtle(Thesaurus.load(Settings.from_env().corpus))
    if options.out is None:
        print(text)
        return 0
    try:
        options.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"Soubor „{options.out}“ nelze zapsat ({error.strerror}). Zadejte za --out jiný soubor."
        ) from error
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


def _table(index: Index, found: Findings) -> Table:
    table = Table(show_lines=True)
    for name in ("", "skóre", "dokument", "kód", "znění"):
        table.add_column(name)
    for n, scored in enumerate(found.passages, 1):
        passage = scored.passage
        text = " ".join(passage.text.split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
        title = index.documents[passage.doc].source.title
        table.add_row(str(n), f"{scored.score:.1f}".replace(".", ","), title, passage.code, shown)
    return table


if __name__ == "__main__":
    sys.exit(main())
