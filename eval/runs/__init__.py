"""Recorded runs: what was asked of which system under which configuration, what it said, and how good that was."""

SYSTEMS = ("opora", "langchain", "langchain-bm25")
"""What can be asked: the assistant, LangChain's textbook pipeline, and its ensemble with BM25."""
