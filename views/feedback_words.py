"""What the user reads about a rating: names, consent before it is sent, thanks after."""

from collections.abc import Mapping

from prompts.answer import Citation
from prompts.rating import LONGEST_REMARK, Feedback, Rating, Reason

RATINGS: Mapping[Rating, str] = {"up": "pomohla", "down": "nepomohla", "source": "špatný zdroj"}

REASONS: Mapping[Reason, str] = {
    "off_topic": "Netýká se dotazu",
    "incomplete": "Je neúplný",
    "outdated": "Je zastaralý",
    "elsewhere": "Citace je v dokumentu jinde",
    "other": "Jiný důvod",
}
"""Why a source is wrong, in the order in which it is offered."""

LABELS: Mapping[Rating, str] = {
    "up": "Co bylo užitečné (nepovinné)",
    "down": "Co chybělo nebo bylo špatně (nepovinné)",
    "source": "Poznámka ke zdroji (nepovinné)",
}
"""What is asked for in words after each rating."""

CONSENT = (
    "Odesláním se na serveru této instalace uloží dotaz, odpověď s citacemi, čas, verze dokumentů, vaše hodnocení "
    "a poznámka. Nic jiného: ani kdo jste, ani zbytek konverzace. Osobní údaje do poznámky nepište; jsou-li v dotazu, "
    "hodnocení raději neodesílejte."
)

LIMIT = f"Nejvýše {LONGEST_REMARK} znaků."

_QUOTED = 50
"""Characters of a quote by which a source is recognized."""


def source_label(citation: Citation) -> str:
    """Return a citation as one line of plain text: its number, how its quote begins, and its document.

    The end of the line may be cut off on a phone, so what tells two sources of one document apart comes first.
    """
    quote = " ".join(citation.quote.split())
    if len(quote) > _QUOTED:
        quote = f"{quote[:_QUOTED].rsplit(' ', 1)[0]}…"
    return f"[{citation.n}] „{quote}“ – {citation.title}"


def thanks(kept: Feedback) -> str:
    """Return what was kept of a rating, in one Czech sentence or two."""
    said = f"hodnocení „{RATINGS[kept.rating]}“"
    if kept.rating == "source":
        said = f"hlášení, že zdroj [{kept.wrong}] je špatný (důvod: {REASONS[kept.reason].lower()})"
    remark = " a vaše poznámka" if kept.remark else ""
    answer = "odpověď s citacemi" if kept.citations else "odpověď"
    return f"Děkujeme. Na serveru je uloženo: dotaz, {answer}, {said}{remark}."
