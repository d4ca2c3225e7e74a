"""One line of a question set: what is asked, what a good answer states, and the quotes that prove it.

The editor writes such lines and the evaluation reads them; both do it here, so a set that one accepts the other does.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from ingest.errors import QuestionSetError
from ingest.settings import Settings
from prompts.answer import Turn

T = TypeVar("T")
Fields = Mapping[str, Any]

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a full answer leans on, verbatim in the document up to white space."""

    doc: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set.

    Attributes
    ----------
    kind
        How it is asked or what it needs ("lay", "list", "refuse_near_miss"); results are shown per kind.
    history
        Earlier turns of the conversation, oldest first.
    answerable
        Whether the documents answer it; if not, a good assistant says so.
    facts
        Short statements that the answer's text should carry.
    evidence
        At least one quote when answerable.
    """

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    answerable: bool
    facts: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def own_sets(settings: Settings) -> Path:
    """Return the folder with the question sets that this installation made."""
    return settings.data / "questions"


def parse_question(fields: Fields) -> Question:
    """Return the question of one line; fields beyond those of a question are left aside.

    Raises
    ------
    QuestionSetError
        With what is wrong with the line; if it is a draft that no person has judged.
    """
    if "judged" in fields and not field_flag(fields, "judged"):
        raise QuestionSetError(
            "je to návrh, který ještě nikdo neposoudil („judged“: false). Posuďte ho na stránce Hodnocení, "
            "nebo do něj doplňte odpověď a důkazy a „judged“ smažte"
        )
    question = Question(
        id=field_text(fields, "id"),
        kind=field_text(fields, "kind"),
        question=field_text(fields, "question"),
        history=field_objects(fields, "history", _turn),
        answerable=field_flag(fields, "answerable"),
        facts=_texts(fields, "facts"),
        evidence=field_objects(fields, "evidence", parse_evidence),
    )
    if question.answerable and not question.evidence:
        raise QuestionSetError("zodpověditelná otázka („answerable“: true) potřebuje v „evidence“ aspoň jeden citát")
    return question


def question_line(question: Question) -> str:
    """Return the question as one line of JSON, without the line end; `parse_question` reads the same from it."""
    fields = asdict(question)
    return json.dumps(fields, ensure_ascii=False)


def places(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a quote in a text, in order, apart from each other; white space matches any white space.

    Both are compared in NFC; the spans index the text in that form, which nearly all texts have.
    """
    words = unicodedata.normalize("NFC", quote).split()
    if not words:
        return ()
    pattern = r"\s+".join(re.escape(word) for word in words)
    return tuple(match.span() for match in re.finditer(pattern, unicodedata.normalize("NFC", text)))


def parse_evidence(fields: Fields) -> Evidence:
    """Return the quote of an object; raise `QuestionSetError` if it lacks the document or the words."""
    return Evidence(doc=field_text(fields, "doc"), quote=field_text(fields, "quote"))


def field_text(fields: Fields, name: str, *, empty: bool = False) -> str:
    """Return the string under `name`; raise `QuestionSetError` if it is missing, not text, or blank."""
    value = _get(fields, name)
    if not isinstance(value, str):
        raise QuestionSetError(f"„{name}“ má být text, je {_shown(value)}")
    if not empty and not value.strip():
        raise QuestionSetError(f"„{name}“ je prázdné")
    return value


def field_flag(fields: Fields, name: str) -> bool:
    """Return the boolean under `name`; raise `QuestionSetError` otherwise."""
    value = _get(fields, name)
    if not isinstance(value, bool):
        raise QuestionSetError(f"„{name}“ má být true nebo false, je {_shown(value)}")
    return value


def field_objects(fields: Fields, name: str, parse: Callable[[Fields], T]) -> tuple[T, ...]:
    """Parse each object of the list under `name`; an error says which item it is (1-based)."""
    parsed = []
    for position, value in enumerate(_list(fields, name), 1):
        where = f"„{name}“, {position}. položka: "
        if not isinstance(value, dict):
            raise QuestionSetError(f"{where}má být objekt, je {_shown(value)}")
        try:
            parsed.append(parse(value))
        except QuestionSetError as error:
            raise QuestionSetError(f"{where}{error}") from error
    return tuple(parsed)


def line_fields(line: str) -> Fields:
    """Return the object that a line of JSON holds; raise `QuestionSetError` if it is none."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionSetError(
            f"není to platný JSON (znak {error.pos + 1}). Zkontrolujte uvozovky, čárky a závorky, "
            "nebo zda řádek není useknutý"
        ) from error
    if not isinstance(value, dict):
        raise QuestionSetError(f"čeká se objekt JSON, je {_shown(value)}")
    return value


def _turn(fields: Fields) -> Turn:
    role = field_text(fields, "role", empty=True)
    if role not in ("user", "assistant"):
        raise QuestionSetError(f"„role“ je „{role}“; smí být jen: user, assistant")
    return Turn(role=cast(Literal["user", "assistant"], role), content=field_text(fields, "content"))


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    values = _list(fields, name)
    return tuple(field_text({name: value}, name) for value in values)


def _get(fields: Fields, name: str) -> Any:
    if name not in fields:
        raise QuestionSetError(f"chybí „{name}“")
    return fields[name]


def _list(fields: Fields, name: str) -> list[Any]:
    value = _get(fields, name)
    if not isinstance(value, list):
        raise QuestionSetError(f"„{name}“ má být seznam, je {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """Return the value as JSON, cut so that a message stays one readable line."""
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
