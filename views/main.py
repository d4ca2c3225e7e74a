"""The script that Streamlit runs for every visitor: page settings, style, sign-in and navigation."""

from pathlib import Path

import streamlit as st

from ingest.errors import AccessError
from views.access import current_user
from views.catalogue import catalogue_page
from views.chat import chat_page
from views.documents import documents_page
from views.evaluation import evaluation_page
from views.forgetting import forgetting
from views.help import help_page
from views.locality import locality_page
from views.login import TITLE, show_login, show_user
from views.login_claims import User
from views.markup import page_title

HERE = Path(__file__).parent

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
        st.Page(chat_page, title="Asistent", icon=":material/forum:", url_path="asistent", default=True),
        st.Page(catalogue_page, title="Katalog nástrojů", icon=":material/view_list:", url_path="katalog"),
        st.Page(locality_page, title="Profil obce", icon=":material/location_city:", url_path="profil-obce"),
        st.Page(documents_page, title="Dokumenty", icon=":material/menu_book:", url_path="dokumenty"),
        st.Page(evaluation_page, title="Hodnocení", icon=":material/monitoring:", url_path="hodnoceni"),
        st.Page(help_page, title="Nápověda", icon=":material/help:", url_path="napoveda"),
    ],
    position="top" if user else "hidden",
)
# A screen reader says the title first, and tabs of the browser are told apart by it.
st.set_page_config(page_title=page_title(page.title if user else TITLE))
forgetting()
if user:
    show_user(user)
    page.run()
else:
    show_login(refusal)
