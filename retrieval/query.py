"""What a question asks for, as far as its words say so: codes, named documents, a list, a comparison."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.document import Document, Passage
from retrieval.analysis import WORD, fold, stems
from retrieval.parts import SHORT, halves, leans, moves_on, questions, subject
from retrieval.spelling import Speller
from retrieval.thesaurus import Thesaurus

MEASURE = re.compile(r"(?<![\w.])(\d{1,2}(?:\.\d{1,2}){0,3}\.[a-z])(?!\w)")
_REMEMBERED = 400
"""Characters of an earlier turn that a follow-up leans on: a long answer goes on to what is less to the point."""

_NUMBER_CODE = re.compile(r"(?<![\w.,/])(\d{1,2}(?:\.\d{1,2}){1,3})(?![\w/%]|[.,]\d|\.[a-z]\b|\s*%)")
DESCRIPTOR = re.compile(r"(?<!\w)([ivxlc]{1,6})\.([a-z])(?!\w)")
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[–—-]\s*((?:19|20)\d\d)(?!\d)")

# Words that ask for everything of a kind, and words that set documents side by side.
_THINGS = (
    r"(?:opatren|ukol|cilov|skupin|aktivit|cinnost|vystup|deskriptor|poloz|kapitol|temat|tema\b|bod\w*\b|sluzb|nastroj|"
    r"program|pozic|instituc|organizac|oblast|priorit)\w*"
)
_LIST = re.compile(
    r"\b(?:vyjmen\w*|vypis\w*|vypsat|sepis\w*|seznam|jmenuj(?:te)?|vycet\w*|prehled\w*|uplny|uplnou|co vsechno|"
    r"je vsechny|kompletni\w*|bez vynechani|beze zbytku|po polozkach|jednu po druhe|jedno po druhem|kde vsude)\b"
    rf"|\b(?:jak|kter)\w+ (?:\w+ ){{0,4}}vsechn?\w*|\bvsechn?\w* (?:\w+ ){{0,2}}{_THINGS}"
    rf"|{_THINGS} (?:\w+ ){{0,6}}(?:vsechn?\w*|dohromady)\b|\b(?:chci|uved|dejte|prosim) (?:\w+ ){{0,2}}vsechn?\w*"
    r"|\bvsechn?\w* prosim|\bvsechny\W*$"
)
_WHICH = re.compile(
    r"\W*(?:a |na |pro |do |z |k |o |u |v |ve |s |mezi )?(?:jake|jakych|jakym|jaka|ktere|kterych|kterym|koho)\b"
)
_MEASURES = re.compile(r"\b(?:jak|kter)\w+ opatren")
"""With the code of a descriptor, this asks for all that carry it."""

_COMPARISON = re.compile(
    r"\b(porovn\w*|srovn\w*|lisi\w*|rozdil\w*|odlis\w*|oproti|naproti|zatimco|versus|vs)\b|\bjak\b.*\ba jak\b"
)
_SUCCESSORS = frozenset(stems("plus"))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search takes it.

    Attributes
    ----------
    text
        The question itself.
    topic
        The question without the names of documents, which would outweigh what is asked of them.
    background
        The earlier turns that a follow-up leans on, else empty.
    codes
        Exact codes it names ("4.6.a", "IX.e"); they raise passages and never filter.
    own_codes
        Those of the codes that stand in the question itself, not in the background.
    docs
        Documents it names, or those of the background when it names none; they raise too.
    concepts
        Concepts of the thesaurus that the question speaks of, with weights, strongest first.
    wants_list, asks_which, compares
        Whether it asks for all items of something, begins with "jaké" or "které", or sets documents side by side.
    corrections
        What its misspelt words were probably meant to be, by the word as typed.
    own_docs
        Those of the documents that the question itself names.
    parts
        The questions of a message that asks several, each understood by itself, else none.
    halves
        What one question asks on each side of "a kdo", "a kolik" …, or the subject that it compares documents on,
        else none.
    """

    text: str
    topic: str = ""
    background: str = ""
    codes: tuple[str, ...] = ()
    own_codes: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    concepts: Mapping[str, float] = field(default_factory=dict)
    wants_list: bool = False
    asks_which: bool = False
    compares: bool = False
    corrections: Mapping[str, str] = field(default_factory=dict)
    own_docs: tuple[str, ...] = ()
    parts: tuple["Query", ...] = ()
    halves: tuple[str, ...] = ()

    @property
    def searched(self) -> str:
        """The question with what its misspelt words were meant to be beside them."""
        return " ".join((self.text, *self.corrections.values()))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names by which questions refer to documents.

    `names` holds (document id, stems of one of its names), longer names first; `foreign` the stems that stand before
    such a name in other documents, where it is part of another term ("Tematický akční plán"); `codes` maps the code in
    a document's title ("2.1") to the documents that carry it; `inner` maps each document to the codes inside it.
    `speller` knows the words of the documents, of their anticipated questions and of the thesaurus.
    """

    names: tuple[tuple[str, tuple[str, ...]], ...]
    foreign: Mapping[tuple[str, ...], frozenset[str]]
    periods: Mapping[tuple[str, ...], tuple[str, ...]]
    codes: Mapping[str, tuple[str, ...]]
    inner: Mapping[str, frozenset[str]]
    speller: Speller = field(default_factory=Speller)

    @classmethod
    def of(
        cls, documents: Mapping[str, Document], passages: Mapping[str, Passage], terms: Iterable[str] = ()
    ) -> "Vocabulary":
        """Collect names, periods, codes and words of the documents; `terms` are further correct words."""
        names: list[tuple[str, tuple[str, ...]]] = []
        periods: dict[tuple[str, ...], tuple[str, ...]] = {}
        codes: dict[str, tuple[str, ...]] = {}
        inner: dict[str, set[str]] = {}
        foreign: dict[tuple[str, ...], set[str]] = {}
        for doc, document in documents.items():
            source = document.source
            names += [(doc, tuple(stems(name))) for name in (source.title, *source.short_names) if stems(name)]
            if (period := _PERIOD.search(source.period)) and source.period_basis != "unknown":
                periods[period.groups()] = (*periods.get(period.groups(), ()), doc)
        owners: dict[tuple[str, ...], set[str]] = {}
        for doc, name in names:
            owners.setdefault(name, set()).add(doc)
        beginning: dict[str, list[tuple[str, ...]]] = {}
        for name in owners:
            if len(name) > 1:
                beginning.setdefault(name[0], []).append(name)
        for passage in passages.values():
            for name, before in _preceded(stems(passage.text), beginning):
                if passage.doc not in owners[name]:
                    foreign.setdefault(name, set()).add(before)
            if passage.kind == "title" and passage.code:
                codes[passage.code] = (*codes.get(passage.code, ()), passage.doc)
            elif passage.code:
                inner.setdefault(passage.doc, set()).add(passage.code)
        leaves = [passage for passage in passages.values() if passage.grain == "leaf"]
        return cls(
            names=tuple(sorted(names, key=lambda pair: -len(pair[1]))),
            foreign={name: frozenset(found) for name, found in foreign.items()},
            periods=periods,
            codes=codes,
            inner={doc: frozenset(found) for doc, found in inner.items()},
            speller=Speller.of(
                [*(text for p in leaves for text in (p.text, p.context)), *terms],
                (question for p in leaves for question in p.asked),
            ),
        )


def _preceded(
    text: Sequence[str], beginning: Mapping[str, Sequence[tuple[str, ...]]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each name that stands in a text, with the stem before it; names come by their first stem."""
    for i in range(1, len(text)):
        for name in beginning.get(text[i], ()):
            if tuple(text[i : i + len(name)]) == name:
                yield name, text[i - 1]


