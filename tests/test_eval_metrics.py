"""Measures against numbers worked out by hand, and recall against its definition."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.facts import states
from eval.metrics import MEASURES, Mean, Scored, by_kind, score, summarise, values_of
from eval.questions import Evidence, Question
from eval.ranking import ranking_measures
from eval.records import Cited, Record, Retrieved
from eval.spans import Span, covers
from ingest.errors import QuestionSetError
from tests.eval_doubles import TEXTS, span_of

A, B = (Span("d", 0, 10),), (Span("d", 50, 60),)
NOTHING = Span("d", 900, 950)

FIELDWORK = span_of("plan", "Rozšířit terénní služby v obcích")
HOUSING = span_of("plan", "Zvýšit dostupnost bydlení o 120 bytů")
DEBT = span_of("plan", "Podpořit dluhové poradenství")
APPLICANT = span_of("vyzva", "Oprávněným žadatelem je obec")
ELSEWHERE = span_of("vyzva", "Částka")


def question(
    id_: str, *evidence: Span, facts: tuple[str, ...] = (), answerable: bool = True, kind: str = "lay"
) -> Question:
    quotes = tuple(Evidence(span.doc, TEXTS.at(span)) for span in evidence)
    return Question(id_, kind, f"Otázka {id_}?", (), answerable, facts, quotes)


def record(
    id_: str,
    cited: tuple[Span, ...] = (),
    retrieved: tuple[Span, ...] = (),
    *,
    text: str = "",
    status: str = "answered",
    seconds: float = 1.0,
    misquotes: int = 0,
) -> Record:
    quotes = [TEXTS.at(span) + ("!" if i < misquotes else "") for i, span in enumerate(cited)]
    return Record(
        id=id_,
        question="",
        status=status,
        text=text,
        statements=(),
        citations=tuple(
            Cited(n, span, quote, None) for n, (span, quote) in enumerate(zip(cited, quotes, strict=True), 1)
        ),
        retrieved=tuple(Retrieved(span, -float(i)) for i, span in enumerate(retrieved)),
        seconds=seconds,
    )


def test_rank_measures_of_a_late_a_repeated_and_a_second_quote() -> None:
    run = [NOTHING, Span("d", 0, 20), Span("d", 0, 30), Span("d", 40, 60)]
    measures = ranking_measures({"Q": [A, B]}, {"Q": run})["Q"]
    # Places: nothing, A, (A again: no gain), B.
    assert measures["ndcg@10"] == pytest.approx((1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)))
    assert measures["rr"] == 0.5
    assert measures["recall@5"] == 1.0


def test_a_passage_that_holds_all_quotes_is_a_perfect_ranking() -> None:
    measures = ranking_measures({"Q": [A, B]}, {"Q": [Span("d", 0, 100), NOTHING]})["Q"]
    assert measures == {"recall@5": 1.0, "recall@10": 1.0, "ndcg@10": pytest.approx(1.0), "rr": 1.0}


def test_recall_counts_passages_even_when_one_of_them_holds_several_quotes() -> None:
    # Three quotes in the first passage must not push the passage at rank 5 beyond the cut.
    first = Span("d", 0, 40)
    quotes = [(Span("d", 0, 10),), (Span("d", 10, 20),), (Span("d", 20, 30),), B]
    at_five = [first, NOTHING, NOTHING, NOTHING, Span("d", 50, 60)]
    at_six = [first, NOTHING, NOTHING, NOTHING, NOTHING, Span("d", 50, 60)]
    measures = ranking_measures({"five": quotes, "six": quotes}, {"five": at_five, "six": at_six})
    assert measures["five"]["recall@5"] == 1.0
    assert measures["six"]["recall@5"] == 0.75
    assert measures["six"]["recall@10"] == 1.0


def test_a_question_without_a_run_scores_zero_and_stays_in_the_mean() -> None:
    measures = ranking_measures({"Q": [A], "R": [A]}, {"R": [Span("d", 0, 10)]})
    assert measures["Q"] == {"recall@5": 0.0, "recall@10": 0.0, "ndcg@10": 0.0, "rr": 0.0}


SPANS = st.builds(lambda start, length: Span("d", start, start + length), st.integers(0, 60), st.integers(1, 40))


@given(st.lists(st.tuples(SPANS) | st.tuples(SPANS, SPANS), min_size=1, max_size=6), st.lists(SPANS, max_size=14))
def test_recall_and_reciprocal_rank_are_those_of_their_definition(
    quotes: list[tuple[Span, ...]], run: list[Span]
) -> None:
    measures = ranking_measures({"Q": quotes}, {"Q": run})["Q"]
    for k in (5, 10):
        held = sum(any(covers(item, places) for item in run[:k]) for places in quotes)
        assert measures[f"recall@{k}"] == pytest.approx(held / len(quotes))
    ranks = [n for n, item in enumerate(run, 1) if any(covers(item, places) for places in quotes)]
    assert measures["rr"] == pytest.approx(1 / ranks[0] if ranks else 0.0)
    assert 0.0 <= measures["ndcg@10"] <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("text", "fact", "stated"),
    [
        ("Plán chce zvýšit DOSTUPNOST\u00a0bydlení.", "dostupnost bydleni", True),
        ("Částka: 298\u00a0997\u00a0803,50 Kč", "298997803,50 Kč", True),
        ("Částka: 298 997 804 Kč", "298 997 803", False),
        ("Podporují se osoby bez přístřeší.", "podpora osob bez přístřeší", False),
        ("Podporovány jsou osoby bez přístřeší.", "podporované osoby bez přístřeší", True),
        ("Osoby jsou jiné. Bez přístřeší není nikdo podporován.", "podporované osoby bez přístřeší", False),
        ("", "obec", False),
    ],
)
def test_a_fact_is_stated_by_its_letters_its_digits_or_the_words_of_one_sentence(
    text: str, fact: str, stated: bool
) -> None:
    assert states(text, fact) is stated


def test_measures_of_one_answer_worked_out_by_hand() -> None:
    asked = question("Q", FIELDWORK, HOUSING, facts=("terénní služby", "120 bytů"))
    given_ = record(
        "Q",
        cited=(FIELDWORK, ELSEWHERE),
        retrieved=(ELSEWHERE, FIELDWORK),
        text="Rozšiřují se terénní služby.",
        misquotes=1,
    )
    (scored,) = score([asked], [given_], TEXTS)
    assert scored.values == {
        "over_refusal": 0.0,
        "recall@5": 0.5,
        "recall@10": 0.5,
        "recall@3000c": 0.5,
        "ndcg@10": pytest.approx((1 / log2(3)) / (1 + 1 / log2(3))),
        "rr": 0.5,
        "cited_recall": 0.5,
        "cited_precision": 0.5,
        "facts": 0.5,
    }
    assert (scored.quotes, scored.verbatim) == (2, 1)
    assert scored.chars == len("Rozšiřují se terénní služby.")


def test_a_citation_elsewhere_is_useful_when_it_states_an_expected_fact() -> None:
    asked = question("Q", HOUSING, facts=("dluhové poradenství",))
    (scored,) = score([asked], [record("Q", cited=(DEBT, APPLICANT))], TEXTS)
    assert scored.values["cited_precision"] == 0.5
    assert scored.values["cited_recall"] == 0.0


def test_recall_in_a_budget_stops_at_the_character_where_the_budget_ends() -> None:
    long = Span("vyzva", 0, 3_000 - (HOUSING.end - HOUSING.start))
    asked = question("Q", HOUSING)
    (fits,) = score([asked], [record("Q", retrieved=(long, HOUSING))], TEXTS)
    longer = Span("vyzva", 0, long.end + 10)
    (cut,) = score([asked], [record("Q", retrieved=(longer, HOUSING))], TEXTS)
    assert fits.values["recall@3000c"] == 1.0
    assert cut.values["recall@3000c"] == 0.0
    assert cut.values["recall@5"] == 1.0


def refusals() -> tuple[Scored, ...]:
    """Four answerable questions, one refused and one missing; three unanswerable, two refused."""
    questions = [question(f"A{n}", HOUSING) for n in range(4)]
    questions += [question(f"U{n}", answerable=False, kind="refuse_other") for n in range(3)]
    statuses = {"A0": "answered", "A1": "partial", "A2": "clarify", "U0": "not_found", "U1": "out_of_scope"}
    statuses["U2"] = "answered"
    records = [
        record(id_, status=status, text="x" * (n + 1), seconds=n + 1.0)
        for n, (id_, status) in enumerate(statuses.items())
    ]
    return score(questions, records, TEXTS)


def test_refusals_count_right_ones_wrong_ones_and_missing_answers() -> None:
    summary = summarise(refusals())
    assert summary.means["refusal_recall"] == Mean(2 / 3, 3)
    assert summary.means["over_refusal"] == Mean(0.5, 4)
    # Refused: A2, the missing A3, U0 and U1; two of the four rightly.
    assert summary.means["refusal_precision"] == Mean(0.5, 4)
    assert summary.missing == 1
    assert summary.refused == Mean(4 / 7, 7)


def test_length_is_of_answerable_questions_and_time_of_all_that_were_answered() -> None:
    summary = summarise(refusals())
    assert summary.median_chars == 1.5  # 1, 2, 3 and 0 for the missing one
    assert (summary.p50, summary.p95) == (4.0, 6.0)


def test_means_leave_out_questions_to_which_they_do_not_apply() -> None:
    questions = [question("Q1", HOUSING, facts=("120 bytů",)), question("Q2", HOUSING)]
    records = [record("Q1", cited=(HOUSING,), text="Plán: 120 bytů."), record("Q2")]
    scored = score(questions, records, TEXTS)
    summary = summarise(scored)
    assert summary.means["cited_precision"] == Mean(1.0, 1)
    assert summary.means["facts"] == Mean(1.0, 1)
    assert summary.means["cited_recall"] == Mean(0.5, 2)
    assert summary.means["refusal_recall"] == Mean(None, 0)
    assert values_of(scored, "cited_recall") == {"Q1": 1.0, "Q2": 0.0}


def test_kinds_partition_the_questions_and_every_summary_has_every_measure() -> None:
    kinds = by_kind(refusals())
    assert {kind: len(group) for kind, group in kinds.items()} == {"lay": 4, "refuse_other": 3}
    assert all(tuple(summarise(group).means) == MEASURES for group in kinds.values())


def test_a_set_whose_quotes_are_wrong_is_not_scored() -> None:
    wrong = Question("Q", "lay", "?", (), True, (), (Evidence("plan", "tohle tam není"),))
    with pytest.raises(QuestionSetError, match="Otázka Q: v dokumentu „plan“ není citát"):
        score([wrong], [], TEXTS)
