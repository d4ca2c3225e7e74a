"""The words of the catalogue's page: names of fields, short titles, and counts with the right Czech forms."""

import re
from collections.abc import Mapping

from ingest.document import Source
from prompts.compose import quote_text
from prompts.czech import counted
from retrieval.instruments import KINDS, Instrument
from views.markup import czech_number
from views.source import validity

NOT_STATED = "neuvedeno"

THEME_NAMES: Mapping[str, str] = {"problem": "Problémy", "sluzba": "Služby", "nastroj": "Nástroje a postupy"}

FIELD_NAMES: Mapping[str, str] = {
    "name": "Název",
    "chapter": "Kapitola",
    "groups": "Cílové skupiny v textu nástroje",
    "programme_groups": "Cílové skupiny programu",
    "tasks": "Úkoly a aktivity",
    "beneficiaries": "Příjemce nebo realizátor",
    "themes": "Témata",
    "descriptors": "Deskriptory",
    "programme": "Program",
    "period": "Období",
    "facts": "Další údaje",
}
"""Names of the fields of an instrument; some kinds call a field otherwise, see `field_name`."""

NOTES: Mapping[str, str] = {
    "programme_groups": "Dokument je uvádí společně pro všechno, co podporuje, ne pro tento nástroj zvlášť.",
    "groups": "Skupiny, které jmenuje název, úkoly, deskriptory nebo kapitola nástroje.",
    "themes": "Podle slovníku oboru; citace ukazuje slova, která téma jmenují.",
}

# Markdown of labels: every sign that could mean something gets a backslash, colons before words a joiner.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")
_DIRECTIVE = re.compile(r":(?=\w)")


def field_name(instrument: Instrument, field: str) -> str:
    """Return what the user reads for a field of an instrument."""
    if field == "tasks":
        names = {"measure": "Úkoly", "project": "Aktivity projektu", "project_activity": "Výstupy"}
        return names.get(instrument.kind, "Dílčí činnosti")
    if field == "groups" and instrument.kind == "project":
        return "Cílové skupiny projektu"
    if field == "programme_groups" and instrument.kind == "project_activity":
        return "Cílové skupiny projektu"
    return FIELD_NAMES[field]


def title(instrument: Instrument, longest: int = 160) -> str:
    """Return an instrument's name on one line, cut between words; the whole name stands in its detail."""
    return shortened(quote_text(instrument.name.quote).rstrip(" ;,"), longest)


def shortened(text: str, longest: int) -> str:
    """Return a text cut between words to about so many characters; "…" says that it goes on."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    return text[: text.rfind(" ", 0, longest)].rstrip(" ,;:–-") + " …"


def kind_and_code(instrument: Instrument) -> str:
    """Return for example "opatření 4.6.a" or "podporovaná aktivita"."""
    return f"{KINDS[instrument.kind]} {instrument.code}".strip()


def document_name(source: Source) -> str:
    """Return the document's title, or its id when it has none."""
    return source.title or source.id


def period_and_validity(source: Source) -> str:
    """Return what is known about a document's period; unknown is said to be unknown."""
    return validity(source)


def instruments_counted(count: int) -> str:
    """Return for example "5 nástrojů"."""
    return counted(count, "nástroj", "nástroje", "nástrojů").replace(str(count), czech_number(count), 1)


def listed(shown: int, found: int, total: int) -> str:
    """Return how many of how many are shown: nothing is left out in silence."""
    everything = f"v katalogu {instruments_counted(total)}"
    if found == total:
        return f"Zobrazeno {czech_number(shown)}, {everything}."
    return f"Zobrazeno {czech_number(shown)}, nalezeno {czech_number(found)}, {everything}."


def label_text(text: str) -> str:
    """Return a text for the label of a widget, whose Markdown then shows exactly these words."""
    # An address would become a link by itself, with the backslashes in it.
    plain = " ".join(text.split()).replace("://", ":\u2060//")
    return _DIRECTIVE.sub(":\u2060", _MARKDOWN.sub(r"\\\1", plain))
