"""An answer as plain text for the clipboard: every quote in its marks, every source with its number."""

from prompts.answer import Answer, Statement
from views.source import place
from views.states import STATES


def plain_answer(question: str, answer: Answer) -> str:
    """Return the question, the state, the statements and the sources that they cite, as lines of text."""
    cited = {n for statement in answer.said for n in statement.citations}
    sources = [
        f"[{citation.n}] {', '.join(part for part in (citation.title.strip(), place(citation)) if part)}"
        for citation in answer.citations
        if citation.n in cited
    ]
    parts = [
        f"Dotaz: {question}\nStav odpovědi: {STATES[answer.status].label}",
        "\n".join([*(_line(statement) for statement in answer.statements), *answer.notices]),
        "\n".join(["Zdroje:", *sources]) if sources else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _line(statement: Statement) -> str:
    if statement.table or statement.verdict != "verbatim":
        return statement.line
    marks = "".join(f" [{n}]" for n in statement.citations)
    bullet = "– " if statement.form in ("quote", "item") else ""
    return f"{bullet}„{statement.text.strip()}“{marks}"
