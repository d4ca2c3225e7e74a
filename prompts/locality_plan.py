"""A draft of a local plan: what the figures say and what the documents offer, each quote with its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from prompts.locality import Match, Matches
from prompts.locality_profile import Profile, askers, points_words
from prompts.locality_words import count_words, finding_words

BlockKind = Literal["text", "item", "quote", "note", "fill"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the plan: `quote` is verbatim, `note` speaks of it, `fill` is for people to complete.

    `citations` are numbers of `Matches.citations`.
    """

    kind: BlockKind
    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the plan; `level` is 1 for its title, 2 and 3 below."""

    heading: str
    level: int
    blocks: tuple[Block, ...]


def local_plan(profile: Profile, matches: Matches) -> tuple[Section, ...]:
    """Return the sections of a draft; each quote carries its number. The export adds where the quotes are from."""
    return (
        Section(
            f"Návrh místního plánu: {profile.title}",
            1,
            (
                Block(
                    "text",
                    "Pracovní návrh z údajů o obci a doslovných citací programových dokumentů. Není to schválený "
                    "dokument; doplňte ho a ověřte. Co nestojí v uvozovkách, jsou údaje a slova Opory, ne dokumentů.",
                ),
            ),
        ),
        Section("Výchozí situace", 2, tuple(_situation(profile))),
        Section("Co nevíme", 2, tuple(_unknown(profile))),
        Section("Témata a opatření", 2, (Block("text", _overview(matches)),)),
        *_themes(matches),
        *([Section("Údaje o obci", 2, (Block("text", profile.source + "."),))] if profile.source else []),
    )


def _situation(profile: Profile) -> Iterable[Block]:
    yield Block("item", f"Kdo plán připravuje: {askers()[profile.asker].label.lower()}.")
    if profile.points is not None:
        category = f" Kategorie souboru: {profile.category} bodů." if profile.category else ""
        words = points_words(profile)
        yield Block("item", f"{words[0].upper()}{words[1:]}.{category}")
    for finding in profile.findings:
        words = finding_words(finding)
        made = count_words(finding)
        yield Block("item", f"{words[0].upper()}{words[1:]}." + (f" ({made})" if made else ""))
    for name, answer in (("Ubytovna v obci", profile.hostel), ("Sociálně vyloučená lokalita", profile.excluded)):
        if answer is not None:
            yield Block("item", f"{name}: {'ano' if answer else 'ne'} (podle formuláře).")


def _unknown(profile: Profile) -> Iterable[Block]:
    none = True
    for finding in profile.findings:
        if finding.rate.share is None:
            none = False
            name = finding.dimension.name
            yield Block("item", f"{name[0].upper()}{name[1:]}: {finding.rate.missing}")
    for name, answer in (("Ubytovna v obci", profile.hostel), ("Sociálně vyloučená lokalita", profile.excluded)):
        if answer is None:
            none = False
            yield Block("item", f"{name}: neuvedeno; neznamená to, že v obci není.")
    if not profile.findings:
        none = False
        yield Block("item", "Údaje z datové sady Index sociálního vyloučení nejsou načteny nebo vybrány.")
    if none:
        yield Block("text", "Všechny údaje, ze kterých návrh vychází, jsou známy.")


def _overview(matches: Matches) -> str:
    if not matches.themes:
        return "Z údajů ani z formuláře nevyplynulo žádné téma. Vyberte témata na stránce Profil obce."
    return (
        f"Dokumenty obsahují celkem {matches.total} opatření, úkolů a podporovaných aktivit. Uvedeny jsou ty, které se "
        "s tématem dobře shodují; níže zařazené lze otevřít na stránce Profil obce."
    )


def _themes(matches: Matches) -> Iterable[Section]:
    for found in matches.themes:
        blocks = [Block("text", f"Proč: protože {'; '.join(found.wanted.reasons)}.")]
        for match in found.good:
            blocks.append(Block("quote", match.quote, (match.citation.n,)))
            blocks.append(Block("note", _about(match)))
        if not found.good:
            blocks.append(Block("text", "Dokumenty k tématu neobsahují opatření, které by se s ním dobře shodovalo."))
        if found.low:
            blocks.append(Block("text", f"Níže zařazených opatření: {len(found.low)}."))
        blocks += [Block("fill", f"{name}: doplňte") for name in ("Co uděláme u nás", "Odpovídá", "Termín", "Peníze")]
        yield Section(found.wanted.theme.label, 3, tuple(blocks))


def _about(match: Match) -> str:
    parts = [match.citation.title, *([f"úkol opatření: {match.within.rstrip(' .')}"] if match.within else [])]
    return f"{'; '.join(parts)}. {match.validity} Proč zde: {'; '.join(match.reasons)}."
