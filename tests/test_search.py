"""From a question to ranked passages, over the shipped corpus."""

import pytest

from ingest.settings import Settings
from retrieval.index import Index
from retrieval.passages import Findings, ScoredPassage
from retrieval.query import understand
from retrieval.search import find, search

PLAN, OPZ, LZZ = "akcni-plan-2024-2026", "opz-2-1", "oplzz-3-1"
PROJECT, AGENCY = "systemove-zajisteni", "asz-socialni-sluzby"


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


def ask(index: Index, question: str, *history: str, limit: int = 20) -> Findings:
    return find(index, understand(question, index.vocabulary, index.thesaurus, history), limit)


def texts(found: tuple[ScoredPassage, ...]) -> str:
    return "\n".join(hit.passage.text for hit in found)


def test_a_code_leads_to_what_carries_it(index: Index) -> None:
    first = ask(index, "Co obsahuje opatření 4.6.a?").passages[0].passage
    assert first.code == "4.6.a"
    assert "dostupnost bydlení" in first.text


def test_a_descriptor_leads_to_the_measures_that_have_it(index: Index) -> None:
    found = ask(index, "Která opatření mají deskriptor IX.e?").passages[:3]
    assert all("IX.e" in hit.passage.text for hit in found)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("lidi u nas splaceji jen uroky", "předluženost"),
        ("kam s chlapem co spi v parku", "bez"),
        ("Děti od nás chodí do školy jen s romskými dětmi", "segregaci"),
        ("prijde z basy a nema kam jit", "výkonu trestu"),
    ],
)
def test_lay_words_lead_to_the_official_ones(index: Index, question: str, expected: str) -> None:
    assert expected in texts(ask(index, question).passages[:5])


def test_diacritics_and_case_make_little_difference(index: Index) -> None:
    proper = ask(index, "Kdo pomáhá lidem s dluhy a exekucemi?").passages[:3]
    bare = ask(index, "KDO POMAHA LIDEM S DLUHY A EXEKUCEMI?").passages[:3]
    assert {hit.passage.id for hit in proper} & {hit.passage.id for hit in bare}


def test_a_named_document_is_raised_but_does_not_shut_the_others_out(index: Index) -> None:
    found = ask(index, "Co říká OPZ o sociálním podnikání?").passages
    assert found[0].passage.doc == OPZ
    assert len({hit.passage.doc for hit in found}) > 1


@pytest.mark.parametrize(
    ("question", "docs"),
    [
        ("Porovnejte cílové skupiny OPZ a OP LZZ", {OPZ, LZZ}),
        ("Co říká o bydlení akční plán a co OPZ?", {PLAN, OPZ}),
        ("Je bydlení v akčním plánu i v OPZ?", {PLAN, OPZ}),
        (
            "Kdo je kontaktem u projektu Systémové zajištění a kdo u Agentury pro sociální začleňování?",
            {PROJECT, AGENCY},
        ),
    ],
)
def test_a_comparison_has_both_documents_among_the_first_four(index: Index, question: str, docs: set[str]) -> None:
    assert docs <= {hit.passage.doc for hit in ask(index, question).passages[:4]}


def test_three_documents_are_all_among_the_first_five(index: Index) -> None:
    found = ask(index, "Co říká o terénní práci OPZ, co akční plán a co OP LZZ?").passages[:5]
    assert {OPZ, PLAN, LZZ} <= {hit.passage.doc for hit in found}


def test_two_codes_are_both_among_the_first_two(index: Index) -> None:
    found = ask(index, "Čím se liší 4.3.b a 4.3.c?").passages[:2]
    assert {hit.passage.code.partition("/")[0] for hit in found} == {"4.3.b", "4.3.c"}


def test_the_questions_of_one_message_take_turns(index: Index) -> None:
    one, other = "Kolik stál projekt Systémové zajištění?", "Které opatření řeší předluženost domácností?"
    found = ask(index, f"{one} {other}").passages
    assert found[0].passage.id == ask(index, one).passages[0].passage.id
    assert found[1].passage.id == ask(index, other).passages[0].passage.id
    assert len({hit.passage.id for hit in found}) == len(found)


def test_a_follow_up_is_searched_with_what_came_before(index: Index) -> None:
    history = ("Co obsahuje opatření 4.9.b?", "Podpora přípravy odsouzených na propuštění.")
    found = ask(index, "A jaké má úkoly?", *history).passages[:2]
    assert all(hit.passage.code.startswith("4.9.b") for hit in found)


def test_a_self_contained_question_finds_the_same_with_and_without_history(index: Index) -> None:
    question = "Které cílové skupiny osob má oblast podpory 3.1 operačního programu Lidské zdroje a zaměstnanost?"
    history = ("Co obsahuje opatření 4.9.b?", "Podpora přípravy odsouzených na propuštění.")
    alone, later = ask(index, question), ask(index, question, *history)
    assert [hit.passage.id for hit in alone.passages] == [hit.passage.id for hit in later.passages]


def test_passages_come_once_and_at_most_as_many_as_asked_for(index: Index) -> None:
    for limit in (1, 5, 20):
        found = ask(index, "sociální služby pro rodiny", limit=limit).passages
        assert len(found) == limit
        assert len({hit.passage.id for hit in found}) == limit


def test_every_score_is_the_sum_of_its_shares(index: Index) -> None:
    for hit in ask(index, "Kdo naučí rodiny hospodařit a kolik peněz na to je?").passages:
        assert hit.score == pytest.approx(sum(hit.channels.values()))


def test_what_is_found_stands_in_the_document(index: Index) -> None:
    for hit in ask(index, "sociální práce v obci").passages:
        passage = hit.passage
        assert index.documents[passage.doc].text[passage.start : passage.end] == passage.text


def test_the_same_question_finds_the_same(index: Index) -> None:
    first, second = ask(index, "dluhy a bydlení"), ask(index, "dluhy a bydlení")
    assert [hit.passage.id for hit in first.passages] == [hit.passage.id for hit in second.passages]
    assert first.cosine == second.cosine


@pytest.mark.parametrize("question", ["", "?", "…", "😀😀", "4.99.z", "žluťoučký", "x" * 5000])
def test_odd_questions_do_no_harm(index: Index, question: str) -> None:
    query = understand(question, index.vocabulary, index.thesaurus)
    assert len(search(index, query, 5)) <= 5


def test_a_plain_search_is_not_widened(index: Index) -> None:
    query = understand("mám exekuci a bydlím v parku", index.vocabulary, index.thesaurus, plain=True)
    assert all("concepts" not in hit.channels for hit in search(index, query, 5))
