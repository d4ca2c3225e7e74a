"""Which anticipated questions may be shown to people.

They are there to be found by and come in every register: slang, typing errors, half sentences, scenes with a mayor.
What is shown must be a whole, neutral question that is understood by itself, in the words of offices.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from retrieval.analysis import STOP, WORD, fold, stems, words
from retrieval.index import Index
from retrieval.query import MEASURE, understand
from retrieval.stemming import stem

_FILE = Path(__file__).with_name("also_asked.toml")
_FEWEST, _MOST, _LONGEST = 4, 16, 120
"""Words and characters of a question."""

_ASKING = re.compile(
    r"(?:(?:na|do|za|pro|u|s|se|k|ke|v|ve|z|ze|o|od|po|mezi|podle|proti|pri)\s+)?"
    r"(?:co|ceho|cemu|cim|cem|kdo|koho|komu|kym|kolik\w*|kde|kdy|odkdy|dokdy|jak|jak[aeyoiu]\w*|kter\w+|proc)\b"
)
_CODE = re.compile(r"\d+(?:\.[\da-z]+)+")
_BROKEN = re.compile(r"[.!?…;:–—()„“”\"/]|\s,|\d\s*\)")
_PERSON = re.compile(r"\w{2,}(?:áme|íme|eme|ešme|áte|íte|ete)")
_ACCENTED = re.compile(r"[áčďéěíňóřšťúůýž]", re.IGNORECASE)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Mapping[str, str]]:
    """Return the word lists and the templates of `also_asked.toml`."""
    found: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Presentable:
    """Tells which questions over an index may be shown.

    `known` holds the stems of the documents, of the official terms of the thesaurus and of general words: those that
    only lay terms have, derogatory ones among them, are none.
    """

    index: Index
    known: frozenset[str] = field(repr=False)
    pointing: frozenset[str] = field(repr=False)
    contextual: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, index: Index) -> "Presentable":
        """Collect the words of an index."""
        lists = tables()["words"]
        official = (t for c in index.thesaurus.concepts.values() for t in (c.label, *c.terms))
        texts = (t for p in index.passages.values() if p.grain == "leaf" for t in (p.text, p.context))
        return cls(
            index=index,
            known=frozenset(_stems((*official, *texts, lists["neutral"]))),
            pointing=frozenset(stem(word) for word in words(lists["pointing"])),
            contextual=frozenset((lists["context"] + lists["personal"]).split()),
        )

    def shown(self, question: str) -> str:
        """Return a question as it may be shown, with a capital letter, or "" when it may not."""
        question = question.strip()
        said = words(question)
        if not question.endswith("?") or not _FEWEST <= len(said) <= _MOST or len(question) > _LONGEST:
            return ""
        bare = _CODE.sub("0", question[:-1].lower())
        if _BROKEN.search(bare) or not _ACCENTED.search(bare) or not _ASKING.match(fold(bare)):
            return ""
        if MEASURE.search(question.lower()):
            return ""  # a bare code says nothing to a reader; questions made of a measure's name say it better
        if self.contextual.intersection(said) or any(_PERSON.fullmatch(word) for word in bare.split()):
            return ""
        if not self._neutral(bare) or not self._by_itself(question):
            return ""
        return question[0].upper() + question[1:]

    def _neutral(self, question: str) -> bool:
        plain = (fold(word) for word in WORD.findall(question))
        return all(word in STOP or word.isdigit() or stem(word) in self.known for word in plain)

    def _by_itself(self, question: str) -> bool:
        if self.pointing.isdisjoint(stem(word) for word in words(question)):
            return True
        query = understand(question, self.index.vocabulary, self.index.thesaurus, (), plain=True)
        return bool(query.docs or query.codes)


def _stems(texts: Iterable[str]) -> set[str]:
    return {one for text in texts for one in stems(text)}
