"""The routes of the interface, ready to stand beside those of the pages."""

import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.api_settings import ApiSettings
from ingest.errors import SettingsError
from views.api.errors import ApiError, refused
from views.api.health import Readiness, healthz

log = logging.getLogger(__name__)

# A reply is data: no browser is to show it as a page, frame it, guess its type or keep it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[Request], Awaitable[Response]]


def api_routes(base: str = "", env: Mapping[str, str] = os.environ) -> list[Route]:
    """Return the routes of the interface; `base` is the path under which the app is served, without a slash at its end.

    The health checks always answer, the others only when the settings switch them on.
    """
    app = api_app(base, env)
    paths = ("/healthz", "/readyz", "/metrics", "/api", "/api/{rest:path}")
    # An application as the endpoint takes every method, so that it also answers the wrong ones in its own form.
    return [Route(f"{base}{path}", app) for path in paths]


def api_app(base: str = "", env: Mapping[str, str] = os.environ) -> Starlette:
    """Return the interface as an application of its own, whose addresses begin with `base`."""
    readiness = Readiness()
    routes = [Route(f"{base}/healthz", healthz), Route(f"{base}/readyz", readiness.readyz)]
    middleware = [Middleware(_Headers)]
    try:
        settings = ApiSettings.from_env(env)
    except SettingsError as error:
        # The pages go on; only what cannot be used is off, and says why to whoever reads the log.
        log.error("%s", error)
        settings = ApiSettings()
    if settings.on:
        own, counted = _own_routes(base, settings)
        routes += own
        if settings.origins:
            middleware.append(
                Middleware(
                    CORSMiddleware,
                    allow_origins=list(settings.origins),
                    allow_methods=["GET", "POST"],
                    allow_headers=["Authorization", "Content-Type"],
                )
            )
        middleware.insert(0, counted([route.path for route in routes]))
    else:
        routes += [Route(f"{base}{path}", _Off()) for path in ("/metrics", "/api", "/api/{rest:path}")]
    app = Starlette(
        routes=routes, middleware=middleware, exception_handlers={ApiError: refused, 404: refused, 405: refused}
    )
    # Each address has one spelling; others are unknown rather than led elsewhere.
    app.router.redirect_slashes = False
    return app


def _own_routes(base: str, settings: ApiSettings) -> tuple[list[Route], Callable[[list[str]], Middleware]]:
    """Return the routes that are on when the interface is, and what counts requests by route."""
    # Imported here because an installation that leaves the interface off need not load its libraries.
    from views.api.asking import ask
    from views.api.health import metrics
    from views.api.instruments import instruments
    from views.api.metrics import Counted
    from views.api.openapi import document
    from views.api.searching import search
    from views.api.service import Service, guarded

    service = Service.of(settings)
    described = json.dumps(document(base, bool(settings.keys) or not settings.open), ensure_ascii=False).encode()

    async def openapi(request: Request) -> Response:
        return Response(described, media_type="application/json")

    routes = [
        Route(f"{base}/api/ask", guarded(service, ask), methods=["POST"]),
        Route(f"{base}/api/search", guarded(service, search), methods=["POST"]),
        Route(f"{base}/api/instruments", guarded(service, instruments)),
        Route(f"{base}/api/openapi.json", openapi),
        Route(f"{base}/metrics", guarded(service, metrics)),
    ]
    return routes, lambda paths: Middleware(partial(Counted, metrics=service.metrics, routes=paths))


class _Off:
    """Stands at the addresses of an interface that is switched off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer every method with the same refusal."""
        raise ApiError(404, "not_found", "Rozhraní pro jiné systémy tu není zapnuté. Zapíná ho správce (OPORA_API).")


class _Headers:
    """Middleware that adds the headers which every reply carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its reply."""

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, completed)
