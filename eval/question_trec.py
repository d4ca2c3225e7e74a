"""A question set in TREC's forms: pairs of a qrels and a run file.

These forms know judged items only, so evidence is mapped to them in three ways, each for what it can measure:

- `passages`: items are passages, named `document:start-end`. A passage's grade is the number of the question's quotes
  that it holds (0.9 of their characters). Judged are the passages of the index that share a character with a quote,
  and all that the run retrieved. For any measure, across systems.
- `evidence`: items are the quotes of a question, grade 1, as `eval.ranking` unrolls them: nDCG@10 and RR of the run.
- `quotes`: each quote is a query of its own, named `question#number`: the mean of R@k over the quotes of a question is
  that question's recall@k.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent

from eval.questions import Question
from eval.ranking import Places, first_named, unrolled
from eval.records import Record
from eval.spans import Span, covers, touches

README = """Soubory pro nástroje, které čtou formát TREC (například ir_measures nebo trec_eval)

passages   Dokumenty jsou pasáže; jméno má tvar dokument:začátek-konec (pozice znaků v textu dokumentu). Stupeň je
           počet citátů otázky, které pasáž obsahuje (aspoň 90 % znaků citátu). Posouzené jsou pasáže rejstříku,
           které s některým citátem sdílejí aspoň znak, a všechny pasáže, které běh vyhledal.
evidence   Dokumenty jsou citáty otázky (e0, e1 …), stupeň 1. Pasáž běhu zabírá tolik míst, kolik dosud nenalezených
           citátů obsahuje, jinak jedno místo. Vychází z toho nDCG@10 a RR běhu.
quotes     Každý citát je samostatný dotaz (otázka#číslo). Průměr R@k přes citáty otázky je její recall@k.

Otázky, na které dokumenty neodpovídají, v souborech nejsou. Bílé znaky a % v názvech jsou zapsané jako v adresách.
"""

_UNSAFE = re.compile(r"[\s%]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the places of each of its quotes, and what the run recorded for it, if anything."""

    question: Question
    places: tuple[Places, ...]
    record: Record | None = None

    @property
    def retrieved(self) -> tuple[Span, ...]:
        return tuple(found.span for found in self.record.retrieved) if self.record else ()


def safe_id(name: str) -> str:
    """Return a name without white space, which separates the columns of TREC's files."""
    return _UNSAFE.sub(lambda found: percent(found[0], safe=""), name)


def trec_files(asked: Sequence[Asked], passages: Sequence[Span], run: str | None) -> dict[str, str]:
    """Return the content of the files by name: the judgements, and with a run its rankings under the run's name.

    `asked` are answerable questions; `passages` are those of the index.
    """
    tag = safe_id(run or "opora")
    files = {
        "passages.qrels": lines(
            _qrel(one, span_id(span), grade) for one in asked for span, grade in _judged(one, passages)
        ),
        "evidence.qrels": lines(_qrel(one, f"e{i}", 1) for one in asked for i in range(len(one.places))),
        "quotes.qrels": lines(_qrel(one, "e", 1, quote=i) for one in asked for i in range(len(one.places))),
        "README.txt": README,
    }
    if run is None:
        return files
    return files | {
        "passages.run": lines(row for one in asked for row in _run(one, map(span_id, one.retrieved), tag)),
        "evidence.run": lines(row for one in asked for row in _run(one, unrolled(one.places, one.retrieved), tag)),
        "quotes.run": lines(
            row
            for one in asked
            for i, places in enumerate(one.places)
            for row in _run(one, first_named(places, one.retrieved), tag, quote=i)
        ),
    }


def _judged(one: Asked, passages: Sequence[Span]) -> Iterable[tuple[Span, int]]:
    near = [span for span in passages if any(touches(span, places) for places in one.places)]
    for span in dict.fromkeys([*near, *one.retrieved]):
        yield span, sum(covers(span, places) for places in one.places)


def span_id(span: Span) -> str:
    """Return the name of a span, which is the id of a passage of the index."""
    return safe_id(f"{span.doc}:{span.start}-{span.end}")


def _query(one: Asked, quote: int | None) -> str:
    return safe_id(one.question.id) + ("" if quote is None else f"#{quote}")


def _qrel(one: Asked, item: str, grade: int, quote: int | None = None) -> str:
    return f"{_query(one, quote)} 0 {item} {grade}"


def _run(one: Asked, items: Iterable[str], tag: str, quote: int | None = None) -> Iterable[str]:
    """Yield the lines of one query; scores fall by one from rank to rank, so that ties cannot change the order."""
    # A passage that was retrieved twice stands at its first rank.
    ranked = list(dict.fromkeys(items))
    for rank, item in enumerate(ranked, 1):
        yield f"{_query(one, quote)} Q0 {item} {rank} {len(ranked) - rank + 1} {tag}"


def lines(rows: Iterable[str]) -> str:
    """Return the rows as the content of a file, each with its line end."""
    return "".join(f"{row}\n" for row in rows)
