"""The check of a model's sentences, kind by kind: what it lets pass, what it refuses, and the reasons it gives."""

from dataclasses import dataclass

import pytest

from ingest.settings import PROJECT
from prompts.quantities import quantities, same
from prompts.reading import read
from prompts.splitting import sentences
from prompts.verify import Verifier
from retrieval.thesaurus import Concept, Thesaurus


@dataclass(frozen=True)
class Cited:
    text: str
    context: str = ""


HOUSING = Cited(
    "4.6.a Zvyšovat dostupnost bydlení pro osoby ohrožené vyloučením z bydlení nebo po jeho ztrátě.",
    "Akční plán 2024–2026\n4.6. Přístup k bydlení",
)
AMOUNT = Cited("Částka:\u00a0298 997 803,50 Kč")
DATES = Cited("Realizace: 1. ledna 2016 – 30. 4. 2022")
LOCALITIES = Cited(
    "Podle Analýzy z let 2014 – 2015 je v ČR přes 606 lokalit, v nichž žije více jak 95 000 obyvatel, zejména Romů."
)
TOWNS = Cited("Hlavním cílem je nastavit v sedmdesáti obcích účinné místní politiky.")
WET = Cited("Služba nezakazuje konzumaci alkoholu a poskytuje péči osobám bez domova.")
COVERAGE = Cited("Ve většině lokalit není v současné době zajištěno dostatečné pokrytí sociálními službami.")
AGENCY = Cited("Zapojeným obcím Agentura nabízí podporu a pomoc při plánování sociálních služeb.")
RESEARCH = Cited("50 tematických výzkumů\n30 tematických průřezových výzkumů\n8 průřezových výzkumů")
ADDICTION = Cited("Programy pro osoby závislé na návykových látkách s výjimkou programů primární prevence;")
LABOUR = Cited("Zavést pravidelné proškolování všech pracovníků ÚP ČR v rozsahu 24 hodin ročně.")


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.of(Thesaurus.load(PROJECT / "corpus"))


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Opatření 4.6.a má zvýšit dostupnost bydlení pro lidi, kterým hrozí vyloučení z bydlení.", HOUSING),
        ("Částka projektu činí 298 997 803,50 korun.", AMOUNT),
        ("Projekt se realizoval od 1. 1. 2016 do 30. dubna 2022.", DATES),
        ("Realizace začala v lednu 2016.", DATES),
        ("V České republice je přes 606 lokalit a žije v nich více než 95 tisíc obyvatel.", LOCALITIES),
        ("V 70 obcích mají být nastaveny účinné místní politiky.", TOWNS),
        ("Služba konzumaci alkoholu nezakazuje.", WET),
        ("Služba poskytuje péči lidem bez přístřeší.", WET),
        ("Ve většině lokalit chybí dostatečné pokrytí sociálními službami.", COVERAGE),
        ("Pokrytí sociálními službami je ve většině lokalit nedostatečné.", COVERAGE),
        ("Agentura nabízí zapojeným obcím podporu.", AGENCY),
        ("Obce mohou od Agentury získat pomoc při plánování sociálních služeb.", AGENCY),
        ("Plánuje se padesát tematických výzkumů.", RESEARCH),
        ("Podporují se programy pro osoby závislé na návykových látkách; programy primární prevence ne.", ADDICTION),
        ("Všichni pracovníci Úřadu práce ČR se mají pravidelně proškolovat 24 hodin ročně.", LABOUR),
    ],
)
def test_a_true_paraphrase_is_supported(verifier: Verifier, sentence: str, cited: Cited) -> None:
    judged = verifier.verify(sentence, [cited])
    assert (judged.verdict, judged.reasons) == ("supported", ())


