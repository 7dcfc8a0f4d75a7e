"""What happens in observability."""

from datetime import datetime
from typing import Literal

import msgspec

from skafu.kernel.error_bus import Severity
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event

Statistic = Literal["sum", "average", "minimum", "maximum", "count"]
Comparison = Literal[">", ">=", "<", "<="]
Urgency = Literal["info", "warning", "critical"]
ChannelKind = Literal["mail", "webhook"]
HealthStatus = Literal["healthy", "degraded", "unhealthy"]


class MetricCollected(Event, frozen=True):
    """Measures of one minute, added up by one process.

    Attributes:
        metric: "http.request.seconds".
        unit: "seconds", "count", "bytes".
        minute: the minute that was measured, in UTC.
        count: how many measures.
        total: their sum.
        minimum: the lowest.
        maximum: the highest.
    """

    metric: str
    unit: str
    minute: datetime
    count: int
    total: float
    minimum: float
    maximum: float


class ErrorOccurred(Event, frozen=True):
    """Something failed, anywhere.

    Attributes:
        source: the part that met it.
        severity: WARNING, ERROR or CRITICAL.
        code: what kind of failure.
        message: what happened.
        context: where.
        stack: the calls that led to it; empty when it was expected.
        can_retry: whether the same may work later.
        at: when.
        repeated: how many of the same kind were not recorded since the last one, because there were too many.
    """

    source: str
    severity: Severity
    code: str
    message: str
    context: dict[str, str]
    stack: str
    can_retry: bool
    at: datetime
    repeated: int = 0


class RuleSettings(msgspec.Struct, frozen=True):
    """What a rule watches: its part of the events that define and change it.

    Attributes:
        title: for people.
        metric: what is watched.
        statistic: how the measures of a period become one value.
        comparison: how the value is compared with the threshold.
        threshold: the bound.
        period_seconds: the length of a period, whole minutes.
        periods: how many periods in a row must be beyond the bound.
        urgency: how much it matters.
        channels: who is told.
    """

    title: str
    metric: str
    statistic: Statistic
    comparison: Comparison
    threshold: float
    period_seconds: int
    periods: int
    urgency: Urgency
    channels: tuple[str, ...]


class AlertRuleDefined(Event, frozen=True):
    """Somebody wants to know when a metric goes beyond a bound."""

    rule_id: str
    settings: RuleSettings


class AlertRuleChanged(Event, frozen=True):
    """A rule watches something else, or otherwise."""

    rule_id: str
    settings: RuleSettings


class AlertRuleRemoved(Event, frozen=True):
    """A rule is not watched any more."""

    rule_id: str


class ThresholdBreached(Event, frozen=True):
    """The last period went beyond the bound, after one that did not."""

    rule_id: str
    metric: str
    value: float
    threshold: float
    at: datetime


class AlertTriggered(Event, frozen=True):
    """So many periods in a row were beyond the bound."""

    rule_id: str
    alert_id: str
    title: str
    urgency: Urgency
    metric: str
    value: float
    threshold: float
    at: datetime


class AlertAcknowledged(Event, frozen=True):
    """Somebody has seen an alert and looks after it."""

    rule_id: str
    alert_id: str
    by: str
    note: str


class AlertResolved(Event, frozen=True):
    """An alert is over: the metric is back, or somebody says so.

    Attributes:
        by: who said so; empty when the metric came back.
    """

    rule_id: str
    alert_id: str
    title: str
    by: str
    note: str
    at: datetime


class AlertMuted(Event, frozen=True):
    """Nobody is told of a rule's alerts until then."""

    rule_id: str
    until: datetime
    by: str


class AlertUnmuted(Event, frozen=True):
    """People are told again."""

    rule_id: str
    by: str


class ChannelAdded(Event, frozen=True):
    """A way to tell people: a mail address, or a webhook."""

    channel_id: str
    kind: ChannelKind
    title: str
    target: str


class ChannelRemoved(Event, frozen=True):
    """Nobody is told this way any more."""

    channel_id: str


class NotificationSent(Event, frozen=True):
    """Somebody was told of an alert."""

    channel_id: str
    alert_id: str
    about: Literal["triggered", "resolved"]


class NotificationFailed(Event, frozen=True):
    """Somebody could not be told of an alert."""

    channel_id: str
    alert_id: str
    about: Literal["triggered", "resolved"]
    reason: str


class Widget(msgspec.Struct, frozen=True):
    """A picture of a metric on a dashboard."""

    title: str
    metric: str
    statistic: Statistic = "sum"


class DashboardUpdated(Event, frozen=True):
    """A dashboard shows other things."""

    dashboard: str
    title: str
    widgets: tuple[Widget, ...]


class HealthPart(msgspec.Struct, frozen=True):
    """How one part of the installation stands."""

    name: str
    status: HealthStatus
    words: str


class SystemHealthCheck(Event, frozen=True):
    """The installation was looked at, and stands otherwise than before."""

    status: HealthStatus
    parts: tuple[HealthPart, ...]
    at: datetime


STORED: tuple[type[Event], ...] = (
    MetricCollected,
    ErrorOccurred,
    AlertRuleDefined,
    AlertRuleChanged,
    AlertRuleRemoved,
    ThresholdBreached,
    AlertTriggered,
    AlertAcknowledged,
    AlertResolved,
    AlertMuted,
    AlertUnmuted,
    ChannelAdded,
    ChannelRemoved,
    NotificationSent,
    NotificationFailed,
    DashboardUpdated,
    SystemHealthCheck,
)
EVENT_TYPES = EventTypes(*(EventType(each, f"observability.{each.__name__}") for each in STORED))
STREAMED = tuple(each for each in STORED if each is not MetricCollected)
