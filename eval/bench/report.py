"""The report of the benchmark: one Markdown text with ratios first and absolute figures after them."""

from collections.abc import Callable, Mapping, Sequence

from eval.bench.growth import ratio
from eval.bench.measuring import Measured, Run
from eval.bench.ratios import ASKED, BUILT, RECALL, Growth, Ratio, bounds, growth
from eval.figures import Figures, as_markdown, decimal

NAMES = {
    "ours": "Opora: vyhledání i odpověď",
    "ensemble_chunks": "LangChain BM25 + Chroma, jeho úseky",
    "ensemble_passages": "LangChain BM25 + Chroma, naše pasáže",
    "textbook_chunks": "učebnicový LangChain, jeho úseky",
    "textbook_passages": "učebnicový LangChain, naše pasáže",
    "hybrid_passages": "Haystack v paměti, naše pasáže",
    "matrix": "dolní mez: součin matice a vektoru",
    "tantivy_stems": "dolní mez: Tantivy, kmeny slov",
    "tantivy_grams": "dolní mez: Tantivy, čtveřice znaků",
    "chroma": "holá Chroma, pasáže i otázky",
}
"""Systems by key, in the order of the table."""

SECONDS = {
    "ours": "Opora: celé sestavení",
    "again": "Opora: sestavení beze změn",
    "bare": "holé vložení do Chromy ve stejném zápisu",
    "bare_texts": "holé vložení do Chromy s texty jako dokumenty",
    "langchain_passages": "LangChain from_documents, naše pasáže",
    "langchain_chunks": "LangChain from_documents, jeho úseky",
    "haystack_passages": "Haystack: naplnění paměti",
    "open": "Opora: otevření rejstříku",
}

MISSING = "–"


def markdown(run: Run, plots: Mapping[str, str], command: str) -> str:
    """Return the report; `plots` are names of files by what they show."""
    sizes = run.sizes
    parts = [
        "# Rychlost vedle jiných a při růstu\n",
        f"Zapsal příkaz `{command}`. Vše měřil jeden běh na jednom počítači, každé měření v novém procesu. "
        f"Procesorů: {run.cores}, Python {run.python}, průměrné zatížení na začátku "
        f"{decimal(run.loads[0], 1)}, na konci {decimal(run.loads[1], 1)}. Násobky lze mezi počítači srovnávat, "
        "milisekundy a vteřiny ne.\n",
    ]
    if run.note:
        parts.append(f"**Podmínky:** {run.note}\n")
    parts += [
        as_markdown(_ratios("Násobky: odpověď", ASKED, sizes)),
        as_markdown(_ratios("Násobky: sestavení rejstříku, a shoda s přesným hledáním", (*BUILT, RECALL), sizes)),
        "Součet dolních mezí je součin matice vektorů s vektorem otázky (pasáže i předjímané otázky, v jednom vlákně) "
        "a dva dotazy do Tantivy; Opora přitom otázce rozumí, hledá několika způsoby a skládá odpověď, ostatní jen "
        "hledají. LangChain své úseky vytváří po 1 000 znacích, takže jich má méně než Opora pasáží.\n",
        as_markdown(_ask(sizes)),
        *(f"![{name}]({file})\n" for name, file in plots.items()),
        as_markdown(_seconds(sizes)),
        "Opora a holé vložení zapisují vedle pasáží i předjímané otázky, ostatní jen texty. Text pasáže a údaje o ní "
        "ukládá Opora jako jednu hodnotu: na textech uložených jako dokumenty staví Chroma ještě rejstřík trojic "
        f"znaků, který tu nikdo nepotřebuje. {_quickest(run.repeat)}\n",
        "Dokud se vektory vejdou do 256 MB, hledá Opora přesně, součinem se všemi; Chroma je uchovává, a nad touto "
        "mezí v nich i hledá.\n",
        as_markdown(_holdings(sizes)),
        as_markdown(_growth(growth(sizes))),
    ]
    failed = [f"- {_label(m)}: {reason}" for m in sizes for reason in m.failed.values()]
    if failed:
        parts.append("Nezměřilo se:\n\n" + "\n".join(failed) + "\n")
    return "\n".join(parts)


