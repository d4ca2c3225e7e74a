"""Entry of the Streamlit app: `streamlit run app.py`.

The page itself is `views/main.py`, which Streamlit runs anew for every visitor and click. Here is what
surrounds it: the HTML page in Czech and the one line a user reads if something unexpected breaks. Nothing
heavy is imported, so that the page shows at once; the assistant opens later, behind `views.assistant`.
"""

import streamlit as st

from views.access_guard import access_guards
from views.access_start import end_unless_protected
from views.api.routes import api_routes
from views.guards import guards
from views.shell import base_path, page_routes, report_failure

end_unless_protected()
app = st.App(
    "views/main.py",
    routes=[*api_routes(base_path()), *page_routes()],
    middleware=[*guards(base_path()), *access_guards(base_path())],
    on_script_error=report_failure,
)
