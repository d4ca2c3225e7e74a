"""Opora's search as a LangChain retriever, so that others can use it in their chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.index import Index
from retrieval.passages import ScoredPassage
from retrieval.query import understand
from retrieval.search import search


class OporaRetriever(BaseRetriever):
    """A LangChain retriever over an open index.

    Each returned document's metadata holds `doc`, `start`, `end` (positions in the canonical text), `page`,
    `code`, `headings`, `title` and `score`; its `id` is the passage's.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        asked = understand(query, self.index.vocabulary, self.index.thesaurus)
        return [self._document(scored) for scored in search(self.index, asked, self.k)]

    def _document(self, scored: ScoredPassage) -> LangChainDocument:
        passage = scored.passage
        return LangChainDocument(
            id=passage.id,
            page_content=passage.text,
            metadata={
                "doc": passage.doc,
                "title": self.index.documents[passage.doc].source.title,
                "start": passage.start,
                "end": passage.end,
                "page": passage.page,
                "code": passage.code,
                "headings": list(passage.headings),
                "score": scored.score,
            },
        )
