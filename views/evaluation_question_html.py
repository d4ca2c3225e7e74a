"""Questions of a run as HTML: evidence found and missed in the document's own text, answers, what was retrieved."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote as url_quote

from ingest.document import Document
from prompts.export.report import VERDICTS
from prompts.export.run_words import CHANNELS, MEASURES, decimal, set_name
from prompts.question_kinds import kind_label
from prompts.question_lines import Evidence, places
from views.catalogue_words import shortened
from views.evaluation_data import Answered, Run
from views.markup import escaped, quoted
from views.source import excerpt
from views.states import STATES

Documents = Mapping[str, Document]

COVERED = 0.9
"""A passage holds a quote when so much of the quote lies inside it, as the measures count."""

_AROUND, _HEAD = 160, 240
"""Characters around a piece of evidence, and of a passage before it is opened."""

_FIRST_PASSAGES = 5
"""Passages that are shown at once; the others are opened."""

_BLANK_LINES = re.compile(r"\n\s*\n")

_TOLD = ("recall@5", "recall@3000c", "ndcg@10", "facts", "cited_recall", "cited_precision")


def status_name(status: str) -> str:
    """Return the name of a state as the whole app calls it."""
    return next((state.label for key, state in STATES.items() if key == status), "Bez odpovědi")


def filed(one: Answered) -> str:
    """Return where a question belongs: its kind, its set and its id."""
    return f"{kind_label(one.question.kind)} · {set_name(one.set)} · {one.id}"


def row_html(run: Run, one: Answered, others: Sequence[tuple[str, Answered | None]]) -> str:
    """Return a question of the list with what became of it in this run and in others."""
    states = [(run.name if others else "", one), *others]
    marks = "".join(_row_state(name, found) for name, found in states)
    return (
        f'<h3 class="opora-ev-question">{escaped(one.question.question)}</h3>'
        f'<p class="opora-path">{escaped(filed(one))}</p>{marks}'
    )


def _row_state(name: str, one: Answered | None) -> str:
    whose = f"<strong>{escaped(name)}</strong> " if name else ""
    if one is None:
        return f'<p class="opora-ev-state">{whose}na tuto otázku se neptal</p>'
    found = one.score["found"]
    proofs = ""
    if found:
        told = f"důkazy {sum(found)} z {len(found)}"
        dots = "".join("●" if held else "○" for held in found)
        proofs = f' <span class="opora-ev-dots" aria-hidden="true">{dots}</span> {told}'
    faults = "".join(f' <span class="opora-ev-fault">✗ {escaped(fault)}</span>' for fault in one.faults)
    good = "" if one.faults else ' <span class="opora-ev-good">✓ v pořádku</span>'
    return f'<p class="opora-ev-state">{whose}{escaped(status_name(one.status))}{proofs}{faults}{good}</p>'


def evidence_html(one: Answered, runs: Sequence[tuple[str, Answered | None]], documents: Documents) -> str:
    """Return each piece of evidence highlighted in its document, with whether each run found and cited it."""
    if not one.question.answerable:
        return '<p class="opora-note" role="note">Na tuto otázku dokumenty neodpovídají. Správné je odmítnout ji.</p>'
    items = "".join(_piece(n, item, runs, documents) for n, item in enumerate(one.question.evidence))
    return f'<h3 class="opora-heading">Důkazy</h3><ol class="opora-ev-evidence">{items}</ol>'


def _piece(n: int, item: Evidence, runs: Sequence[tuple[str, Answered | None]], documents: Documents) -> str:
    marks, held = [], []
    for name, one in runs:
        if one is None:
            continue
        found, cited = (bool(one.score[key][n:] and one.score[key][n]) for key in ("found", "cited"))
        held.append(found)
        whose = f"{escaped(name)}: " if len(runs) > 1 else ""
        told = f"{'✓ nalezen' if found else '✗ nenalezen'}, {'✓ citován' if cited else '✗ necitován'}"
        marks.append(f'<span class="opora-ev-{"good" if found else "fault"}">{whose}{told}</span>')
    look = "found" if all(held) else "missed"
    document = documents.get(item.doc)
    title = document.source.title if document and document.source.title else item.doc
    return f"<li><strong>{escaped(title)}</strong> {' '.join(marks)}{_place(item, document, look)}</li>"


def _place(item: Evidence, document: Document | None, look: str) -> str:
    spans = places(document.text, item.quote) if document else ()
    if document is None or not spans:
        return (
            f'<p class="opora-excerpt opora-ev-excerpt"><mark class="opora-ev-{look}">{escaped(item.quote)}</mark></p>'
            '<p class="opora-path">V dnešních dokumentech tento citát není.</p>'
        )
    (start, end), text = spans[0], document.text
    begin, finish = excerpt(text, start, end, _AROUND)
    before = ("… " if begin else "") + text[begin:start].lstrip("\n")
    after = text[end:finish].rstrip("\n") + (" …" if finish < len(text) else "")
    return (
        '<div class="opora-excerpt opora-ev-excerpt" tabindex="0" role="group" aria-label="Důkaz v textu dokumentu">'
        f'{escaped(before)}<mark class="opora-ev-{look}">{escaped(text[start:end])}</mark>{escaped(after)}</div>'
        f"{reader_link(item.doc, start, end)}"
    )


def reader_link(doc: str, start: int, end: int) -> str:
    """Return the link that opens a place in the whole document, in a new tab."""
    name = url_quote(doc.encode("utf-8", "replace"), safe="")
    return (
        f'<a class="opora-link" href="dokumenty?doc={name}&amp;start={start}&amp;end={end}" target="_blank" '
        'rel="noopener noreferrer">Otevřít v dokumentu<span class="opora-sr"> (otevře se v nové záložce)</span></a>'
    )


def ask_link(question: str) -> str:
    """Return the link that asks the question in the assistant, in a new tab."""
    address = escaped(f"./?dotaz={url_quote(question.encode('utf-8', 'replace'), safe='')}")
    return (
        f'<p class="opora-path"><a class="opora-link" href="{address}" target="_blank" rel="noopener noreferrer">'
        'Zeptat se v asistentovi<span class="opora-sr"> (otevře se v nové záložce)</span></a></p>'
    )


def answer_html(one: Answered, run: str = "") -> str:
    """Return what a run answered: its state, its measures, and every sentence with the numbers of its citations.

    `run` is the run's name where there are several.
    """
    record = one.record
    values = [f"{MEASURES[name].name} {decimal(value, 2)}" for name in _TOLD if (value := one.value(name)) is not None]
    if record.get("confidence") is not None:
        values.append(f"jistota {decimal(float(record['confidence']), 2)}")
    if record:
        values.append(f"čas {decimal(float(record['seconds']))} s")
    if one.score.get("tokens"):
        values.append(f"tokeny {one.score['tokens'][0]} + {one.score['tokens'][1]}")
    faults = "".join(f'<span class="opora-ev-fault">✗ {escaped(fault)}</span> ' for fault in one.faults)
    title = f"Odpověď běhu {run}" if run else "Odpověď"
    head = f'<h3 class="opora-heading">{escaped(title)}</h3><p><strong>{escaped(status_name(one.status))}</strong> '
    head += f"{faults}</p>"
    told = f'<p class="opora-path">{escaped(" · ".join(values))}</p>'
    if not record:
        return f"{head}{told}"
    said = "".join(_said(statement) for statement in record.get("statements", ()))
    body = (
        f'<ul class="opora-ev-answer">{said}</ul>' if said else f'<p class="opora-text">{escaped(record["text"])}</p>'
    )
    return f"{head}{told}{body}"


def _said(statement: Mapping[str, Any]) -> str:
    text = _BLANK_LINES.sub("\n", str(statement.get("text", "")))
    verdict = str(statement.get("verdict", ""))
    marks = "".join(f" [{n}]" for n in statement.get("citations", ()))
    if verdict == "verbatim":
        return f'<li class="opora-ev-quote">{quoted(text)}{marks}</li>'
    doubt = f' <span class="opora-ev-fault">{VERDICTS["unsupported"]}</span>' if verdict == "unsupported" else ""
    return f"<li>{escaped(text)}{marks}{doubt}</li>"


def retrieved_html(one: Answered, documents: Documents) -> str:
    """Return the retrieved passages, best first: their score, what it is added up from, and the evidence they hold."""
    found = one.record.get("retrieved", ())
    if not found:
        return '<p class="opora-path">Pro tuto otázku se nic nevyhledávalo.</p>'
    most = max((abs(float(share)) for passage in found for share in passage.get("channels", {}).values()), default=0.0)
    proofs = [
        (item.doc, places(documents[item.doc].text, item.quote)) if item.doc in documents else (item.doc, ())
        for item in one.question.evidence
    ]
    items = [_passage(passage, most, proofs, documents) for passage in found]
    first, rest = "".join(items[:_FIRST_PASSAGES]), "".join(items[_FIRST_PASSAGES:])
    listed = f'<ol class="opora-ev-retrieved">{first}</ol>'
    if rest:
        listed += (
            f'<details class="opora-ev-details"><summary>Další pasáže: {len(items) - _FIRST_PASSAGES}</summary>'
            f'<ol class="opora-ev-retrieved" start="{_FIRST_PASSAGES + 1}">{rest}</ol></details>'
        )
    return listed


def _passage(
    passage: Mapping[str, Any],
    most: float,
    proofs: Sequence[tuple[str, Sequence[tuple[int, int]]]],
    documents: Documents,
) -> str:
    doc, start, end = str(passage["doc"]), int(passage["start"]), int(passage["end"])
    held = [
        str(n)
        for n, (where, spans) in enumerate(proofs, 1)
        if where == doc and any(min(end, b) - max(start, a) >= COVERED * (b - a) for a, b in spans)
    ]
    proof = f' <span class="opora-ev-good">✓ drží důkaz {", ".join(held)}</span>' if held else ""
    document = documents.get(doc)
    title = document.source.title if document and document.source.title else doc
    text = document.text[start:end] if document else "Dokument už není k dispozici."
    words = f'<p class="opora-ev-words">{escaped(shortened(text, _HEAD))}</p>'
    if len(" ".join(text.split())) > _HEAD:
        words = (
            f'<details class="opora-ev-details"><summary>{escaped(shortened(text, _HEAD))}</summary>'
            f'<p class="opora-ev-words">{escaped(text)}</p></details>'
        )
    score = decimal(float(passage.get("score", 0)), 2)
    link = reader_link(doc, start, end) if document else ""
    return (
        f"<li><strong>{escaped(shortened(title, 90))}</strong>, skóre {score}{proof}{words}"
        f"{channels_html(passage.get('channels', {}), most)}{link}</li>"
    )


def channels_html(shares: Mapping[str, float], most: float) -> str:
    """Return a small bar per channel; `most` is the share that fills a bar. A negative share is drawn hollow."""
    if not shares or most <= 0:
        return ""
    order = [*(name for name in CHANNELS if name in shares), *(name for name in shares if name not in CHANNELS)]
    items = "".join(
        f'<li><span class="opora-ev-channel">{escaped(CHANNELS.get(name, name))}</span>'
        f'<span class="opora-ev-bar" aria-hidden="true"><i{"" if shares[name] >= 0 else " class=opora-ev-less"} '
        f'style="width:{min(100.0, 100 * abs(float(shares[name])) / most):.0f}%"></i></span>'
        f"<span>{decimal(float(shares[name]), 1)}</span></li>"
        for name in order
    )
    return f'<ul class="opora-ev-channels">{items}</ul>'
