"""Rules that make a true Czech sentence false, by the kinds that the evaluation reports."""

import re
from collections.abc import Mapping, Sequence
from random import Random

from eval.altering_values import Rule, one, other_amount, other_code, other_date, other_number, other_year, put

_FINITE = re.compile(
    r"\b(?!ne)(je|jsou|má|mají|bude|budou|může|mohou|musí|lze|byl[ao]?|byly|chce"
    r"|[a-zá-ž]{3,}(?:uje|ují|ává|ávají|ívají|nabízí|platí|spočívá|žije|patří|přinese|zpracuje|naleznou|klade|míří))\b"
)
_INFINITIVE = re.compile(
    r"^((?:[^:]{1,40}: )?)([A-ZČŘŠŽ][a-zá-ž]+"
    r"(?:ovat|vořit|nížit|výšit|jistit|odpořit|osílit|evnit|vinout|cházet))\b"
)
_NEGATED = re.compile(r"\b(ne)(?=(?:zakazuje|mají|jsou|zvládnou|mohou|řeší)\b)|\b(není)\b|\bs výjimkou\b|\bchybí\b")
# Plural forms: nominative, genitive, dative, accusative, locative, instrumental.
_GROUPS = [
    line.split()
    for line in """
senioři seniorů seniorům seniory seniorech seniory
děti dětí dětem děti dětech dětmi
rodiny rodin rodinám rodiny rodinách rodinami
cizinci cizinců cizincům cizince cizincích cizinci
imigranti imigrantů imigrantům imigranty imigrantech imigranty
žáci žáků žákům žáky žácích žáky
rodiče rodičů rodičům rodiče rodičích rodiči
bezdomovci bezdomovců bezdomovcům bezdomovce bezdomovcích bezdomovci
zaměstnavatelé zaměstnavatelů zaměstnavatelům zaměstnavatele zaměstnavatelích zaměstnavateli
pacienti pacientů pacientům pacienty pacientech pacienty
romové romů romům romy romech romy
oběti obětí obětem oběti obětech oběťmi
obce obcí obcím obce obcích obcemi
kraje krajů krajům kraje krajích kraji
školy škol školám školy školách školami
zadavatelé zadavatelů zadavatelům zadavatele zadavatelích zadavateli
pracovníci pracovníků pracovníkům pracovníky pracovnících pracovníky
nezaměstnaní nezaměstnaných nezaměstnaným nezaměstnané nezaměstnaných nezaměstnanými
studenti studentů studentům studenty studentech studenty
klienti klientů klientům klienty klientech klienty
domácnosti domácností domácnostem domácnosti domácnostech domácnostmi
""".strip().splitlines()
]
_MODIFIERS = (
    "se zdravotním postižením", "s duševním onemocněním", "bez přístřeší", "bez domova", "se závislostním chováním",
    "v bytové nouzi", "po výkonu trestu", "s nízkými příjmy",
)  # fmt: skip
_BODIES: Mapping[str, Sequence[str]] = {
    "Úřad vlády ČR": ("Ministerstvo financí", "Ministerstvo práce a sociálních věcí"),
    "ÚP ČR": ("ČSSZ", "MMR"),
    "Úřadu práce": ("České správy sociálního zabezpečení", "Ministerstva vnitra"),
    "Agentura": ("Charita", "Vězeňská služba", "Rada vlády"),
    "Agentury": ("Charity", "Vězeňské služby"),
    "MPSV": ("MMR", "MV", "SFPI"),
    "MŠMT": ("MMR", "MF"),
    "VS ČR": ("PMS ČR", "Policií ČR"),
    "Evropského sociálního fondu": ("Evropského fondu pro regionální rozvoj", "Národního plánu obnovy"),
    "Operačního programu Zaměstnanost": ("Operačního programu Zaměstnanost plus", "programu IROP"),
    "OP Zaměstnanost": ("OP Lidské zdroje a zaměstnanost", "OPZ+"),
    "OP LZZ": ("OPZ", "OPZ+"),
    "OPZ": ("OPZ+", "IROP", "OP JAK"),
    "Podle akčního plánu": ("Podle programu IROP", "Podle Národního plánu obnovy"),
    "EU": ("NATO", "OECD"),
    "Ministerstvo pro místní rozvoj": ("Ministerstvo zdravotnictví",),
}
_STRENGTH: Sequence[tuple[str, str]] = (
    ("může", "musí"), ("mohou", "musejí"), ("lze", "je nutné"), ("má", "musí"), ("mají", "musejí"),
    ("zejména", "pouze"), ("především", "výhradně"), ("hlavně", "jen"), ("například", "pouze"),
    ("více než", "méně než"), ("více jak", "nejvýše"), ("přes", "nejvýše"), ("všech", "některých"),
    ("všichni", "někteří"), ("většině", "všech"), ("dokládá", "může dokládat"), ("podporuje", "musí podporovat"),
    ("řada", "většina"),
)  # fmt: skip
_INSERTED = ("pouze", "výhradně", "povinně", "vždy", "jedině")
_ADDED = (
    "a žádosti se podávají průběžně během celého roku", "a podmínkou je souhlas krajského úřadu",
    "a příspěvek se vyplácí zpětně za minulé čtvrtletí", "přičemž přednost dostanou uchazeči s vlastní spoluúčastí",
    "a o výsledku rozhoduje nezávislá komise", "a peníze je možné čerpat předem formou zálohy",
    "a na podporu vzniká právní nárok", "a dokládá se to čestným prohlášením", "a to zdarma",
    "protože to ukládá evropské nařízení", "a výsledky se každoročně zveřejňují na internetu",
    "a nesplnění se trestá pokutou", "za což odpovídá starosta", "a financuje to soukromý sektor",
    "a projekt získal mezinárodní ocenění", "a to do konce letošního roku", "a týká se to hlavně Ostravska",
    "a zájemci se přihlašují elektronickým formulářem", "což potvrdil i Ústavní soud",
    "a míra úspěšnosti přesahuje očekávání ministerstva", "a po vyhodnocení následuje celostátní rozšíření",
    "a vedle toho se kupují služební automobily", "a to automaticky", "po schválení zastupitelstvem",
)  # fmt: skip


