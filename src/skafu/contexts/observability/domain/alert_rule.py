"""An alert rule: what it watches, and its alert while there is one."""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from skafu.contexts.observability.domain.commands import (
    AcknowledgeAlert,
    ChangeAlertRule,
    DefineAlertRule,
    MuteAlerts,
    ObserveMetric,
    RemoveAlertRule,
    ResolveAlert,
    UnmuteAlerts,
)
from skafu.contexts.observability.domain.events import (
    AlertAcknowledged,
    AlertMuted,
    AlertResolved,
    AlertRuleChanged,
    AlertRuleDefined,
    AlertRuleRemoved,
    AlertTriggered,
    AlertUnmuted,
    Comparison,
    RuleSettings,
    ThresholdBreached,
)
from skafu.kernel.errors import Conflict, Invalid, NotFound
from skafu.kernel.events import Command, Event

BEYOND: Final[Mapping[Comparison, Callable[[float, float], bool]]] = MappingProxyType(
    {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
)
LONGEST_MUTE_DAYS: Final = 30


class AlertRuleMissing(NotFound):
    """There is no such rule."""


class AlertRuleExists(Conflict):
    """A rule with this id exists."""


class NoOpenAlert(Conflict):
    """The rule has no alert that is open."""


class Alert(msgspec.Struct, frozen=True):
    """An open alert."""

    alert_id: str
    value: float
    since: datetime
    acknowledged_by: str = ""


class AlertRule(msgspec.Struct, frozen=True):
    """A rule as it stands; without settings there is none."""

    settings: RuleSettings | None = None
    breached: bool = False
    alert: Alert | None = None
    muted_until: datetime | None = None


initial_state = AlertRule()


def decide(command: Command, state: AlertRule) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        AlertRuleMissing: there is no such rule.
        AlertRuleExists: there is one already.
        NoOpenAlert: there is no alert that the command could be about.
        Invalid: a moment lies in the past or too far in the future.
    """
    if isinstance(command, DefineAlertRule):
        return _defined(command, state)
    if state.settings is None:
        raise AlertRuleMissing(f"there is no alert rule {getattr(command, 'rule_id', '')}")
    match command:
        case ChangeAlertRule(rule_id, settings):
            return [] if settings == state.settings else [AlertRuleChanged(rule_id, settings)]
        case RemoveAlertRule(rule_id):
            return [AlertRuleRemoved(rule_id)]
        case ObserveMetric():
            return _observed(command, state.settings, state)
        case MuteAlerts(rule_id, until, by, at):
            if not at < until or (until - at).days > LONGEST_MUTE_DAYS:
                raise Invalid(f"alerts cannot be muted until {until:%F %T}", fix="give a moment in the next 30 days")
            return [AlertMuted(rule_id, until, by)]
        case UnmuteAlerts(rule_id, by):
            return [AlertUnmuted(rule_id, by)] if state.muted_until else []
        case _:
            return _about_the_alert(command, state.settings, state.alert)


def _defined(command: DefineAlertRule, state: AlertRule) -> Sequence[Event]:
    if state.settings is None:
        return [AlertRuleDefined(command.rule_id, command.settings)]
    if state.settings == command.settings:
        return []
    raise AlertRuleExists(f"there is an alert rule {command.rule_id} already", fix="change it, or give another id")


def _about_the_alert(command: Command, settings: RuleSettings, alert: Alert | None) -> Sequence[Event]:
    if alert is None:
        raise NoOpenAlert(f"the rule {settings.title!r} has no open alert")
    match command:
        case AcknowledgeAlert(rule_id, by, note):
            known = alert.acknowledged_by == by
            return [] if known else [AlertAcknowledged(rule_id, alert.alert_id, by, note)]
        case ResolveAlert(rule_id, by, note, at):
            return [AlertResolved(rule_id, alert.alert_id, settings.title, by, note, at)]
        case _:
            raise Invalid(f"a rule does not take {type(command).__name__}")


def _observed(command: ObserveMetric, settings: RuleSettings, state: AlertRule) -> Sequence[Event]:
    """What the last periods lead to. A period without measures is not beyond any bound."""
    beyond = [_beyond(value, settings) for value in command.values[-settings.periods :]]
    if not beyond:
        return []
    rule_id, value = command.rule_id, command.values[-1] or 0.0
    events: list[Event] = []
    if beyond[-1] and not state.breached:
        events.append(ThresholdBreached(rule_id, settings.metric, value, settings.threshold, command.at))
    if all(beyond) and len(beyond) == settings.periods and state.alert is None:
        events.append(_triggered(command, settings, value))
    if not beyond[-1] and state.alert is not None:
        note = "the metric is back within its bound"
        events.append(AlertResolved(rule_id, state.alert.alert_id, settings.title, "", note, command.at))
    return events


def _triggered(command: ObserveMetric, settings: RuleSettings, value: float) -> AlertTriggered:
    return AlertTriggered(
        command.rule_id,
        command.alert_id,
        settings.title,
        settings.urgency,
        settings.metric,
        value,
        settings.threshold,
        command.at,
    )


def _beyond(value: float | None, settings: RuleSettings) -> bool:
    return value is not None and BEYOND[settings.comparison](value, settings.threshold)


def evolve(state: AlertRule, event: Event) -> AlertRule:
    """The rule after an event."""
    match event:
        case AlertRuleDefined(_, settings):
            return AlertRule(settings)
        case AlertRuleChanged(_, settings):
            return msgspec.structs.replace(state, settings=settings, breached=False)
        case AlertRuleRemoved():
            return initial_state
        case ThresholdBreached():
            return msgspec.structs.replace(state, breached=True)
        case AlertTriggered():
            return msgspec.structs.replace(state, alert=Alert(event.alert_id, event.value, event.at), breached=True)
        case AlertAcknowledged(_, _, by):
            alert = state.alert and msgspec.structs.replace(state.alert, acknowledged_by=by)
            return msgspec.structs.replace(state, alert=alert)
        case AlertResolved():
            return msgspec.structs.replace(state, alert=None, breached=False)
        case AlertMuted(_, until):
            return msgspec.structs.replace(state, muted_until=until)
        case AlertUnmuted():
            return msgspec.structs.replace(state, muted_until=None)
        case _:
            return state


HANDLES: Final = (
    DefineAlertRule,
    ChangeAlertRule,
    RemoveAlertRule,
    ObserveMetric,
    AcknowledgeAlert,
    ResolveAlert,
    MuteAlerts,
    UnmuteAlerts,
)
