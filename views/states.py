"""The states of answers in the words and colours that users see: the one home of their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from prompts.answer import Status

Shown = Status | Literal["unanswered"]
"""What became of a question: the state of its answer, or that there is none."""

Colour = Literal["green", "yellow", "blue", "gray", "red"]


@dataclass(frozen=True, slots=True)
class State:
    """A state as users read it: its name, Streamlit's icon and colour, and one sentence about what it means."""

    label: str
    icon: str
    colour: Colour
    meaning: str


# In the order in which filters and the help page list them.
STATES: Mapping[Shown, State] = MappingProxyType(
    {
        "answered": State(
            "Zodpovězeno",
            ":material/check_circle:",
            "green",
            "Dokumenty na dotaz odpovídají a odpověď uvádí kde.",
        ),
        "partial": State(
            "Zodpovězeno zčásti",
            ":material/rule:",
            "yellow",
            "Dokumenty odpovídají jen na část dotazu; odpověď říká, co chybí.",
        ),
        "not_found": State(
            "V dokumentech není",
            ":material/search_off:",
            "blue",
            "Dokumenty na dotaz neodpovídají. Neznamená to, že věc neexistuje.",
        ),
        "out_of_scope": State(
            "Mimo zaměření",
            ":material/block:",
            "gray",
            "Dotaz se netýká podpory a sociálního začleňování.",
        ),
        "clarify": State(
            "Potřebuji upřesnit",
            ":material/contact_support:",
            "blue",
            "Dotaz lze pochopit více způsoby; odpovězte na otázku.",
        ),
        "blocked": State(
            "Nelze vyhovět",
            ":material/front_hand:",
            "red",
            "Požadavek se snaží změnit pravidla, podle kterých Opora odpovídá.",
        ),
        "unanswered": State(
            "Bez odpovědi",
            ":material/hourglass_disabled:",
            "gray",
            "Odpověď se nepodařilo připravit, nebo jste ji zastavili. Zeptejte se znovu.",
        ),
    }
)
