"""From a profile to themes, and from themes to measures of the shipped documents, with reasons and a draft plan."""

import re
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ingest.document import Passage
from ingest.localities import parse_localities
from ingest.locality_data import Localities
from ingest.settings import PROJECT, Settings
from prompts.compose import quote_text
from prompts.export.markdown import markdown
from prompts.export.plans import plan_report
from prompts.locality import FITS, Matcher, Matches, is_measure
from prompts.locality_profile import Profile, askers, themes, wanted
from prompts.locality_words import counted, municipalities, percent, times_words
from retrieval.index import Index
from tests.locality_world import row, rows, workbook


@pytest.fixture(scope="module")
def localities() -> Localities:
    return parse_localities(workbook(), "malý.xlsx")


@pytest.fixture(scope="module")
def matcher(settings: Settings) -> Matcher:
    return Matcher.of(Index.open(settings))


@pytest.fixture(scope="module")
def striking(localities: Localities) -> Profile:
    """Return the profile of the one municipality whose figures stand out."""
    one = localities.by_code(500003)
    assert one is not None
    return Profile.of(localities, one)


@pytest.fixture(scope="module")
def matches(matcher: Matcher, striking: Profile) -> Matches:
    return matcher.match(striking)


def plan(profile: Profile, matches: Matches, matcher: Matcher | None = None) -> str:
    """Return the exported plan; without a matcher there are no documents to quote from."""
    documents = matcher.documents if matcher else {}
    return markdown(plan_report(profile, matches, documents.__getitem__, datetime(2026, 1, 15, 9, 5)))


def labels(profile: Profile) -> list[str]:
    return [w.theme.id for w in wanted(profile)]


def found(matches: Matches, theme: str) -> list[str]:
    return [m.quote for t in matches.themes if t.wanted.theme.id == theme for m in t.good]


def test_every_concept_of_the_themes_is_in_the_thesaurus() -> None:
    entries = tomllib.loads((PROJECT / "corpus" / "thesaurus.toml").read_text(encoding="utf-8"))["concept"]
    known = {entry["id"] for entry in entries}
    named = [theme.concepts for theme in themes()] + [asker.concepts for asker in askers().values()]
    assert [c for concepts in named for c in concepts if c not in known] == []


def test_figures_that_stand_out_lead_to_their_themes_with_the_figures_as_reason(striking: Profile) -> None:
    assert labels(striking) == ["dluhy", "prace", "koordinace", "venkov"]
    reason = wanted(striking)[0].reasons[0].replace("\u00a0", " ")
    assert reason.startswith("podíl osob v exekuci 30,0 % je 7,5násobkem mediánu kraje (4,0 %); ")
    assert reason.endswith("; vyšší hodnotu v kraji nemá žádná z porovnávaných obcí (celkem 22)")


def test_an_ordinary_municipality_gets_no_theme_from_its_figures(localities: Localities) -> None:
    one = localities.by_code(500001)
    assert one is not None
    assert labels(replace(Profile.of(localities, one), size=None)) == []


def test_a_missing_figure_leads_to_no_theme_and_is_no_denial(localities: Localities, striking: Profile) -> None:
    assert "vzdelavani" not in labels(striking)
    text = plan(striking, Matches(striking, (), (), 0, {}))
    assert "Podíl předčasných odchodů ze základní školy: poznámka v souboru" in text


def test_the_form_alone_leads_to_themes_without_any_dataset() -> None:
    profile = Profile(asker="nno", size=8, hostel=True, excluded=None, chosen=("zavislosti",))
    assert labels(profile) == ["ubytovny", "zavislosti"]
    assert labels(Profile(hostel=False, excluded=False)) == []


def test_unknown_answers_stay_unknown_in_the_plan(matcher: Matcher) -> None:
    profile = Profile(hostel=None, excluded=False, chosen=("dluhy",))
    text = plan(profile, matcher.match(profile), matcher)
    assert "Ubytovna v obci: neuvedeno; neznamená to, že v obci není." in text
    assert "Sociálně vyloučená lokalita: ne (podle formuláře)." in text


def test_debts_lead_to_the_measures_on_debts_first(matches: Matches) -> None:
    quotes = found(matches, "dluhy")
    assert any(q.startswith("4.1.a Snižovat riziko") for q in quotes[:3])
    assert any(q.startswith("4.1.b Zlevnit a zefektivnit") for q in quotes[:3])
    assert any("programy prevence a řešení zadluženosti" in q.replace("\u00a0", " ") for q in quotes[:3])


@pytest.mark.parametrize(
    ("theme", "code"),
    [
        ("bydleni", "4.6.a"),
        ("prace", "4.2.a"),
        ("vzdelavani", "4.5.a/1"),
        ("bezpecnost", "4.9.a"),
        ("zavislosti", "4.10.a"),
    ],
)
def test_each_theme_leads_to_the_measure_that_is_about_it(matcher: Matcher, theme: str, code: str) -> None:
    [one] = matcher.match(Profile(chosen=(theme,))).themes
    assert code in [m.code for m in one.good[:3]]


def test_housing_does_not_match_every_text_that_says_social(matcher: Matcher) -> None:
    """ "Sociální byt" must not be taken for the word "sociální": "byt" folds to the same as "být", a function word."""
    [one] = matcher.match(Profile(chosen=("bydleni",))).themes
    assert "3.a" not in [m.code for m in one.good]


