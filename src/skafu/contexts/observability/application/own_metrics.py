"""Fills `Metrics` from the read models of this installation."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec

from skafu.contexts.observability.application.metric_points import (
    BY_HOUR,
    BY_MINUTE,
    Grain,
    Summary,
    moment_text,
    summaries,
)
from skafu.contexts.observability.domain.events import Statistic
from skafu.contexts.observability.ports import Point, Series, Total, Window
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import Clock, TenantId
from skafu.storage.documents import Document, Documents, Query

HOUR: Final = 3600
MOST_POINTS: Final = 3_000
NAMED_SINCE: Final = timedelta(days=30)

VALUE: Final[Mapping[Statistic, Callable[[Summary], float]]] = MappingProxyType(
    {
        "sum": lambda each: each.total,
        "average": lambda each: each.total / each.count if each.count else 0.0,
        "minimum": lambda each: each.minimum,
        "maximum": lambda each: each.maximum,
        "count": lambda each: float(each.count),
    }
)


class OwnMetrics:
    """Metrics of this installation: whole hours are read as hours, all else as minutes."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        """Read these documents."""
        self._documents = documents
        self._clock = clock

    async def names(self, tenant: TenantId) -> Sequence[str]:
        """The metrics of the last 30 days, in order."""
        now = self._clock()
        found: set[str] = set()
        async for document in self._documents_of(tenant, Window(now - NAMED_SINCE, now + timedelta(hours=1)), "hour"):
            found.update(summaries(document.body))
        return sorted(found)

    async def series(
        self, tenant: TenantId, metric: str, statistic: Statistic, window: Window, period_seconds: int
    ) -> Series:
        """A metric over time, in periods that begin at whole multiples of their length since 1970.

        Raises:
            Invalid: the window has no length, or more than 3,000 periods, or a period is no whole minute.
        """
        check_window(window, period_seconds)
        grain: Grain = "hour" if period_seconds % HOUR == 0 else "minute"
        periods: dict[int, Summary] = {}
        async for document in self._documents_of(tenant, window, grain):
            summary = summaries(document.body).get(metric)
            if summary is not None:
                begins = _begins(str(document.body["moment"]), period_seconds)
                periods[begins] = periods[begins].plus(summary) if begins in periods else summary
        points = [Point(datetime.fromtimestamp(at, UTC), VALUE[statistic](periods[at])) for at in sorted(periods)]
        unit = next((each.unit for each in periods.values()), "")
        return Series(metric, unit, statistic, period_seconds, tuple(points))

    async def totals(self, tenant: TenantId, window: Window) -> Sequence[Total]:
        """Every metric of the whole hours of a window, by name.

        Raises:
            Invalid: the window has no length, or more than 3,000 hours.
        """
        check_window(window, HOUR)
        found: dict[str, Summary] = {}
        async for document in self._documents_of(tenant, window, "hour"):
            for metric, summary in summaries(document.body).items():
                found[metric] = found[metric].plus(summary) if metric in found else summary
        return [_total(metric, found[metric]) for metric in sorted(found)]

    async def _documents_of(self, tenant: TenantId, window: Window, grain: Grain) -> AsyncIterator[Document]:
        collection = BY_HOUR if grain == "hour" else BY_MINUTE
        query = Query(
            order=("moment",),
            at_least=moment_text(window.start, grain),
            below=moment_text(window.end, grain) + "~",
            limit=200,
        )
        while True:
            page = await self._documents.find(tenant, collection, query)
            for document in page.documents:
                if window.start <= _read(str(document.body["moment"])) < window.end or grain == "hour":
                    yield document
            if page.next is None:
                return
            query = msgspec.structs.replace(query, after=page.next)


def _total(metric: str, summary: Summary) -> Total:
    average = VALUE["average"](summary)
    return Total(metric, summary.unit, summary.count, summary.total, average, summary.minimum, summary.maximum)


def check_window(window: Window, period_seconds: int) -> None:
    """Refuse what cannot be answered.

    Raises:
        Invalid: says what is wrong.
    """
    seconds = (window.end - window.start).total_seconds()
    if seconds <= 0:
        raise Invalid("the window ends before it begins", fix="give a `start` before the `end`")
    if period_seconds < 60 or period_seconds % 60:
        raise Invalid(f"a period of {period_seconds} s is no whole minute", fix="give a multiple of 60")
    if seconds / period_seconds > MOST_POINTS:
        raise Invalid(f"that are more than {MOST_POINTS} periods", fix="ask for a shorter window or longer periods")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def _begins(text: str, period_seconds: int) -> int:
    seconds = int(_read(text).timestamp())
    return seconds - seconds % period_seconds
