"""Figures of a municipality in Czech words; every number stands as the dataset has it, rounded for reading."""

from ingest.locality_data import Municipality
from ingest.locality_figures import FEWEST, SIZES, Comparison, Finding, GroupKind, size_class

_GROUPS: dict[GroupKind, tuple[str, str, str]] = {
    "orp": ("ORP", "ORP", "v ORP"),
    "district": ("okres", "okresu", "v okrese"),
    "region": ("kraj", "kraje", "v kraji"),
    "size": ("podobně velké obce", "podobně velkých obcí", "mezi podobně velkými obcemi"),
    "country": ("Česko", "Česka", "v Česku"),
}
STATUSES = {
    "O": "obec",
    "M": "město",
    "T": "městys",
    "S": "statutární město",
    "H": "hlavní město",
    "U": "vojenský újezd",
}
_TINY = 10


def number(value: float, places: int = 0) -> str:
    """Return a number in Czech form: a comma, and no-break spaces between groups of three digits."""
    return f"{value:,.{places}f}".replace(",", "\u00a0").replace(".", ",")


def percent(share: float) -> str:
    """Return a percentage as "12,4 %"; below 1 % with two places, so that small shares stay apart."""
    return f"{number(share, 0 if share == 0 else 1 if share >= 1 else 2)}\u00a0%"


def counted(value: float, monthly: bool) -> str:
    """Return a count; averages over the months of a year keep one place, whole ones none."""
    return number(value, 1 if monthly and value != int(value) else 0)


def municipalities(n: int) -> str:
    """Return "1 obec", "2 obce", "5 obcí"."""
    return f"{number(n)} {'obec' if n == 1 else 'obce' if 2 <= n <= 4 else 'obcí'}"


def group_name(comparison: Comparison) -> str:
    """Return the name of a group: "okres Most", "kraj (Ústecký kraj)", "obce s 200 až 499 obyvateli …"."""
    if comparison.kind == "size":
        return f"podobně velké obce ({size_name(int(comparison.name))})"
    short = _GROUPS[comparison.kind][0]
    if comparison.kind in ("orp", "district"):
        return f"{short} {comparison.name}"
    return comparison.name


def median_name(kind: GroupKind) -> str:
    """Return the name of a group's median: "medián okresu", "medián kraje" …"""
    return f"medián {_GROUPS[kind][1]}"


def size_name(number_of_class: int) -> str:
    """Return a size class in words: "200 až 499 obyvatel starších 15 let"."""
    least = SIZES[number_of_class]
    if number_of_class + 1 == len(SIZES):
        return f"{number(least)} a více obyvatel starších 15 let"
    most = number(SIZES[number_of_class + 1] - 1)
    return (
        f"{number(least)} až {most} obyvatel starších 15 let" if least else f"nejvýše {most} obyvatel starších 15 let"
    )


def place_name(one: Municipality) -> str:
    """Return what tells a municipality from others of its name: "okres Brno-venkov, ORP Tišnov"."""
    return f"okres {one.district}" + (f", ORP {one.orp}" if one.orp else "")


def share_words(finding: Finding) -> str:
    """Return the share with its name: "podíl osob v exekuci 12,4 %", or that it is missing."""
    if finding.rate.share is None:
        return f"{finding.dimension.name}: údaj chybí"
    return f"{finding.dimension.name} {percent(finding.rate.share)}"


def count_words(finding: Finding) -> str:
    """Return what the share is made of: "16 osob v exekuci, 134 obyvatel starších 15 let", or ""."""
    rate, dimension = finding.rate, finding.dimension
    if rate.share is None or rate.count is None:
        return ""
    text = f"{counted(rate.count, dimension.monthly)} {dimension.counted}"
    if dimension.monthly:
        text += " (průměrný měsíc)"
    return text if finding.base is None else f"{text} na {number(finding.base)} {dimension.base_name}"


def times_words(share: float, comparison: Comparison) -> str:
    """Return how a share relates to a median: "3,1násobkem mediánu kraje (4,0 %)", after "je"."""
    genitive = _GROUPS[comparison.kind][1]
    if comparison.median is None:
        return ""
    if comparison.median == 0:
        return f"nad mediánem {genitive}, který je 0\u00a0%"
    if percent(share) == percent(comparison.median):
        return f"na mediánu {genitive} ({percent(comparison.median)})"
    times = share / comparison.median
    if 0.9 <= times <= 1.1:
        return f"blízko mediánu {genitive} ({percent(comparison.median)})"
    if times > 1:
        return f"{number(times, 1)}násobkem mediánu {genitive} ({percent(comparison.median)})"
    return f"pod mediánem {genitive} ({percent(comparison.median)})"


def rank_words(comparison: Comparison) -> str:
    """Return the rank without a claim beyond it: "vyšší má v kraji 12 ze srovnávaných 130 obcí"."""
    if comparison.percentile is None:
        return ""
    where = _GROUPS[comparison.kind][2]
    verb = "mají" if 2 <= comparison.above <= 4 else "má" if comparison.above else "nemá"
    higher = number(comparison.above) if comparison.above else "žádná"
    text = f"vyšší hodnotu {where} {verb} {higher} z porovnávaných obcí (celkem {number(comparison.n)})"
    if comparison.equal:
        text += f", stejnou {number(comparison.equal)}"
    return text


def finding_words(finding: Finding) -> str:
    """Return one dimension in a sentence without its full stop: share, median, rank and what to be careful about."""
    if finding.rate.share is None:
        return share_words(finding)
    text = share_words(finding)
    compared = finding.reason or next(
        (
            c
            for kind in ("region", "country")
            for c in finding.comparisons
            if c.kind == kind and c.percentile is not None
        ),
        None,
    )
    if compared is not None:
        text += f" je {times_words(finding.rate.share, compared)}; {rank_words(compared)}"
    if careful := caution(finding):
        text += f"; {careful}"
    return text


def caution(finding: Finding) -> str:
    """Return why a share should be read with care, or ""."""
    count, base = finding.rate.count, finding.base
    if finding.rate.share is None or count is None:
        return ""
    if finding.level == "few":
        kind = "případů" if not finding.dimension.monthly else "případů v průměrném měsíci"
        return f"jde o méně než {FEWEST} {kind}, podíl proto může rok od roku silně kolísat"
    if base is not None and base < _TINY:
        return f"podíl se počítá jen z počtu {base}, může proto silně kolísat"
    return ""


def size_words(adults: int) -> str:
    """Return the size with its class: "134 obyvatel starších 15 let"."""
    return f"{number(adults)} obyvatel starších 15 let"


def small(adults: int) -> bool:
    """Tell whether a municipality is small: below 2,000 inhabitants older than 15."""
    return size_class(adults) < SIZES.index(2_000)
