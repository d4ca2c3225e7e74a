"""The Markdown export, read again by a Markdown parser: words stay words, marks lead to sources."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from prompts.answer import Answer
from prompts.export.answers import answer_report
from prompts.export.conversations import conversation_report
from prompts.export.markdown import escaped, markdown
from prompts.export.provenance import printable
from tests.exporting import EVIL, HOSTILE, PLAIN, WHEN, answer, document, squeezed

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def written(given_answer: Answer) -> str:
    return markdown(answer_report(given_answer, document, WHEN))


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or []


def shown(token: Token) -> str:
    """Return what a reader sees of an inline token."""
    breaks = {"hardbreak": "\n", "softbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in token.children or [])


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the kind of each opening block with what is shown in it."""
    tokens = PARSER.parse(text)
    return [(a.type + a.tag, shown(b)) for a, b in pairwise(tokens) if b.type == "inline"]


def sources(text: str) -> dict[str, str]:
    """Return the quote below each heading "Zdroj N"."""
    found = blocks(text)
    return {
        head: quote for (kind, head), (_, quote) in pairwise(found) if kind == "heading_openh3" and "Zdroj " in head
    }


@pytest.mark.parametrize("evil", [False, True])
def test_every_quote_stands_verbatim_below_its_number(evil: bool) -> None:
    given_answer = answer(evil=evil)
    expected = {f"Zdroj {c.n}": f"„{printable(c.quote)}“" for c in given_answer.citations}
    found = sources(written(given_answer))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("evil", [False, True])
def test_every_mark_leads_to_the_heading_of_its_source(evil: bool) -> None:
    text = written(answer(evil=evil))
    links = [str(t.attrs["href"]) for t in inline(PARSER.parse(text)) if t.type == "link_open"]
    inside = {link for link in links if link.startswith("#")}
    assert inside == {"#zdroj-1", "#zdroj-2"}
    assert {name.lower().replace(" ", "-") for name in sources(text)} >= {link[1:] for link in inside}


def test_nothing_of_the_answer_is_lost() -> None:
    told = squeezed("\n".join(content for _, content in blocks(written(answer()))))
    for statement in answer().said:
        assert squeezed(statement.text) in told
    for notice in answer().notices:
        assert notice in told
    assert "(ověřená parafráze)" in told
    assert "(doslovná citace)" in told
    assert "(poznámka Opory)" in told


def test_a_source_says_where_it_is_from_and_what_is_known_of_the_document() -> None:
    told = "\n".join(content for _, content in blocks(written(answer())))
    for line in (
        "Vytvořeno: 5.\u00a08.\u00a02026, 14:03",
        "Místo: 4.1 Dluhy; kód 4.1.a; strana 3; znaky\u00a07–",
        "Datum textu: 24.\u00a07.\u00a02018",
        "Získání: den převzetí textu není znám; citováno z uloženého textu 5.\u00a08.\u00a02026",
        f"SHA-256 zdroje: {'a' * 64}",
        "Platnost: Období 2024–2026 (uvádí dokument). Výpis není úplný.",
        "Odkud to víme: Databáze strategií.",
        "Adresa: https://example.cz/plan?a=1&b=2",
        "O nároku na podporu nerozhoduje",
    ):
        assert line in told


def test_hostile_words_turn_into_no_markup() -> None:
    text = written(answer(evil=True))
    tokens = PARSER.parse(text)
    found = list(inline(tokens))
    assert {t.content for t in found if t.type == "html_inline"} <= {"<br>"}
    assert not [t for t in tokens if t.type in ("html_block", "code_block", "fence", "hr")]
    assert not [t for t in found if t.type in ("image", "code_inline", "s_open")]
    assert {str(t.attrs["href"]) for t in found if t.type == "link_open"} == {"#zdroj-1", "#zdroj-2"}
    emphasized = [a.content for t, a in pairwise(found) if t.type == "em_open"]
    assert all(words.startswith("(") for words in emphasized)
    assert [content for kind, content in blocks(text) if kind == "heading_openh2"] == [
        "Odpověď",
        "Zdroje",
        "Citované dokumenty a jejich platnost",
    ]
    assert f"Dotaz: {printable(HOSTILE)}" in [content for _, content in blocks(text)]
    assert "javascript:alert(1)" in "\n".join(content for _, content in blocks(text))


def test_addresses_in_documents_are_no_links_for_those_who_look_for_them() -> None:
    assert escaped("http://zlo.cz www.zlo.cz a@zlo.cz") == "http\\://zlo.cz www\\.zlo.cz a\\@zlo.cz"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@example("# a\n\n    b\n\n- c\n1. d\n---\n> e\n| f | g |\n|---|---|\n```\nx")
@example("<!-- --> &lt; \\ \\\\ \\\n\t x \\| [a]: http://b\n:::: ==")
@example("\n\n \n")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    expected = f"„{printable(text)}“".replace("\r\n", "\n").replace("\r", "\n")
    tokens = PARSER.parse(escaped(f"„{text}“"))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1]) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@example("a | b")
@example("\\|")
@example("1) x\n2. y\n+ z")
def test_any_text_stays_in_its_cell(text: str) -> None:
    cell = f"„{text}“".replace("\r", "\n")
    tokens = PARSER.parse(f"| a | b |\n| --- | --- |\n| {escaped(cell).replace(chr(92) + chr(10), '<br>')} | z |")
    cells = [t for t in tokens if t.type == "inline"]
    assert len(cells) == 4
    assert shown(cells[2]).replace("<br>", "\n") == printable(cell)


@given(st.text(st.characters(categories=["P", "S", "N", "Zs"]), max_size=20).map(str.strip).filter(bool))
@example("1. dubna")
@example("- ne")
@example("## x")
@example("---")
@example(": def")
@example("C #")
def test_a_sentence_that_begins_like_markup_is_a_sentence(text: str) -> None:
    tokens = PARSER.parse(escaped(text))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1]) == text


def test_a_conversation_has_a_heading_for_each_question() -> None:
    made = conversation_report("Dluhy", [("První?", answer()), ("Druhý?", answer(evil=True))], document, WHEN)
    found = blocks(markdown(made))
    assert [content for kind, content in found if kind == "heading_openh2"][:2] == [
        "Dotaz 1: První?",
        "Dotaz 2: Druhý?",
    ]
    assert ("heading_openh1", "Dluhy") in found
    for entry in made.sources:
        assert entry.document in (PLAIN, EVIL)


def test_a_title_on_two_lines_or_with_a_closing_sign_is_one_whole_heading() -> None:
    made = conversation_report("Co dál?\n# ne #", [("První?", answer())], document, WHEN)
    assert blocks(markdown(made))[0] == ("heading_openh1", "Co dál? # ne #")
