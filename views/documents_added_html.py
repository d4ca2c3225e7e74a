"""The HTML of the section Vlastní dokumenty; every word of files and documents is escaped."""

from collections.abc import Sequence
from datetime import date

from ingest.document import Document
from ingest.library import Shelf
from prompts.czech import counted
from views.indexing import State
from views.markup import czech_date, czech_number, escaped, link_html
from views.source import validity
from views.uploads import Staged

_PREVIEW = 280
"""Characters of the beginning of a text that are shown."""


def size_text(document: Document) -> str:
    """Return "12 345 znaků, 4 strany"."""
    count = len(document.text)
    noun = counted(count, "znak", "znaky", "znaků").rpartition(" ")[2]
    pages = f", {counted(len(document.pages), 'strana', 'strany', 'stran')}" if document.pages else ""
    return f"{czech_number(count)}\u00a0{noun}{pages}"


def beginning(text: str) -> str:
    """Return the first lines of a text, without empty ones, cut between words."""
    lines = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if len(lines) <= _PREVIEW:
        return lines
    return f"{lines[:_PREVIEW].rsplit(None, 1)[0]} …"


def staged_html(one: Staged, document: Document) -> str:
    """Return what was recognised in a file that waits to be added."""
    replaces = (
        f'<p class="opora-note" role="note">Nahradí dříve přidaný soubor téhož jména, '
        f"dokument „{escaped(one.replaces)}“.</p>"
        if one.replaces
        else ""
    )
    return (
        f'<p class="opora-added-name">{escaped(one.name)}</p>'
        f'<p class="opora-path">Rozpoznáno: {size_text(document)}. {escaped(validity(document.source))} '
        "Jazyk dokument neuvádí, počítám s češtinou.</p>"
        f'<div class="opora-added-text" role="group" aria-label="Začátek textu">{escaped(beginning(document.text))}'
        f"</div>{replaces}"
    )


def row_html(shelf: Shelf, document: Document | None, waits: bool) -> str:
    """Return one added document; `document` is what the index has of it."""
    source = shelf.source
    facts = [escaped(source.file)]
    if document:
        facts.append(size_text(document))
    state = "čeká na zaindexování" if waits else "zaindexováno"
    mark = "opora-added-waits" if waits else "opora-added-ready"
    link = link_html(source.url, "původní dokument")
    return (
        f'<p class="opora-added-name">{escaped(source.title or source.id)}</p>'
        f'<p class="opora-path">{" · ".join(facts)} · <span class="{mark}">{state}</span>'
        f"{f' · {link}' if link else ''}</p>"
    )


def progress_html(state: State) -> str:
    """Return how far an indexing is; nothing in it is announced, since it changes every second."""
    if not state.total:
        line, bar = "Připravuji zaindexování, čtu dokumenty…", '<progress aria-label="Průběh zaindexování"></progress>'
    else:
        if state.done < state.total:
            line = f"Zpracovávám dokument {state.done + 1} z {state.total}: {escaped(state.title)}"
        else:
            line = "Dokončuji zaindexování…"
        bar = f'<progress aria-label="Průběh zaindexování" max="{state.total}" value="{state.done}"></progress>'
    return (
        f'<p class="opora-added-progress">{line}</p>{bar}'
        '<p class="opora-path">Asistent zatím odpovídá z dosavadních dokumentů. Na stránku nemusíte čekat, '
        "zaindexování doběhne i bez vás.</p>"
    )


def standing_html(state: State, waiting: int, usable: bool) -> str:
    """Return whether the index has all documents as they are, and how the last indexing ended."""
    if waiting and not usable:
        text = (
            '<p class="opora-note" role="note">Rejstřík ještě není, nebo ho nelze použít, a asistent nemá z čeho '
            "odpovídat. Nechte dokumenty zaindexovat.</p>"
        )
    elif waiting:
        what = counted(waiting, "změněný dokument", "změněné dokumenty", "změněných dokumentů")
        text = f'<p class="opora-note" role="note">Na zaindexování čeká {what}. Asistent o změně zatím neví.</p>'
    else:
        text = '<p class="opora-added-standing">Rejstřík odpovídá dokumentům.</p>'
    return text + _last(state)


def _last(state: State) -> str:
    if state.ended is None or state.report is None:
        return ""
    report = state.report
    done = (
        ("přibylo", report.added),
        ("změnilo se", report.changed),
        ("ubylo", report.removed),
        ("beze změny", report.kept),
    )
    counts = ", ".join(f"{name} {len(docs)}" for name, docs in done if docs) or "bez dokumentů"
    day = "dnes" if state.ended.date() == date.today() else czech_date(state.ended.date().isoformat())
    when = f"{day} v {state.ended.hour}.{state.ended.minute:02d}"
    seconds = f"{report.seconds:.1f}".replace(".", ",")
    return f'<p class="opora-path">Naposledy {when}, trvalo {seconds} s: {counts}.</p>'


def confirm_html(title: str) -> str:
    """Return the question before a document is removed."""
    return (
        f'<p class="opora-note" role="alert">Opravdu odebrat dokument „{escaped(title)}“? Asistent z něj přestane '
        "odpovídat a soubor se z instalace smaže. Dokud stránku nezavřete, půjde vrátit zpět.</p>"
    )


def shipped_html(titles: Sequence[str]) -> str:
    """Return why the documents of the basic set cannot be removed."""
    if not titles:
        return ""
    names = ", ".join(f"„{escaped(title)}“" for title in titles)
    return (
        '<details class="opora-added-shipped"><summary>Dokumenty základní sady odebrat nelze</summary>'
        "<p>Jsou součástí instalace: jsou k nim ověřené údaje o platnosti a odpovídají podle nich všichni její "
        f"uživatelé. Změnit je může jen správce ve složce s dokumenty. Patří sem: {names}.</p></details>"
    )
