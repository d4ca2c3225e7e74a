"""An installation in which every text that somebody else wrote is hostile."""

import html
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
from pypdf import PdfReader, PdfWriter

from eval.records import Record
from eval.runs.asked import choose
from eval.runs.configuration import configuration
from eval.runs.files import run_folder
from eval.runs.record import record
from eval.runs.systems import Opened
from ingest.index_folder import current
from ingest.localities import parse_localities
from ingest.locality_store import save_localities
from ingest.settings import Settings
from prompts.answer import Answer
from prompts.feedback import store_feedback
from prompts.rating import rated
from tests.building import build
from tests.eval_doubles import DOCUMENTS, Scripted, question_fields, write_lines
from tests.locality_world import row, rows, workbook
from tests.test_readers_pdf import pdf_of

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")

AT_ONCE = 12
"""Texts that stand together where each has no place of its own."""


def groups(texts: tuple[str, ...]) -> list[str]:
    """Return the texts joined, a dozen at a time."""
    return [" ".join(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]


def install(folder: Path, texts: tuple[str, ...]) -> Settings:
    """Write documents, municipalities, ratings, questions and a run, all of them hostile, and build the index."""
    settings = Settings(corpus=folder / "corpus", data=folder / "data")
    settings.corpus.mkdir(parents=True)
    _documents(settings.corpus, texts)
    build(settings)
    names = enumerate(_NOT_XML.sub("", text) for text in groups(texts))
    towns = [row(600000 + n, text, orp=text, district=text, region=text) for n, text in names]
    save_localities(settings, parse_localities(workbook([*rows(), *towns]), "index.xlsx"))
    for text in texts:
        answer = Answer(text, "answered", (), (), (), 0.1)
        store_feedback(settings, rated(text, answer, "down", remark=text[:500]), redact=lambda given: given)
    questions = _questions(folder, texts)
    own = settings.question_sets
    own.mkdir(parents=True, exist_ok=True)
    (own / "vlastni.jsonl").write_bytes(questions.read_bytes())
    _run(settings, questions, texts)
    return settings


def _documents(corpus: Path, texts: tuple[str, ...]) -> None:
    for n, text in enumerate(texts):
        shown = html.escape(_NOT_XML.sub("", text))
        (corpus / f"web{n}.html").write_text(
            f"<html><head><title>{shown}</title></head><body><h1>{shown}</h1><h2>{shown}</h2><p>Obec {shown}</p>"
            f'<p><a href="{shown}" title="{shown}">Odkaz {n}</a></p></body></html>',
            encoding="utf-8",
        )
        word = docx.Document()
        for name in ("title", "author", "subject", "keywords", "comments"):
            setattr(word.core_properties, name, _NOT_XML.sub("", text)[:250])
        word.add_heading(_NOT_XML.sub("", text), 1)
        word.add_paragraph(f"Žadatel {_NOT_XML.sub('', text)}")
        word.save(str(corpus / f"word{n}.docx"))
        (corpus / f"pdf{n}.pdf").write_bytes(_pdf(n, text))
    (corpus / "cela.html").write_text(
        "<html><head><title>Celá stránka</title></head><body><h1>Celá stránka</h1>"
        + "".join(f"<div><p>Odstavec {n}</p>{_NOT_XML.sub('', text)}</div>" for n, text in enumerate(texts))
        + "</body></html>",
        encoding="utf-8",
    )
    plain = [_NOT_XML.sub("", text) for text in texts]
    for document in DOCUMENTS:  # which the questions quote
        (corpus / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    activities = "".join(f"- Podpora obcí {' '.join(text.split())}\n" for text in plain)
    (corpus / "vyzva-aktivity.txt").write_text(
        f"Výzva pro obce\n\nPodporované aktivity:\n{activities}", encoding="utf-8"
    )
    lines = [f"{text}\n" for text in plain]
    (corpus / "text.txt").write_text("Hostile text\n\n" + "\n".join(lines), encoding="utf-8")


def _pdf(number: int, text: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_of([(50, 700, f"Strana s textem {number} o podpore obci")]))))
    writer.add_metadata({f"/{name}": text for name in ("Title", "Author", "Subject", "Keywords")})
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def _questions(folder: Path, texts: tuple[str, ...]) -> Path:
    lines = [
        question_fields(
            id=f"H{n}",
            question=text,
            facts=[text],
            history=[{"role": "user", "content": text}, {"role": "assistant", "content": text}],
        )
        for n, text in enumerate(texts)
    ]
    return write_lines(folder / "hostile.jsonl", *lines)


def _run(settings: Settings, questions: Path, texts: tuple[str, ...]) -> None:
    """Record a run and give it names and notes that no command would."""
    answers = {text: Answer(text, "answered", (), (), (), 0.1, confidence=0.5) for text in texts}
    chosen = choose([questions])
    index = current(settings.index)
    assert index is not None
    made = configuration("opora", settings, {}, index.path.name, chosen.sets, None, 1)
    folder = run_folder(settings.runs, "beh")
    record(folder, Opened(Scripted(answers), index.path.name), chosen, made, lambda before, total: lambda: None)
    records: tuple[Record, ...] = folder.answered()
    folder.write_lines(folder.records, (replace(one, text=one.question).to_json() for one in records))
    described = folder.described() or {}
    for name, text in zip(("system", "model", "commit", "note", "encoder", "name"), groups(texts), strict=False):
        described[name] = text
    folder.write_object(folder.run, described)
