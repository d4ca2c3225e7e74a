"""The app as `streamlit run` starts it for a test: without its security policy, so that only escaping protects it.

The first run of a session finds conversations whose every text is one of the hostile ones. With `?popisky` in the
address, the texts stand in labels of widgets; with `?kontrola`, they stand in the page as they are.
"""

import os
import runpy
from datetime import datetime
from pathlib import Path

import streamlit as st

from ingest.document import Passage
from prompts.answer import Answer, Citation, Statement, Table
from retrieval.passages import Understood
from tests.script_payloads import payloads
from views.catalogue_words import label_text
from views.exchanges import Conversation, Exchange

TEXTS = payloads(os.environ["CANARY"])
NOW = datetime.now().astimezone()


def exchange(number: int, text: str) -> Exchange:
    """Return a question with an answer that has the text in every place that an answer has."""
    quote = Citation(1, Passage("cizi", 0, len(text), text, "paragraph"), 0, len(text), text, text)
    said = Statement(text, "quote", "verbatim", (1,))
    statements = (
        Statement(text, "lead", "note"),
        Statement(text, "heading", "note"),
        Statement(text, "text", "supported", (1,)),
        said,
        Statement(text, "item", "verbatim", (1,)),
        Statement(text + ":", "note", "note"),
        Statement(text, "table", "note", table=Table(("", text), (((said,), (said,)),))),
    )
    read = Understood(concepts=(text,), corrections=((text, text),), follows=(text,))
    answer = Answer(text, "answered", statements, (quote,), (), 0.1, read, (text,))
    return Exchange(text, answer, id=1000 + number, when=NOW)


if "popisky" in st.query_params:
    for text in TEXTS:
        st.caption(label_text(text))
        st.checkbox(label_text(text), key=f"box{text}", help=label_text(text))
elif "kontrola" in st.query_params:
    for text in TEXTS:
        st.markdown(text, unsafe_allow_html=True)
        st.html(text, unsafe_allow_javascript=True)
else:
    if "opora_conversations" not in st.session_state:
        thread = Conversation(0, TEXTS[0], NOW, tuple(exchange(n, text) for n, text in enumerate(TEXTS)), "Vše")
        others = [Conversation(n, text, NOW, (), text) for n, text in enumerate(TEXTS, 1)]
        st.session_state["opora_conversations"] = {one.id: one for one in (thread, *others)}
        st.session_state["opora_current"] = 0
        st.session_state["opora_count"] = 5000
    runpy.run_path(str(Path(__file__).resolve().parent.parent / "views" / "main.py"))
