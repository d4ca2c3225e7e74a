"""Anticipated questions follow their text, and a file that no longer fits says where and what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.anticipated import Anticipated, Squeezed, load_anticipated, squeeze
from ingest.errors import ManifestError
from ingest.settings import PROJECT

TEXT = "Nadpis\n\nOsoby bez přístřeší\nhledají  byt.\n\nOsoby zadlužené."


def written(folder: Path, body: str) -> Path:
    (folder / "anticipated").mkdir()
    (folder / "anticipated" / "plan.toml").write_text(body, encoding="utf-8")
    return folder


def unit(start: int, end: int, quote: str, questions: str = "Kde budu spát?\nkomu pomůžou s bytem\n") -> str:
    return f"[[unit]]\nstart = {start}\nend = {end}\nquote = '{quote}'\nquestions = '''\n{questions}'''\n"


def test_questions_of_a_unit_stand_one_per_line(tmp_path: Path) -> None:
    corpus = written(tmp_path, unit(8, 28, "Osoby bez přístřeší"))
    assert load_anticipated(corpus, {"plan": TEXT}) == (
        Anticipated("plan", 8, 28, ("Kde budu spát?", "komu pomůžou s bytem")),
    )


def test_a_unit_whose_text_moved_is_found_by_its_quote(tmp_path: Path) -> None:
    corpus = written(tmp_path, unit(8, 27, "Osoby bez přístřeší hledají byt."))
    moved = "Nová první věta.\n" + TEXT
    (found,) = load_anticipated(corpus, {"plan": moved})
    assert moved[found.start : found.end] == "Osoby bez přístřeší\nhledají  byt."


def test_a_quote_that_stands_twice_is_taken_nearest_to_where_it_was(tmp_path: Path) -> None:
    corpus = written(tmp_path, unit(15, 20, "Osoby"))
    (found,) = load_anticipated(corpus, {"plan": "Osoby jedny. x Osoby druhé."})
    assert (found.start, found.end) == (15, 20)
    (found,) = load_anticipated(corpus, {"plan": "Osoby jedny. xyz Osoby druhé."})
    assert (found.start, found.end) == (17, 22)


def test_a_quote_that_is_gone_names_the_file_the_unit_and_the_quote(tmp_path: Path) -> None:
    corpus = written(tmp_path, unit(8, 27, "Osoby bez přístřeší") + unit(0, 6, "Mizející část"))
    with pytest.raises(ManifestError, match=r"plan\.toml“, v 2\. oddílu.*„Mizející část“.*Opište"):
        load_anticipated(corpus, {"plan": TEXT})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[[unit]]\nstart = 0\n", r"v 1\. oddílu.*chybí některý z údajů.*Doplňte"),
        ("[[unit]]\nstart = 'a'\nend = 6\nquote = 'Nadpis'\nquestions = 'x'\n", "má jiný tvar"),
        (unit(0, 6, "Nadpis", questions="  \n"), "prázdná citace nebo otázky"),
        ("[[unit]\n", "nelze přečíst jako TOML"),
        ("unit = 3\n", r"\[\[unit\]\]"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        load_anticipated(written(tmp_path, body), {"plan": TEXT})


def test_documents_without_questions_and_questions_without_document_are_left_aside(tmp_path: Path) -> None:
    corpus = written(tmp_path, unit(8, 28, "Osoby bez přístřeší"))
    assert load_anticipated(corpus, {"jiny": TEXT}) == ()
    assert load_anticipated(tmp_path / "bez", {"plan": TEXT}) == ()


def test_the_questions_of_the_corpus_fit_its_texts() -> None:
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in sorted((PROJECT / "corpus").glob("*.txt"))}
    units = load_anticipated(PROJECT / "corpus", texts)
    assert {unit.doc for unit in units} == set(texts)
    assert len(units) >= 195
    assert sum(len(unit.questions) for unit in units) >= 4864
    for doc in texts:
        starts = [unit.start for unit in units if unit.doc == doc]
        assert starts == sorted(set(starts))


@given(st.text(alphabet="aáb \n\u00a0", max_size=60), st.data())
def test_any_part_of_a_text_is_found_again_whatever_its_white_space(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    spans = Squeezed(text).spans(" ".join(quote))
    assert bool(spans) == bool(squeeze(quote))
    assert all(squeeze(text[a:b]) == squeeze(quote) for a, b in spans)
