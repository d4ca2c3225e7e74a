"""Questions in full: evidence found and missed, what was retrieved and why, and the answer with its quotes."""

import re
from collections.abc import Mapping, Sequence

from eval.questions import Evidence, Question
from eval.records import Record, Said
from eval.reporting.reading import Finished, Shelf
from eval.runs.measures import Line
from eval.spans import covers
from prompts.export.answers import STATES
from prompts.export.plot_parts import escaped
from prompts.export.report import VERDICTS
from prompts.export.run_words import CHANNELS, MEASURES, decimal, set_name
from prompts.question_kinds import kind_label

SHOWN_PASSAGES = 5
_SURROUNDINGS, _PASSAGE, _ANSWER, _SENTENCE = 90, 260, 1_500, 420
"""Characters around a piece of evidence, of a passage, of an answer and of one of its quotes that are printed."""

_BLANK = re.compile(r"[ \t]*\n\s*")

_TOLD = ("recall@5", "recall@3000c", "facts", "cited_recall", "cited_precision")


def question_html(question: Question, runs: Sequence[Finished], shelf: Shelf) -> str:
    """Return one question with what each run made of it, side by side."""
    own_set = next((run.lines[question.id].set for run in runs if question.id in run.lines), "")
    meta = f"{kind_label(question.kind)} · {set_name(own_set)} · {question.id}"
    turns = "".join(
        f"<li>{'Dotaz' if turn.role == 'user' else 'Odpověď'}: {escaped(_cut(turn.content, 200))}</li>"
        for turn in question.history
    )
    history = f'<p class="label">Předchází</p><ul class="history">{turns}</ul>' if turns else ""
    columns = "".join(_run(question, run, shelf, named=len(runs) > 1) for run in runs)
    return (
        f'<article class="question"><h3>{escaped(question.question)}</h3><p class="meta">{escaped(meta)}</p>{history}'
        f"{_evidence(question, runs, shelf)}{_facts(question)}"
        f'<div class="runs">{columns}</div></article>'
    )


def _evidence(question: Question, runs: Sequence[Finished], shelf: Shelf) -> str:
    if not question.answerable:
        return '<p class="told">Na tuto otázku dokumenty neodpovídají; správné je odmítnout ji.</p>'
    items = "".join(_piece(n, item, question.id, runs, shelf) for n, item in enumerate(question.evidence))
    return f'<p class="label">Důkazy</p><ol class="evidence">{items}</ol>'


def _piece(n: int, item: Evidence, id_: str, runs: Sequence[Finished], shelf: Shelf) -> str:
    marks = []
    for run in runs:
        line = run.lines.get(id_)
        name = f"{run.name}: " if len(runs) > 1 else ""
        found, cited = (bool(flags[n:] and flags[n]) for flags in ((line.found, line.cited) if line else ((), ())))
        marks.append(
            f'<span class="mark-{"found" if found else "missed"}">{escaped(name)}'
            f"{'✓ nalezen' if found else '✗ nenalezen'}, {'✓ citován' if cited else '✗ necitován'}</span>"
        )
    all_found = all("mark-found" in mark for mark in marks)
    return (
        f'<li><span class="source">{escaped(shelf.title(item.doc))}</span> {" ".join(marks)}'
        f'<span class="excerpt">{_excerpt(item, shelf, "found" if all_found else "missed")}</span></li>'
    )


def _excerpt(item: Evidence, shelf: Shelf, look: str) -> str:
    """Return the evidence highlighted in its surroundings, or alone when its document has changed."""
    places = shelf.texts.find(item.doc, item.quote)
    if not places:
        return f'<mark class="{look}">{escaped(item.quote)}</mark>'
    text, place = shelf.documents[item.doc].text, places[0]
    begin, finish = max(0, place.start - _SURROUNDINGS), min(len(text), place.end + _SURROUNDINGS)
    # Cut between words, where the document goes on.
    before = f"… {text[begin : place.start].partition(' ')[2]}" if begin else text[: place.start]
    after = f"{text[place.end : finish].rpartition(' ')[0]} …" if finish < len(text) else text[place.end :]
    parts = (_BLANK.sub("\n", part) for part in (before, text[place.start : place.end], after))
    around, quote, rest = (escaped(part) for part in parts)
    return f'{around}<mark class="{look}">{quote}</mark>{rest}'


def _facts(question: Question) -> str:
    if not question.facts:
        return ""
    return f'<p class="facts"><span class="label">Očekávaná fakta:</span> {escaped("; ".join(question.facts))}</p>'


