"""What every request passes before it reaches a page or a route: headers, whose page asks, how much is uploaded."""

from functools import partial

from starlette.middleware import Middleware

from views.headers import Headers
from views.origins import Origins
from views.upload_limits import UploadLimits


def guards(base: str) -> list[Middleware]:
    """Return the middleware, outermost first; `base` is the path under which the app is served."""
    return [Middleware(Headers), Middleware(partial(Origins, own_rules=f"{base}/api/")), Middleware(UploadLimits)]
