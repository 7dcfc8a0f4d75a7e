"""The seven questions of observability: metrics, traces, logs, users, costs, their forecast, alarms."""

from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response

from skafu.contexts.observability.api.schemas import (
    ActiveUserView,
    CostsView,
    CostView,
    ForecastDayView,
    ForecastView,
    LogLineView,
    MetricName,
    MetricNameView,
    PointView,
    SeriesView,
    SpanView,
    TraceDetailView,
    TraceView,
)
from skafu.contexts.observability.api.windows import Windowed
from skafu.contexts.observability.application import prices
from skafu.contexts.observability.application.activity import ACTIVE
from skafu.contexts.observability.application.own_costs import forecast
from skafu.contexts.observability.domain.events import Statistic
from skafu.contexts.observability.ports import Costs, LogFilters, Logs, Metrics, Page, People, Trace, Traces
from skafu.kernel.errors import NotFound
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import AdminCall, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.whole_lists import page_of


def metric_routes(routes: APIRouter, metrics: Metrics) -> None:
    """What was measured."""

    @routes.get(
        "/observability/metrics",
        response_model=Answer[SeriesView],
        responses=errors_documented(),
        summary="A metric over time",
    )
    async def get_metric(
        call: ViewerCall,
        window: Windowed,
        metric: Annotated[MetricName, Query(description="One of /observability/metrics/names.")] = "events",
        statistic: Annotated[Statistic, Query(description="How a period becomes one value.")] = "sum",
        period_seconds: Annotated[int, Query(ge=60, le=86_400, multiple_of=60, description="Its length.")] = 3_600,
    ) -> Response:
        """Answer from the telemetry of this installation: whole hours for periods of hours, else minutes."""
        series = await metrics.series(call.tenant, metric, statistic, window, period_seconds)
        points = [PointView(at=each.at, value=each.value) for each in series.points]
        view = SeriesView(
            metric=metric, unit=series.unit, statistic=statistic, period_seconds=period_seconds, points=points
        )
        return answer(call, view)

    @routes.get(
        "/observability/metrics/names",
        response_model=Listing[MetricNameView],
        responses=errors_documented(),
        summary="The metrics that there are",
    )
    async def list_metrics(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """Those of the last 30 days, by name."""
        names = await metrics.names(call.tenant)
        found, following = page_of(names, page, key=str, sorts={"metric": str}, default="metric")
        rows = [MetricNameView(metric=each) for each in found]
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def trace_routes(routes: APIRouter, traces: Traces) -> None:
    """What followed from what."""

    @routes.get(
        "/observability/traces",
        response_model=Listing[TraceView],
        responses=errors_documented(),
        summary="What followed from each request",
    )
    async def list_traces(call: ViewerCall, window: Windowed, page: Pages, fields: Fields) -> Response:
        """Those that began in a window, the newest first."""
        page.keep_to("-started")
        found, following = await traces.traces(call.tenant, window, Page(page.limit, page.cursor))
        rows = [TraceView(**_trace(each)) for each in found]
        return listing(call, rows, limit=page.limit, following=following, fields=fields)

    @routes.get(
        "/observability/traces/{trace_id}",
        response_model=Answer[TraceDetailView],
        responses=errors_documented(404),
        summary="One trace, step by step",
    )
    async def get_trace(call: ViewerCall, trace_id: Annotated[str, Path(max_length=64)]) -> Response:
        """All events with this correlation id."""
        trace = await traces.trace(call.tenant, trace_id)
        if trace is None:
            raise NotFound(f"there is no trace {trace_id}")
        spans = [SpanView.model_validate(msgspec.to_builtins(each)) for each in trace.spans]
        return answer(call, TraceDetailView(**_trace(trace), spans=spans))


def log_routes(routes: APIRouter, logs: Logs) -> None:
    """What was logged."""

    @routes.get(
        "/observability/logs",
        response_model=Listing[LogLineView],
        responses=errors_documented(),
        summary="What happened, line by line",
    )
    async def list_log_lines(
        call: ViewerCall,
        window: Windowed,
        page: Pages,
        fields: Fields,
        level: Annotated[Literal["INFO", "WARN", "ERROR"] | None, Query(description="Only those.")] = None,
        source: Annotated[str, Query(max_length=60, description="The part that logged it: `project`.")] = "",
        correlation_id: Annotated[str, Query(max_length=64, description="Of one request.")] = "",
        text: Annotated[str, Query(max_length=200, description="Words that stand in the line.")] = "",
    ) -> Response:
        """The newest first. With `text`, a page may have fewer lines than `limit` although more follow."""
        page.keep_to("-at")
        filters = LogFilters(level or "", source, correlation_id, text)
        found, following = await logs.lines(call.tenant, window, filters, Page(page.limit, page.cursor))
        rows = [LogLineView.model_validate(msgspec.to_builtins(each)) for each in found]
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def people_routes(routes: APIRouter, people: People, ledger: Ledger) -> None:
    """Who is there, and how active."""

    @routes.get(
        "/observability/users",
        response_model=Listing[ActiveUserView],
        responses=errors_documented(),
        summary="Members, and how active they were",
    )
    async def list_active_users(call: AdminCall, page: Pages, fields: Fields) -> Response:
        """All members of the organisation, by name."""
        everybody = await people.members(call.tenant)
        members, following = page_of(
            everybody, page, key=lambda each: each.user_id, sorts={"name": lambda each: each.name}, default="name"
        )
        known = await ledger.documents.get(call.tenant, ACTIVE, [each.user_id for each in members])
        rows = []
        for each in members:
            seen = known[each.user_id].body if each.user_id in known else {}
            activity = {
                "first_active": seen.get("first"),
                "last_active": seen.get("last"),
                "changes": seen.get("changes", 0),
            }
            rows.append(ActiveUserView.model_validate({**msgspec.to_builtins(each), **activity}))
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def cost_routes(routes: APIRouter, costs: Costs) -> None:
    """What the use costs."""

    @routes.get(
        "/observability/finance/cost",
        response_model=Answer[CostsView],
        responses=errors_documented(),
        summary="What the use costs",
    )
    async def get_costs(
        call: AdminCall,
        first: Annotated[date | None, Query(description="The first day; 30 days ago without it.")] = None,
        last: Annotated[date | None, Query(description="The last day; today without it.")] = None,
    ) -> Response:
        """What the same use would cost on AWS at list prices, by day and kind of use."""
        until = last or call.now.date()
        since = first or _days_before(until, 30)
        found = await costs.by_day(call.tenant, since, until)
        lines = [CostView.model_validate(msgspec.structs.asdict(each)) for each in found]
        total = sum(each.usd for each in lines)
        return answer(call, CostsView(lines=lines, usd=total, region=prices.REGION, prices_of=prices.TAKEN_ON))

    @routes.get(
        "/observability/finance/forecast",
        response_model=Answer[ForecastView],
        responses=errors_documented(),
        summary="What the use will cost",
    )
    async def get_forecast(
        call: AdminCall, days: Annotated[int, Query(ge=1, le=90, description="How many days ahead.")] = 30
    ) -> Response:
        """A straight line through the last 30 days, with bounds that hold with a chance of 80 %."""
        found = await forecast(costs, call.tenant, call.now.date(), days)
        shown = [ForecastDayView.model_validate(msgspec.structs.asdict(each)) for each in found.days]
        return answer(call, ForecastView(days=shown, usd=found.usd, basis=found.basis))


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=days) if day.toordinal() > days + 1 else day


def _trace(trace: Trace) -> dict[str, object]:
    seconds = (trace.ended - trace.started).total_seconds()
    shown = {name: getattr(trace, name) for name in ("id", "root", "started", "ended", "steps", "errors")}
    return {**shown, "milliseconds": round(seconds * 1000, 3)}