@pytest.mark.parametrize(
    ("sentence", "cited", "reason"),
    [
        ("Opatření 4.6.b má zvýšit dostupnost bydlení.", HOUSING, "kód „4.6.b“ v citovaném místě není"),
        ("Opatření 4.6.a má snížit dostupnost bydlení.", HOUSING, "„snížit“ je v citovaném místě opačně"),
        ("Opatření 4.6.a má zvýšit dostupnost bydlení pro seniory.", HOUSING, "„seniory“"),
        ("Opatření 4.6.a musí zvýšit dostupnost bydlení.", HOUSING, "povinnost nebo nutnost („musí“)"),
        ("Dostupnost bydlení se zvyšuje pouze pro osoby ohrožené vyloučením.", HOUSING, "omezení na jediné („pouze“)"),
        ("Částka činí 298 997 808,50 Kč.", AMOUNT, "částka „298 997 808,50 Kč“ v citovaném místě není"),
        ("Částka činí 298 997 803,50 EUR.", AMOUNT, "částka „298 997 803,50 EUR“ v citovaném místě není"),
        ("Projekt se realizoval od 1. února 2016.", DATES, "datum „1. února 2016“ v citovaném místě není"),
        ("Analýza pochází z roku 2013.", LOCALITIES, "rok „2013“ v citovaném místě není"),
        ("V ČR je nejvýše 606 lokalit.", LOCALITIES, "jiné omezení"),
        ("V ČR je 606 lokalit.", LOCALITIES, "jiné omezení"),
        ("Žijí v nich pouze Romové.", LOCALITIES, "omezení na jediné („pouze“)"),
        ("V sedmnácti obcích se mají nastavit místní politiky.", TOWNS, "číslo „sedmnácti“ v citovaném místě není"),
        ("Služba zakazuje konzumaci alkoholu.", WET, "citované místo to popírá"),
        ("Služba neposkytuje péči osobám bez domova.", WET, "popření „neposkytuje“"),
        ("Služba poskytuje péči osobám se zdravotním postižením.", WET, "„"),
        (
            "Ve většině lokalit je zajištěno dostatečné pokrytí sociálními službami.",
            COVERAGE,
            "citované místo to popírá",
        ),
        ("Ve všech lokalitách chybí pokrytí sociálními službami.", COVERAGE, "tvrzení o všech"),
        ("Obce nabízejí Agentuře podporu při plánování.", AGENCY, "opačné role"),
        ("Charita nabízí zapojeným obcím podporu.", AGENCY, "„Charita“"),
        ("MMR nabízí zapojeným obcím podporu.", AGENCY, "jméno „MMR“ v citovaném místě není"),
        ("Agentura nabízí zapojeným obcím podporu zdarma.", AGENCY, "„zdarma“ v citovaném místě není"),
        ("Agentura nabízí obcím podporu, a vymáhá za ni smluvní penále.", AGENCY, "v citovaném místě není"),
        ("Plánuje se 30 tematických výzkumů.", RESEARCH, "číslo „30“ patří v citovaném místě k něčemu jinému"),
        ("Podporují se programy pro závislé včetně programů primární prevence.", ADDICTION, "citované místo to popírá"),
        ("Někteří pracovníci ÚP ČR se mají pravidelně proškolovat.", LABOUR, "o všech nebo o většině"),
        ("Sociální podniky dostanou příspěvek na vybavení dílen.", AGENCY, "v citovaném místě není"),
    ],
)
def test_what_the_source_does_not_say_is_refused_with_the_reason(
    verifier: Verifier, sentence: str, cited: Cited, reason: str
) -> None:
    judged = verifier.verify(sentence, [cited])
    assert judged.verdict == "unsupported"
    assert any(reason in given for given in judged.reasons), judged.reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "Zapojeným obcím Agentura nabízí podporu",
        "„Zapojeným  obcím Agentura nabízí podporu a pomoc při plánování sociálních služeb.“",
        "Zapojeným obcím […] pomoc při plánování sociálních služeb.",
    ],
)
def test_a_quote_is_verbatim_whatever_its_quotation_marks_and_gaps(verifier: Verifier, sentence: str) -> None:
    assert verifier.verify(sentence, [AGENCY]).verdict == "verbatim"


def test_a_quote_that_leaves_out_the_denial_before_it_is_refused(verifier: Verifier) -> None:
    assert verifier.verify("zajištěno dostatečné pokrytí sociálními službami", [COVERAGE]).verdict == "unsupported"


def test_a_quote_may_not_end_inside_a_word(verifier: Verifier) -> None:
    assert verifier.verify("Částka: 298 997", [AMOUNT]).verdict == "unsupported"


def test_a_sentence_that_another_passage_bears_out_far_better_was_cited_wrongly(verifier: Verifier) -> None:
    sentence = "Agentura nabízí obcím podporu při plánování sociálních služeb."
    judged = verifier.verify(sentence, [COVERAGE], [AGENCY.text])
    assert judged.verdict == "unsupported"
    assert "větě odpovídá jiné místo než citované" in judged.reasons


def test_a_code_or_a_year_may_come_from_the_title_but_a_count_may_not(verifier: Verifier) -> None:
    task = Cited("Vymezení pojmů v oblasti podporovaného bydlení.", "Akční plán 2024–2026\n4.6.a Bydlení\n12. kapitola")
    said = "Opatření 4.6.a na období 2024–2026 obsahuje vymezení pojmů podporovaného bydlení."
    assert verifier.verify(said, [task]).verdict == "supported"
    assert verifier.verify("Vymezí se 12 pojmů podporovaného bydlení.", [task]).verdict == "unsupported"


def test_several_citations_together_bear_out_a_sentence(verifier: Verifier) -> None:
    sentence = "Projekt s částkou 298 997 803,50 Kč se realizoval do 30. 4. 2022."
    assert verifier.verify(sentence, [AMOUNT]).verdict == "unsupported"
    assert verifier.verify(sentence, [AMOUNT, DATES]).verdict == "supported"