def understand(
    question: str,
    vocabulary: Vocabulary,
    thesaurus: Thesaurus,
    history: Sequence[str] = (),
    plain: bool = False,
) -> Query:
    """Read a question; `history` holds the texts of the earlier turns, oldest first.

    Only the last exchange counts: earlier ones mislead more often than they help. A `plain` reading keeps to what
    was typed: nothing is corrected, widened by the thesaurus or taken from the earlier turns.
    """
    corrections = {} if plain else vocabulary.speller.corrections(question)
    correct = WORD.sub(lambda match: corrections.get(match.group(), match.group()), question)
    leans_back = bool(history) and not plain and _leans_back(question)
    background = " ".join(turn[:_REMEMBERED] for turn in history[-2:]) if leans_back else ""
    asked = [] if background else questions(question)
    read = _read(correct, vocabulary)
    codes, docs = read.codes, read.docs
    if background and not (codes and docs):
        earlier = _read(background, vocabulary)
        docs = docs or earlier.docs[:1]
        if not codes and not set(docs) - set(earlier.docs) and not moves_on(question):
            codes = earlier.codes
    folded = fold(correct)
    return Query(
        text=question,
        topic=read.topic,
        background=background,
        codes=codes,
        own_codes=read.codes,
        docs=docs,
        own_docs=read.docs,
        concepts={} if plain else thesaurus.match(read.topic),
        wants_list=bool(_LIST.search(folded)) or bool(_MEASURES.search(folded) and DESCRIPTOR.search(folded)),
        asks_which=bool(_WHICH.match(folded)),
        compares=bool(_COMPARISON.search(folded)) or len(read.docs) > 1,
        corrections=corrections,
        parts=tuple(understand(part, vocabulary, thesaurus, (), plain) for part in asked) if len(asked) > 1 else (),
        halves=() if background else tuple(subject(read.topic) if len(docs) > 1 else halves(correct)),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    codes: tuple[str, ...]
    docs: tuple[str, ...]
    topic: str


def _read(text: str, vocabulary: Vocabulary) -> _Reading:
    """Find the codes and the documents that a text names, and what is left of it without those names."""
    folded = fold(text)
    found, topic = _named(text, vocabulary)
    docs = list(found)
    codes = [*MEASURE.findall(folded)]
    codes += [f"{roman.upper()}.{letter}" for roman, letter in DESCRIPTOR.findall(folded)]
    for code in _NUMBER_CODE.findall(folded):
        elsewhere = [doc for doc in docs if code in vocabulary.inner.get(doc, ())]
        titled = vocabulary.codes.get(code, ())
        if titled and (not elsewhere or set(titled) & set(docs)):
            docs += [doc for doc in titled if doc not in docs]
        else:
            codes.append(code)
    return _Reading(tuple(dict.fromkeys(codes)), tuple(docs), topic)


def _named(text: str, vocabulary: Vocabulary) -> tuple[list[str], str]:
    """Documents named by a title or short name in any inflection, in the order of the text, and the rest of it.

    Longer names claim their words first, so that "akční plán" inside a longer title is not a second name.
    """
    tokens = [m for m in WORD.finditer(text) if stems(m.group())]
    asked = [stems(m.group())[0] for m in tokens]
    taken: set[int] = set()
    found: dict[str, int] = {}
    for doc, name in vocabulary.names:
        for i in range(len(asked) - len(name) + 1):
            if asked[i] != name[0] or tuple(asked[i : i + len(name)]) != name:
                continue
            places = set(range(i, i + len(name)))
            follower = asked[i + len(name)] if i + len(name) < len(asked) else ""
            if places & taken or follower in _SUCCESSORS or (i and asked[i - 1] in vocabulary.foreign.get(name, ())):
                continue
            taken |= places
            found[doc] = min(i, found.get(doc, i))
    for match in _PERIOD.finditer(text):
        for doc in (named := vocabulary.periods.get(match.groups(), ())):
            found.setdefault(doc, len(asked))
        if named:
            taken |= {n for n, token in enumerate(tokens) if match.start() <= token.start() < match.end()}
    rest, position = "", 0
    for n, token in enumerate(tokens):
        if n in taken:
            rest += text[position : token.start()]
            position = token.end()
    return sorted(found, key=found.__getitem__), rest + text[position:]


def _leans_back(question: str) -> bool:
    """Tell whether a question cannot be understood without the turns before it."""
    return leans(question) or len(stems(question)) <= SHORT
