"""What the encoder is trained and measured on: passages, their anticipated questions, the thesaurus, a question set."""

import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.anticipated import Squeezed, load_anticipated
from ingest.attach import attach
from ingest.document import Passage
from ingest.errors import ManifestError, QuestionSetError
from ingest.manifest import load_manifest
from ingest.readers import read
from ingest.structure import passages

THESAURUS = "thesaurus.toml"


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a document: the passages that hold it (positions in `Material.passages`) and its questions."""

    doc: str
    passages: tuple[int, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the thesaurus: its official label and all terms by which it goes."""

    label: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """The corpus as the encoder sees it; `texts` are the passages with their context, as the index embeds them."""

    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    units: tuple[Unit, ...]
    concepts: tuple[Concept, ...]

    def without(self, doc: str) -> "Material":
        """Return the material in which a document has no questions and none of its passages teaches words.

        Raises
        ------
        ManifestError
            If the corpus has no anticipated questions for such a document.
        """
        if doc not in {unit.doc for unit in self.units}:
            raise ManifestError(f"Dokument „{doc}“ nemá předjímané otázky. Zkontrolujte jeho id v manifestu.")
        return replace(self, units=tuple(unit for unit in self.units if unit.doc != doc))

    def words(self) -> Iterable[str]:
        """Yield every text that training may learn words from."""
        docs = {unit.doc for unit in self.units}
        yield from (text for text, passage in zip(self.texts, self.passages, strict=True) if passage.doc in docs)
        yield from (question for unit in self.units for question in unit.questions)
        yield from (text for concept in self.concepts for text in (concept.label, *concept.terms))


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its evidence: for each piece, the spans where it stands as (doc, start, end)."""

    question: str
    evidence: tuple[tuple[tuple[str, int, int], ...], ...]


def load_material(corpus: Path) -> Material:
    """Read the documents that the manifest names, their passages, anticipated questions and the thesaurus.

    Raises
    ------
    ManifestError, ReadError
        If the corpus contradicts itself or one of its documents cannot be read.
    """
    documents = [read(corpus / source.file, source) for source in load_manifest(corpus)]
    found = tuple(passage for document in documents for passage in passages(document))
    position = {passage.id: i for i, passage in enumerate(found)}
    units = []
    for unit in load_anticipated(corpus, {document.id: document.text for document in documents}):
        holders = tuple(position[key] for key in attach(found, [unit]))
        if holders and len(unit.questions) > 1:
            units.append(Unit(unit.doc, holders, unit.questions))
    texts = tuple(f"{passage.context}\n{passage.text}" for passage in found)
    return Material(found, texts, tuple(units), _concepts(corpus / THESAURUS))


def _concepts(path: Path) -> tuple[Concept, ...]:
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("concept", []) if path.is_file() else []
    concepts = (Concept(entry["label"], (*entry.get("terms", ()), *entry.get("lay", ()))) for entry in entries)
    return tuple(concept for concept in concepts if concept.terms)


def hold_out(material: Material, seed: int, share: float = 0.2) -> tuple[Material, tuple[tuple[int, str], ...]]:
    """Take a share of the questions out of each unit; return the rest and the (unit, question) taken out."""
    shuffle = random.Random(seed)
    kept, held = [], []
    for number, unit in enumerate(material.units):
        out = set(shuffle.sample(unit.questions, min(round(share * len(unit.questions)), len(unit.questions) - 2)))
        held += [(number, question) for question in unit.questions if question in out]
        kept.append(replace(unit, questions=tuple(q for q in unit.questions if q not in out)))
    return replace(material, units=tuple(kept)), tuple(held)


def load_judged(path: Path, corpus: Path) -> tuple[Judged, ...]:
    """Read the answerable questions of a question set (JSON lines) with the places of their evidence.

    Raises
    ------
    QuestionSetError
        If a line is not a question with `question`, `answerable` and `evidence`.
    """
    flat = {s.id: Squeezed(read(corpus / s.file, s).text) for s in load_manifest(corpus)}
    judged = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            evidence = _spans(entry["evidence"], flat) if entry["answerable"] else ()
            question = str(entry["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(
                f"Řádek {number} souboru „{path.name}“ není otázka sady (question, answerable, evidence). Opravte ho."
            ) from error
        if evidence:
            judged.append(Judged(question, evidence))
    return tuple(judged)


def _spans(
    evidence: Sequence[dict[str, str]], flat: dict[str, Squeezed]
) -> tuple[tuple[tuple[str, int, int], ...], ...]:
    return tuple(
        tuple((item["doc"], start, end) for start, end in flat[item["doc"]].spans(item["quote"])) for item in evidence
    )
