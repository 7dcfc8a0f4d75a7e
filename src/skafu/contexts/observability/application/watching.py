"""Looks at all alert rules again and again, and tells them what their metrics did."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

import msgspec

from skafu.contexts.observability.application.alerts import RULES
from skafu.contexts.observability.application.metric_points import COUNT
from skafu.contexts.observability.domain.alert_rule import AlertRule, decide
from skafu.contexts.observability.domain.commands import DefineAlertRule, ObserveMetric
from skafu.contexts.observability.domain.events import AlertRuleDefined, ErrorOccurred, RuleSettings
from skafu.contexts.observability.ports import Metrics, Window
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import SYSTEM, Actor, Origin, TenantId
from skafu.storage.documents import Collection, Query
from skafu.storage.ledger import Ledger
from skafu.storage.projections import Reaction, Recorded

if TYPE_CHECKING:
    from skafu.kernel.events import Event

WATCHED: Final = Collection("watched organisations")
WATCHER: Final = Actor("system", "observability.watch")
SPIKE: Final = RuleSettings(
    title="Many errors",
    metric="errors.error",
    statistic="sum",
    comparison=">",
    threshold=10,
    period_seconds=60,
    periods=1,
    urgency="critical",
    channels=(),
)
"""The rule that every organisation has from its first error on; they may change or remove it."""
SPIKE_ID: Final = "error-spike"


def noting(ledger: Ledger) -> Reaction:
    """Remembers which organisations have rules, and gives those with errors the rule for spikes.

    Both are done once for each organisation, and neither is ever undone: a process need not do what it has done before.
    """
    done: set[tuple[TenantId, type[Event]]] = set()

    async def note(event: Recorded) -> None:
        body = {"organisation": event.tenant}
        await ledger.documents.put(SYSTEM, WATCHED, event.tenant, body)
        if isinstance(event.event, ErrorOccurred) and not await _had_spike_rule(ledger, event.tenant):
            origin = event.leads_to(WATCHER)
            await ledger.commands.send(event.tenant, DefineAlertRule(SPIKE_ID, SPIKE), origin=origin)
        done.add((event.tenant, type(event.event)))

    def needless(event: Recorded) -> bool:
        return (event.tenant, type(event.event)) in done

    return Reaction("observability watch", (AlertRuleDefined, ErrorOccurred), note, needless)


async def _had_spike_rule(ledger: Ledger, tenant: TenantId) -> bool:
    return bool(await ledger.events.read_stream(tenant, f"alert-rule-{SPIKE_ID}", limit=1))


class Watch:
    """Evaluates the rules of all organisations."""

    def __init__(self, ledger: Ledger, metrics: Metrics) -> None:
        """Read rules and metrics."""
        self._ledger = ledger
        self._metrics = metrics

    async def look(self) -> None:
        """Look at every rule once."""
        query = Query(limit=200)
        while True:
            page = await self._ledger.documents.find(SYSTEM, WATCHED, query)
            for document in page.documents:
                await self._organisation(TenantId(document.key))
            if page.next is None:
                return
            query = msgspec.structs.replace(query, after=page.next)

    async def _organisation(self, tenant: TenantId) -> None:
        query, known = Query(limit=200), _Known(self._metrics, tenant)
        while True:
            page = await self._ledger.documents.find(tenant, RULES, query)
            for document in page.documents:
                await self._rule(tenant, document.key, msgspec.convert(document.body["rule"], AlertRule), known)
            if page.next is None:
                return
            query = msgspec.structs.replace(query, after=page.next)

    async def _rule(self, tenant: TenantId, rule_id: str, rule: AlertRule, known: "_Known") -> None:
        """Tell a rule what its metric did, when that changes anything; most of the time it does not."""
        if rule.settings is None:
            return
        now = self._ledger.clock()
        window = whole_periods(now, rule.settings.period_seconds, rule.settings.periods)
        values = await known.values(rule.settings, window)
        found = uuid5(UUID(int=0), f"{tenant} {rule_id} {window.end.isoformat()}")
        command = ObserveMetric(rule_id, values, str(found), now)
        if not decide(command, rule):
            return
        try:
            await self._ledger.commands.send(tenant, command, origin=Origin(WATCHER, found, found))
        except NotFound:
            return  # it was removed meanwhile


class _Known:
    """What the metrics of an organisation did, read once for all rules that ask for the same."""

    def __init__(self, metrics: Metrics, tenant: TenantId) -> None:
        self._metrics = metrics
        self._tenant = tenant
        self._read: dict[tuple[str, str, Window, int], tuple[float | None, ...]] = {}

    async def values(self, settings: RuleSettings, window: Window) -> tuple[float | None, ...]:
        place = (settings.metric, settings.statistic, window, settings.period_seconds)
        if place not in self._read:
            self._read[place] = await self._values(settings, window)
        return self._read[place]

    async def _values(self, settings: RuleSettings, window: Window) -> tuple[float | None, ...]:
        """The value of each whole period; where nothing was counted, counts and sums of counts are 0."""
        series = await self._metrics.series(
            self._tenant, settings.metric, settings.statistic, window, settings.period_seconds
        )
        known = {point.at: point.value for point in series.points}
        counts = settings.statistic == "count" or (settings.statistic == "sum" and series.unit in {COUNT, ""})
        empty = 0.0 if counts else None
        return tuple(known.get(at, empty) for at in _periods(window, settings.period_seconds))


def whole_periods(now: datetime, seconds: int, periods: int) -> Window:
    """The last whole periods before a moment."""
    end = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    return Window(end - timedelta(seconds=seconds * periods), end)


def _periods(window: Window, seconds: int) -> Sequence[datetime]:
    count = int((window.end - window.start).total_seconds()) // seconds
    return [window.start + timedelta(seconds=seconds * number) for number in range(count)]
