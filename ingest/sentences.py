"""Czech sentence boundaries: one pattern, shared by the splitter and by the answers."""

import re
from collections.abc import Iterator

_ABBREVIATIONS = (
    "apod atd atp např popř příp resp tj tzn tzv zejm vč cca č čl odst písm str ul nám tel kpt mj aj "
    "Mgr Ing Bc Dr Ph JUDr MUDr PhDr RNDr PaedDr doc prof sv st hl soc min max obr tab pozn srov viz"
).split()

# A full stop after an abbreviation, an initial or an ordinal number does not end a sentence.
_NOT_AFTER = "".join(rf"(?<!\b{re.escape(a)}\.)" for a in _ABBREVIATIONS) + r"(?<!\b\w\.)(?<!\b\d\d\.)"

SENTENCE_END = rf"(?<=[.!?…])(?<![.]{{2}}){_NOT_AFTER}(?=\s+[A-ZÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ„(\d])"

_BOUNDARY = re.compile(SENTENCE_END + r"\s+")


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence in order, without the white space around it."""
    start = 0
    for match in _BOUNDARY.finditer(text):
        yield from _stripped(text, start, match.start())
        start = match.end()
    yield from _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
