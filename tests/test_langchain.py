"""Opora's search serves LangChain chains over a real index."""

import asyncio

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import Runnable, RunnableLambda

from ingest.settings import Settings
from retrieval.index import Index
from retrieval.langchain import OporaRetriever
from retrieval.query import understand
from retrieval.search import search


@pytest.fixture(scope="module")
def index(settings: Settings) -> Index:
    return Index.open(settings)


def test_it_returns_what_the_search_returns_in_its_order(index: Index) -> None:
    question = "Kdo pomáhá lidem s dluhy?"
    documents = OporaRetriever(index=index, k=7).invoke(question)
    hits = search(index, understand(question, index.vocabulary, index.thesaurus), 7)
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    assert [document.metadata["score"] for document in documents] == [hit.score for hit in hits]


def test_the_metadata_lead_to_the_place_in_the_source(index: Index) -> None:
    for document in OporaRetriever(index=index).invoke("Co obsahuje opatření 4.6.a?"):
        data = document.metadata
        source = index.documents[data["doc"]]
        assert source.text[data["start"] : data["end"]] == document.page_content
        assert data["title"] == source.source.title
        assert set(data) == {"doc", "title", "start", "end", "page", "code", "headings", "score"}


def sources(documents: list[Document]) -> list[str]:
    return [document.metadata["doc"] for document in documents]


def test_it_works_inside_a_chain_and_asynchronously(index: Index) -> None:
    retriever = OporaRetriever(index=index, k=3)
    chain: Runnable[str, list[str]] = retriever | RunnableLambda(sources)
    first = chain.invoke("Které cílové skupiny má OPZ 2.1?")
    assert first[0] == "opz-2-1"
    assert asyncio.run(chain.ainvoke("Které cílové skupiny má OPZ 2.1?")) == first
