"""The form of the answer follows the kind of question."""

import pytest

from prompts.answer import Answer
from prompts.asking import Asking, asking, asks_contact
from prompts.assistant import Assistant
from tests.asking import ask, lead, quotes

PROJECT = "projekt Systémové zajištění sociálního začleňování"


def told(answer: Answer) -> list[str]:
    return [said.text for said in answer.said]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Platí ten akční plán ještě?", "validity"),
        ("Můžeme se ještě přihlásit, nebo už skončil?", "validity"),
        ("Spadáme mezi cílové skupiny?", "eligibility"),
        ("Může naše obec žádat o podporu?", "eligibility"),
        ("Jsme malá obec a máme ubytovnu. Co s tím můžeme dělat?", "situation"),
        ("Které nástroje by se nám hodily?", "situation"),
        ("Co obsahuje opatření 4.6.a?", "look_up"),
    ],
)
def test_the_wording_tells_the_kind_of_question(question: str, kind: Asking) -> None:
    assert asking(question) == kind


def test_whom_to_turn_to_is_a_question_of_contact() -> None:
    assert asks_contact("Na koho se máme obrátit?")
    assert not asks_contact("Co je obrácená motivace?")


def test_an_amount_comes_first_with_its_citation(assistant: Assistant) -> None:
    answer = ask(assistant, f"Kolik stál {PROJECT}?")
    first = answer.statements[0]
    assert (first.text, first.form, first.verdict) == ("298 997 803,50 Kč", "lead", "verbatim")
    (number,) = first.citations
    assert "298 997 803,50" in answer.citations[number - 1].quote.replace("\u00a0", " ")


def test_counts_come_first_each_of_its_own_thing(assistant: Assistant) -> None:
    answer = ask(assistant, f"Kolik veřejných setkání a kolik závěrečných konferencí měl uspořádat {PROJECT}?")
    assert [s.text for s in answer.statements if s.form == "lead"] == [
        "40 veřejných setkání",
        "2 závěrečných konferencí",
    ]


def test_a_year_beside_the_thing_is_not_its_count(assistant: Assistant) -> None:
    answer = ask(assistant, "Kolik sociálně vyloučených lokalit napočítala analýza z let 2014–2015?")
    assert lead(answer) == "606 sociálně vyloučených lokalit"


def test_a_complete_list_counts_its_items(assistant: Assistant) -> None:
    answer = ask(assistant, "Vyjmenuj všechny cílové skupiny osob v oblasti podpory 3.1 OP LZZ.")
    items = [s for s in answer.statements if s.form == "item"]
    assert len(items) == 8
    assert lead(answer).endswith("8 z 8 položek.")
    assert len({s.citations for s in items}) == 8


def test_a_list_of_tasks_names_the_numbers_that_are_missing(assistant: Assistant) -> None:
    answer = ask(assistant, "Vypiš všechny úkoly opatření 4.6.a.")
    assert lead(answer).endswith("6 ze 6 položek.")
    assert "Úkoly č. 4, 7 opatření 4.6.a v číslování chybějí; zda existují, z textu nelze poznat." in told(answer)


def test_one_missing_task_is_named_in_the_singular(assistant: Assistant) -> None:
    answer = ask(assistant, "Vypiš všechny úkoly opatření 4.5.b.")
    assert "Úkol č. 3 opatření 4.5.b v číslování chybí; zda existuje, z textu nelze poznat." in told(answer)


def test_a_list_without_gaps_speaks_of_none(assistant: Assistant) -> None:
    answer = ask(assistant, "Vypiš všechny úkoly opatření 4.9.b.")
    assert not any("v číslování" in text for text in told(answer))


def test_the_descriptors_of_a_measure_come_one_per_line_and_complete(assistant: Assistant) -> None:
    answer = ask(assistant, "Jaké deskriptory má opatření 4.3.a?")
    assert [s.text for s in answer.statements if s.form == "item"] == [
        "IX.a sociální poradenství",
        "IX.b sociální péče",
        "IX.c sociální prevence",
        "IX.e financování sociálních služeb",
    ]


def test_the_measures_of_a_descriptor_are_listed_without_their_tasks(assistant: Assistant) -> None:
    answer = ask(assistant, "U kterých opatření je deskriptor III.e?")
    measures = [s.text[:5] for s in answer.statements if s.form == "item" and s.text[:1].isdigit()]
    assert measures == ["4.2.a", "4.2.b", "4.2.c"]


def test_a_comparison_is_a_table_with_a_column_for_each_document(assistant: Assistant) -> None:
    answer = ask(assistant, "Porovnejte bydlení v OPZ 2.1 a v akčním plánu 2024–2026.")
    (table,) = [s.table for s in answer.statements if s.table]
    assert len(table.columns) == 3
    assert all(len(row) == 3 for row in table.rows)
    cited = {n for said in answer.said for n in said.citations}
    assert cited == {citation.n for citation in answer.citations}
    assert len({citation.doc for citation in answer.citations}) == 2


