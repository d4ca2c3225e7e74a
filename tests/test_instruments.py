"""The catalogue's instruments: what is found in the documents, that every value is quoted, and how it is filed."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Source
from ingest.settings import Settings
from ingest.structure import passages
from retrieval.collation import czech_key, natural_key
from retrieval.facets import FACETS, NOT_STATED, Choice, Facet, Filing, ordered
from retrieval.gathering import gather
from retrieval.index import Index
from retrieval.instrument_search import rank
from retrieval.instruments import GROUPS, THEMES, Catalogue, Instrument
from retrieval.mentions import Lexicon
from retrieval.overview import coverage, group_matrix
from retrieval.period import bounds, validity
from retrieval.thesaurus import Concept, Thesaurus
from tests.cutting import cut

TODAY = date(2026, 1, 15)

THESAURUS = Thesaurus.of(
    (
        Concept("seniori", "senioři", "cilova-skupina", ("senior", "starší osoba")),
        Concept("rodiny", "rodiny s dětmi", "cilova-skupina", ("rodina s dětmi",)),
        Concept("deti", "děti a mládež", "cilova-skupina", ("děti",)),
        Concept("osoby-zp", "osoby se zdravotním postižením", "cilova-skupina", ("zdravotní postižení",)),
        Concept("cilova-skupina", "cílová skupina", "cilova-skupina"),
        Concept("dluhy", "předlužení", "problem", ("dluhy",), lay=("v háji s penězi",)),
        Concept("poradna", "dluhové poradenství", "sluzba", ("dluhová poradna",)),
        Concept("oblast", "sociální oblast", "nastroj"),
        Concept("centrum", "komunitní centrum", "sluzba", ("KC",)),
        Concept("obec", "obec", "instituce", ("obec", "město")),
        Concept("nno", "nezisková organizace", "instituce", ("neziskovka", "charita")),
    )
)

ADDED = """Výzva na podporu rodin

Podporované aktivity:

 • Dluhová poradna pro rodiny s dětmi;
 • Terénní práce, která pomáhá tam, kde jiné služby nejsou;

Nepodporované aktivity:

 • Nákup automobilů;

Cílové skupiny:

 • senioři – lidé, kterým pomáhá charita;
 • osoby ohrožené, zejm. rodiny s dětmi – skupina, která zahrnuje i osoby se zdravotním postižením;

Oprávnění žadatelé:

 • obce;
 • neziskové organizace
