"""Entry of the Streamlit app: `streamlit run app.py`.

The page itself is `views/main.py`, which Streamlit runs anew for every visitor and click. Here is what
surrounds it: the HTML page in Czech and the one line a user reads if something unexpected breaks. Nothing
heavy is imported, so that the page shows at once; the assistant opens later, behind `views.assistant`.
"""

import streamlit as st

from views.api.routes import api_routes
from views.shell import base_path, page_routes, report_failure

app = st.App("views/main.py", routes=[*api_routes(base_path()), *page_routes()], on_script_error=report_failure)
