"""Whether a question says what it is about, and between what the one who asks has to choose."""

from dataclasses import dataclass

from prompts.patterns import patterns
from retrieval.analysis import fold, stems
from retrieval.index import Index
from retrieval.query import Query

_GENERIC = patterns("marks", "generic")
_TITLE_WORDS = frozenset(stems("cíl specifický oblast podpory program"))
_MOST = 3


@dataclass(frozen=True, slots=True)
class Unclear:
    """What an unclear question may mean: at most three choices, or none when it says nothing at all."""

    choices: tuple[str, ...] = ()


def unclear(index: Index, query: Query) -> Unclear | None:
    """Return what a question leaves open, or None when it can be searched for.

    A follow-up is never unclear, nor is a question that names a document. What remains is a code that is the title of
    one document and a part of another, a list that several documents have under one name, and no content at all.
    """
    if query.background:
        return None
    left = content(query.topic if query.topic.strip() else query.text)
    if (choices := _by_code(index, query)) and not left:
        return Unclear(choices)
    if query.codes or query.docs:
        return None
    if not left:
        return Unclear()
    owners = dict.fromkeys(one.doc for one in index.lists if one.kind == "item" and left <= set(stems(one.title)))
    titles = tuple(f"„{_title(index, left, doc)}“ – {index.documents[doc].source.title}" for doc in owners)
    return Unclear(titles[:_MOST]) if len(titles) > 1 else None


def content(text: str) -> set[str]:
    """Stems of a text without the words that any question may have."""
    return {stem for stem in stems(_GENERIC.sub(" ", fold(text))) if len(stem) > (2 if stem.isdigit() else 1)}


def _title(index: Index, left: set[str], doc: str) -> str:
    return next(one.title for one in index.lists if one.doc == doc and left <= set(stems(one.title)))


def _by_code(index: Index, query: Query) -> tuple[str, ...]:
    """What a number means where it is the title of one document and a chapter of another that is not named."""
    vocabulary = index.vocabulary
    for code, titled in vocabulary.codes.items():
        inner = [doc for doc, codes in vocabulary.inner.items() if code in codes and doc not in titled]
        if code in fold(query.text) and inner and query.own_docs == titled and not _named(index, query, titled):
            chapters = (_chapter(index, doc, code) for doc in inner)
            return (*(index.documents[doc].source.title for doc in titled), *chapters)[:_MOST]
    return ()


def _named(index: Index, query: Query, docs: tuple[str, ...]) -> bool:
    """Tell whether a document is named by more than its number."""
    asked = set(stems(query.text))
    names = (stems(name) for doc in docs for name in index.documents[doc].source.short_names)
    return any(asked.issuperset(name) for name in names) or not asked.isdisjoint(_TITLE_WORDS)


def _chapter(index: Index, doc: str, code: str) -> str:
    heading = next(p.text for p in index.passages.values() if p.doc == doc and p.code == code)
    return f"{heading.splitlines()[0]} – {index.documents[doc].source.title}"