"""


def catalogue_of(text: str) -> Catalogue:
    document = Document(Source("pridany", "Přidaný dokument"), text)
    found = {p.id: p for p in passages(document)}
    return gather({"pridany": document}, found, THESAURUS, TODAY)


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


@pytest.fixture(scope="module")
def catalogue(index: Index) -> Catalogue:
    return gather(index.documents, index.passages, index.thesaurus, TODAY)


@pytest.fixture(scope="module")
def filing(catalogue: Catalogue) -> Filing:
    return Filing.of(catalogue)


def by_code(catalogue: Catalogue, doc: str, code: str) -> Instrument:
    return next(i for i in catalogue.instruments if (i.doc, i.code) == (doc, code))


def quotes(values: object) -> list[str]:
    assert isinstance(values, tuple)
    return [value.quote for value in values]


def test_every_instrument_of_the_shipped_documents_is_found(catalogue: Catalogue) -> None:
    assert Counter((i.doc, i.kind) for i in catalogue.instruments) == {
        ("akcni-plan-2024-2026", "measure"): 38,
        ("opz-2-1", "activity"): 18,
        ("oplzz-3-1", "activity"): 4,
        ("systemove-zajisteni", "project"): 1,
        ("systemove-zajisteni", "project_activity"): 6,
        ("asz-socialni-sluzby", "measure"): 5,
    }
    assert len({i.id for i in catalogue.instruments}) == 72


def test_every_value_is_a_quote_of_its_span_and_names_its_concepts_inside_it(catalogue: Catalogue) -> None:
    seen = 0
    for instrument in catalogue.instruments:
        for _, value in instrument.values():
            text = catalogue.documents[value.doc].text
            assert text[value.start : value.end] == value.quote
            assert value.quote == value.quote.strip() != ""
            assert len(value.spots) == len(value.concepts)
            assert all(value.start <= first < last <= value.end for first, last in value.spots)
            seen += 1
    assert seen > 900


def test_all_36_tasks_and_all_descriptors_belong_to_their_measures(catalogue: Catalogue) -> None:
    measures = [i for i in catalogue.instruments if i.doc == "akcni-plan-2024-2026"]
    assert sum(len(i.tasks) for i in measures) == 36
    text = catalogue.documents["akcni-plan-2024-2026"].text
    assert sum(len(i.descriptors) for i in measures) == sum(
        line.split(".")[0].strip("IVXLC") == "" and "." in line[:6] for line in text.splitlines() if line.strip()
    )
    debts = by_code(catalogue, "akcni-plan-2024-2026", "4.6.a")
    assert [task.code for task in debts.tasks] == [f"4.6.a/{n}" for n in (1, 2, 3, 5, 6, 8)]
    assert [d.code for d in debts.descriptors] == ["VIII.b", "IX.b", "XVI.d"]
    assert debts.chapter is not None
    assert debts.chapter.quote == "Přístup k bydlení"


def test_target_groups_of_a_programme_are_not_taken_for_those_of_an_activity(catalogue: Catalogue) -> None:
    activity = next(i for i in catalogue.instruments if i.name.quote.startswith("Programy pro osoby s\u00a0duševním"))
    assert [catalogue.label(c) for v in activity.groups for c in v.concepts] == ["osoby s duševním onemocněním"]
    assert {v.label for v in activity.programme_groups} == {"Hlavní cílové skupiny"}
    assert len(activity.programme_groups) == 7
    assert not by_code(catalogue, "akcni-plan-2024-2026", "4.1.a").programme_groups


def test_what_a_document_does_not_state_is_empty(catalogue: Catalogue) -> None:
    unknown = next(i for i in catalogue.instruments if i.doc == "opz-2-1")
    assert unknown.period is None
    assert unknown.beneficiaries == ()
    assert unknown.code == ""
    closed = by_code(catalogue, "oplzz-3-1", "1")
    assert closed.period is None, "the text itself states no year"
    assert closed.programme is None, "the text itself does not name its programme"
    assert not by_code(catalogue, "akcni-plan-2024-2026", "4.1.a").beneficiaries


def test_the_project_states_its_period_amount_executor_and_activities(catalogue: Catalogue) -> None:
    project = next(i for i in catalogue.instruments if i.kind == "project")
    assert project.period is not None
    assert project.period.quote == "1. ledna 2016 – 30. 4. 2022"
    assert "298 997 803,50 Kč" in [q.replace("\u00a0", " ") for q in quotes(project.facts)]
    assert quotes(project.beneficiaries) == ["Úřad vlády ČR"]
    assert [task.code for task in project.tasks] == ["1", "2", "3", "4", "5", "6"]
    assert len(by_code(catalogue, "systemove-zajisteni", "4").tasks) == 10


def test_measures_of_the_agency_are_for_municipalities_and_have_no_link_words(catalogue: Catalogue) -> None:
    measures = [i for i in catalogue.instruments if i.doc == "asz-socialni-sluzby"]
    assert measures[0].name.quote == "Terénní programy"
    assert all([c for v in i.beneficiaries for c in v.concepts] == ["obec"] for i in measures)


def test_validity_follows_the_day_and_a_period_that_is_only_guessed_counts_as_unknown(catalogue: Catalogue) -> None:
    assert dict(catalogue.validity) == {
        "akcni-plan-2024-2026": "current",
        "opz-2-1": "unknown",
        "oplzz-3-1": "ended",
        "systemove-zajisteni": "ended",
        "asz-socialni-sluzby": "unknown",
    }
    plan = catalogue.documents["akcni-plan-2024-2026"].source
    assert validity(plan, date(2026, 12, 31)) == "current"
    assert validity(plan, date(2027, 1, 1)) == "ended"
    assert validity(plan, date(2023, 12, 31)) == "future"
    assert validity(replace(plan, period_basis="unknown"), TODAY) == "unknown"


def test_a_period_is_read_by_years_or_days_and_an_impossible_day_is_none() -> None:
    assert bounds("2024–2026") == (date(2024, 1, 1), date(2026, 12, 31))
    assert bounds("1. 1. 2016 – 30. 4. 2022") == (date(2016, 1, 1), date(2022, 4, 30))
    assert bounds("31. 2. 2020") is None
    assert bounds("ověřte u vyhlašovatele") is None


def test_an_added_document_gives_its_activities_but_not_what_it_refuses() -> None:
    found = catalogue_of(ADDED).instruments
    assert [i.name.quote for i in found] == [
        "Dluhová poradna pro rodiny s dětmi;",
        "Terénní práce, která pomáhá tam, kde jiné služby nejsou;",
    ]
    assert {i.kind for i in found} == {"activity"}
    assert [c for v in found[0].groups for c in v.concepts] == ["rodiny"]
    assert [c for v in found[0].themes for c in v.concepts] == ["dluhy", "poradna"]
    assert found[1].groups == ()
    assert [c for v in found[0].beneficiaries for c in v.concepts] == ["obec", "nno"]


def test_an_explanation_names_groups_only_where_it_lists_them_and_never_organisations() -> None:
    senior, others = catalogue_of(ADDED).instruments[0].programme_groups
    assert senior.concepts == ("seniori",), "a charity that helps is no target group"
    assert others.concepts == ("rodiny", "osoby-zp")


def test_an_added_document_with_codes_gives_measures_with_their_tasks() -> None:
    text = (
        "Místní plán\n\n1.1. Bydlení\n\n1.1.a Zřídit dluhovou poradnu.\n1 Najít prostory.\n2 Přijmout pracovníka.\n\n"
        "1.1.b Opravit byty.\n"
    )
    found = catalogue_of(text).instruments
    assert [(i.kind, i.code, i.name.quote) for i in found] == [
        ("measure", "1.1.a", "Zřídit dluhovou poradnu."),
        ("measure", "1.1.b", "Opravit byty."),
    ]
    assert [(t.code, t.quote) for t in found[0].tasks] == [
        ("1.1.a/1", "Najít prostory."),
        ("1.1.a/2", "Přijmout pracovníka."),
    ]


@pytest.mark.parametrize(
    ("name", "count", "tasks", "groups"),
    [
        ("akcni-plan-2024-2026.docx", 38, 36, 0),
        ("akcni-plan-2024-2026.pdf", 38, 36, 0),
        ("oplzz-3-1-tabulka.docx", 4, 0, 12),
        ("opz-2-1-dva-sloupce.pdf", 18, 0, 7),
        ("socialni-sluzby-stranka.html", 5, 0, 0),
    ],
)
def test_other_formats_of_the_documents_give_the_same_instruments(
    name: str, count: int, tasks: int, groups: int
) -> None:
    document, found = cut(Path(__file__).parent / "data" / name)
    instruments = gather({document.id: document}, {p.id: p for p in found}, THESAURUS, TODAY).instruments
    assert len(instruments) == count
    assert sum(len(i.tasks) for i in instruments) == tasks
    assert {len(i.programme_groups) for i in instruments} == {groups}
    for instrument in instruments:
        assert all(document.text[v.start : v.end] == v.quote for _, v in instrument.values())


def test_a_document_without_any_instrument_gives_none() -> None:
    assert catalogue_of("Zápis z jednání\n\nSešli jsme se a povídali si o počasí.\n").instruments == ()


def test_only_official_terms_of_one_concept_are_mentions() -> None:
    lexicon = Lexicon.of(THESAURUS, {*GROUPS, *THEMES})

    def named(text: str) -> list[tuple[str, str]]:
        return [(m.concept, text[m.start : m.end]) for m in lexicon.mentions(text)]

    assert named("Pomoc rodinám s malými dětmi a dluhům") == [("rodiny", "rodinám s malými dětmi"), ("dluhy", "dluhům")]
    assert named("Jsem v háji s penězi") == [], "lay words are understood, never shown as what a text says"
    assert named("Cílová skupina je jiná") == [], "the name of the group names no member of it"
    assert named("Cena je 5 Kč") == [], "an abbreviation is told by its spelling"
    assert named("Otevřeme KC") == [("centrum", "KC")]
    assert named("v oblasti sociálního bydlení") == [], "the second word belongs to the third"
    assert named("pro rodiny; s dětmi") == [("deti", "dětmi")], "no term reaches over the end of a clause"


@st.composite
def choices(draw: st.DrawFn) -> dict[Facet, frozenset[int]]:
    """Positions of options by facet; most facets stay open."""
    chosen = draw(st.sets(st.sampled_from(list(FACETS)), max_size=3))
    return {facet: draw(st.frozensets(st.integers(0, 200), min_size=1, max_size=3)) for facet in chosen}


@given(drawn=choices())
def test_the_count_of_an_option_is_what_choosing_it_would_leave(
    drawn: dict[Facet, frozenset[int]], catalogue: Catalogue, filing: Filing
) -> None:
    def keys(facet: Facet, places: frozenset[int]) -> frozenset[str]:
        options = filing.options[facet]
        return frozenset(options[place % len(options)].key for place in places)

    chosen: Choice = {facet: keys(facet, places) for facet, places in drawn.items()}
    for facet in FACETS:
        counts = filing.counts(catalogue.instruments, chosen, facet)
        assert list(counts) == [option.key for option in filing.options[facet]]
        for option in filing.options[facet]:
            would: Choice = {**chosen, facet: frozenset({option.key})}
            left = [i for i in catalogue.instruments if filing.matches(i, would)]
            assert counts[option.key] == len(left)


def test_every_instrument_has_an_option_in_every_facet(catalogue: Catalogue, filing: Filing) -> None:
    for facet in FACETS:
        known = {option.key for option in filing.options[facet]}
        for instrument in catalogue.instruments:
            own = filing.tags[instrument.id][facet]
            assert own
            assert own <= known
        assert NOT_STATED not in [option.key for option in filing.options[facet][:-1]], "neuvedeno comes last"


def test_instruments_are_ordered_by_code_title_and_document(catalogue: Catalogue) -> None:
    codes = [i.code for i in ordered(catalogue.instruments, catalogue, "code")]
    assert codes.index("4.2.a") < codes.index("4.10.a")
    assert codes.count("") == 18 + 5 + 1
    assert codes[-24:] == [""] * 24, "what has no code comes last"
    titles = [i.name.quote for i in ordered(catalogue.instruments, catalogue, "title")]
    assert titles == sorted(titles, key=czech_key)
    documents = [catalogue.source(i).title for i in ordered(catalogue.instruments, catalogue, "document")]
    assert documents == sorted(documents, key=czech_key)
    assert ordered(catalogue.instruments, catalogue, "relevance") == list(catalogue.instruments)


def test_czech_words_are_in_the_order_of_the_czech_alphabet() -> None:
    words = ["žena", "čas", "chata", "hora", "cena", "iva", "řeka", "rok", "šach", "sad", "děti", "dena", "á", "a"]
    assert sorted(words, key=czech_key) == [
        *("a", "á", "cena", "čas", "dena", "děti", "hora", "chata", "iva", "rok", "řeka", "sad", "šach", "žena")
    ]
    assert sorted(["4.10.a", "4.2.a", "4.2", "X.a"], key=natural_key) == ["4.2", "4.2.a", "4.10.a", "X.a"]


@pytest.mark.parametrize(
    ("query", "code"),
    [("dluhy", "4.1.a"), ("mokrý dům", "4.3.e"), ("vězni po propuštění", "4.9.b"), ("4.6.a", "4.6.a")],
)
def test_the_search_ranks_by_the_best_passage_of_an_instrument(
    index: Index, catalogue: Catalogue, query: str, code: str
) -> None:
    found = rank(index, catalogue.instruments, query)
    plan = [i for i in catalogue.instruments if i.doc == "akcni-plan-2024-2026"]
    first = ordered(plan, catalogue, "relevance", found.scores)[0]
    assert first.code == code
    assert first.id in found.near
    assert all(found.best[key].id in i.passages for i in catalogue.instruments if (key := i.id) in found.best)


def test_a_query_of_unknown_words_is_near_to_nothing(index: Index, catalogue: Catalogue) -> None:
    assert rank(index, catalogue.instruments, "xqzwv blrfgh").near == frozenset()


def test_the_matrix_quotes_a_place_for_each_group_that_a_document_names(catalogue: Catalogue) -> None:
    rows = group_matrix(catalogue)
    assert [len(row.cells) for row in rows] == sorted((len(row.cells) for row in rows), reverse=True)
    for row in rows:
        assert catalogue.concepts[row.concept].group in GROUPS
        for doc, stated in row.cells.items():
            assert stated.values
            for value in stated.values:
                assert catalogue.documents[doc].text[value.start : value.end] == value.quote
                first, last = value.spots[value.concepts.index(row.concept)]
                assert value.start <= first < last <= value.end
    homeless = next(row for row in rows if row.label == "osoby bez přístřeší")
    assert set(homeless.cells) == {"akcni-plan-2024-2026", "opz-2-1", "oplzz-3-1"}
    assert homeless.cells["oplzz-3-1"].listed == 1
    assert homeless.cells["akcni-plan-2024-2026"].listed == 0


def test_coverage_counts_every_instrument_of_every_document(catalogue: Catalogue, filing: Filing) -> None:
    for facet in ("theme", "group"):
        rows = coverage(catalogue, filing, facet)
        assert [row.label for row in rows] == [option.label for option in filing.options[facet]]
        assert all(row.total == sum(row.counts.values()) > 0 for row in rows)
    kinds = coverage(catalogue, filing, "kind")
    assert sum(row.counts["opz-2-1"] for row in kinds) == 18
