"""What a question names is understood in any inflection, and what it does not name is not read into it."""

import pytest

from ingest.settings import Settings
from retrieval.index import Index
from retrieval.query import Query, understand

PLAN, OPZ, LZZ = "akcni-plan-2024-2026", "opz-2-1", "oplzz-3-1"
PROJECT, AGENCY = "systemove-zajisteni", "asz-socialni-sluzby"


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


def read(index: Index, question: str, *history: str, plain: bool = False) -> Query:
    return understand(question, index.vocabulary, index.thesaurus, history, plain)


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("Co obsahuje opatření 4.6.a?", ("4.6.a",)),
        ("co je ve 4.6.A", ("4.6.a",)),
        ("opatření 4.4.2.c a jeho úkoly", ("4.4.2.c",)),
        ("porovnej 4.3.b a 4.3.c", ("4.3.b", "4.3.c")),
        ("Která opatření mají deskriptor IX.e?", ("IX.e",)),
        ("deskriptor viii.b", ("VIII.b",)),
        ("Vypište opatření kapitoly 4.7.", ("4.7",)),
        ("oddíl 3.c, tedy sociální práce", ("3.c",)),
    ],
)
def test_codes_are_read_as_people_write_them(index: Index, question: str, codes: tuple[str, ...]) -> None:
    assert read(index, question).codes == codes


@pytest.mark.parametrize(
    "question",
    ["Do 24. 7. 2018", "kolik je 3,5 % obcí", "v 10.30 hodin", "za 1.200 Kč", "např. i. e. tj.", "verze 2.1.3.4.5"],
)
def test_dates_amounts_and_abbreviations_are_no_codes(index: Index, question: str) -> None:
    query = read(index, question)
    assert query.docs == ()
    assert not set(query.codes) & set(index.codes)


@pytest.mark.parametrize(
    ("question", "doc"), [("Co říká SC 2.1?", OPZ), ("oblast podpory 3.1", LZZ), ("v cíli 2.1", OPZ)]
)
def test_the_code_in_a_title_names_its_document(index: Index, question: str, doc: str) -> None:
    query = read(index, question)
    assert query.docs == (doc,)
    assert query.codes == ()


def test_the_same_number_is_a_chapter_where_the_question_names_that_document(index: Index) -> None:
    query = read(index, "kapitola 2.1 akčního plánu")
    assert query.docs == (PLAN,)
    assert query.codes == ("2.1",)


@pytest.mark.parametrize(
    ("question", "doc"),
    [
        ("Co je v akčním plánu o bydlení?", PLAN),
        ("co je v akcnim planu o bydleni", PLAN),
        ("podle akčního plánu", PLAN),
        ("s akčními plány", PLAN),
        ("V OPZ se podporuje co?", OPZ),
        ("v Operačním programu Zaměstnanost", OPZ),
        ("operacniho programu zamestnanost", OPZ),
        ("v OP LZZ", LZZ),
        ("o projektu Systémové zajištění", PROJECT),
        ("projektem systemoveho zajisteni", PROJECT),
        ("co dělá ASZ", AGENCY),
        ("co nabízí Agentura pro sociální začleňování", AGENCY),
        ("u Agentury pro socialni zaclenovani", AGENCY),
    ],
)
def test_a_document_is_named_in_any_inflection_and_without_diacritics(index: Index, question: str, doc: str) -> None:
    assert read(index, question).docs == (doc,)


@pytest.mark.parametrize(
    "question",
    [
        "Jaké výzvy má OPZ+?",
        "výzvy v OP Zaměstnanost plus",
        "Operační program Zaměstnanost plus",
        "co je v Tematickém akčním plánu",
        "pomoc lidem s dluhy",
        "naše sociální služby",
    ],
)
def test_another_document_of_a_similar_name_is_not_taken_for_ours(index: Index, question: str) -> None:
    assert read(index, question).docs == ()


def test_documents_come_in_the_order_in_which_they_are_named(index: Index) -> None:
    assert read(index, "Liší se OPZ od akčního plánu?").docs == (OPZ, PLAN)
    assert read(index, "v akčním plánu i v OPZ").docs == (PLAN, OPZ)


def test_a_period_names_the_document_that_covers_it(index: Index) -> None:
    assert read(index, "co platilo v programu 2007–2013").docs == (LZZ,)
    assert read(index, "co platilo v programu 2007 - 2013").docs == (LZZ,)
    both = read(index, "koho podporoval program 2007–2013 a koho OPZ")
    assert [word for word in both.topic.split() if word.isalpha()] == ["koho", "podporoval", "program", "a", "koho"]


