"""The read models of alerting: rules as they stand, alerts that were, ways to tell people, dashboards."""

from typing import Final

import msgspec

from skafu.contexts.observability.application.activity import moment_of
from skafu.contexts.observability.domain import alert_rule
from skafu.contexts.observability.domain.events import (
    AlertAcknowledged,
    AlertMuted,
    AlertResolved,
    AlertRuleChanged,
    AlertRuleDefined,
    AlertRuleRemoved,
    AlertTriggered,
    AlertUnmuted,
    ChannelAdded,
    ChannelRemoved,
    DashboardUpdated,
    NotificationFailed,
    NotificationSent,
    ThresholdBreached,
)
from skafu.storage import Body, Collection
from skafu.storage.projections import Projection, Recorded

RULES: Final = Collection("alert rules", (("title",), ("state", "title")))
ALERTS: Final = Collection("alerts", (("triggered",), ("status", "triggered"), ("rule_id", "triggered")))
CHANNELS: Final = Collection("channels", (("title",),))
DASHBOARDS: Final = Collection("dashboards", (("title",),))

_RULE = (
    AlertRuleDefined
    | AlertRuleChanged
    | AlertRuleRemoved
    | ThresholdBreached
    | AlertTriggered
    | AlertAcknowledged
    | AlertResolved
    | AlertMuted
    | AlertUnmuted
)
_ALERT = AlertTriggered | AlertAcknowledged | AlertResolved | NotificationSent | NotificationFailed


def _rule_key(event: Recorded) -> list[str]:
    return [event.event.rule_id] if isinstance(event.event, _RULE) else []


def _rule(before: Body | None, event: Recorded) -> Body | None:
    """A rule as its events leave it: the decider's own fold, kept as JSON."""
    state = msgspec.convert(before["rule"], alert_rule.AlertRule, strict=False) if before else alert_rule.initial_state
    after = alert_rule.evolve(state, event.event)
    if after.settings is None:
        return None
    status = "ALARM" if after.alert else "OK"
    return {"title": after.settings.title, "state": status, "rule": msgspec.to_builtins(after)}


def _alert_key(event: Recorded) -> list[str]:
    return [event.event.alert_id] if isinstance(event.event, _ALERT) else []


def _alert(before: Body | None, event: Recorded) -> Body | None:
    match event.event:
        case AlertTriggered() as said:
            shown = msgspec.to_builtins(said)
            return {**shown, "status": "open", "triggered": moment_of(said.at), "told": [], "acknowledged_by": ""}
        case AlertAcknowledged(_, _, by, note):
            return before and {**before, "status": "acknowledged", "acknowledged_by": by, "note": note}
        case AlertResolved() as said:
            over = {"status": "resolved", "resolved": moment_of(said.at), "resolved_by": said.by, "note": said.note}
            return before and {**before, **over}
        case NotificationSent(channel, _, about):
            return before and _told(before, {"channel": channel, "about": about, "outcome": "sent"})
        case NotificationFailed(channel, _, about, reason):
            return before and _told(before, {"channel": channel, "about": about, "outcome": reason})
        case _:
            return before


def _told(before: Body, entry: dict[str, str]) -> Body:
    told = before.get("told")
    return {**before, "told": [*(told if isinstance(told, list) else []), entry]}


def _channel_key(event: Recorded) -> list[str]:
    return [event.event.channel_id] if isinstance(event.event, ChannelAdded | ChannelRemoved) else []


def _channel(_before: Body | None, event: Recorded) -> Body | None:
    if not isinstance(event.event, ChannelAdded):
        return None
    return {"kind": event.event.kind, "title": event.event.title, "target": event.event.target}


def _dashboard_key(event: Recorded) -> list[str]:
    return [event.event.dashboard] if isinstance(event.event, DashboardUpdated) else []


def _dashboard(_before: Body | None, event: Recorded) -> Body | None:
    said = event.event
    if not isinstance(said, DashboardUpdated):
        return None
    return {"title": said.title, "widgets": msgspec.to_builtins(said.widgets)}


ALERT_PROJECTIONS: Final = (
    Projection("alert rules", RULES, _rule_key, _rule),
    Projection("alerts", ALERTS, _alert_key, _alert),
    Projection("channels", CHANNELS, _channel_key, _channel),
    Projection("dashboards", DASHBOARDS, _dashboard_key, _dashboard),
)
