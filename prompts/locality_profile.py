"""Who asks and for which municipality: figures of the dataset, or answers of the form, or both."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.locality_data import Localities, Municipality
from ingest.locality_figures import HIGH, SIZES, Finding, findings, size_class
from prompts.locality_words import (
    finding_words,
    municipalities,
    number,
    place_name,
    size_name,
    size_words,
)

_THEMES = Path(__file__).with_name("locality_themes.toml")
_RURAL = SIZES.index(2_000)

CHOSEN, STANDS_OUT, RAISED, BY_SIZE = 1.0, 1.0, 0.8, 0.5
"""Weights of a theme by what leads to it: the user's choice, a figure that stands out or is raised, the size."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with the ids of its concepts; `source` is what of a profile leads to it, or ""."""

    id: str
    label: str
    concepts: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks; `named` says in the accusative whom a passage names when it carries one of the concepts."""

    id: str
    label: str
    named: str
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a municipality; None and "" mean unknown, which is never a no.

    Attributes
    ----------
    size
        Number of the size class, from 0.
    hostel, excluded
        Whether there is a hostel, and a socially excluded locality: the form's answers.
    chosen
        Ids of the themes that the user has picked.
    points_above
        Municipalities of the dataset with more points; `points_equal` others with as many, `points_of` all with points.
    """

    asker: str = "obec"
    name: str = ""
    place: str = ""
    size: int | None = None
    adults: int | None = None
    findings: tuple[Finding, ...] = ()
    points: int | None = None
    most_points: int | None = None
    category: str = ""
    points_above: int = 0
    points_equal: int = 0
    points_of: int = 0
    year: int | None = None
    source: str = ""
    hostel: bool | None = None
    excluded: bool | None = None
    chosen: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        localities: Localities,
        one: Municipality,
        asker: str = "obec",
        hostel: bool | None = None,
        excluded: bool | None = None,
        chosen: Sequence[str] = (),
    ) -> "Profile":
        """Return the profile of a municipality of the dataset, with the answers of the form."""
        points = [m.points for m in localities.municipalities if m.points is not None]
        return cls(
            asker=asker,
            name=one.name,
            place=place_name(one),
            size=size_class(one.adults) if one.adults is not None else None,
            adults=one.adults,
            findings=findings(localities, one),
            points=one.points,
            most_points=localities.most_points,
            category=one.category,
            points_above=sum(p > one.points for p in points) if one.points is not None else 0,
            points_equal=points.count(one.points) - 1 if one.points is not None else 0,
            points_of=len(points),
            year=localities.year,
            source=localities.source,
            hostel=hostel,
            excluded=excluded,
            chosen=tuple(chosen),
        )

    @property
    def title(self) -> str:
        """The municipality's name with its place, or what the form knows of it."""
        if self.name:
            return f"{self.name} ({self.place})"
        return "Obec podle formuláře" + (f" ({size_name(self.size)})" if self.size is not None else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A theme that a profile leads to; `reasons` are clauses that follow "protože"."""

    theme: Theme
    weight: float
    reasons: tuple[str, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """Return all themes in the order of the file."""
    entries = _stored()["theme"]
    return tuple(Theme(e["id"], e["label"], tuple(e["concepts"]), e.get("from", "")) for e in entries)


@cache
def askers() -> Mapping[str, Asker]:
    """Return who may ask, by id."""
    return {e["id"]: Asker(e["id"], e["label"], e["named"], tuple(e["concepts"])) for e in _stored()["asker"]}


def _stored() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(_THEMES.read_text(encoding="utf-8"))


def wanted(profile: Profile) -> tuple[Wanted, ...]:
    """Return the themes that a profile leads to, the weightiest first, then in the order of the file."""
    found = []
    for theme in themes():
        weight, reasons = _lead(profile, theme)
        if theme.id in profile.chosen:
            weight, reasons = max(weight, CHOSEN), ("jste toto téma vybrali", *reasons)
        if weight:
            found.append(Wanted(theme, weight, reasons))
    strength = {f.dimension.id: f.reason.percentile or 0.0 for f in profile.findings if f.reason is not None}
    return tuple(sorted(found, key=lambda w: (-w.weight, -strength.get(w.theme.source, 0.0))))


def _lead(profile: Profile, theme: Theme) -> tuple[float, tuple[str, ...]]:
    """Return how strongly the profile leads to a theme, and why."""
    if theme.source == "hostel" and profile.hostel:
        return CHOSEN, ("v obci je podle vás ubytovna",)
    if theme.source == "excluded" and profile.excluded:
        return CHOSEN, ("v obci je podle vás sociálně vyloučená lokalita",)
    if theme.source == "points" and stands_high(profile):
        return RAISED, (points_words(profile),)
    if theme.source == "size" and profile.size is not None and profile.size < _RURAL:
        size = size_words(profile.adults) if profile.adults is not None else size_name(profile.size)
        return BY_SIZE, (f"obec má {size}",)
    for finding in profile.findings:
        if finding.dimension.id == theme.source and finding.level in ("high", "raised"):
            return (STANDS_OUT if finding.level == "high" else RAISED), (finding_words(finding),)
    return 0.0, ()


def stands_high(profile: Profile) -> bool:
    """Tell whether at most a tenth of the municipalities have as many points or more, this one among them."""
    if not profile.points or not profile.points_of:
        return False
    reached = profile.points_above + profile.points_equal + 1
    return 100 * reached / profile.points_of <= 100 - HIGH


def points_words(profile: Profile) -> str:
    """Return the index in a clause: "index je 22 bodů z 30; více bodů má 35 obcí z 6 258"."""
    if profile.points is None:
        return "index v souboru chybí"
    scale = f" z {profile.most_points}" if profile.most_points is not None else ""
    verb = "mají" if 2 <= profile.points_above <= 4 else "má" if profile.points_above else "nemá"
    above = "žádná obec" if profile.points_above == 0 else municipalities(profile.points_above)
    own = f"index je {profile.points} {_bodu(profile.points)}{scale}"
    return f"{own}; více bodů {verb} {above} z celkem {number(profile.points_of)}"


def _bodu(n: int) -> str:
    return "bod" if n == 1 else "body" if 2 <= n <= 4 else "bodů"
