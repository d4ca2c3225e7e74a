"""Figures of the running interface in the text form that Prometheus reads; nothing of any question is in them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from views.api.pool import Pool

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Seconds; an answer made of quotes takes tenths, one of a model tens.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters of one interface, in a registry of their own."""

    registry: CollectorRegistry
    requests: Counter
    latency: Histogram
    answers: Counter
    index: Gauge

    @classmethod
    def of(cls, pool: Pool) -> "Metrics":
        """Start at nought; the number of requests in work is read from the pool."""
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Gauge("opora_requests_in_work", "Requests in work or waiting for a worker.", registry=registry).set_function(
            lambda: pool.taken
        )
        return cls(
            registry,
            Counter("opora_requests", "Requests by route and status.", ("route", "status"), registry=registry),
            Histogram(
                "opora_request_seconds",
                "Time from request to the end of its reply.",
                ("route",),
                buckets=_BUCKETS,
                registry=registry,
            ),
            Counter("opora_answers", "Answers by state; error stands for none.", ("state",), registry=registry),
            Gauge("opora_index_info", "The index that serves.", ("fingerprint",), registry=registry),
        )

    def serves(self, fingerprint: str) -> None:
        """Name the index that answers now."""
        self.index.clear()
        self.index.labels(fingerprint).set(1)

    @property
    def text(self) -> bytes:
        """All figures in the text form."""
        return generate_latest(self.registry)


class Counted:
    """Middleware that counts requests; addresses that are no route count as "other", so that names stay few."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Iterable[str]) -> None:
        self.app, self.metrics, self.routes = app, metrics, frozenset(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it when its reply has ended, or its reader has gone."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 499

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        route = scope["path"] if scope["path"] in self.routes else "other"
        try:
            await self.app(scope, receive, noted)
        finally:
            self.metrics.requests.labels(route, str(status)).inc()
            self.metrics.latency.labels(route).observe(time.perf_counter() - begun)
