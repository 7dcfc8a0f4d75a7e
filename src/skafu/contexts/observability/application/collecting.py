"""Adds up what processes measure, and puts a minute on record once it is over."""

from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from skafu.contexts.observability.application.metric_points import Summary
from skafu.contexts.observability.domain.events import MetricCollected
from skafu.kernel.identity import SYSTEM, Actor, Clock, Origin, TenantId
from skafu.storage.event_store import ANY, EventStore

MOST_SERIES: Final = 20_000
COLLECTOR: Final = Actor("system", "observability.collector")


class Collector:
    """The measures of one process."""

    def __init__(self, events: EventStore, clock: Clock, process: str) -> None:
        """Write to this store; `process` tells apart what several processes measured in the same minute."""
        self._events = events
        self._clock = clock
        self._process = process
        self._open: dict[tuple[TenantId, datetime, str], Summary] = {}
        self.dropped = 0

    def measure(self, tenant: TenantId, metric: str, unit: str, value: float) -> None:
        """Note a measure."""
        minute = self._clock().replace(second=0, microsecond=0)
        place = (tenant, minute, metric)
        summary = Summary(unit, 1, value, value, value)
        known = self._open.get(place)
        if known is None and len(self._open) >= MOST_SERIES:
            self.dropped += 1
            return
        self._open[place] = known.plus(summary) if known else summary

    def answered(self, tenant: TenantId | None, status: int, seconds: float) -> None:
        """A request was answered: its time, and whether it failed on our side."""
        owner = tenant or SYSTEM
        self.measure(owner, "http.request.seconds", "seconds", seconds)
        if status >= 500:
            self.measure(owner, "http.request.failed", "count", 1.0)

    async def flush(self, *, everything: bool = False) -> None:
        """Put on record the minutes that are over, or all of them when the process ends.

        What cannot be written is kept for the next time. A key makes sure that nothing is counted twice.
        """
        present = self._clock().replace(second=0, microsecond=0)
        over = sorted({(tenant, minute) for tenant, minute, _ in self._open if everything or minute < present})
        for tenant, minute in over:
            places = [place for place in self._open if place[:2] == (tenant, minute)]
            events = [_event(place[2], minute, self._open[place]) for place in sorted(places)]
            name = uuid5(NAMESPACE_OID, f"{self._process} {tenant} {minute:%F %R}")
            origin = Origin(COLLECTOR, name, UUID(int=0))
            stream = f"metrics-{minute:%Y-%m-%d}"
            await self._events.append(tenant, stream, events, expected=ANY, origin=origin, key=str(name))
            for place in places:
                del self._open[place]


def _event(metric: str, minute: datetime, summary: Summary) -> MetricCollected:
    return MetricCollected(metric, summary.unit, minute, summary.count, summary.total, summary.minimum, summary.maximum)
