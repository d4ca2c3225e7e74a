"""Under an answer: what people are likely to ask next, each a press away."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from prompts.answer import Answer
from views import conversation
from views.assistant import AssistantLike, Suggesting

_OFFERED = "opora_offered"


def also_asked(
    key: str,
    answer: Answer,
    open_assistant: Callable[[], AssistantLike],
    on_choose: Callable[[str], None],
    asked: Sequence[str] = (),
) -> None:
    """Show a few questions to ask next; nothing when the documents offer no good ones.

    `key` tells this answer from the others of the session, `asked` are the earlier questions of the conversation, and
    `on_choose` is called with the question that was pressed. A failure shows nothing and goes to the log: the answer
    above stands without suggestions.
    """
    try:
        found = _offered(key, answer, open_assistant, asked)
    except Exception as error:
        conversation.failure_message(error)
        return
    if not found:
        return
    # Imported here because it brings the index's libraries, which the page does not wait for.
    from views.catalogue_words import label_text

    st.html(Path(__file__).with_name("also_asked.css"))
    with st.container(key=f"opora_also_{key}", gap="xsmall"):
        st.html('<h3 class="opora-also-title">Lidé se také ptají</h3>')
        for place, question in enumerate(found):
            st.button(
                label_text(question),
                key=f"opora_also_{key}_{place}",
                icon=":material/search:",
                width="stretch",
                on_click=on_choose,
                args=(question,),
            )


def _offered(
    key: str, answer: Answer, open_assistant: Callable[[], AssistantLike], asked: Sequence[str]
) -> tuple[str, ...]:
    """Return what is offered; it is searched for once in an index, and other clicks on the page find it as it was."""
    assistant = open_assistant()
    if not isinstance(assistant, Suggesting):
        return ()
    of = (key, tuple(asked), assistant.fingerprint)
    kept: tuple[tuple[str, tuple[str, ...], str], tuple[str, ...]] | None = st.session_state.get(_OFFERED)
    if kept and kept[0] == of:
        return kept[1]
    found = assistant.next_questions(answer, asked)
    st.session_state[_OFFERED] = (of, found)
    return found
