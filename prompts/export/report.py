"""What every exported document is made of, and the checks without which none comes to be. No I/O here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.document import Document, Source
from ingest.errors import ExportError
from prompts.answer import Citation, Form, Verdict

BlockForm = Form | Literal["fact", "fill"]

VERDICTS: dict[Verdict, str] = {
    "verbatim": "doslovná citace",
    "supported": "ověřená parafráze",
    "unsupported": "neověřeno",
    "note": "poznámka Opory",
}
"""What the reader is told of a sentence."""

ABOUT = (
    "Sestavila Opora, která vyhledává v programových dokumentech a odpovídá jejich doslovnými citacemi. O nároku na "
    "podporu nerozhoduje, ten posuzuje poskytovatel. Co v prohledaných dokumentech není, může existovat jinde; "
    "platnost před použitím ověřte u vydavatele dokumentu."
)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or a table.

    Attributes
    ----------
    form
        As in an answer; besides, `fact` is a labelled line and `fill` one for people to complete.
    verdict
        None for what is no sentence of an answer: data, labels, words of a form.
    marks
        Numbers of the sources that it rests on.
    label
        What introduces it ("Dotaz", a target group), else "".
    aside
        What is said after it besides its verdict ("jen zde"), else "".
    level
        Of a heading: 1 for the parts of the document, 2 and 3 below; 0 for everything else.
    """

    form: BlockForm
    text: str
    verdict: Verdict | None = None
    marks: tuple[int, ...] = ()
    label: str = ""
    aside: str = ""
    level: int = 0
    grid: "Grid | None" = None

    @property
    def verdict_words(self) -> str:
        """The verdict in Czech, or ""."""
        return VERDICTS[self.verdict] if self.verdict else ""

    @property
    def tag(self) -> str:
        """What stands after a sentence to say what it is; headings and words that only introduce have none."""
        introduces = self.verdict == "note" and self.text.endswith(":")
        silent = self.form == "heading" or introduces
        return ", ".join(words for words in ("" if silent else self.verdict_words, self.aside) if words)

    @property
    def worded(self) -> str:
        """The text, in Czech quotation marks when it is a quote."""
        return f"„{self.text}“" if self.verdict == "verbatim" else self.text


GridCell = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: one cell per column in each row; the first column holds the labels of the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[GridCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the list of sources: a quote and the document that it is read from."""

    n: int
    citation: Citation
    document: Document

    @property
    def source(self) -> Source:
        return self.document.source


@dataclass(frozen=True, slots=True)
class Report:
    """A document to be exported: it exists only with a source for every mark.

    Attributes
    ----------
    made
        When it was made, or the answer was given, in local time.
    sources
        Numbered from 1 without gaps.

    Raises
    ------
    ExportError
        If a quote or a checked sentence has no mark, a mark has no source, a source has no document or no quote, or
        a quote does not stand at its place in the document.
    """

    title: str
    made: datetime
    blocks: tuple[Block, ...]
    sources: tuple[Evidence, ...]

    def __post_init__(self) -> None:
        if [entry.n for entry in self.sources] != list(range(1, len(self.sources) + 1)):
            numbers = ", ".join(str(entry.n) for entry in self.sources)
            raise ExportError(f"Zdroje nejsou číslovány od 1 po sobě ({numbers}), export proto nevznikl. {_AGAIN}")
        for entry in self.sources:
            _check_source(entry)
        for block in self.said:
            _check_block(block, len(self.sources))

    @property
    def said(self) -> Iterator[Block]:
        """All blocks in order, with those in the cells of a table in its place."""
        for block in self.blocks:
            yield from (b for row in block.grid.rows for cell in row for b in cell) if block.grid else (block,)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The cited documents, in the order of their first source."""
        return tuple({entry.document.id: entry.document for entry in self.sources}.values())

    @property
    def wide(self) -> bool:
        """Whether a table needs the long side of the paper."""
        return any(block.grid is not None and len(block.grid.columns) > 3 for block in self.blocks)

    def verdicts(self, n: int) -> tuple[str, ...]:
        """Return what the sentences with this mark are, in words, each kind once."""
        return tuple(dict.fromkeys(block.verdict_words for block in self.said if n in block.marks))


_AGAIN = "Položte dotaz znovu; pokud se to opakuje, ohlaste chybu správci."


def _check_source(entry: Evidence) -> None:
    citation, text = entry.citation, entry.document.text
    where = f"Zdroj [{entry.n}] „{citation.title or citation.doc}“"
    if not citation.doc or entry.document.id != citation.doc:
        raise ExportError(f"{where} nemá svůj dokument „{citation.doc}“, export proto nevznikl. {_AGAIN}")
    if not citation.quote.strip():
        raise ExportError(f"{where} nemá citát, export proto nevznikl. {_AGAIN}")
    if not 0 <= citation.start < citation.end <= len(text) or text[citation.start : citation.end] != citation.quote:
        raise ExportError(
            f"{where}: citát nestojí v dokumentu na znacích {citation.start}–{citation.end}, export proto nevznikl. "
            "Dokument se od odpovědi změnil; položte dotaz znovu."
        )


def _check_block(block: Block, last: int) -> None:
    if missing := [n for n in block.marks if not 1 <= n <= last]:
        raise without_source(missing[0], block.text)
    if block.verdict in ("verbatim", "supported") and not block.marks and not block.grid:
        raise ExportError(f"Věta „{_short(block.text)}“ nemá zdroj, export proto nevznikl. {_AGAIN}")


def without_source(n: int, text: str) -> ExportError:
    """Return the error for a mark that leads nowhere, with the words it stands after."""
    return ExportError(f"Značka [{n}] u „{_short(text)}“ nemá zdroj, export proto nevznikl. {_AGAIN}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


class Numbering:
    """Numbers the sources of one report in the order of first use: the same quote always has the same number."""

    def __init__(self, documents: Callable[[str], Document]) -> None:
        self._documents = documents
        self._entries: dict[tuple[str, int, int, str], Evidence] = {}

    def number(self, citation: Citation) -> int:
        """Return the number of a citation.

        Raises
        ------
        ExportError
            If its document is not there any more.
        """
        key = (citation.doc, citation.start, citation.end, citation.quote)
        if key not in self._entries:
            n = len(self._entries) + 1
            try:
                document = self._documents(citation.doc)
            except KeyError as error:
                raise ExportError(
                    f"Dokument „{citation.title or citation.doc}“, ze kterého je zdroj [{n}], už Opora nemá, export "
                    "proto nevznikl. Přidejte dokument zpět, nebo položte dotaz znovu."
                ) from error
            self._entries[key] = Evidence(n, citation, document)
        return self._entries[key].n

    @property
    def sources(self) -> tuple[Evidence, ...]:
        """All sources so far, by their number."""
        return tuple(self._entries.values())


def heading(text: str, level: int) -> Block:
    """Return a heading of a part (level 1) or below it (2, 3), on one line."""
    return Block("heading", " ".join(text.split()), level=level)


def fact(label: str, text: str) -> Block:
    """Return a labelled line."""
    return Block("fact", text, label=label)


def facts(pairs: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    """Return labelled lines for what is known; empty texts are left out."""
    return tuple(fact(label, text) for label, text in pairs if text)
