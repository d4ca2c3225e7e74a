"""What an empty conversation offers: questions to begin with, by who asks."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from views import conversation
from views.markup import escaped

EXAMPLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Pro obec": (
            "Jaká opatření pomáhají lidem s dluhy a exekucemi?",
            "Co může obec dělat pro rodiny, které přišly o bydlení?",
        ),
        "Pro neziskovou organizaci": (
            "Na které cílové skupiny míří specifický cíl 2.1?",
            "Jaké sociální služby lze podpořit z OP LZZ, oblasti 3.1?",
        ),
        "Pro hodnotitele": (
            "Kolik stál projekt Systémové zajištění sociálního začleňování?",
            "Co obsahuje opatření 4.6.a?",
        ),
    }
)


def examples() -> None:
    """Show the questions in groups; a pressed one is asked."""
    st.html('<h2 class="opora-hint">Zeptejte se vlastními slovy, nebo začněte některým z dotazů</h2>')
    with st.container(key="opora_examples"):
        for group, (asker, questions) in enumerate(EXAMPLES.items()):
            with st.container(key=f"opora_examples_{group}", gap="xsmall"):
                st.html(f'<h3 class="opora-asker">{escaped(asker)}</h3>')
                for place, question in enumerate(questions):
                    st.button(
                        question,
                        key=f"opora_example_{group}_{place}",
                        width="stretch",
                        on_click=conversation.follow_up,
                        args=(question,),
                    )