_ADDED_HELD = (
    "a uzavírka příjmu návrhů je 15. října", "přičemž o pořadí rozhoduje losování", "a obec přitom dokládá bezdlužnost",
    "a na úhradě se podílí krajský rozpočet", "jak doporučila Světová banka", "a to pouze v Praze a v Brně",
    "a účastníci dostanou stravenky", "ačkoli to odborníci kritizují", "a nejméně polovinu nákladů kryje sponzor",
    "a ve Slezsku už to funguje", "přihlásit se dá po telefonu", "a dohlíží na to parlamentní výbor",
    "a výjimku uděluje hejtman", "a studii k tomu napsala univerzita", "a platí to i pro podnikatele v zemědělství",
)  # fmt: skip
_CODES = ("4.11.a", "4.6.f", "2.5.b", "XI.k", "IX.j", "5.2.c", "4.12.b", "SC 3.4", "CZ.03.1.51/0.0/0.0/17_075")
_CODES_HELD = ("4.8.c", "3.e", "XVI.g", "2.2.c", "6.1.a", "SC 1.3", "CZ.05.4.27/0.0/0.0/20_139")


def flip(text: str, rng: Random) -> str | None:
    """Take a negation away, or negate the first finite verb, or the infinitive that opens a measure."""
    if match := one(_NEGATED, text, rng):
        word = match.group()
        new = {"není": "je", "s výjimkou": "včetně", "chybí": "nechybí"}.get(word, "")
        return put(text, match, new)
    if match := _FINITE.search(text):
        new = {"je": "není", "jsou": "nejsou", "lze": "nelze"}.get(match.group(), "ne" + match.group())
        return put(text, match, new)
    if match := _INFINITIVE.search(text):
        return put(text, match, f"{match[1]}Ne{match[2].lower()}")
    return None


def other_group(text: str, rng: Random) -> str | None:
    """Put another group of people or bodies in the place of one, in the same case."""
    found: list[tuple[int, int, str]] = []
    for row in _GROUPS:
        for case, form in enumerate(row):
            for match in re.finditer(rf"\b{form}\b", text, re.I):
                others = [r[case] for r in _GROUPS if r is not row and r[1] not in text and r[0] not in text]
                found.append((match.start(), match.end(), rng.choice(others)))
    for old in _MODIFIERS:
        for match in re.finditer(rf"\b{old}\b", text):
            others = [m for m in _MODIFIERS if m != old and {m, old} != {"bez přístřeší", "bez domova"}]
            found.append((match.start(), match.end(), rng.choice(others)))
    if not found:
        return None
    start, end, new = rng.choice(found)
    return text[:start] + (new.capitalize() if text[start].isupper() else new) + text[end:]


def other_body(text: str, rng: Random) -> str | None:
    """Put another institution or programme in the place of one."""
    found = [
        (m, news) for old, news in _BODIES.items() for m in re.finditer(rf"(?<!\w){re.escape(old)}(?![\w+])", text)
    ]
    if not found:
        return None
    match, news = rng.choice(found)
    return put(text, match, rng.choice(news))


def other_strength(text: str, rng: Random) -> str | None:
    """Turn a possibility into a duty, some into all, a minimum into a maximum; else insert "only" or "always"."""
    found = [(m, new) for old, new in _STRENGTH for m in re.finditer(rf"\b{old}\b", text)]
    if found:
        match, new = rng.choice(found)
        return put(text, match, new)
    gap = one(re.compile(r"(?<=[a-zá-ž]) (?=pro |na |v |při |služ|osob|program)"), text, rng)
    return put(text, gap, f" {rng.choice(_INSERTED)} ") if gap else None


def _invented_code(codes: Sequence[str]) -> Rule:
    """Add a code that no document has."""

    def rule(text: str, rng: Random) -> str:
        code = rng.choice(codes)
        return f"{text.rstrip('.;')} ({code})." if rng.random() < 0.5 else f"Podle bodu {code} platí: {text}"

    return rule


def _addition(claims: Sequence[str]) -> Rule:
    """Append a claim that no document makes."""

    def rule(text: str, rng: Random) -> str:
        return f"{text.rstrip('.;,')}, {rng.choice(claims)}."

    return rule


RULES: Mapping[str, Rule] = {
    "obrácený zápor": flip,
    "jiné číslo": other_number,
    "jiná částka": other_amount,
    "jiné datum": other_date,
    "jiný rok": other_year,
    "jiný kód": other_code,
    "jiná cílová skupina": other_group,
    "jiná instituce nebo program": other_body,
    "jiná povinnost nebo míra": other_strength,
    "vymyšlený kód": _invented_code(_CODES),
    "přidané tvrzení": _addition(_ADDED),
}
"""Kinds of alteration, in the order of the table."""

HELD_RULES: Mapping[str, Rule] = {
    **RULES,
    "vymyšlený kód": _invented_code(_CODES_HELD),
    "přidané tvrzení": _addition(_ADDED_HELD),
}
"""The same with codes and claims of their own, for the set that is kept aside."""

SWAPS = ("jiná cílová skupina", "jiná instituce nebo program")
"""Kinds that put another name in the place of one; it must not stand in the source too."""
