"""What is known about municipalities: the five dimensions of the index of social exclusion. No I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PUBLISHER = "Agentura pro sociální začleňování, Ministerstvo pro místní rozvoj"
"""The workbook does not name its publisher; this is public knowledge, and the page says so."""

DATASET = "Index sociálního vyloučení"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the five dimensions.

    Attributes
    ----------
    id
        Key of the columns: `<id>_count`, `<id>_share`, `<id>_quotient`.
    name
        Czech name of the share as the page shows it, beginning in lower case.
    counted
        What is counted, in the genitive plural after a number ("12 osob v exekuci").
    monthly
        Whether the count is an average month, so that it is no whole number.
    base
        Attribute of `Municipality` that the share relates to, and what it is called in the genitive.
    """

    id: str
    name: str
    counted: str
    base: str
    base_name: str
    monthly: bool = False


DIMENSIONS = (
    Dimension("debt", "podíl osob v exekuci", "osob v exekuci", "adults", "obyvatel starších 15 let"),
    Dimension(
        "housing",
        "podíl příjemců příspěvku na bydlení",
        "vyplacených příspěvků na bydlení",
        "adults",
        "obyvatel starších 15 let",
        monthly=True,
    ),
    Dimension(
        "income",
        "podíl příjemců příspěvku na živobytí",
        "vyplacených příspěvků na živobytí",
        "adults",
        "obyvatel starších 15 let",
        monthly=True,
    ),
    Dimension(
        "work",
        "podíl uchazečů o zaměstnání v evidenci déle než 6 měsíců",
        "uchazečů o zaměstnání v evidenci déle než 6 měsíců",
        "working_age",
        "obyvatel ve věku 15 až 64 let",
    ),
    Dimension(
        "school",
        "podíl předčasných odchodů ze základní školy",
        "předčasných odchodů ze základní školy",
        "pupils",
        "žáků, kteří ukončili povinnou školní docházku",
    ),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """One dimension of one municipality; `share` is a percentage, None when it is missing.

    `missing` then says why, in the words of the workbook or, where it is silent, in ours.
    """

    count: float | None = None
    share: float | None = None
    quotient: float | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A row of the workbook; an empty name or None means that it does not say.

    `adults` are inhabitants older than 15, `working_age` those of 15 to 64; the workbook has no total.
    """

    code: int
    name: str
    district: str
    region: str
    orp: str = ""
    district_code: str = ""
    region_code: str = ""
    orp_code: int | None = None
    status: str = ""
    adults: int | None = None
    working_age: int | None = None
    pupils: int | None = None
    points: int | None = None
    category: str = ""
    rates: Mapping[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Localities:
    """One year of the dataset.

    Attributes
    ----------
    sheet, file, sha256
        Where the figures come from.
    headers
        Column headings as the workbook writes them, by the id of the column.
    notes
        Lines of text that the workbook has below its table.
    most_points
        Upper end of the scale, as the heading of the index states it; None when it does not.
    """

    year: int
    municipalities: Sequence[Municipality]
    sheet: str = ""
    file: str = ""
    sha256: str = ""
    publisher: str = PUBLISHER
    headers: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    most_points: int | None = None

    def by_code(self, code: int) -> Municipality | None:
        """Return the municipality with this code, or None."""
        return next((one for one in self.municipalities if one.code == code), None)

    @property
    def source(self) -> str:
        """One Czech line that says where the figures come from."""
        return f"{DATASET} {self.year}, soubor „{self.file}“, list „{self.sheet}“ ({self.publisher})"
