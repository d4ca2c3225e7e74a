"""Long plain text into parts that can be quoted; the one home of LangChain's text splitters."""

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.sentences import SENTENCE_END


def split_long(text: str, limit: int) -> list[tuple[int, int]]:
    """Cut text at sentence ends, else at spaces, into consecutive spans of at most `limit` characters.

    The spans are in order, do not overlap and leave out only white space, and parts without a letter or digit.
    """
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=limit,
        chunk_overlap=0,
        separators=[r"\n\s*\n", SENTENCE_END, r"\n", r"(?<=[;,:])(?=\s)", r"(?=\s)", ""],
        is_separator_regex=True,
        keep_separator="start",
        strip_whitespace=True,
    )
    spans, position = [], 0
    for chunk in splitter.split_text(text):
        start = text.index(chunk, position)
        if any(map(str.isalnum, chunk)):
            spans.append((start, start + len(chunk)))
        position = start + len(chunk)
    return spans
