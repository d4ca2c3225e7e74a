"""Tables of the catalogue as CSV and XLSX: one row per quote, and no row without its source."""

from collections.abc import Iterator, Sequence

from prompts.export import sheets
from prompts.export.sheets import Sheet
from retrieval.instruments import KINDS, Catalogue, Instrument
from views.catalogue_words import document_name, field_name, period_and_validity
from views.markup import czech_date

COLUMNS = (
    "Dokument",
    "Kód",
    "Nástroj",
    "Druh",
    "Pole",
    "Témata a skupiny podle slovníku",
    "Citace",
    "Označení v dokumentu",
    "Začátek (znak)",
    "Konec (znak)",
    "Strana",
    "Program",
    "Období a platnost",
    "Text ze dne",
    "Adresa",
    "SHA-256 zdroje",
)
NOT_STATED = "neuvedeno"

_WIDTHS = {"Dokument": 30, "Nástroj": 50, "Citace": 70, "Období a platnost": 40, "SHA-256 zdroje": 30, "Pole": 26}
_SOURCE_COLUMNS = ("Dokument", "Vydavatel", "Program", "Období a platnost", "Odkud to víme", "Adresa", "SHA-256 zdroje")


def rows(catalogue: Catalogue, instruments: Sequence[Instrument]) -> Iterator[tuple[str | int, ...]]:
    """Yield a row of `COLUMNS` for each quote; positions count characters of the document's text, from 0."""
    for instrument in instruments:
        source = catalogue.source(instrument)
        for field, value in instrument.values():
            yield (
                document_name(source),
                instrument.code or NOT_STATED,
                " ".join(instrument.name.quote.split()),
                KINDS[instrument.kind],
                field_name(instrument, field),
                ", ".join(catalogue.label(concept) for concept in value.concepts),
                value.quote,
                f"{value.code} {value.label}".strip(),
                value.start,
                value.end,
                value.passage.page or "",
                source.programme or NOT_STATED,
                period_and_validity(source),
                czech_date(source.text_date) or NOT_STATED,
                source.url or NOT_STATED,
                source.sha256 or NOT_STATED,
            )


def catalogue_sheets(catalogue: Catalogue, instruments: Sequence[Instrument]) -> tuple[Sheet, Sheet]:
    """Return the quotes of the instruments and, as a second table, their documents."""
    return (
        Sheet("Citace", COLUMNS, tuple(rows(catalogue, instruments)), _WIDTHS),
        Sheet("Zdroje", _SOURCE_COLUMNS, tuple(_sources(catalogue, instruments)), _WIDTHS),
    )


def csv_bytes(catalogue: Catalogue, instruments: Sequence[Instrument]) -> bytes:
    """Return the quotes as a table that Czech Excel opens with a double click."""
    return sheets.csv_bytes(catalogue_sheets(catalogue, instruments)[0])


def xlsx_bytes(catalogue: Catalogue, instruments: Sequence[Instrument]) -> bytes:
    """Return a workbook with the quotes on its first sheet and their documents on the second."""
    return sheets.xlsx_bytes(catalogue_sheets(catalogue, instruments))


def _sources(catalogue: Catalogue, instruments: Sequence[Instrument]) -> Iterator[tuple[str, ...]]:
    for doc in dict.fromkeys(instrument.doc for instrument in instruments):
        source = catalogue.documents[doc].source
        cells = (
            document_name(source),
            source.publisher,
            source.programme,
            period_and_validity(source),
            source.validity_basis,
            source.url,
            source.sha256,
        )
        yield tuple(cell or NOT_STATED for cell in cells)
