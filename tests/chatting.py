"""What every assistant of the chat's tests has beside the way it answers."""

from collections.abc import Iterator, Sequence

from ingest.document import Document, Source
from prompts.answer import Answer, Turn


class OneDocument:
    """An assistant over one document with one sentence; whoever takes it over says how it streams an answer."""

    sentence: str

    def stream(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Iterator[str | Answer]:
        """Yield pieces of text, and last the answer."""
        raise NotImplementedError

    def ask(self, question: str, history: Sequence[Turn] = (), plain: bool = False) -> Answer:
        *_, answer = self.stream(question, history, plain)
        assert isinstance(answer, Answer)
        return answer

    def document(self, doc: str) -> Document:
        return self.documents[0]

    @property
    def documents(self) -> tuple[Document, ...]:
        return (Document(Source("plan", "Plán"), self.sentence),)
