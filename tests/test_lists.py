"""A question for everything of a kind gets all of it, and in the order of the text."""

import pytest

from ingest.settings import Settings
from retrieval.index import Index
from retrieval.lists import Listing, meant
from retrieval.passages import ScoredPassage
from retrieval.query import understand
from retrieval.search import find


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


def listed(index: Index, question: str) -> tuple[Listing, tuple[ScoredPassage, ...]]:
    query = understand(question, index.vocabulary, index.thesaurus)
    found = find(index, query, 20)
    listing = meant(index.lists, query, found.scores)
    assert listing is not None
    return listing, found.passages


def held(index: Index, hits: tuple[ScoredPassage, ...]) -> set[str]:
    return {leaf for hit in hits for leaf in (hit.passage.id, *index.leaves.get(hit.passage.id, ()))}


@pytest.mark.parametrize(
    ("question", "items", "first"),
    [
        ("Vyjmenujte všechna opatření kapitoly 4.7 akčního plánu.", 6, 6),
        ("Jaké všechny úkoly má opatření 4.6.a?", 6, 5),
        ("Vypište všechny cílové skupiny osob oblasti podpory 3.1.", 8, 3),
        ("vypis vsechny cilove skupiny organizaci v op lzz 3.1", 4, 3),
        ("Jaká všechna opatření jsou v kapitole o přístupu ke vzdělání?", 5, 5),
        ("Sepište úkoly patřící k 4.5.c a 4.5.d dohromady.", 4, 4),
        ("Jmenujte všechna opatření kapitoly 4.4 o rodině", 5, 6),
        ("Vypište všechny aktivity OPZ 2.1", 18, 6),
    ],
)
def test_a_list_is_complete_within_the_first_hits(index: Index, question: str, items: int, first: int) -> None:
    listing, hits = listed(index, question)
    assert len(listing.items) == items
    assert set(listing.items) <= held(index, hits[:first])


def test_the_measures_of_a_descriptor_come_with_their_descriptors(index: Index) -> None:
    listing, hits = listed(index, "U kterých opatření figuruje deskriptor IX.e?")
    assert listing.title.startswith("IX.e ")
    assert len(listing.items) == 3
    assert all("IX.e" in hit.passage.text for hit in hits[:3])
    assert set(listing.items) <= held(index, hits[:3])


def test_chapters_are_listed_in_their_order(index: Index) -> None:
    listing, hits = listed(index, "Vypište všechny kapitoly akčního plánu")
    codes = [index.passages[item].code for item in listing.items]
    assert len(codes) == 15
    assert codes == sorted(codes, key=lambda code: [int(part) for part in code.split(".")])
    assert [hit.passage.id for hit in hits[:15]] == list(listing.items)


def test_the_chapters_of_one_part_leave_the_others_out(index: Index) -> None:
    listing, _ = listed(index, "Které kapitoly má část 4.? Vypište všechny kapitoly 4. části, tedy 4.1 až 4.10")
    assert {index.passages[item].code.partition(".")[0] for item in listing.items} == {"4"}


def test_a_named_document_keeps_to_its_lists(index: Index) -> None:
    listing, _ = listed(index, "Vypište všechny cílové skupiny projektu Systémové zajištění")
    assert listing.doc == "systemove-zajisteni"
    assert len(listing.items) == 3


def test_a_question_for_one_thing_gets_no_list_in_front(index: Index) -> None:
    query = understand("Kdo odpovídá za opatření 4.6.a?", index.vocabulary, index.thesaurus)
    assert find(index, query, 5).passages[0].passage.code == "4.6.a"


def test_every_list_has_items_of_its_own_document_in_order(index: Index) -> None:
    assert len(index.lists) > 30
    for listing in index.lists:
        starts = [index.passages[item].start for item in listing.items]
        assert len(starts) > 1
        assert starts == sorted(starts)
        assert {index.passages[item].doc for item in listing.items} == {listing.doc}


def test_tasks_are_found_in_the_sections_that_open_with_their_measure(index: Index) -> None:
    tasks = next(one for one in index.lists if one.code == "4.6.a")
    assert tasks.kind == "task"
    assert tasks.sections
