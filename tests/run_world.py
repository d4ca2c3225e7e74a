"""Recorded runs for tests: a small set, a system that finds, misses and refuses, and one that refuses everything."""

from dataclasses import dataclass, replace
from pathlib import Path

from eval.records import Record
from eval.runs.asked import choose
from eval.runs.configuration import configuration
from eval.runs.files import RunFolder, run_folder
from eval.runs.record import record
from eval.runs.systems import Opened
from ingest.document import Document
from ingest.index_folder import IndexFolder, IndexMeta, switch, write_document, write_meta
from ingest.settings import Settings
from prompts.answer import Answer
from tests.eval_doubles import DOCUMENTS, Scripted, answer, question_fields, span_of, write_lines

HOUSING = "Zvýšit dostupnost bydlení o 120 bytů"
DEBTS = "Podpořit dluhové poradenství."
APPLICANT = "Oprávněným žadatelem je obec."
HOSTILE = 'Kdo poradí s <script>alert(1)</script> "dluhy" & exekucí?'

ASKED = (
    question_fields(id="Q1"),
    question_fields(
        id="Q2",
        kind="lay",
        question=HOSTILE,
        facts=["dluhové poradenství"],
        evidence=[{"doc": "plan", "quote": DEBTS}],
    ),
    question_fields(
        id="Q3",
        kind="followup",
        question="A kdo může žádat?",
        history=[{"role": "user", "content": "Jaká je částka?"}, {"role": "assistant", "content": "1 500 000 Kč."}],
        facts=["obec"],
        evidence=[{"doc": "vyzva", "quote": APPLICANT}],
    ),
    question_fields(
        id="U1", kind="refuse_other", question="Jaké bude počasí?", answerable=False, facts=[], evidence=[]
    ),
    question_fields(
        id="U2", kind="refuse_other", question="Kolik stojí hrad?", answerable=False, facts=[], evidence=[]
    ),
)


def _found(question: str, quote: str, doc: str, confidence: float, misses: bool = False) -> Answer:
    """Return an answer that cites the quote, or one that cites something else when it `misses`."""
    place = span_of("vyzva" if misses else doc, "Částka: 1 500 000 Kč." if misses else quote)
    text = next(d.text for d in DOCUMENTS if d.id == place.doc)[place.start : place.end]
    made = answer(question, [(place, text)], [place, span_of("plan", "Rozšířit terénní služby")])
    shares = {"text_dense": 2.5, "asked_grams": 1.25, "text_stems": -0.5, "unheard_of": 0.1}
    retrieved = tuple(replace(passage, channels=shares) for passage in made.retrieved)
    return replace(made, retrieved=retrieved, confidence=confidence)


SCRIPT = {
    str(ASKED[0]["question"]): _found("", HOUSING, "plan", 0.9),
    HOSTILE: _found("", DEBTS, "plan", 0.6, misses=True),
    "A kdo může žádat?": _found("", APPLICANT, "vyzva", 0.8),
    "Jaké bude počasí?": replace(answer("", status="not_found"), confidence=0.05),
    "Kolik stojí hrad?": _found("", HOUSING, "plan", 0.4),
}
REFUSALS = {question: replace(answer("", status="not_found"), confidence=0.1) for question in SCRIPT}


@dataclass(frozen=True, slots=True)
class Home:
    """An installation with an index of two documents, a question set, and room for runs."""

    settings: Settings
    questions: Path

    @classmethod
    def at(cls, data: Path) -> "Home":
        data.mkdir(parents=True, exist_ok=True)
        home = cls(Settings(data=data), write_lines(data / "male.jsonl", *ASKED))
        shelve(home.settings, DOCUMENTS)
        return home

    def record(self, name: str, system: str = "opora", refuses: bool = False) -> RunFolder:
        """Record a run over the set and return its folder."""
        chosen = choose([self.questions])
        made = configuration(system, self.settings, {}, "1234abcd", chosen.sets, None, 1)
        opened = Opened(Scripted(REFUSALS if refuses else SCRIPT), "1234abcd")
        folder = run_folder(self.settings.runs, name)
        record(folder, opened, chosen, made, lambda before, total: lambda: None)
        return folder

    def break_off(self, name: str) -> RunFolder:
        """Record a run that stopped after two answers."""
        folder = self.record(name)
        found: tuple[Record, ...] = folder.answered()
        folder.write_object(folder.run, {**(folder.described() or {}), "finished": None})
        folder.write_lines(folder.records, (one.to_json() for one in found[:2]))
        folder.scores.unlink()
        folder.summary.unlink()
        return folder


def shelve(settings: Settings, documents: tuple[Document, ...]) -> None:
    """Make these the documents of the serving index."""
    folder = IndexFolder(settings.index / "1234abcd")
    for document in documents:
        write_document(folder, document, ())
    write_meta(folder, IndexMeta("1234abcd", "encoder", 1, "1", {d.id: d.id for d in documents}, 0, 0))
    switch(settings.index, folder)