def _run(question: Question, run: Finished, shelf: Shelf, *, named: bool) -> str:
    line, record = run.lines.get(question.id), run.records.get(question.id)
    head = f"<h4>{escaped(run.name)}</h4>" if named else ""
    if line is None or record is None:
        return f"<section>{head}<p>Tento běh se na otázku neptal.</p></section>"
    return f"<section>{head}{_figures(line, record)}{_answer(record)}{_retrieved(question, record, shelf)}</section>"


def _figures(line: Line, record: Record) -> str:
    state = STATES[record.status].partition(":")[0] if record.status in STATES else record.status
    values = [f"{MEASURES[name].name} {decimal(line.values[name], 2)}" for name in _TOLD if name in line.values]
    sure = [] if record.confidence is None else [f"jistota {decimal(record.confidence, 2)}"]
    told = " · ".join([*values, *sure, f"čas {decimal(record.seconds, 3)} s"])
    return f'<p class="state"><strong>{escaped(state)}</strong> <span class="values">{escaped(told)}</span></p>'


def _answer(record: Record) -> str:
    if not record.statements:
        return f'<p class="label">Odpověď</p><p>{escaped(_cut(record.text, _ANSWER)) or "(prázdná)"}</p>'
    items, left = [], _ANSWER
    for said in record.statements:
        if left <= 0:
            items.append(f'<li class="note">… odpověď pokračuje, celkem má {decimal(len(record.text), 0)} znaků</li>')
            break
        items.append(_said(said, left))
        left -= len(said.text)
    return f'<p class="label">Odpověď</p><ul class="answer">{"".join(items)}</ul>'


def _said(said: Said, longest: int) -> str:
    words = escaped(_cut(said.text, min(max(longest, 200), _SENTENCE)))
    text = f"„{words}“" if said.verdict == "verbatim" else words
    marks = "".join(f" [{n}]" for n in said.citations)
    doubt = f" <em>({escaped(VERDICTS['unsupported'])})</em>" if said.verdict == "unsupported" else ""
    return f'<li class="{"quote" if said.verdict == "verbatim" else "note"}">{text}{marks}{doubt}</li>'


def _retrieved(question: Question, record: Record, shelf: Shelf) -> str:
    if not record.retrieved:
        return '<p class="label">Nalezené pasáže</p><p>Nic se nevyhledávalo.</p>'
    shown = record.retrieved[:SHOWN_PASSAGES]
    places = [shelf.texts.find(item.doc, item.quote) for item in question.evidence]
    most = max([abs(share) for found in shown for share in found.channels.values()], default=0.0)
    items = []
    for found in shown:
        held = [str(n) for n, each in enumerate(places, 1) if covers(found.span, each)]
        proof = f' <span class="mark-found">✓ drží důkaz {", ".join(held)}</span>' if held else ""
        text = shelf.texts.at(found.span) or "(dokument už není k dispozici)"
        items.append(
            f'<li><span class="source">{escaped(shelf.title(found.span.doc))}</span> '
            f"<span>skóre {decimal(found.score, 2)}</span>{proof}"
            f'<span class="excerpt">{escaped(_cut(text, _PASSAGE))}</span>{channels_html(found.channels, most)}</li>'
        )
    title = f"Nalezené pasáže (prvních {len(shown)} z {len(record.retrieved)})"
    return f'<p class="label">{title}</p><ol class="retrieved">{"".join(items)}</ol>'


def channels_html(shares: Mapping[str, float], most: float) -> str:
    """Return a small bar per channel; `most` is the share that fills a bar. A negative share is drawn hollow."""
    if not shares or most <= 0:
        return ""
    order = [*(name for name in CHANNELS if name in shares), *(name for name in shares if name not in CHANNELS)]
    items = "".join(
        f'<span class="channel"><span class="channel-name">{escaped(CHANNELS.get(name, name))}</span>'
        f'<span class="channel-bar"><i{"" if shares[name] >= 0 else " class=less"} '
        f'style="width:{min(100.0, 100 * abs(shares[name]) / most):.0f}%"></i></span>'
        f'<span class="channel-share">{decimal(shares[name], 1)}</span></span>'
        for name in order
    )
    return f'<span class="channels">{items}</span>'


def _cut(text: str, longest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: flat.rfind(" ", 0, longest)].rstrip(" ,;:–-") + " …"
