"""The thesaurus as SKOS is read back by another library with nothing lost."""

from collections import Counter

import pytest
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SKOS

from ingest.settings import Settings
from retrieval.skos import GROUPS, SCHEME, turtle
from retrieval.thesaurus import Concept, Thesaurus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(Settings().corpus)


@pytest.fixture(scope="module")
def graph(thesaurus: Thesaurus) -> Graph:
    return Graph().parse(data=turtle(thesaurus), format="turtle")


def test_every_concept_is_there_with_one_label(thesaurus: Thesaurus, graph: Graph) -> None:
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) == len(thesaurus.concepts)
    labels = Counter(graph.subjects(SKOS.prefLabel, None))
    assert {labels[concept] for concept in concepts} == {1}
    assert set(graph.subjects(SKOS.inScheme, SCHEME)) == concepts
    assert {str(label) for c in concepts for label in graph.objects(c, SKOS.prefLabel)} == {
        concept.label for concept in thesaurus.concepts.values()
    }


def test_terms_are_alternative_and_lay_words_hidden_labels(thesaurus: Thesaurus, graph: Graph) -> None:
    alternative = hidden = 0
    for concept in thesaurus.concepts.values():
        terms = set(concept.terms) - {concept.label}
        alternative += len(terms)
        hidden += len(set(concept.lay) - terms - {concept.label})
    assert len(list(graph.triples((None, SKOS.altLabel, None)))) == alternative
    assert len(list(graph.triples((None, SKOS.hiddenLabel, None)))) == hidden


def test_a_derogatory_word_is_never_offered_for_display(thesaurus: Thesaurus, graph: Graph) -> None:
    word = Literal("nepřizpůsobivý", lang="cs")
    assert list(graph.subjects(SKOS.hiddenLabel, word))
    assert not list(graph.subjects(SKOS.prefLabel, word))
    assert not list(graph.subjects(SKOS.altLabel, word))


def test_the_labels_of_a_concept_are_disjoint(graph: Graph) -> None:
    kinds = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        labels = [label for kind in kinds for label in graph.objects(concept, kind)]
        assert len(labels) == len(set(labels))


def test_all_labels_are_czech(graph: Graph) -> None:
    for kind in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.scopeNote):
        assert {label.language for label in graph.objects(None, kind) if isinstance(label, Literal)} == {"cs"}


def test_related_concepts_are_related_both_ways_and_exist(thesaurus: Thesaurus, graph: Graph) -> None:
    related = set(graph.subject_objects(SKOS.related))
    pairs = {(a.id, b) for a in thesaurus.concepts.values() for b in a.related}
    assert len(related) == len(pairs | {(b, a) for a, b in pairs})
    assert {(b, a) for a, b in related} == related
    assert {other for _, other in related} <= set(graph.subjects(RDF.type, SKOS.Concept))


def test_each_group_is_a_collection_of_its_concepts(thesaurus: Thesaurus, graph: Graph) -> None:
    sizes = Counter(concept.group for concept in thesaurus.concepts.values())
    assert set(sizes) == set(GROUPS)
    found = {
        str(label): len(list(graph.objects(group, SKOS.member)))
        for group in graph.subjects(RDF.type, SKOS.Collection)
        for label in graph.objects(group, SKOS.prefLabel)
    }
    assert found == {GROUPS[group]: size for group, size in sizes.items()}


def test_notes_become_scope_notes(thesaurus: Thesaurus, graph: Graph) -> None:
    notes = [concept.note for concept in thesaurus.concepts.values() if concept.note]
    assert notes
    assert len(list(graph.triples((None, SKOS.scopeNote, None)))) == len(notes)


def test_quotes_line_ends_and_odd_ids_survive() -> None:
    concept = Concept("a b/č", 'řekl „"dům"“\\', "vlastní skupina", ("první\nřádek",), note='"""')
    graph = Graph().parse(data=turtle(Thesaurus.of([concept])), format="turtle")
    assert [str(label) for label in graph.objects(None, SKOS.altLabel)] == ["první\nřádek"]
    assert [str(note) for note in graph.objects(None, SKOS.scopeNote)] == ['"""']
    assert concept.label in {str(label) for label in graph.objects(None, SKOS.prefLabel)}
    assert "vlastní skupina" in {str(label) for label in graph.objects(None, SKOS.prefLabel)}


def test_the_same_thesaurus_is_written_the_same(thesaurus: Thesaurus) -> None:
    assert turtle(thesaurus) == turtle(thesaurus)
