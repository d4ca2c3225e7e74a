"""The script that Streamlit runs for every visitor: page settings, style, sign-in and navigation.

A page's module is imported when the page is shown: some bring libraries that the first page does not wait for.
"""

from pathlib import Path

import streamlit as st

from ingest.errors import AccessError
from views.access import current_user
from views.forgetting import forgetting
from views.login import TITLE, show_login, show_user
from views.login_claims import User
from views.markup import page_title

HERE = Path(__file__).parent


def chat() -> None:
    from views.chat import chat_page

    chat_page()


def catalogue() -> None:
    from views.catalogue import catalogue_page

    catalogue_page()


def locality() -> None:
    from views.locality import locality_page

    locality_page()


def documents() -> None:
    from views.documents import documents_page

    documents_page()


def evaluation() -> None:
    from views.evaluation import evaluation_page

    evaluation_page()


def show_help() -> None:
    from views.help import help_page

    help_page()


# The icon is a file of ours: Streamlit's named icons would be fetched from a font server.
st.set_page_config(page_title="Opora", page_icon=HERE / "icon.svg", layout="wide")
st.html(HERE / "style.css")
st.html(HERE / "surface.css")
user: User | None = None
refusal = ""
try:
    user = current_user()
except AccessError as error:
    refusal = str(error)
page = st.navigation(
    [
        st.Page(chat, title="Asistent", icon=":material/forum:", url_path="asistent", default=True),
        st.Page(catalogue, title="Katalog nástrojů", icon=":material/view_list:", url_path="katalog"),
        st.Page(locality, title="Profil obce", icon=":material/location_city:", url_path="profil-obce"),
        st.Page(documents, title="Dokumenty", icon=":material/menu_book:", url_path="dokumenty"),
        st.Page(evaluation, title="Hodnocení", icon=":material/monitoring:", url_path="hodnoceni"),
        st.Page(show_help, title="Nápověda", icon=":material/help:", url_path="napoveda"),
    ],
    position="top" if user else "hidden",
)
# A screen reader says the title first, and tabs of the browser are told apart by it.
st.set_page_config(page_title=page_title(page.title if user else TITLE))
if user:
    show_user(user)
    page.run()
else:
    show_login(refusal)
forgetting()
