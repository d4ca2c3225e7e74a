"""Plots on a page: pictures with an alternative text, since the browser is given no drawing of ours as it is.

Streamlit takes drawings (SVG) out of HTML. As a picture one cannot see the page's colours, so it brings those of the
light and the dark theme itself.
"""

import base64
import html
import re
from collections.abc import Sequence

from views.markup import escaped

_LABEL = re.compile(r' role="img" aria-label="([^"]*)"')
_STYLE = (
    "<style>svg{color:#13263E;font-family:system-ui,'Segoe UI',sans-serif;--opora-s0:#0072B2;--opora-s1:#B84A00;"
    "--opora-paper:#fff}@media (prefers-color-scheme:dark){svg{color:#EAF1F9;--opora-s0:#6FB8EA;--opora-s1:#F2A33C;"
    "--opora-paper:#0E1B2C}}</style>"
)


def plot_html(svg: str) -> str:
    """Return a plot of `prompts.export` as a picture; its label becomes the alternative text."""
    label = _LABEL.search(svg)
    drawing = _LABEL.sub("", svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    drawing = drawing.replace(">", f">{_STYLE}", 1)
    encoded = base64.b64encode(drawing.encode("utf-8")).decode("ascii")
    words = escaped(html.unescape(label.group(1)) if label else "Graf")
    return f'<img class="opora-plot" alt="{words}" src="data:image/svg+xml;base64,{encoded}">'


def legend_html(names: Sequence[str]) -> str:
    """Return which shape and colour stands for which run; "" for a single one."""
    if len(names) < 2:
        return ""
    items = "".join(
        f'<span><b class="opora-ev-key opora-ev-key{n}" aria-hidden="true"></b>{escaped(name)}</span>'
        for n, name in enumerate(names)
    )
    return f'<p class="opora-legend">{items}</p>'
