"""Whether the process is alive, whether it is ready, and its measures for Prometheus."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from fastapi import APIRouter, Response

from skafu.entrypoints.http.layers import AnsweredRequest
from skafu.kernel.errors import SkafuError

if TYPE_CHECKING:
    from skafu.server_bootstrap import Platform

READY_WITHIN = 2.0
FAR_BEHIND = 60.0
"""Seconds that a read model may be behind while the process counts as ready."""


class RequestMeasures:
    """Counts requests, and how long they took."""

    def __init__(self) -> None:
        """Have a registry of its own, so that several can live in one process."""
        from prometheus_client import CollectorRegistry, Gauge, Histogram

        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "skafu_http_request_seconds",
            "Time to answer a request",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
        )
        self._behind = Gauge(
            "skafu_follower_behind_events", "Events not yet handled", ("follower",), registry=self.registry
        )
        self._work = Gauge("skafu_work", "Work that waits or runs", ("lane", "state"), registry=self.registry)

    def answered(self, request: AnsweredRequest, /) -> None:
        """A request has been answered; those to unknown places count together."""
        self._requests.labels(request.method, request.route or "unknown", str(request.status)).observe(request.seconds)

    async def text(self, platform: "Platform") -> bytes:
        """All measures, in the text format of Prometheus."""
        from prometheus_client import generate_latest

        self._behind.clear()
        self._work.clear()
        for shard in await platform.worker.status():
            self._behind.labels(shard.follower).inc(shard.behind)
        for work in await platform.queue.open():
            self._work.labels(work.lane, work.state).inc()
        return generate_latest(self.registry)


def health_routes(platform: "Platform", measures: RequestMeasures) -> APIRouter:
    """The routes of operators; they say nothing about any organisation."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> Response:
        """Alive."""
        return _json(200, {"status": "alive"})

    @router.get("/readyz")
    async def readyz() -> Response:
        """Ready: the database answers, and read models are close behind. Nobody listens before migrations are done."""
        if platform.site.leaving:
            return _json(503, {"status": "leaving"})
        try:
            async with asyncio.timeout(READY_WITHIN):
                shards = await platform.worker.status()
        except (TimeoutError, SkafuError):
            return _json(503, {"status": "not ready", "database": "does not answer"})
        late = {f"{each.follower} {each.shard}": each.seconds for each in shards if each.seconds > FAR_BEHIND}
        lag = max((each.seconds for each in shards), default=0.0)
        known = {"database": "answers", "migrations": "applied", "lag_seconds": lag, "late": late}
        body = {"status": "late" if late else "ready", **known}
        return _json(503 if late else 200, body)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Measures for Prometheus."""
        return Response(await measures.text(platform), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _json(status: int, body: Mapping[str, object]) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
