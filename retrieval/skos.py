"""The thesaurus as SKOS in Turtle, the format of the field (https://www.w3.org/TR/skos-reference/)."""

from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from retrieval.thesaurus import Concept, Thesaurus

SCHEME = URIRef("urn:opora:tezaurus")
_CONCEPT = Namespace("urn:opora:tezaurus:pojem:")
_GROUP = Namespace("urn:opora:tezaurus:skupina:")
_LANGUAGE = "cs"

GROUPS = {
    "cilova-skupina": "cílové skupiny",
    "problem": "problémy",
    "sluzba": "služby",
    "nastroj": "nástroje",
    "instituce": "instituce",
    "program": "programy",
    "dokument": "dokumenty",
    "financovani": "financování",
    "zkratka": "zkratky",
    "proces": "postupy",
}
"""Names of the groups; one that is not here is called by its id."""


def turtle(thesaurus: Thesaurus) -> str:
    """Return the thesaurus as Turtle, in a stable order.

    A concept has its label as `skos:prefLabel`, official terms as `skos:altLabel` and lay ones, which may be
    derogatory, as `skos:hiddenLabel`: to search by, not to show. SKOS wants the three disjoint, so a term that
    occurs in several of them keeps the first. Related concepts are related both ways. Each group is a
    `skos:Collection`.
    """
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("pojem", _CONCEPT)
    graph.bind("skupina", _GROUP)
    graph.add((SCHEME, RDF.type, SKOS.ConceptScheme))
    graph.add((SCHEME, DCTERMS.title, _czech("Tezaurus sociálního začleňování")))
    for concept in thesaurus.concepts.values():
        _add(graph, concept)
    return graph.serialize(format="turtle")


def _add(graph: Graph, concept: Concept) -> None:
    uri, group = _CONCEPT[quote(concept.id)], _GROUP[quote(concept.group)]
    graph.add((uri, RDF.type, SKOS.Concept))
    graph.add((uri, SKOS.inScheme, SCHEME))
    graph.add((uri, SKOS.notation, Literal(concept.id)))
    # Without a hierarchy every concept is a top one.
    graph.add((uri, SKOS.topConceptOf, SCHEME))
    graph.add((SCHEME, SKOS.hasTopConcept, uri))
    used: set[str] = set()
    for relation, names in (
        (SKOS.prefLabel, (concept.label,)),
        (SKOS.altLabel, concept.terms),
        (SKOS.hiddenLabel, concept.lay),
    ):
        for name in names:
            if name not in used:
                used.add(name)
                graph.add((uri, relation, _czech(name)))
    for other in concept.related:
        graph.add((uri, SKOS.related, _CONCEPT[quote(other)]))
        graph.add((_CONCEPT[quote(other)], SKOS.related, uri))
    if concept.note:
        graph.add((uri, SKOS.scopeNote, _czech(concept.note)))
    graph.add((group, RDF.type, SKOS.Collection))
    graph.add((group, SKOS.prefLabel, _czech(GROUPS.get(concept.group, concept.group))))
    graph.add((group, SKOS.member, uri))


def _czech(text: str) -> Literal:
    return Literal(text, lang=_LANGUAGE)
