"""The anticipated questions are not copies of the questions that Opora is measured with.

How alike two questions are: see `eval.question_similarity`. Questions that the documents do not answer are left out:
a similar anticipated question makes it harder to refuse them, not easier.
"""

import pytest

from eval.question_similarity import TOO_SIMILAR, nearest
from eval.questions import load_questions
from ingest.anticipated import load_anticipated
from ingest.settings import PROJECT, Settings

pytestmark = pytest.mark.slow

SETS = ("open", "control")


@pytest.fixture(scope="module")
def anticipated() -> list[str]:
    corpus = Settings().corpus
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(corpus.glob("*.txt"))}
    return [question for unit in load_anticipated(corpus, texts) for question in unit.questions]


@pytest.mark.parametrize("name", SETS)
def test_no_anticipated_question_repeats_one_that_measures(name: str, anticipated: list[str]) -> None:
    measured = load_questions(PROJECT / "eval" / "questions" / f"{name}.jsonl")
    found = nearest({question.id: [question.question] for question in measured if question.answerable}, anticipated)
    copies = {key: known for key, (similarity, known) in found.items() if similarity >= TOO_SIMILAR}
    assert copies == {}


def test_a_question_with_its_words_moved_or_without_diacritics_counts_as_a_copy() -> None:
    known = ["Kolik stál projekt Systémové zajištění sociálního začleňování?", "Kdo pomáhá lidem bez domova?"]
    asked = {
        "moved": ["Projekt Systémové zajištění sociálního začleňování stál kolik?"],
        "bare": ["kdo pomaha lidem bez domova"],
    }
    assert all(similarity >= TOO_SIMILAR for similarity, _ in nearest(asked, known).values())


def test_the_same_wish_in_other_words_is_no_copy() -> None:
    known = ["Kdo pomáhá lidem bez domova?"]
    similarity, _ = nearest({"own": ["Chlap spí na lavičce v parku, má ho kdo vzít pod střechu?"]}, known)["own"]
    assert similarity < TOO_SIMILAR
