"""The HTML of the editor of questions; every word of documents and users is escaped."""

from collections.abc import Sequence

from ingest.document import Document
from prompts.czech import counted
from prompts.question_drafts import Draft
from prompts.question_kinds import kind_label
from prompts.question_lines import Evidence, Question
from views.documents_layout import Layout
from views.documents_search import Span
from views.feedback_words import REASONS
from views.markup import escaped, quoted
from views.question_picking import LONGEST, Pick, Sentences, context, page_marks


def row_html(question: Question) -> str:
    """Return one question of the list."""
    facts = [escaped(kind_label(question.kind))]
    if question.answerable:
        facts.append(counted(len(question.evidence), "citát", "citáty", "citátů"))
        if question.facts:
            facts.append(counted(len(question.facts), "údaj", "údaje", "údajů"))
    else:
        facts.append("dokumenty neodpovídají")
    if question.history:
        facts.append("navazuje na rozhovor")
    return (
        f'<p class="opora-qe-question">{escaped(question.question)}</p>'
        f'<p class="opora-path">{" · ".join([escaped(question.id), *facts])}</p>'
    )


def draft_html(draft: Draft, titles: dict[str, str]) -> str:
    """Return a draft with what the user said."""
    if draft.rating == "source":
        reasons = {str(reason): words for reason, words in REASONS.items()}
        why = f": {escaped(reasons[draft.reason].lower())}" if draft.reason in reasons else ""
        said = f"Uživatel označil zdroj za špatný{why}."
    else:
        said = "Uživateli odpověď nepomohla."
    state = "Asistent odpověděl." if draft.answerable else "Asistent odpověď nedal."
    html = f'<p class="opora-qe-question">{escaped(draft.question)}</p><p class="opora-path">{said} {state}</p>'
    if draft.wrong:
        title = titles.get(draft.wrong.doc, draft.wrong.doc)
        html += (
            f'<blockquote class="opora-quote opora-qe-quote">{quoted(draft.wrong.quote)}</blockquote>'
            f'<p class="opora-path">Označený zdroj: {escaped(title)}</p>'
        )
    if draft.remark:
        html += f'<p class="opora-path">Poznámka uživatele: {quoted(draft.remark)}</p>'
    return html


def evidence_html(evidence: Evidence, document: Document | None, complaint: str) -> str:
    """Return one quote of the form with its document, and whether it stands there."""
    title = document.source.title or document.id if document else evidence.doc
    standing = (
        f'<span class="opora-qe-wrong">{escaped(complaint)}</span>'
        if complaint
        else '<span class="opora-qe-right">ověřeno, v dokumentu stojí doslova</span>'
    )
    return (
        f'<blockquote class="opora-quote opora-qe-quote">{quoted(evidence.quote)}</blockquote>'
        f'<p class="opora-path">{escaped(title)} · {standing}</p>'
    )


def hit_html(document: Document, span: Span, words: Sequence[Span]) -> str:
    """Return a found sentence with the words that were searched."""
    page = page_marks(document, Pick(document.id, *span))
    return (
        f'<p class="opora-qe-hit">{_marked(document.text, span, words)}</p>'
        f"{f'<p class=opora-path>{page}</p>' if page else ''}"
    )


def pick_html(document: Document, pick: Pick, sentences: Sentences, count: int) -> str:
    """Return the picked quote amid its neighbours, and how it stands; `count` is how often the document has it."""
    start, end = context(pick, sentences)
    text = document.text
    # Far neighbours help nobody.
    start, end = max(start, pick.start - LONGEST // 2), min(end, pick.end + LONGEST // 2)
    length = pick.end - pick.start
    facts = [f"ověřeno, v dokumentu stojí doslova{f' ({count}krát)' if count > 1 else ''}"]
    facts.append(counted(length, "znak", "znaky", "znaků"))
    if page := page_marks(document, pick):
        facts.append(page)
    long = (
        f'<p class="opora-note" role="note">Citát má víc než {LONGEST} znaků; do jedné pasáže se nevejde a měření by '
        "ho nikdy nenašlo. Zkraťte ho, nebo ho rozdělte na víc citátů.</p>"
        if length > LONGEST
        else ""
    )
    return (
        '<div class="opora-qe-pick" role="group" aria-label="Vybraný citát s okolím">'
        f'<span class="opora-qe-around">{escaped(text[start : pick.start])}</span>'
        f"<mark>{escaped(text[pick.start : pick.end])}</mark>"
        f'<span class="opora-qe-around">{escaped(text[pick.end : end])}</span></div>'
        f'<p class="opora-path" role="status">{", ".join(facts)}</p>{long}'
    )


def text_html(document: Document, layout: Layout, window: int, pick: Pick | None) -> str:
    """Return one window of the text, verbatim, with the place of each block, so that a selection can be located."""
    first, past = layout.windows[window] if layout.windows else (0, 0)
    html = ""
    for block in layout.blocks[first:past]:
        marks = [(max(pick.start, block.start), min(pick.end, block.end))] if pick else []
        inside = [(start, end) for start, end in marks if start < end]
        heading = " opora-qe-heading" if block.shape in ("title", "heading", "label") else ""
        html += (
            f'<p class="opora-qe-block{heading}" data-opora-start="{block.start}">'
            f"{_marked(document.text, (block.start, block.end), inside)}</p>"
        )
    return (
        f'<div class="opora-qe-text" tabindex="0" role="region" aria-label="Text dokumentu">{html}</div>'
        '<p class="opora-qe-take"><button type="button" class="opora-qe-button" data-opora-take>'
        'Vzít vybraný text jako citát</button> <span role="status" class="opora-path" data-opora-taken></span></p>'
    )


def _marked(text: str, span: Span, marks: Sequence[Span]) -> str:
    html, position = "", span[0]
    for start, end in sorted(marks):
        if span[0] <= start < end <= span[1] and start >= position:
            html += f"{escaped(text[position:start])}<mark>{escaped(text[start:end])}</mark>"
            position = end
    return html + escaped(text[position : span[1]])