def _ratios(title: str, rows: Sequence[Ratio], sizes: Sequence[Measured]) -> Figures:
    cells = [[one.name, one.target or MISSING, *(_cell(one.of(m), 2) for m in sizes)] for one in rows]
    return Figures(title, ("Poměr", "má být", *map(_label, sizes)), cells)


def _ask(sizes: Sequence[Measured]) -> Figures:
    most = max(asked.n for m in sizes for asked in m.ask.values())

    def cell(measured: Measured, key: str) -> str:
        if key not in measured.ask:
            return MISSING
        asked = measured.ask[key]
        fewer = f", n = {asked.n}" if asked.n < most else ""
        return f"{decimal(asked.median, 1)} ({decimal(asked.p95, 1)}{fewer})"

    rows = [[name, *(cell(m, key) for m in sizes)] for key, name in NAMES.items()]
    rows.append(["součet dolních mezí", *(_cell(bounds(m), 1) for m in sizes)])
    title = f"Milisekundy na otázku: medián (95. percentil), otázek {most}, není-li uvedeno jinak"
    return Figures(title, ("Systém", *map(_label, sizes)), rows)


def _seconds(sizes: Sequence[Measured]) -> Figures:
    def cell(measured: Measured, key: str) -> str:
        if key not in measured.seconds:
            return MISSING
        count = measured.counts.get(key)
        return decimal(measured.seconds[key], 1) + (f" ({count} textů)" if count else "")

    rows = [[name, *(cell(m, key) for m in sizes)] for key, name in SECONDS.items()]
    return Figures("Vteřiny: vkládání textů a otevření", ("Co", *map(_label, sizes)), rows)


def _holdings(sizes: Sequence[Measured]) -> Figures:
    told: tuple[tuple[str, Callable[[Measured], str]], ...] = (
        ("pasáží", lambda m: str(m.passages)),
        ("předjímaných otázek", lambda m: str(m.questions)),
        ("paměť procesu po otevření (MB)", lambda m: _megabytes(m.opened)),
        ("paměť procesu po prvních otázkách (MB)", lambda m: _megabytes(m.warm)),
        ("rejstřík na disku (MB)", lambda m: _megabytes(m.disk)),
    )
    rows = [[name, *(of(m) for m in sizes)] for name, of in told]
    return Figures("Paměť a disk", ("Co", *map(_label, sizes)), rows)


def _growth(found: Growth) -> Figures:
    rows = [
        ["exponent mediánu odpovědi", _cell(found.ask, 2), "≤ 0,6"],
        ["exponent doby sestavení", _cell(found.build, 2), MISSING],
        ["sestavení: vteřin na dalších 1 000 pasáží", _cell(found.thousand, 2), MISSING],
        ["holé vložení: vteřin na dalších 1 000 pasáží", _cell(found.bare_thousand, 2), MISSING],
        ["totéž jako násobek", _cell(ratio(found.thousand, found.bare_thousand), 2), "≤ 1,15"],
        ["paměť na dalších 100 000 pasáží (MB)", _megabytes(found.memory), MISSING],
        ["disk na dalších 100 000 pasáží (MB)", _megabytes(found.disk), MISSING],
    ]
    return Figures("Růst s počtem pasáží, proložený všemi velikostmi", ("Co", "naměřeno", "má být"), rows)


def _quickest(repeat: int) -> str:
    if repeat == 1:
        return "Každé se měřilo jednou."
    return f"Sestavení a holá vložení se měřila střídavě, počet opakování {repeat}; platí nejrychlejší."


def _label(measured: Measured) -> str:
    return f"{measured.passages} pasáží" + ("" if measured.size else " (dodaný korpus)")


def _cell(value: float | None, places: int) -> str:
    return MISSING if value is None else decimal(value, places)


def _megabytes(value: float | None) -> str:
    return MISSING if value is None else decimal(value / 1e6, 0)
