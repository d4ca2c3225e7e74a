"""The whole report as one HTML file that loads nothing: style and plots stand in it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from eval.questions import Question
from eval.reporting.ablation import Study, ablation_html
from eval.reporting.figures import confidence_html, kinds_plots_html, times_html
from eval.reporting.questions_html import question_html
from eval.reporting.reading import Finished, Shelf
from eval.reporting.tables import configuration_html, kinds_html, meanings_html, measures_html
from eval.reporting.worst import Worst, worst_by, wrongly_answered
from prompts.export.plot_parts import escaped

_RESULTS, _KINDS = "Výsledky", "Míry podle druhu otázky"
_ON_A_NEW_PAGE = (_RESULTS, _KINDS)
_STYLE = Path(__file__).with_name("report.css")

# Nothing is loaded, whatever the texts of documents may hold.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(runs: Sequence[Finished], shelf: Shelf, study: Study | None, most: int, now: datetime) -> str:
    """Return the report of the runs, the first of which decides what its worst questions are.

    `most` is the number of questions that each of the lists at the end shows in full; `now` is local time.
    """
    names = ", ".join(run.name for run in runs)
    title = f"Zpráva o hodnocení: {names}"
    made = f"{now.day}.\u00a0{now.month}.\u00a0{now.year} {now.hour}:{now:%M}"
    lead = (
        f"Sestaveno {made}. Každý údaj má 95% interval spolehlivosti (převzorkováním otázek) a počet n otázek, ze "
        "kterých je; na jiné n upozorňuje název míry."
    )
    sections = [
        ("Jak běhy vznikly", configuration_html(runs) + _warnings(runs, shelf)),
        (_RESULTS, measures_html(runs) + "".join(kinds_html(run) for run in runs)),
        (_KINDS, kinds_plots_html(runs)),
        ("Rozlišení zodpověditelných otázek", confidence_html(runs)),
        ("Čas odpovědi", times_html(runs)),
        ("Co přidávají složky vyhledávání", ablation_html(study) if study else ""),
        *_worst(runs, shelf, most),
        ("Co míry znamenají", meanings_html(runs)),
    ]
    body = "".join(
        f'<section class="part{" page" if name in _ON_A_NEW_PAGE else ""}"><h2>{name}</h2>{content}</section>'
        for name, content in sections
        if content
    )
    return (
        f'<!DOCTYPE html>\n<html lang="cs"><head><meta charset="utf-8"><title>{escaped(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_STYLE.read_text(encoding="utf-8")}</style></head>'
        f"<body><main><header><h1>{escaped(title)}</h1><p>{lead}</p></header>{body}</main></body></html>\n"
    )


def _warnings(runs: Sequence[Finished], shelf: Shelf) -> str:
    """Say what keeps figures from being compared, or positions from being shown."""
    told = []
    if len({tuple(sorted(run.lines)) for run in runs}) > 1:
        told.append("Běhy se neptaly na stejné otázky, jejich čísla proto nejsou přímo srovnatelná.")
    for run in runs:
        if shelf.changed_since(run):
            told.append(
                f"Dokumenty se od běhu {run.name} změnily: úryvky pasáží níže nemusí být ty, které systém tehdy viděl."
            )
    return "".join(f'<p class="warning">{escaped(line)}</p>' for line in told)


def _worst(runs: Sequence[Finished], shelf: Shelf, most: int) -> list[tuple[str, str]]:
    first = runs[0]
    known = {question.id: question for run in reversed(runs) for question in run.questions}
    recall = worst_by(first, "recall@3000c", most)
    facts = worst_by(first, "facts", most, without=recall.ids)
    answered = wrongly_answered(first, most)
    by_whom = f" (podle běhu {first.name})" if len(runs) > 1 else ""
    lists = (
        ("Nejhůř vyhledané otázky", "důkaz chybí v prvních 3 000 znacích", recall),
        ("Otázky s chybějícími fakty", "odpověď neuvádí všechna očekávaná fakta a nejsou výše", facts),
        ("Zodpovězené, ač je měl odmítnout", "dokumenty na ně neodpovídají", answered),
    )
    return [
        (f"{escaped(name)}{escaped(by_whom)}", _listed(found, why, known, runs, shelf))
        for name, why, found in lists
        if found.of
    ]


def _listed(found: Worst, why: str, known: dict[str, Question], runs: Sequence[Finished], shelf: Shelf) -> str:
    shown = "Níže jsou všechny."
    if len(found.ids) < found.of:
        shown = f"Níže je jich {len(found.ids)}, od nejhorší; ostatní ukáže stránka Hodnocení nebo volba --worst."
    lead = f"<p>Počet takových otázek: {found.of} ({why}). {shown}</p>"
    return lead + "".join(question_html(known[id_], runs, shelf) for id_ in found.ids)
