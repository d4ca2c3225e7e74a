"""The HTML of the page Profil obce: cards, bars, tables and measures; all text of files and users is escaped."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ingest.locality_data import Localities, Municipality
from ingest.locality_figures import (
    FEWEST,
    HIGH,
    HIGH_TIMES,
    LOW,
    RAISED,
    RAISED_TIMES,
    CategoryRow,
    Comparison,
    Finding,
)
from prompts.locality_profile import Profile, points_words
from prompts.locality_words import (
    STATUSES,
    caution,
    count_words,
    finding_words,
    group_name,
    median_name,
    number,
    percent,
    size_name,
)
from views.markup import escaped, quoted

if TYPE_CHECKING:
    from prompts.locality import Match


def sentence(text: str) -> str:
    """Return a clause as a sentence: a capital at its beginning and a full stop at its end."""
    text = text.strip()
    # A quote at the end brings its own full stop.
    return text if not text else text[0].upper() + text[1:] + ("" if text.rstrip("“")[-1:] in tuple(".!?") else ".")


def cards_html(localities: Localities, one: Municipality, profile: Profile) -> str:
    """Return the cards at the top: index, category, size, place."""
    scale = f" z\u00a0{profile.most_points}" if profile.most_points is not None else ""
    points = f"{one.points}{scale}" if one.points is not None else "údaj chybí"
    same = sum(m.category == one.category for m in localities.municipalities)
    in_class = f"V souboru je v ní {number(same)} z\u00a0celkem {number(len(localities.municipalities))} obcí."
    people = number(one.adults) if one.adults is not None else "údaj chybí"
    status = STATUSES.get(one.status, one.status)
    size = f"Velikostní skupina: {size_name(profile.size)}." if profile.size is not None else ""
    cards = (
        (f"Index {localities.year}, body", points, sentence(points_words(profile).partition("; ")[2])),
        ("Kategorie bodů", one.category or "údaj chybí", in_class if one.category else ""),
        ("Obyvatelé starší 15 let", people, size),
        (
            "Typ a poloha",
            sentence(status)[:-1] if status else one.name,
            f"{sentence(profile.place)[:-1]}, {one.region}.",
        ),
    )
    body = "".join(
        f"<div><dt>{escaped(name)}</dt><dd><strong>{escaped(value)}</strong>"
        f"{f'<span>{escaped(note)}</span>' if note else ''}</dd></div>"
        for name, value, note in cards
    )
    return f'<dl class="opora-cards">{body}</dl>'


def bars_html(found: Sequence[Finding], name: str) -> str:
    """Return a chart of each dimension: the municipality beside the medians around it, every bar with its figure."""
    return "".join(_bars(finding, name) for finding in found)


def _bars(finding: Finding, name: str) -> str:
    own = finding.rate.share
    rows = [(name, own, "opora-own")]
    rows += [(median_name(c.kind), c.median, "") for c in finding.comparisons]
    most = max((value for _, value, _ in rows if value is not None), default=0.0) or 1.0
    body = "".join(_bar(label, value, most, css) for label, value, css in rows)
    notes = [count_words(finding), caution(finding)]
    if own is None:
        notes.append(finding.rate.missing)
    note = " ".join(sentence(n) for n in notes if n)
    return (
        f'<div class="opora-figure"><table class="opora-bars"><caption>{escaped(sentence(finding.dimension.name)[:-1])}'
        f'<span class="opora-sr">: tabulka s podílem obce a mediány okolí</span></caption>'
        f'<tbody>{body}</tbody></table><p class="opora-path">{escaped(note)}</p></div>'
    )


def _bar(label: str, value: float | None, most: float, css: str) -> str:
    # Of the surroundings only a group that is too small has no figure.
    shown = percent(value) if value is not None else "chybí" if css else "málo obcí"
    bar = f'<div style="width:{100 * value / most:.1f}%"></div>' if value is not None else ""
    return (
        f'<tr class="{css}"><th scope="row">{escaped(label)}</th>'
        f'<td aria-hidden="true">{bar}</td><td>{escaped(shown)}</td></tr>'
    )


def comparison_html(found: Iterable[Finding]) -> str:
    """Return the table with every comparison: median, rank, ties, percentile and the number of municipalities."""
    heads = ("Skupina", "Obcí s údajem", "Medián", "Vyšší podíl má", "Stejný má", "Percentil obce")
    parts = []
    for finding in found:
        rows = "".join(_compared(c) for c in finding.comparisons)
        head = "".join(f'<th scope="col">{h}</th>' for h in heads)
        caption = escaped(sentence(finding_words(finding)))
        parts.append(
            f'<table class="opora-coverage opora-compared"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )
    return (
        f'<p class="opora-path">Percentil říká, jaká část ostatních obcí skupiny má nižší podíl; shodné podíly se '
        f"počítají napůl. Skupina s méně než {FEWEST} obcemi, u kterých je údaj znám, se neporovnává.</p>"
        + "".join(parts)
    )


def _compared(c: Comparison) -> str:
    few = "málo obcí"
    cells = (
        ("Obcí s údajem", number(c.n)),
        ("Medián", percent(c.median) if c.median is not None else few),
        ("Vyšší podíl má", number(c.above) if c.percentile is not None else "–"),
        ("Stejný má", number(c.equal) if c.percentile is not None else "–"),
        ("Percentil obce", number(c.percentile) if c.percentile is not None else "–"),
    )
    body = "".join(f'<td data-label="{label}">{escaped(value)}</td>' for label, value in cells)
    return f'<tr><th scope="row">{escaped(group_name(c))}</th>{body}</tr>'


def standing_html(found: Sequence[Finding]) -> str:
    """Return what stands out, what is low, and what is missing, each as a sentence with its figures."""
    groups = (
        ("Vyčnívá", "opora-high", [f for f in found if f.level == "high"]),
        ("Je zvýšené", "opora-raised", [f for f in found if f.level == "raised"]),
        ("Jen málo případů", "opora-few", [f for f in found if f.level == "few"]),
        ("Nevyčnívá", "opora-usual", [f for f in found if f.level == "usual"]),
        ("Patří k nízkým", "opora-low", [f for f in found if f.level == "low"]),
    )
    parts = [_group(title, css, [sentence(finding_words(f)) for f in some]) for title, css, some in groups if some]
    missing = [
        f"{sentence(f.dimension.name)[:-1]}: {f.rate.missing.rstrip('.')}." for f in found if f.level == "missing"
    ]
    if missing:
        parts.append(_group("Údaj chybí (neznamená to nulu)", "opora-missing", missing))
    rule = (
        f"Vyčnívá podíl, který je v kraji, v Česku nebo u podobně velkých obcí mezi nejvyššími {number(100 - HIGH)} % "
        f"a aspoň {number(HIGH_TIMES, 1)}násobkem mediánu; zvýšený je mezi nejvyššími {number(100 - RAISED)} % a aspoň "
        f"{number(RAISED_TIMES, 1)}násobkem; nízký je mezi nejnižšími {number(LOW)} % v kraji i v Česku. "
        f"Podíl z méně než {FEWEST} případů se za vyčnívající nepovažuje."
    )
    return f'{"".join(parts)}<p class="opora-path">{escaped(rule)}</p>'


def _group(title: str, css: str, sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escaped(text)}</li>" for text in sentences)
    return f'<section class="opora-standing {css}"><h3>{escaped(title)}</h3><ul>{items}</ul></section>'


def categories_html(localities: Localities, rows: Sequence[CategoryRow], found: Sequence[Finding]) -> str:
    """Return what the points go with in this dataset, in the words of its own headings."""
    heading = localities.headers.get("points", "")
    heads = "".join(f'<th scope="col">{escaped(sentence(f.dimension.name)[:-1])}</th>' for f in found)
    body = "".join(
        f'<tr><th scope="row">{escaped(row.category)}</th><td data-label="Obcí">{number(row.n)}</td>'
        + "".join(
            f'<td data-label="{escaped(f.dimension.name)}">{_median(row.medians[f.dimension.id])}</td>' for f in found
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<p>Soubor body a kategorie uvádí ve sloupcích {quoted(heading)} a "
        f"{quoted(localities.headers.get('category', ''))} na listu {quoted(localities.sheet)}; výpočet bodů sám "
        "nevysvětluje. Co body provází, je vidět z mediánů podílů v jednotlivých kategoriích téhož souboru:</p>"
        f'<table class="opora-coverage opora-compared"><thead><tr><th scope="col">Kategorie bodů</th>'
        f'<th scope="col">Obcí</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


def _median(value: float | None) -> str:
    return escaped(percent(value)) if value is not None else "málo obcí"


def match_html(match: "Match") -> str:
    """Return one measure: its quote, what it belongs to, its document with the validity, and why it is here."""
    within = f'<p class="opora-path">Úkol opatření: {quoted(match.within)}</p>' if match.within else ""
    return (
        f'<blockquote class="opora-quote">{quoted(match.quote)}</blockquote>{within}'
        f'<p class="opora-path">{escaped(match.citation.title)} · {escaped(match.validity)}</p>'
        f'<p class="opora-path">Proč zde: {escaped("; ".join(match.reasons))}.</p>'
    )


def rest_html(quote: str, title: str) -> str:
    """Return one of the measures that belong to no theme."""
    return f'<blockquote class="opora-quote">{quoted(quote)}</blockquote><p class="opora-path">{escaped(title)}</p>'


def columns_html(localities: Localities) -> str:
    """Return the headings of the workbook's columns, word for word, and the lines below its table."""
    items = "".join(f"<li>{escaped(text)}</li>" for text in localities.headers.values())
    notes = "".join(f"<p>{escaped(text)}</p>" for text in localities.notes)
    return (
        f"<p>Zdroj: {escaped(localities.source)}; vydavatele soubor sám neuvádí. Otisk souboru (SHA-256): "
        f"{escaped(localities.sha256)}.</p><p>Sloupce, ze kterých stránka vychází:</p><ul>{items}</ul>{notes}"
    )
