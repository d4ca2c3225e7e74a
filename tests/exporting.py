"""Small documents and answers to export in tests, one of them as hostile as a document can be."""

from datetime import datetime

from ingest.document import Document, Passage, Source
from prompts.answer import Answer, Citation, Statement, Table
from retrieval.passages import Understood

WHEN = datetime(2026, 8, 5, 14, 3)

HOSTILE = (
    "<script>alert(1)</script> **tučně** [odkaz](javascript:alert(2)) ![x](http://zlo.cz/a) | $x$ :red[b] ~~s~~ `k` "
    "&amp; www.zlo.cz a@zlo.cz [^1] \x01 \ud800"
)

PLAIN = Document(
    Source(
        "plan",
        "Akční plán 2024–2026",
        publisher="MPSV",
        programme="Strategie",
        period="2024–2026",
        period_basis="from_document",
        validity_note="Výpis není úplný.",
        validity_basis="Databáze strategií.",
        url="https://example.cz/plan?a=1&b=2",
        text_date="2018-07-24",
        sha256="a" * 64,
    ),
    "Úvod.\n\n4.1.a Snižovat riziko předlužení.\n • dluhové poradenství;\n  • 10\u00a0000 Kč\n\n# Konec",
)
EVIL = Document(
    Source("zly", f"Zdroj 1 {HOSTILE}", url="javascript:alert(1)", sha256="b" * 64),
    f"=HYPERLINK(1)\n# nadpis\n- odrážka\n1. číslo\n    odsazeno  \n\n{HOSTILE}\n---\n> konec",
)
DOCUMENTS = {document.id: document for document in (PLAIN, EVIL)}


def document(doc: str) -> Document:
    """Return a document by its id, raising KeyError as the real library does."""
    return DOCUMENTS[doc]


def citation(n: int, source: Document, quote: str, headings: tuple[str, ...] = (), code: str = "") -> Citation:
    """Return a citation of words that stand in a document."""
    start = source.text.index(quote)
    passage = Passage(source.id, start, start + len(quote), quote, "item", headings=headings, code=code, page=3)
    return Citation(n, passage, start, start + len(quote), quote, source.source.title)


def answer(question: str = "Co s dluhy?", evil: bool = False) -> Answer:
    """Return an answer in every form of statement; when `evil`, its question, title and quotes are hostile."""
    source = EVIL if evil else PLAIN
    whole = source.text if evil else PLAIN.text[PLAIN.text.index("4.1.a") : PLAIN.text.index("\n\n# Konec")]
    word = "=HYPERLINK(1)" if evil else "dluhové poradenství;"
    cited = (citation(1, source, whole, ("4.1 Dluhy",), "4.1.a"), citation(2, source, word))
    said = Statement(word, "quote", "verbatim", (2,))
    table = Table(("", source.source.title, "Druhý"), ((_cell("Co"), (said, said), _cell("neuvedeno")),))
    return Answer(
        question=HOSTILE if evil else question,
        status="partial",
        statements=(
            Statement("K tomu uvádí 1 dokument:", "lead", "note"),
            Statement(source.source.title, "heading", "note"),
            Statement("Období 2024–2026 (uvádí dokument).", "note", "note"),
            Statement(word, "quote", "verbatim", (1, 2)),
            Statement(word, "item", "verbatim", (2,)),
            Statement("Dokument mluví o poradenství.", "text", "supported", (1,)),
            Statement(table.text, "table", "note", (2,), table),
        ),
        citations=cited,
        retrieved=(),
        seconds=0.1,
        understood=Understood(concepts=("předlužení",), corrections=(("dluhi", "dluhy"),)),
        notices=("Jedna věta byla vynechána.",),
    )


def _cell(text: str) -> tuple[Statement, ...]:
    return (Statement(text, "note", "note"),)


def squeezed(text: str) -> str:
    """Return a text with single spaces, to compare words and not their setting."""
    return " ".join(text.split())
