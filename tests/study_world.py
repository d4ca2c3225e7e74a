"""A small installation for the studies of the search: two documents, anticipated questions, a thesaurus."""

import json
from pathlib import Path

from ingest.settings import Settings
from tests.building import build

PLAN = """Plán sociálního začleňování

Opatření 1.1.a: Rozšířit síť poraden pro předlužené domácnosti.

Opatření 1.1.b: Zvýšit počet sociálních bytů ve vlastnictví obcí.

Opatření 1.1.c: Proškolit pracovníky úřadů práce v krajích.

Opatření 1.1.d: Sledovat dopady plánu každoroční zprávou ministerstva.

Opatření 1.1.e: Podpořit dobrovolníky v nemocnicích.

Opatření 1.1.f: Zpřístupnit veřejné budovy osobám na vozíku.
"""
CALL = """Výzva pro terénní služby

Žadatelem může být obec nebo nezisková organizace.

Podpora činí nejvýše 90 % způsobilých výdajů.

Žádosti se podávají do 30. června 2025.

Cílové skupiny:
- osoby bez přístřeší
- osoby závislé na návykových látkách
- osoby opouštějící výkon trestu
"""
ASKED = {
    "plan": ("Podpořit dobrovolníky", ("kdo si přijde s babičkou zahrát karty", "čtení pohádek na dětském oddělení")),
    "vyzva": ("Žadatelem může být obec", ("můžeme o peníze požádat jako spolek", "kdo smí podat projekt")),
}
MANIFEST = """
[[document]]
id = "plan"
title = "Plán sociálního začleňování"
file = "plan.txt"

[[document]]
id = "vyzva"
title = "Výzva pro terénní služby"
file = "vyzva.txt"
"""
THESAURUS = """
[[concept]]
id = "bezdomovectvi"
label = "osoby bez přístřeší"
group = "cilova-skupina"
terms = ["osoba bez přístřeší"]
lay = ["člověk na ulici", "nemá kde spát"]
"""
QUESTIONS = (
    ("Q1", "lay", "Kdo by s babičkou hrál karty?", "plan", "Podpořit dobrovolníky v nemocnicích."),
    ("Q2", "lookup", "Kolik procent výdajů se hradí?", "vyzva", "Podpora činí nejvýše 90 % způsobilých výdajů."),
    ("Q3", "lookup", "Co říká opatření 1.1.c?", "plan", "Proškolit pracovníky úřadů práce v krajích."),
    ("Q4", "lay", "Smí podat projekt spolek?", "vyzva", "Žadatelem může být obec nebo nezisková organizace."),
)


def install(folder: Path) -> Settings:
    """Write the corpus and build its index with the shipped encoder."""
    corpus = folder / "corpus"
    (corpus / "anticipated").mkdir(parents=True)
    for doc, text in (("plan", PLAN), ("vyzva", CALL)):
        (corpus / f"{doc}.txt").write_text(text, encoding="utf-8")
        quote, questions = ASKED[doc]
        start = text.index(quote)
        unit = ["[[unit]]", f"start = {start}", f"end = {start + len(quote)}", f"quote = '{quote}'", "questions = '''"]
        (corpus / "anticipated" / f"{doc}.toml").write_text("\n".join([*unit, *questions, "'''"]), encoding="utf-8")
    (corpus / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    (corpus / "thesaurus.toml").write_text(THESAURUS, encoding="utf-8")
    settings = Settings(corpus=corpus, data=folder / "data")
    build(settings)
    return settings


def write_questions(path: Path) -> Path:
    """Write the question set of this world; the last line is a question that the documents do not answer."""
    rows = [
        {"id": id_, "kind": kind, "question": asked, "history": [], "answerable": True, "facts": []}
        | {"evidence": [{"doc": doc, "quote": quote}]}
        for id_, kind, asked, doc, quote in QUESTIONS
    ]
    rows.append(rows[0] | {"id": "Q5", "question": "Jaké bude počasí?", "answerable": False, "evidence": []})
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