def test_a_follow_up_that_moves_on_leaves_the_code_behind(index: Index) -> None:
    history = ("Co říká akční plán o zdraví?", "Opatření 4.7.a řeší nedostupnost zdravotních služeb.")
    assert read(index, "A jaké má úkoly?", *history).codes == ("4.7.a",)
    moved = read(index, "A pro rodiny s dětmi?", *history)
    assert (moved.codes, moved.docs) == ((), (PLAN,))


def test_the_topic_is_what_is_left_without_the_names(index: Index) -> None:
    topic = read(index, "Co říká akční plán o exekucích?").topic
    assert "exekucích" in topic
    assert "plán" not in topic


@pytest.mark.parametrize(
    "question",
    [
        "Vyjmenujte úkoly opatření 4.6.a",
        "Jaké všechny cílové skupiny má OPZ?",
        "vypis vsechna opatreni kapitoly 4.7",
        "Prosím kompletní přehled aktivit",
        "Kde všude je deskriptor IX.e?",
        "U kterých opatření je deskriptor III.e?",
        "Sepište úkoly 4.5.c a 4.5.d dohromady.",
    ],
)
def test_a_question_for_everything_wants_a_list(index: Index, question: str) -> None:
    assert read(index, question).wants_list


@pytest.mark.parametrize(
    "question", ["Kdo pomáhá lidem s dluhy?", "Co obsahuje opatření 4.6.a?", "To je ale všechno drahé"]
)
def test_other_questions_want_none(index: Index, question: str) -> None:
    assert not read(index, question).wants_list


@pytest.mark.parametrize(
    "question", ["Porovnejte OPZ a OP LZZ", "Čím se liší 4.5.c a 4.5.d?", "jaký je rozdíl proti OPZ"]
)
def test_a_comparison_is_recognised(index: Index, question: str) -> None:
    assert read(index, question).compares


def test_a_follow_up_carries_the_document_and_the_code_of_the_turn_before(index: Index) -> None:
    query = read(index, "A kdo za to odpovídá?", "Co je v opatření 4.6.a akčního plánu?", "Dostupnost bydlení.")
    assert query.background
    assert query.docs == (PLAN,)
    assert query.codes == ("4.6.a",)
    assert query.own_codes == ()
    assert query.own_docs == ()


def test_a_follow_up_that_names_another_document_leaves_the_code_behind(index: Index) -> None:
    query = read(index, "A co na to OPZ?", "Co je v opatření 4.6.a akčního plánu?", "Dostupnost bydlení.")
    assert query.docs == (OPZ,)
    assert query.codes == ()


def test_a_self_contained_question_is_not_dragged_to_the_turn_before(index: Index) -> None:
    question = "Jaké nástroje mohou menší obce využít při prevenci kriminality mladistvých na sídlištích a u škol?"
    query = read(index, question, "Co je v opatření 4.6.a akčního plánu?", "Dostupnost bydlení.")
    assert query.background == ""
    assert query.docs == ()
    assert query.codes == ()


def test_only_the_last_exchange_is_carried(index: Index) -> None:
    history = ("Co je v OPZ o dluzích?", "Programy gramotnosti.", "A co akční plán?", "Opatření 4.1.a.")
    assert read(index, "A dál?", *history).docs == (PLAN,)


def test_lay_words_are_understood_as_concepts(index: Index) -> None:
    query = read(index, "mám tři exekuce a spím v parku, bezdomovec")
    assert "exekuce" in query.concepts
    assert "bez-pristresi" in query.concepts
    weights = list(query.concepts.values())
    assert weights == sorted(weights, reverse=True)


def test_misspelt_names_of_documents_are_understood(index: Index) -> None:
    query = read(index, "co říká akčný plán o exekucýích")
    assert query.docs == (PLAN,)


def test_a_plain_reading_keeps_to_what_was_typed(index: Index) -> None:
    history = ("Co je v opatření 4.6.a akčního plánu?", "Dostupnost bydlení.")
    query = read(index, "A co asystent pro bezdomovce?", *history, plain=True)
    assert (query.corrections, query.concepts, query.background) == ({}, {}, "")
    assert (query.docs, query.codes) == ((), ())
    assert query.searched == query.text


def test_a_message_of_two_questions_is_understood_as_two(index: Index) -> None:
    query = read(index, "Kolik stál projekt Systémové zajištění? Jaké cílové skupiny má oblast podpory 3.1?")
    assert [part.docs for part in query.parts] == [(PROJECT,), (LZZ,)]


def test_one_question_has_no_parts(index: Index) -> None:
    assert read(index, "Kolik stál projekt Systémové zajištění?").parts == ()
    assert read(index, "Máme problém s dluhy. Co s tím?").parts == ()


@pytest.mark.parametrize("question", ["", "   ", "?!", "…", "😀", "a"])
def test_a_question_without_words_is_read_without_complaint(index: Index, question: str) -> None:
    query = read(index, question, "Co je v OPZ?", "Programy.")
    assert query.text == question
    assert query.corrections == {}
