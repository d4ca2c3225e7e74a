"""Names of people in Czech text, in all cases, found by what stands around them.

A first name of the list beside a capital word, a capital word after "paní" or a degree, and surnames that are no other
word. A first name alone is left: it points to nobody. Names that institutions carry ("Nadace Terezy Maxové") stay.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

UPPER = "A-ZÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ"
LOWER = "a-záčďéěíľĺňóôřŕšťúůýžäöü"
CAPITAL = rf"[{UPPER}][{LOWER}]+(?:[-'’][{UPPER}][{LOWER}]+)?"

_ADDRESS = (
    r"[Pp]an(?:|a|u|e|em|ovi)|[Pp]aní|[Ss]leč(?:na|ny|ně|nu|no|nou)|[Mm]anžel(?:é|ů|ům|i)|[Rr]odin(?:a|y|ě|u|ou)|"
    r"(?:[Jj]menuj[iu] se|[Jj]menuje se|[Pp]odepsán[aá]?|[Pp]říjmení|[Jj]méno)(?: a příjmení)?:?"
)
_RELATION = (
    r"(?:[Kk]lient|[Ss]yn|[Mm]anžel|[Ss]oused|[Oo]tec|[Bb]ratr|[Nn]ájemník|[Dd]lužník|[Pp]acient|[Žž]ák|[Kk]oleg|[Pp]racovn"
    r"|[Dd]cer|[Mm]atk|[Mm]atc|[Ss]estr|[Ss]estř|[Bb]abičk|[Dd]ědeč|[Tt]chyn|[Kk]amarád|[Ss]tarost|[Rr]omk|[Vv]nuk|[Vv]nučk)"
    rf"[{LOWER}]{{0,6}}"
)
_DEGREE = r"(?:Ing|Mgr|Bc|BcA|MUDr|MDDr|MVDr|JUDr|PhDr|RNDr|PaedDr|ThDr|PharmDr|Dr|[Dd]oc|[Pp]rof|arch|DiS)\.,?\s*"
_INSTITUTION = re.compile(
    rf"(?:[Nn]ada[cč]|[Nn]adačn|[Ff]ond|[Gg]ymnázi|[Šš]kol|ZŠ|MŠ|SŠ|[Uu]niverzit|[Úú]stav|[Cc]entr|[Dd]om|[Dd]ům|[Ii]nstitut|"
    rf"[Dd]ivadl|[Nn]emocnic|[Kk]nihovn|[Kk]ostel|[Nn]áměstí|[Nn]ám|[Uu]lic|[Uu]l|[Tt]říd|[Ll]etiš|[Cc]en|[Pp]amátník|[Mm]uze)"
    rf"[{LOWER}.]*\s+(?:sv\.\s+|svat(?:é|ého)\s+|[Dd]r\.\s+)?$"
)
_OFFICE = re.compile(
    rf"(?:[Ss]tarost|[Mm]inistr|[Řř]editel|[Hh]ejtman|[Pp]rimátor|[Pp]oslan|[Ss]enátor|[Tt]ajemn|[Mm]ístostarost|[Rr]adn|"
    rf"[Kk]raj|[Úú]řad|[Mm]ěst|[Oo]bec|[Oo]bc|[Aa]gentur|[Oo]dbor|[Ee]vrop|[Čč]esk|[Čč]eš|[Rr]om[ůae]|[Ss]trateg|[Pp]rogram|[Vv]láda)"
    rf"[{LOWER}]*$"
)
_VIETNAMESE = re.compile(rf"\b(?:Nguyen|Nguyễn|Tran|Trần|Pham|Phạm|Hoang|Bui|Dang|Vu|Ngo)(?:\s+[{UPPER}]\w+){{1,3}}")
_SURNAME_LIKE = re.compile(
    rf"[{UPPER}][{LOWER}]+(?:ová|ové|ovou|áková|ák|áka|ákovi|ákem|ský|ského|skému|ským|ská|ské|skou|ček|čka|čkovi|čkem)$"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The lists with all cases of each name, in their usual spelling; `sure` are surnames that are no other word."""

    first: frozenset[str]
    surnames: frozenset[str]
    sure: frozenset[str]
    places: frozenset[str]


@lru_cache(maxsize=1)
def load_names() -> Names:
    """Read the lists and make the cases of each name."""
    lists = tomllib.loads(Path(__file__).with_name("personal_names.toml").read_text(encoding="utf-8"))
    surnames = lists["surnames"].split()
    words = set(lists["words"].split())
    first = {f for n in (lists["first_male"] + lists["first_female"]).split() for f in cases(n)}
    return Names(
        first=frozenset(first),
        surnames=frozenset(f for n in surnames for f in (*cases(n), *_feminine(n))),
        sure=frozenset(f for n in surnames if n not in words for f in (*cases(n), *_feminine(n), *_family(n))),
        places=frozenset(lists["places"].split()),
    )


