"""What administrators look at: how the installation stands, and what was measured, all on one page each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec
from fastapi import APIRouter, Response

from skafu.contexts.observability.api.schemas import (
    AlertView,
    FollowerView,
    HealthPartView,
    MonitoringView,
    TotalView,
)
from skafu.contexts.observability.api.windows import Windowed
from skafu.contexts.observability.application.alerts import ALERTS
from skafu.contexts.observability.application.health import Look
from skafu.contexts.observability.domain.health import status_of
from skafu.contexts.observability.ports import Metrics, Total, Window
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Documents, Query
from skafu.storage.projections import ShardStatus
from skafu.web_api.calls import AdminCall, Call
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router
from skafu.web_api.whole_lists import Ranks, page_of

MOST_ALERTS: Final = 50
AN_HOUR: Final = timedelta(hours=1)
TOTAL_SORTS: Ranks[Total] = {"metric": lambda each: each.metric, "count": lambda each: each.count}

Shards = Callable[[], Awaitable[Sequence[ShardStatus]]]
"""How far each read model has come."""


class Watched(msgspec.Struct, frozen=True):
    """What monitoring looks at."""

    look: Look
    shards: Shards
    metrics: Metrics
    documents: Documents


def admin_routes(watched: Watched) -> APIRouter:
    """The routes below /admin that observability answers."""
    routes = router("admin")

    @routes.get(
        "/admin/monitoring",
        response_model=Answer[MonitoringView],
        responses=errors_documented(),
        summary="How everything stands",
    )
    async def get_monitoring(call: AdminCall) -> Response:
        """The health of the installation and how far its read models are, looked at now.

        Besides, the alerts of the organisation that nobody has taken on, and its errors of the last hour.
        """
        return answer(call, await _monitoring(watched, call))

    @routes.get(
        "/admin/metrics",
        response_model=Listing[TotalView],
        responses=errors_documented(),
        summary="All metrics of a window, added up",
    )
    async def list_metric_totals(call: AdminCall, window: Windowed, page: Pages, fields: Fields) -> Response:
        """Every metric of the organisation, by name; whole hours of the window count."""
        totals = await watched.metrics.totals(call.tenant, window)
        found, following = page_of(totals, page, key=lambda each: each.metric, sorts=TOTAL_SORTS, default="metric")
        rows = [TotalView.model_validate(msgspec.structs.asdict(each)) for each in found]
        return listing(call, rows, limit=page.limit, following=following, fields=fields)

    return routes


async def _monitoring(watched: Watched, call: Call) -> MonitoringView:
    parts = await watched.look()
    followers = [
        FollowerView(name=each.follower, shard=each.shard, behind=each.behind, seconds=each.seconds)
        for each in await watched.shards()
    ]
    newest = Query(where={"status": "open"}, order=("triggered",), descending=True, limit=MOST_ALERTS)
    alerts = (await watched.documents.find(call.tenant, ALERTS, newest)).documents
    return MonitoringView(
        status=status_of(parts),
        parts=[HealthPartView.model_validate(msgspec.structs.asdict(each)) for each in parts],
        read_models=followers,
        alerts=[AlertView.model_validate(each.body) for each in alerts],
        errors_last_hour=await _errors(watched.metrics, call.tenant, Window(call.now - AN_HOUR, call.now)),
    )


async def _errors(metrics: Metrics, tenant: TenantId, window: Window) -> int:
    series = await metrics.series(tenant, "errors", "count", window, 60)
    return int(sum(each.value for each in series.points))