def test_every_quote_is_the_documents_own_text_and_has_its_validity(matcher: Matcher, matches: Matches) -> None:
    for match in (m for t in matches.themes for m in t.all):
        c = match.citation
        text = matcher.documents[c.doc].text
        assert text[c.start : c.end] == c.quote
        assert match.quote in quote_text(c.quote)
        assert match.validity
        assert match.reasons


def test_nothing_is_left_out_in_silence(matcher: Matcher, matches: Matches) -> None:
    shown = {m.citation.passage.id for t in matches.themes for m in t.all}
    rest = {c.passage.id for c in matches.rest}
    assert shown | rest == set(matcher.measures)
    assert not shown & rest
    assert matches.total == len(matcher.measures)
    for theme in matches.themes:
        assert len(theme.all) + theme.others == matches.total


def test_a_passage_has_one_number_wherever_it_stands(matches: Matches) -> None:
    numbers: dict[str, set[int]] = {}
    for match in (m for t in matches.themes for m in t.all):
        numbers.setdefault(match.citation.passage.id, set()).add(match.citation.n)
    assert all(len(found) == 1 for found in numbers.values())
    assert sorted(matches.citations) == list(range(1, len(matches.citations) + 1))


def test_within_a_theme_better_fits_come_first_and_low_ones_follow(matches: Matches) -> None:
    for theme in matches.themes:
        fits = [m.fit for m in theme.all]
        assert fits == sorted(fits, reverse=True)
        assert all(m.fit >= FITS for m in theme.good)


def test_a_closed_programme_ranks_lower_and_says_why(matcher: Matcher) -> None:
    [one] = matcher.match(Profile(chosen=("sluzby",))).themes
    ended = [m for m in one.all if m.ended]
    assert ended
    assert not any(m.ended for m in one.good)
    assert all("program nebo projekt skončil, proto je zařazeno níže" in m.reasons for m in ended)


def test_who_asks_changes_the_order_and_is_named_as_a_reason(matcher: Matcher) -> None:
    school = matcher.match(Profile(asker="skola", chosen=("vzdelavani",))).themes[0]
    town = matcher.match(Profile(asker="obec", chosen=("vzdelavani",))).themes[0]
    named = [m for m in school.all if "jmenuje školy nebo pedagogy" in m.reasons]
    assert named
    assert [m.code for m in school.all] != [m.code for m in town.all]


def test_the_same_profile_always_gives_the_same_result(matcher: Matcher, striking: Profile, matches: Matches) -> None:
    assert matcher.match(striking) == matches
    assert Matcher.of(matcher.index).match(striking) == matches


def test_target_groups_headings_and_paragraphs_are_no_measures() -> None:
    item = Passage("d", 0, 3, "děti", "item")
    assert is_measure(item)
    assert not is_measure(replace(item, headings=("Cílové skupiny osob:",)))
    assert not is_measure(replace(item, label="Hlavní cílové skupiny"))
    assert not is_measure(replace(item, kind="paragraph"))
    assert not is_measure(replace(item, grain="section"))


def test_the_plan_quotes_with_numbers_that_its_sources_explain(
    striking: Profile, matches: Matches, matcher: Matcher
) -> None:
    text = plan(striking, matches, matcher)
    used = re.findall(r"“\u00a0\[\\\[(\d+)\\\]\]\(#zdroj-\1\)", text)
    listed = re.findall(r"(?m)^### Zdroj (\d+)$", text)
    assert used
    assert list(dict.fromkeys(used)) == listed
    assert "**SHA-256:** d163497681739b3fa777a9b5de6979466bbca2b06ad829768525047a29c3cfc0" in text
    assert "soubor „malý.xlsx“, list „Index soc. vyloučení 2023“" in text
    assert "Odpovídá: doplňte" in text


def test_the_plan_of_an_empty_profile_says_what_is_missing() -> None:
    profile = Profile()
    text = plan(profile, Matches(profile, (), (), 0, {}))
    assert "nevyplynulo žádné téma" in text
    assert "Údaje z datové sady Index sociálního vyloučení nejsou načteny" in text


def test_hostile_names_stay_letters_in_the_plan(tmp_path: Path) -> None:
    hostile = row(1, "*Ves* <b>[x](javascript:1)", debt=300)
    found = parse_localities(workbook([*rows(), hostile]), "s.xlsx")
    one = found.by_code(1)
    assert one is not None
    profile = Profile.of(found, one)
    text = plan(profile, Matches(profile, (), (), 0, {}))
    assert "\\*Ves\\* \\<b\\>\\[x\\](javascript:1)" in text
    assert "<b>" not in text.replace("\\<b\\>", "")


def test_numbers_are_written_in_the_czech_form() -> None:
    assert percent(12.44) == "12,4\u00a0%"
    assert percent(0.256) == "0,26\u00a0%"
    assert percent(0) == "0\u00a0%"
    assert counted(28205.1667, monthly=True) == "28\u00a0205,2"
    assert counted(12, monthly=True) == "12"
    assert [municipalities(n) for n in (1, 3, 5)] == ["1 obec", "3 obce", "5 obcí"]


def test_a_median_of_zero_gives_no_multiple(localities: Localities) -> None:
    lines = [row(n, f"Ves {n}", income=0 if n > 2 else 9) for n in range(1, 30)]
    found = parse_localities(workbook(lines), "s.xlsx")
    one = found.by_code(1)
    assert one is not None
    compared = Profile.of(found, one).findings[2].beside("region")
    assert times_words(0.9, compared) == "nad mediánem kraje, který je 0\u00a0%"
