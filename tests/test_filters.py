"""What a caller restricts a search to holds for every passage that is returned."""

import pytest

from ingest.document import Passage, Source
from ingest.settings import Settings
from retrieval.filters import NO_FILTERS, Filters
from retrieval.index import Index
from retrieval.passages import ScoredPassage
from retrieval.query import understand
from retrieval.search import find, search


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


def found(index: Index, question: str, filters: Filters) -> tuple[ScoredPassage, ...]:
    return search(index, understand(question, index.vocabulary, index.thesaurus), 20, filters)


def test_without_filters_everything_passes(index: Index) -> None:
    assert index.allowed(NO_FILTERS) is None


def test_a_document_filter_holds_even_against_a_document_that_the_question_names(index: Index) -> None:
    hits = found(index, "co říká akční plán o dluzích", Filters(docs=("opz-2-1",)))
    assert {hit.passage.doc for hit in hits} == {"opz-2-1"}


def test_several_values_of_one_filter_are_alternatives(index: Index) -> None:
    hits = found(index, "sociální služby", Filters(docs=("opz-2-1", "oplzz-3-1")))
    assert {hit.passage.doc for hit in hits} == {"opz-2-1", "oplzz-3-1"}


def test_programme_and_period_filters_keep_to_their_documents(index: Index) -> None:
    for doc, document in index.documents.items():
        source = document.source
        for filters in (Filters(programmes=(source.programme,)), Filters(periods=(source.period,))):
            hits = found(index, "cílové skupiny", filters)
            assert doc in {hit.passage.doc for hit in hits}
            assert all(filters.admits(hit.passage, index.documents[hit.passage.doc].source) for hit in hits)


def test_a_kind_filter_returns_that_kind_alone(index: Index) -> None:
    hits = found(index, "bydlení", Filters(kinds=("task",)))
    assert hits
    assert {hit.passage.kind for hit in hits} == {"task"}


def test_a_concept_filter_keeps_to_passages_about_a_target_group(index: Index) -> None:
    hits = found(index, "jaká pomoc je k dispozici", Filters(concepts=("osoby-zp",)))
    carriers = set(index.lexical.having(["osoby-zp"]))
    assert hits
    assert {hit.passage.id for hit in hits} <= carriers
    assert any("postižen" in hit.passage.text for hit in hits)


def test_filters_together_must_all_hold(index: Index) -> None:
    filters = Filters(docs=("akcni-plan-2024-2026",), kinds=("measure", "task"), concepts=("exekuce", "predluzenost"))
    hits = found(index, "lidé v exekuci", filters)
    assert hits
    assert all(hit.passage.doc == "akcni-plan-2024-2026" for hit in hits)
    assert all(hit.passage.kind in ("measure", "task") for hit in hits)


def test_a_complete_list_is_filtered_too(index: Index) -> None:
    hits = found(index, "Vyjmenujte všechny úkoly opatření 4.6.a", Filters(kinds=("measure",)))
    assert {hit.passage.kind for hit in hits} == {"measure"}


def test_a_filter_that_nothing_passes_finds_nothing(index: Index) -> None:
    query = understand("dluhy", index.vocabulary, index.thesaurus)
    findings = find(index, query, filters=Filters(docs=("opz-2-1",), kinds=("contact",)))
    assert findings.passages == ()
    assert findings.scores == {}


def test_a_passage_is_judged_by_its_document() -> None:
    passage = Passage("a", 0, 4, "text", "paragraph")
    source = Source("a", "A", programme="P", period="2014–2020")
    assert Filters(programmes=("P",), periods=("2014–2020", "2021–2027")).admits(passage, source)
    assert not Filters(programmes=("P",), periods=("2021–2027",)).admits(passage, source)
