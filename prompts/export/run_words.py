"""The words and numbers of recorded runs, for the printed report and for the page that shows the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Group = Literal["Vyhledání", "Odpověď", "Odmítání", "Rozsah a čas"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as people read it.

    Attributes
    ----------
    name, meaning
        A short name, and one sentence that says what is counted.
    places
        Decimal places that its values are shown with.
    share
        Whether its values lie between 0 and 1.
    better
        Whether a higher value is better, a lower one, or neither.
    """

    name: str
    group: Group
    meaning: str
    places: int = 3
    share: bool = True
    better: Literal["high", "low", ""] = "high"


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "recall@5": Measure(
            "Důkazy v 5 pasážích (R@5)", "Vyhledání", "Podíl důkazů, které drží prvních 5 nalezených pasáží."
        ),
        "recall@10": Measure(
            "Důkazy v 10 pasážích (R@10)", "Vyhledání", "Podíl důkazů, které drží prvních 10 nalezených pasáží."
        ),
        "recall@3000c": Measure(
            "Důkazy ve 3 000 znacích",
            "Vyhledání",
            "Podíl důkazů v prvních 3 000 znacích nalezených pasáží (R@3000c): tolik toho čtenář přečte.",
        ),
        "ndcg@10": Measure(
            "Pořadí pasáží (nDCG@10)", "Vyhledání", "Jak vysoko mezi prvními 10 pasážemi důkazy stojí; 1 je nejlepší."
        ),
        "rr": Measure("První důkaz (RR)", "Vyhledání", "Převrácené pořadí první pasáže s důkazem: 1 první, 0,5 druhá."),
        "facts": Measure("Očekávaná fakta", "Odpověď", "Podíl očekávaných údajů, které text odpovědi uvádí."),
        "cited_recall": Measure("Citované důkazy", "Odpověď", "Podíl důkazů, které odpověď cituje (úplnost citací)."),
        "cited_precision": Measure(
            "Citace k věci", "Odpověď", "Podíl citací, které se týkají důkazu nebo očekávaného údaje (přesnost)."
        ),
        "quotes_verbatim": Measure(
            "Doslovné citace", "Odpověď", "Podíl citací, které v dokumentu stojí znak po znaku; n je počet citací."
        ),
        "supported_rate": Measure(
            "Doložené věty", "Odpověď", "Podíl vět odpovědi, které jsou citací nebo je citace dokládá."
        ),
        "refusal_precision": Measure(
            "Oprávněná odmítnutí", "Odmítání", "Podíl odmítnutých otázek, na které dokumenty opravdu neodpovídají."
        ),
        "refusal_recall": Measure(
            "Odmítnuté z nezodpověditelných",
            "Odmítání",
            "Podíl otázek, na které dokumenty neodpovídají a systém to řekl.",
        ),
        "refusal_f1": Measure("Odmítání celkem (F1)", "Odmítání", "Harmonický průměr obou předchozích měr."),
        "over_refusal": Measure(
            "Neprávem odmítnuté",
            "Odmítání",
            "Podíl zodpověditelných otázek, které systém odmítl; méně je lépe.",
            better="low",
        ),
        "chars": Measure(
            "Délka odpovědi (znaky)", "Rozsah a čas", "Medián délky odpovědí na zodpověditelné otázky.", 0, False, ""
        ),
        "p50": Measure(
            "Čas odpovědi, medián (s)", "Rozsah a čas", "Polovina odpovědí trvala nejvýš tolik.", 3, False, "low"
        ),
        "p95": Measure(
            "Čas odpovědi, 95. percentil (s)", "Rozsah a čas", "95 % odpovědí trvalo nejvýš tolik.", 3, False, "low"
        ),
        "tokens_in": Measure(
            "Přečtené tokeny", "Rozsah a čas", "Kolik tokenů model na otázku přečetl.", 0, False, "low"
        ),
        "tokens_out": Measure(
            "Napsané tokeny", "Rozsah a čas", "Kolik tokenů model na otázku napsal.", 0, False, "low"
        ),
        "cost": Measure(
            "Cena odpovědi", "Rozsah a čas", "Průměrná cena v měně, v jaké jsou zadané ceny modelu.", 4, False, "low"
        ),
    }
)
"""All measures of a run, in the order of reports."""

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "text_stems": "text, kmeny slov",
        "text_grams": "text, čtveřice znaků",
        "text_dense": "text, vektory",
        "asked_stems": "otázky, kmeny slov",
        "asked_grams": "otázky, čtveřice znaků",
        "asked_dense": "otázky, vektory",
        "concepts": "pojmy tezauru",
        "document": "jmenovaný dokument",
        "code": "kód v otázce",
        "background": "předchozí otázky",
        "halves": "části otázky",
    }
)
"""What the score of a passage is added up from; another channel is shown by its own name."""

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {"opora": "Opora", "langchain": "LangChain podle učebnice", "langchain-bm25": "LangChain s BM25"}
)


SETS: Mapping[str, str] = MappingProxyType(
    {"open": "otevřená sada", "control": "kontrolní sada", "unanswerable": "sada nezodpověditelných"}
)
"""The project's own question sets; another set is shown by the name of its file."""


def set_name(name: str) -> str:
    """Return a set as people call it: its Czech name, or „sada“ with the name of its file."""
    return SETS.get(name, f"sada {name}")


def decimal(value: float, places: int = 3) -> str:
    """Return the number in Czech form: decimal comma, real minus sign, no-break space between thousands."""
    # Adding zero makes a zero that rounding left negative a plain one.
    return f"{round(value, places) + 0.0:,.{places}f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")


def measured(measure: str, value: float) -> str:
    """Return a value with as many decimal places as its measure is shown with."""
    known = MEASURES.get(measure)
    return decimal(value, known.places if known else 3)