def test_eligibility_is_never_decided(assistant: Assistant) -> None:
    answer = ask(assistant, "Pečuji o manžela po mrtvici. Spadala jsem mezi cílové skupiny oblasti podpory 3.1?")
    assert answer.status == "answered"
    assert "rozhoduje vyhlašovatel" in lead(answer)
    assert not any(text.startswith(("Ano", "Ne,")) for text in told(answer))
    assert any("osoby pečující o osobu blízkou" in text for text in quotes(answer))


def test_validity_says_what_is_known_and_from_where(assistant: Assistant) -> None:
    answer = ask(assistant, f"Běží ještě {PROJECT}?")
    assert "Období 1. 1. 2016 – 30. 4. 2022 (uvádí dokument). Projekt skončil 30. 4. 2022." in lead(answer)
    assert any("Zdroj údaje:" in text for text in told(answer))


def test_an_unknown_period_is_not_guessed(assistant: Assistant) -> None:
    answer = ask(assistant, "Platí ještě specifický cíl 2.1 OPZ?")
    assert "Období dokument neuvádí – ověřte u vyhlašovatele." in lead(answer)
    assert not any("Program je uzavřen" in text for text in told(answer))


def test_an_outdated_contact_is_said_to_be_so(assistant: Assistant) -> None:
    answer = ask(assistant, f"Jaký telefon má kontaktní osoba projektu {PROJECT[8:]}?")
    assert lead(answer) == "296 153 537"
    assert any(text.startswith("Kontakt v textu je zastaralý") for text in told(answer))


def test_whom_to_turn_to_comes_with_the_contact_alone(assistant: Assistant) -> None:
    answer = ask(assistant, "Na koho se v Agentuře pro sociální začleňování obrátit kvůli sociálním službám?")
    assert lead(answer) == "Kontakt, který dokument uvádí:"
    assert all("@" in text or "tel" in text.lower() for text in quotes(answer))


def test_a_follow_up_says_that_it_is_one(assistant: Assistant) -> None:
    answer = ask(
        assistant, "A pro lidi na ulici?", "Co říká akční plán o zdravotní péči?", "Opatření 4.7.a řeší nedostupnost."
    )
    assert lead(answer).startswith("V návaznosti na předchozí dotaz")


def test_the_validity_of_each_document_is_said_once(assistant: Assistant) -> None:
    answer = ask(assistant, "Jsme obec s ubytovnou plnou rodin a s exekucemi. Co s tím můžeme dělat?")
    periods = [text for text in told(answer) if text.startswith("Období ")]
    assert len(periods) == len(set(periods)) == len({citation.doc for citation in answer.citations})


def test_not_found_says_what_is_missing_and_what_was_searched(assistant: Assistant) -> None:
    answer = ask(assistant, "Na jakou částku se má podle akčního plánu zvednout životní minimum jednotlivce?")
    assert answer.status == "not_found"
    assert lead(answer) == "Částku ani rozpočet k tomu dokumenty neuvádějí."
    searched = answer.statements[1].text
    assert searched.startswith("Prohledáno: 5 dokumentů (")
    assert all(document.source.title in searched for document in assistant.documents)
    assert "neznamená, že neexistuje" in searched
    assert any("životního a existenčního minima" in text for text in quotes(answer))


def test_not_found_names_the_gap_in_the_numbering(assistant: Assistant) -> None:
    answer = ask(assistant, "Jak zní úkol číslo jedna u 2.4.a?")
    assert lead(answer) == "Úkol č. 1 opatření 2.4.a v dokumentech není."
    assert any("2 Rozvoj evidence based přístupů" in text for text in quotes(answer))


def test_a_question_about_today_is_told_that_documents_are_no_news(assistant: Assistant) -> None:
    answer = ask(assistant, "Které výzvy pro obce jsou dnes otevřené v OP Zaměstnanost plus a do kdy se tam dá žádat?")
    assert answer.status == "not_found"
    assert any(text.startswith("Dokumenty nejsou zpravodajství") for text in told(answer))


def test_out_of_scope_names_what_is_covered(assistant: Assistant) -> None:
    answer = ask(assistant, "Jak si v našem městě vyřídím parkovací kartu pro rezidenty?")
    assert answer.status == "out_of_scope"
    assert "sociálního začleňování" in answer.text
    assert answer.citations == ()


def test_an_unclear_question_is_asked_back_with_choices(assistant: Assistant) -> None:
    answer = ask(assistant, "Jaké jsou cílové skupiny?")
    assert answer.status == "clarify"
    assert [s.form for s in answer.statements] == ["lead", "item", "item", "item"]
    assert answer.citations == ()


def test_half_an_answer_says_which_half_is_missing(assistant: Assistant) -> None:
    answer = ask(
        assistant, "Jaká je celková částka projektu Systémové zajištění a jaký e-mail má jeho kontaktní osoba?"
    )
    assert answer.status == "partial"
    assert lead(answer) == "298 997 803,50 Kč"
    assert told(answer)[-1] == "E-mailovou adresu k tomu dokumenty neuvádějí."