def test_terms_of_one_concept_stand_for_each_other_and_without_the_thesaurus_they_do_not() -> None:
    concept = Concept("brlozna", "brložna", "sluzba", ("noční úkryt",))
    source = Cited("Obec zřídí brložnu.")
    assert Verifier.of(Thesaurus.of([concept])).verify("Obec zřídí noční úkryt.", [source]).verdict == "supported"
    assert Verifier.of(Thesaurus()).verify("Obec zřídí noční úkryt.", [source]).verdict == "unsupported"


def test_a_reply_is_judged_sentence_by_sentence(verifier: Verifier) -> None:
    reply = (
        "Dokumenty k tomu uvádějí:\n"
        "- **Agentura** nabízí zapojeným obcím podporu. [1] Částka činí 298 997 803,50 Kč [2].\n"
        "- V obci žije 12 lidí.\n"
        "- Částka je známá [7].\n"
        "Termín dokumenty neuvádějí, ověřte jej u vyhlašovatele."
    )
    checked = verifier.check_text(reply, {1: AGENCY, 2: AMOUNT})
    assert [(s.verdict, s.citations, s.reasons) for s in checked] == [
        ("note", (), ()),
        ("supported", (1,), ()),
        ("supported", (2,), ()),
        ("unsupported", (), ("věta nemá citaci",)),
        ("unsupported", (7,), ("citace vede mimo předložené pasáže",)),
        ("note", (), ()),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "V dokumentech jsem nenašel, kolik obec dostane.",
        "Z dokumentů nelze určit, zda podpora stále platí.",
        "Dokumenty k tomu uvádějí:",
        "Chcete vědět více?",
        "## Bydlení",
    ],
)
def test_what_only_frames_an_answer_needs_no_citation(verifier: Verifier, sentence: str) -> None:
    assert [s.verdict for s in verifier.check_text(sentence, {})] == ["note"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dokumenty neuvádějí výjimky, takže dotaci dostane každá obec.",
        "Podle dokumentu dostanou obce 5 milionů Kč.",
        "Podpora je zdarma.",
        "Služba se neposkytuje.",
    ],
)
def test_a_claim_is_no_frame_however_it_begins(verifier: Verifier, sentence: str) -> None:
    assert [s.verdict for s in verifier.check_text(sentence, {})] == ["unsupported"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("První věta [1]. Druhá věta [2].", [("První věta.", (1,)), ("Druhá věta.", (2,))]),
        ("První věta. [1] Druhá věta. [2]", [("První věta.", (1,)), ("Druhá věta.", (2,))]),
        ("Věta [1][3] [1].", [("Věta.", (1, 3))]),
        ("Věta [1, 3; 5].", [("Věta.", (1, 3, 5))]),
        ("Věta [2–4].", [("Věta.", (2, 3, 4))]),
        ("Stojí to 1. 1. 2016 [1].", [("Stojí to 1. 1. 2016.", (1,))]),
        ("1. Věta `kód` [1]\n2. **Tučně**", [("Věta kód", (1,)), ("Tučně", ())]),
    ],
)
def test_marks_go_to_their_sentence(reply: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(s.text, s.citations) for s in sentences(reply)] == expected


def test_a_sentence_knows_its_place_in_the_reply() -> None:
    reply = "• Jedna věta. [1] Další [2].\n\n> Třetí."
    assert [reply[s.start : s.end] for s in sentences(reply)] == ["Jedna věta. [1]", "Další [2].", "Třetí."]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1. ledna 2016", "1. 1. 2016"),
        ("sto deseti", "110"),
        ("sedmdesáti", "70"),
        ("95 tisíc", "95\u00a0000"),
        ("1,5 milionu Kč", "1 500 000 korun"),
        ("tříletý", "3letý"),
        ("dvě", "dvou"),
        ("2016", "30. 4. 2016"),
        ("IX.e", "IX. e"),
        ("zákon č. 108/2006 Sb.", "č. 108/2006 Sb."),
    ],
)
def test_values_written_differently_are_the_same(one: str, other: str) -> None:
    (said,), (known,) = quantities(one)[0], quantities(other)[0]
    assert same(said, known)


@pytest.mark.parametrize(
    ("one", "other"),
    [("80 %", "80"), ("80 Kč", "80 EUR"), ("4.6.a", "4.6.b"), ("30. 4. 2016", "2016"), ("12", "21")],
)
def test_values_that_differ_in_kind_or_size_are_not_the_same(one: str, other: str) -> None:
    (said,), (known,) = quantities(one)[0], quantities(other)[0]
    assert not same(said, known)


def test_jeden_and_druhy_are_no_numbers() -> None:
    assert quantities("jeden z druhů podpory")[0] == ()


def test_ne_is_a_negation_only_where_it_was_added_to_a_word(verifier: Verifier) -> None:
    lexical = read("nezaměstnaní neziskové neformální nejistý nízko nebo nejlepší nemocnice němuž", verifier.wording)
    negated = read("nepodporuje nezakazuje nedostatečné nejmenuje", verifier.wording)
    assert [t.form for t in lexical.tokens if t.negated] == []
    assert [t.form for t in negated.tokens if not t.negated] == []
