"""A report comes to be only with a source for every mark, and with quotes that stand in their documents."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.document import Document
from ingest.errors import ExportError
from prompts.answer import Answer, Statement, Usage
from prompts.export.answers import STATES, answer_report
from prompts.export.conversations import conversation_report
from prompts.export.report import Report
from tests.exporting import EVIL, PLAIN, WHEN, answer, citation, document


def report(given: Answer | None = None) -> Report:
    return answer_report(given or answer(), document, WHEN)


def gone(doc: str) -> Document:
    raise KeyError(doc)


def test_an_answer_becomes_a_report_with_the_numbers_of_the_page() -> None:
    made = report()
    assert [entry.n for entry in made.sources] == [1, 2]
    assert [entry.citation for entry in made.sources] == list(answer().citations)
    marks = {block.text: block.marks for block in made.said}
    assert marks["Dokument mluví o poradenství."] == (1,)
    facts = {block.label: block.text for block in made.blocks if block.form == "fact"}
    assert facts["Dotaz"] == "Co s dluhy?"
    assert facts["Jak Opora dotaz pochopila"] == "Hledám také: předlužení. Opravené překlepy: dluhi → dluhy"
    assert facts["Stav odpovědi"].startswith("Zodpovězeno zčásti")


def test_every_state_of_an_answer_is_said_in_words() -> None:
    for status, words in STATES.items():
        assert words in [block.text for block in report(replace(answer(), status=status)).blocks]


def test_a_mark_without_a_source_stops_the_export() -> None:
    said = Statement("Odvážné tvrzení.", "text", "supported", (7,))
    with pytest.raises(ExportError, match=r"Značka \[7\] u „Odvážné tvrzení\.“ nemá zdroj"):
        report(replace(answer(), statements=(said,)))


@pytest.mark.parametrize("verdict", ["verbatim", "supported"])
def test_a_checked_sentence_without_any_mark_stops_the_export(verdict: Any) -> None:
    with pytest.raises(ExportError, match=r"Věta „Bez opory\.“ nemá zdroj"):
        report(replace(answer(), statements=(Statement("Bez opory.", "text", verdict),)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quote": "dluhové poradenstvi;"}, "citát nestojí v dokumentu na znacích"),
        ({"start": 0}, "citát nestojí v dokumentu na znacích 0–"),
        ({"end": 100_000}, "citát nestojí v dokumentu na znacích"),
        ({"start": -5}, "citát nestojí v dokumentu na znacích -5–"),
        ({"quote": " \n"}, "nemá citát"),
    ],
)
def test_a_quote_that_is_not_the_documents_own_text_stops_the_export(changes: dict[str, Any], message: str) -> None:
    first, second = answer().citations
    with pytest.raises(ExportError, match=message):
        report(replace(answer(), citations=(first, replace(second, **changes))))


def test_a_document_that_is_gone_stops_the_export_and_says_what_to_do() -> None:
    with pytest.raises(ExportError, match=r"Dokument „Akční plán 2024–2026“.*položte dotaz znovu"):
        answer_report(answer(), gone, WHEN)


def test_another_document_in_its_place_stops_the_export() -> None:
    with pytest.raises(ExportError, match="nemá svůj dokument „plan“"):
        answer_report(answer(), lambda doc: EVIL, WHEN)


def test_two_sources_of_one_number_stop_the_export() -> None:
    first, second = answer().citations
    with pytest.raises(ExportError, match=r"dva zdroje s číslem \[1\]"):
        report(replace(answer(), citations=(first, replace(second, n=1))))


def test_sources_are_numbered_without_gaps() -> None:
    with pytest.raises(ExportError, match="číslovány od 1"):
        Report("Název", WHEN, (), tuple(replace(entry, n=entry.n + 1) for entry in report().sources))


def test_an_answer_that_cites_nothing_is_a_report_without_sources() -> None:
    said = Statement("V dokumentech to není.", "lead", "note")
    made = report(replace(answer(), status="not_found", statements=(said,), citations=()))
    assert made.sources == ()
    assert "Jak odpověď vznikla" not in [block.label for block in made.blocks]


def test_the_report_says_which_model_wrote_the_sentences() -> None:
    usage = Usage("ollama:malý", {}, 1, None, None, None, 0)
    told = [block.text for block in report(replace(answer(), usage=usage)).blocks]
    assert "Věty napsal jazykový model ollama:malý a Opora je ověřila proti citovaným místům." in told


def test_in_a_conversation_numbers_do_not_clash_and_one_quote_has_one_number() -> None:
    other = replace(
        answer(),
        statements=(Statement("# Konec", "quote", "verbatim", (1,)), Statement("dluhové", "quote", "verbatim", (2,))),
        citations=(citation(1, PLAIN, "# Konec"), replace(answer().citations[1], n=2)),
    )
    made = conversation_report("Dluhy", [("První?", answer()), ("Druhý?", other)], document, WHEN)
    assert [entry.citation.quote for entry in made.sources[1:]] == ["dluhové poradenství;", "# Konec"]
    assert [block.marks for block in made.blocks[-3:-1]] == [(3,), (2,)]
    headings = [block.text for block in made.blocks if block.form == "heading" and block.level == 1]
    assert headings == ["Dotaz 1: První?", "Dotaz 2: Druhý?"]


def test_a_quote_that_changed_between_two_answers_is_not_hidden_behind_the_first() -> None:
    changed = replace(answer(), citations=tuple(replace(c, quote=c.quote.upper()) for c in answer().citations))
    with pytest.raises(ExportError, match="citát nestojí v dokumentu"):
        conversation_report("", [("a", answer()), ("b", changed)], document, WHEN)


def test_verdicts_are_said_in_czech_for_each_source() -> None:
    made = report()
    assert made.verdicts(1) == ("doslovná citace", "ověřená parafráze")
    assert made.verdicts(2) == ("doslovná citace",)
