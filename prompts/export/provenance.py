"""The words that say where a quote is from, the same in every format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from ingest.document import Source
from prompts.compose import czech_date
from prompts.compose import validity as period_and_state
from prompts.export.report import ABOUT, Evidence, Report

NOT_STATED = "neuvedeno"

# What XML knows no way to write, and lone surrogates that no encoding has.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d+)?")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Speaks of the sources of a report that was made at a moment, in local time."""

    made: datetime

    @property
    def moment(self) -> str:
        """For example "5. 8. 2026, 14:03"."""
        return f"{self.day}, {self.made:%H:%M}"

    @property
    def day(self) -> str:
        """For example "5. 8. 2026", with no-break spaces."""
        return _kept_together(czech_date(f"{self.made:%Y-%m-%d}"))

    def obtained(self, source: Source) -> str:
        """What is known of how the text came here, and when it was quoted."""
        fetched = (
            f"text převzat {_kept_together(czech_date(source.retrieved))}"
            if source.retrieved
            else "den převzetí textu není znám"
        )
        return f"{fetched}; citováno z uloženého textu {self.day}"

    def title(self, source: Source) -> str:
        """Return the document's title on one line, or its id when it has none."""
        return " ".join(source.title.split()) or source.id

    def path(self, entry: Evidence) -> str:
        """Return the heading path, outermost first; without headings the label that introduces the quote, or ""."""
        passage = entry.citation.passage
        headings = [" ".join(heading.split()) for heading in passage.headings]
        return " › ".join(heading for heading in headings if heading) or passage.label

    def spot(self, entry: Evidence) -> str:
        """Return where a quote stands in its document: headings, code, page, characters."""
        citation = entry.citation
        parts = [self.path(entry)]
        parts += [f"kód {citation.passage.code}"] if citation.passage.code else []
        parts += [f"strana {citation.page}"] if citation.page is not None else []
        return "; ".join(part for part in [*parts, f"znaky\u00a0{citation.start}–{citation.end}"] if part)

    def text_date(self, source: Source) -> str:
        """Return the date of the text in Czech form, or "neuvedeno"."""
        return _kept_together(czech_date(source.text_date)) if source.text_date else NOT_STATED

    def validity(self, source: Source) -> str:
        """Return what is known about period, state and limits of a document, in sentences."""
        return " ".join(part for part in (period_and_state(source), source.validity_note.strip()) if part)

    def details(self, source: Source) -> tuple[tuple[str, str], ...]:
        """Return label and text of everything known about a document except its address."""
        return (
            ("Vydavatel", source.publisher or NOT_STATED),
            ("Program", source.programme or NOT_STATED),
            ("Datum textu", self.text_date(source)),
            ("Získání textu", self.obtained(source)),
            ("Platnost", self.validity(source)),
            ("Odkud to víme", source.validity_basis or NOT_STATED),
            ("SHA-256", source.sha256 or NOT_STATED),
        )

    def about(self, report: Report) -> Iterator[tuple[str, str]]:
        """Yield label and text of what the export is, for a sheet of its own."""
        yield "Název", report.title
        yield "Vytvořeno", self.moment
        yield from ((block.label, block.text) for block in report.blocks if block.form == "fact")
        yield "O Opoře", ABOUT


def _kept_together(day: str) -> str:
    return day.replace(" ", "\u00a0")


def printable(text: str) -> str:
    """Return a text with a replacement character for each that XML or UTF-8 cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def web_address(url: str) -> str:
    """Return an address to link to, or "" when it is no plain web address (http or https, a host, no password)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    return quote(printable(url.strip()), safe="%:/?#[]@!$&'()*+,;=~-._")
