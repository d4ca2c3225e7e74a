"""The cookie in which Streamlit keeps who is signed in, read where no page's script runs and `st.user` is empty."""

import json
from collections.abc import Mapping

from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


def cookie_claims(cookies: Mapping[str, str]) -> dict[str, object]:
    """Return the claims of the user whom the cookies name, empty when there is none or it is not ours."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name, "")
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    try:
        found = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    ours = isinstance(found, dict) and found.get("origin") == get_origin_from_redirect_uri()
    return found if ours else {}
