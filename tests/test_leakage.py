"""The anticipated questions are not copies of the questions that Opora is measured with.

The measure: character 4-grams of the folded question, its white space squeezed to single blanks and its edges marked;
the Jaccard similarity of two sets is the size of their intersection over that of their union. A question whose words
were moved, inflected or given other diacritics keeps most of its 4-grams; two people who ask for the same thing in
their own words share less than half of them. Questions that the documents do not answer are left out: a similar
anticipated question makes it harder to refuse them, not easier.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pytest

from eval.questions import load_questions
from ingest.anticipated import load_anticipated
from ingest.settings import PROJECT, Settings
from retrieval.analysis import words

TOO_SIMILAR = 0.6
SETS = ("open", "control")


def grams(question: str) -> frozenset[str]:
    text = f" {' '.join(words(question))} "
    return frozenset(text[i : i + 4] for i in range(len(text) - 3))


def nearest(asked: Mapping[str, Iterable[str]], known: Sequence[str]) -> dict[str, tuple[float, str]]:
    """Return by id the most similar known question, found through an inverted index of the 4-grams."""
    sets = [grams(question) for question in known]
    holders: dict[str, list[int]] = defaultdict(list)
    for n, own in enumerate(sets):
        for gram in own:
            holders[gram].append(n)
    found = {}
    for key, questions in asked.items():
        best = (0.0, "")
        for question in questions:
            own = grams(question)
            shared = Counter(n for gram in own for n in holders.get(gram, ()))
            for n, common in shared.items():
                best = max(best, (common / (len(own) + len(sets[n]) - common), known[n]))
        found[key] = best
    return found


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
