"""The page for those who are not let in, and the line that says who is signed in."""

from pathlib import Path

import streamlit as st

from ingest.access_settings import AccessSettings
from ingest.errors import SettingsError
from views.access import is_signed_in, providers
from views.access_ended import ended
from views.login_claims import User
from views.markup import error_html, escaped

TITLE = "Přihlášení"


def show_login(refusal: str) -> None:
    """Ask a visitor to sign in, or say why whoever is signed in may not go on."""
    _style()
    with st.container(key="opora_login"):
        if is_signed_in():
            st.html('<h1 class="opora-title">Přístup odepřen</h1>' + error_html(refusal))
            st.button("Odhlásit se", icon=":material/logout:", type="primary", key="opora_login_out", on_click=sign_out)
            return
        st.html(
            '<h1 class="opora-title">Přihlášení</h1><p class="opora-purpose">Opora hledá v dokumentech nástroje '
            "podpory a odpovídá z nich doslovnými citacemi. V této instalaci je jen pro přihlášené.</p>"
        )
        try:
            found = providers()
        except SettingsError:
            st.html(error_html(refusal))
            return
        for provider in found:
            label = "Přihlásit se" if provider.name == "default" else f"Přihlásit se přes {_plain(provider.name)}"
            st.button(
                label,
                icon=":material/login:",
                type="primary",
                key=f"opora_login_{provider.name}",
                on_click=st.login,
                args=(provider.name,),
            )


def show_user(user: User) -> None:
    """Show who is signed in, with the way out; nothing where there is no sign-in."""
    if not user.email:
        return
    _style()
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="opora_user"):
        who = escaped(user.name or user.email)
        st.html(f'<p title="{escaped(user.email)}"><span class="opora-sr">Přihlášený účet: </span>{who}</p>')
        st.button("Odhlásit", icon=":material/logout:", type="tertiary", key="opora_user_out", on_click=sign_out)


def sign_out() -> None:
    """End the sign-in of this session, and with it every copy of its cookie."""
    ended(AccessSettings.from_env()).add(st.user.to_dict())
    # What this session was shown is not for whoever sits down next.
    st.session_state.clear()
    st.logout()


def _plain(name: str) -> str:
    """Return a name without what Markdown would read in a button's label."""
    return "".join(char for char in name if char.isalnum() or char in " -")


def _style() -> None:
    st.html(Path(__file__).with_suffix(".css"))
