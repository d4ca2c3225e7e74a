"""What a line of text shows by itself: bullets, codes, labels, contacts, dates and what only surrounds a text."""

import re

UPPER = "A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ"

SHORT = 90
"""Longer lines, in characters, are running text."""

HEADING = 160
"""Longest numbered heading in characters."""

BULLET = re.compile(r"(?:[•▪◦●○■□‣∙·◾◆►➢➤✓✔]|[–—*+-](?=\s))\s*(?=\S)")
MEASURE = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3}\.[a-z])\)?\s+\S")
DESCRIPTOR = re.compile(r"([IVXLC]{1,6}\.[a-z])\s+\S")
TASK = re.compile(rf"(\d{{1,2}})\s+[{UPPER}]")
CHAPTER = re.compile(rf"(\d{{1,2}}(?:\.\d{{1,2}})*)\.?\s+[{UPPER}]")
CLAUSE = re.compile(r"(\d{1,2}(?:\.\d{1,2})+)\.?\s+\S")
DAY = re.compile(
    r"\d{1,2}\.\s*(?:\d{1,2}\.|ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince)(?!\w)"
)
LISTED = re.compile(rf"(?!{DAY.pattern})(?:\(?\d{{1,2}}[.)]|\(?[a-z]\))\s+\S")
LETTER = re.compile(r"\(?[a-z]\)\s")
FACT = re.compile(rf"([{UPPER}][^:.;,]{{2,44}}):\s+(\S.*)", re.DOTALL)
CELL_CODE = re.compile(r"(\d{1,2}(?:\.\d{1,2})+(?:\.[a-z])?|\d{1,2}\.[a-z])\.?\s+\|")

_NAMED = re.compile(
    r"(?:specifický cíl|oblast podpory|prioritní osa|priorita|investiční priorita|opatření|výzva|aktivita)"
    r"\s+(?:č\.\s*)?(\d{1,3}(?:\.\d{1,2})*)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:(?:Článek|Čl\.|Kapitola|Část|Hlava|Oddíl|Příloha|ČLÁNEK|KAPITOLA|ČÁST|HLAVA|ODDÍL|PŘÍLOHA)\s+(?:č\.\s*)?"
    r"(\d{1,3}|[IVX]{1,5}|[A-Z])|§\s*(\d{1,4}[a-z]?))\b"
)
_AFTER_CODE = re.compile(rf"[.)]?\s*(?:$|[:–—-]|[{UPPER}„(])")
_CONTACT = re.compile(
    r"@|\b(?:tel|mobil|telefon|e-?mail|mail|fax|adresa|ičo?|datov\w+ schránka)\b\s*[.:]"
    r"|\b\d{3}\s?\d{2}\s+[" + UPPER + r"]|^\+?[\d\s]{8,16}$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\s*\d{1,2}\.\s*\d{4}")
_LINKS = frozenset(
    "více info|více informací|číst více|číst dále|zobrazit více|www stránky|mám zájem o bližší informace".split("|")
)
_SURROUNDINGS = frozenset("tisk|na začátek|nahoru|zpět|sdílet|menu|vytisknout|stáhnout|domů|rss".split("|"))
_WORD = re.compile(r"[^\W_]+")
_VERBS = frozenset(
    "je jsou jde byl byla bylo byly bude budou může mohou musí lze má mají patří slouží zahrnuje zahrnují platí "
    "následující tyto tito těchto například zejména".split()
)


def is_contact(text: str) -> bool:
    """Tell whether the line holds an e-mail, a telephone, a postal address or their labels."""
    return bool(_CONTACT.search(text))


def has_date(text: str) -> bool:
    """Tell whether the line holds a full date in Czech or ISO form."""
    return bool(_DATE.search(text))


def is_link(text: str) -> bool:
    """Tell whether the line is the text of a link that belongs to what stands before it ("Více info")."""
    return _folded(text) in _LINKS


def is_noise(text: str) -> bool:
    """Tell whether the line only surrounds a text: links, buttons and names of icons of web pages, rules."""
    folded = _folded(text)
    return folded in _LINKS or folded in _SURROUNDINGS or folded.startswith("icon ") or not _WORD.search(text)


def is_sentence(label: str) -> bool:
    """Tell a label that introduces in a sentence ("Jde o následující opatření") from one that names."""
    return not _VERBS.isdisjoint(_WORD.findall(label.lower()))


def named_code(text: str) -> str:
    """Return the code of a heading such as "Specifický cíl 2.1: …", else an empty string."""
    match = _NAMED.match(text)
    return match[1] if match and _heads(text, match.end()) else ""


def article_code(text: str) -> str:
    """Return the number of a heading such as "Článek 3", "§ 5 Žadatel" or "Příloha č. 1", else an empty string."""
    match = _ARTICLE.match(text)
    return (match[1] or match[2]) if match and _heads(text, match.end()) else ""


def is_bare_article(text: str) -> bool:
    """Tell whether the line is such a heading without a title: that stands on the next line."""
    match = _ARTICLE.match(text)
    return bool(match) and not text[match.end() if match else 0 :].strip(" .:")


def headlike(text: str) -> bool:
    """Tell whether the line can be a numbered heading: short enough, and no sentence."""
    return len(text) <= HEADING and text[-1] not in ".;,"


def _heads(text: str, end: int) -> bool:
    """Tell a heading from a sentence that starts with the same words."""
    bare = not text[end:].strip(" .:")
    return len(text) <= 2 * HEADING and bool(_AFTER_CODE.match(text, end)) and (bare or text[-1] not in ".;,!?")


def _folded(text: str) -> str:
    return " ".join(text.lower().rstrip(":").split())