def spans_of_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each name, in no order; some may overlap."""
    names = load_names()
    several = rf"{CAPITAL}(?:\s+{CAPITAL}){{0,2}}"
    for match in re.finditer(rf"\b(?:{_ADDRESS})\s+((?:{_DEGREE})*)({several})", text):
        yield from _cut(text, match.start(2), match.end(2))
    for match in re.finditer(rf"\b{_DEGREE}({several})", text):
        yield from _cut(text, match.start(1), match.end(1))
    for match in re.finditer(rf"\b{_RELATION}\s+({several})", text):
        word = match[1].split()[0]
        if word in names.first or word in names.surnames or _is_surname(word, names):
            yield from _cut(text, match.start(1), match.end(1))
    for match in re.finditer(several, text):
        yield from _in_run(text, match, names)
    for match in _VIETNAMESE.finditer(text):
        yield match.span()
    yield from _in_small_letters(text, names)


def _in_run(text: str, run: "re.Match[str]", names: Names) -> Iterator[tuple[int, int]]:
    """Yield what is a name in a run of capital words: a first name with its neighbour, or a sure surname."""
    words = list(re.finditer(r"\S+", run[0]))
    for place, word in enumerate(words):
        start, end = run.start() + word.start(), run.start() + word.end()
        before = words[place - 1][0] if place else ""
        after = words[place + 1][0] if place + 1 < len(words) else ""
        if _INSTITUTION.search(text[max(0, start - 40) : start]):
            break
        if word[0] in names.first:
            if after and not _OFFICE.match(after) and after not in names.places:
                yield start, run.start() + words[place + 1].end()
            elif before and (before in names.surnames or _is_surname(before, names)):
                yield run.start() + words[place - 1].start(), end
        elif word[0] in names.sure:
            yield start, end


def _in_small_letters(text: str, names: Names) -> Iterator[tuple[int, int]]:
    """Yield first name and surname typed without capitals; the surname must be one of the list or a woman's."""
    words = re.finditer(rf"\b[{LOWER}]{{3,}}\b", text)
    for one, other in pairwise(words):
        if text[one.end() : other.start()].strip() or one[0].capitalize() not in names.first:
            continue
        surname = other[0].capitalize()
        if surname in names.surnames or _is_woman(surname, names):
            yield one.start(), other.end()


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span up to a word that is an office or a place rather than a name."""
    stop = start
    for word in re.finditer(r"\S+", text[start:end]):
        if _OFFICE.match(word[0]):
            break
        stop = start + word.end()
    if stop > start:
        yield start, stop


def _is_woman(word: str, names: Names) -> bool:
    """Tell whether a word is a woman's surname by its ending and no place or adjective of this field."""
    return bool(re.fullmatch(rf"[{UPPER}][{LOWER}]{{2,}}ov(?:á|é|ou)", word)) and word not in names.places


def _is_surname(word: str, names: Names) -> bool:
    return bool(_SURNAME_LIKE.match(word)) and word not in names.places and not _OFFICE.match(word)


def cases(name: str) -> tuple[str, ...]:
    """Return a name in the cases of the singular, as far as rules make them; some forms may not exist."""
    if name.endswith("a"):
        stem = name[:-1]
        soft = _softened(stem)
        return (name, *(stem + e for e in ("y", "u", "o", "ou", "ovi", "i", "e", "ě")), soft + "e", soft + "ě")
    if name.endswith("ie"):
        return (name, name[:-1], name[:-1] + "í")
    if name.endswith("e"):
        return (name, name[:-1] + "i", name[:-1] + "í")
    if name.endswith("o"):
        return (name, *(name[:-1] + e for e in ("a", "ovi", "u", "em")))
    if name.endswith("í"):
        return (name, *(name + e for e in ("ho", "mu", "m")))
    if name.endswith("ý"):
        return (name, *(name[:-1] + e for e in ("ého", "ému", "ým", "ém")))
    stems = {name}
    if re.search("[eě](?:k|l|c)$", name) and len(name) > 4:
        stems.add(name[:-2].removesuffix("n") + ("ň" if name[-3:] == "něk" else "") + name[-1])
        if name[-3:] == "něk":
            stems.add(name[:-2] + name[-1])
    return (name, *(stem + e for stem in stems for e in ("a", "u", "e", "i", "ovi", "em", "y", "o")))


def _softened(stem: str) -> str:
    for hard, soft in (("ch", "š"), ("k", "c"), ("h", "z"), ("g", "z"), ("r", "ř")):
        if stem.endswith(hard):
            return stem[: -len(hard)] + soft
    return stem


def _feminine(surname: str) -> tuple[str, ...]:
    if surname.endswith("ý"):
        return tuple(surname[:-1] + e for e in ("á", "é", "ou"))
    if surname.endswith("í"):
        return ()
    stem = surname[:-1] if surname.endswith("a") else re.sub("[eě]([kc])$", r"\1", surname)
    return tuple(stem + e for e in ("ová", "ové", "ovou"))


def _family(surname: str) -> tuple[str, ...]:
    stem = surname[:-1] if surname[-1] in "aýí" else re.sub("[eě]([kc])$", r"\1", surname)
    return tuple(stem + e for e in ("ovi", "ových", "ovým", "ů", "ům"))
