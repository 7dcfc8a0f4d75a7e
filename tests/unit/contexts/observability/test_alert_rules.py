"""What alert rules make of what they see, and of what people want."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from decider_scenarios import given

from skafu.contexts.observability.domain import alert_rule, channel, dashboard, health
from skafu.contexts.observability.domain.commands import (
    AcknowledgeAlert,
    AddChannel,
    ChangeAlertRule,
    DefineAlertRule,
    MuteAlerts,
    NoteHealth,
    ObserveMetric,
    RemoveAlertRule,
    RemoveChannel,
    ResolveAlert,
    UnmuteAlerts,
    UpdateDashboard,
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
    ChannelAdded,
    ChannelRemoved,
    DashboardUpdated,
    HealthPart,
    RuleSettings,
    SystemHealthCheck,
    ThresholdBreached,
    Widget,
)
from skafu.kernel.errors import Conflict, Invalid, NotFound

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
TWICE = RuleSettings("Slow", "seconds", "average", ">", 1.0, 60, 2, "warning", ("c1",))
DEFINED = AlertRuleDefined("slow", TWICE)
BREACHED = ThresholdBreached("slow", "seconds", 3.0, 1.0, AT)
TRIGGERED = AlertTriggered("slow", "a1", "Slow", "warning", "seconds", 3.0, 1.0, AT)


def _seen(*values: float | None) -> ObserveMetric:
    return ObserveMetric("slow", values, "a1", AT)


def test_a_rule_is_defined_once() -> None:
    given(alert_rule).when(DefineAlertRule("slow", TWICE)).then(DEFINED)
    given(alert_rule, DEFINED).when(DefineAlertRule("slow", TWICE)).then()
    other = msgspec.structs.replace(TWICE, threshold=2.0)
    given(alert_rule, DEFINED).when(DefineAlertRule("slow", other)).then_refused(Conflict, "already")


def test_what_is_not_there_cannot_be_changed_or_watched() -> None:
    for command in (
        ChangeAlertRule("slow", TWICE),
        RemoveAlertRule("slow"),
        _seen(3.0),
        AcknowledgeAlert("slow", "me"),
    ):
        given(alert_rule).when(command).then_refused(NotFound, "slow")
    given(alert_rule, DEFINED, AlertRuleRemoved("slow")).when(RemoveAlertRule("slow")).then_refused(NotFound, "slow")


def test_a_bound_is_breached_before_an_alert_is_triggered() -> None:
    given(alert_rule, DEFINED).when(_seen(0.5, 3.0)).then(BREACHED)
    given(alert_rule, DEFINED, BREACHED).when(_seen(3.0, 3.0)).then(TRIGGERED)
    given(alert_rule, DEFINED, BREACHED, TRIGGERED).when(_seen(3.0, 3.0)).then()


def test_both_at_once_when_the_first_look_comes_late() -> None:
    given(alert_rule, DEFINED).when(_seen(2.0, 3.0)).then(BREACHED, TRIGGERED)


@pytest.mark.parametrize(
    ("comparison", "value", "beyond"),
    [(">", 1.0, False), (">", 1.1, True), (">=", 1.0, True), ("<", 1.0, False), ("<", 0.9, True), ("<=", 1.0, True)],
)
def test_what_beyond_means(comparison: str, value: float, *, beyond: bool) -> None:
    settings = msgspec.convert({**msgspec.to_builtins(TWICE), "comparison": comparison, "periods": 1}, RuleSettings)
    outcome = alert_rule.decide(_seen(value), alert_rule.AlertRule(settings))
    assert bool(outcome) is beyond


def test_without_measures_nothing_is_beyond() -> None:
    given(alert_rule, DEFINED).when(_seen(None, None)).then()
    given(alert_rule, DEFINED).when(_seen()).then()
    given(alert_rule, DEFINED).when(_seen(3.0)).then(BREACHED)


def test_an_alert_is_over_when_the_metric_is_back() -> None:
    over = AlertResolved("slow", "a1", "Slow", "", "the metric is back within its bound", AT)
    state = given(alert_rule, DEFINED, BREACHED, TRIGGERED).when(_seen(3.0, 0.5)).then(over)
    assert (state.alert, state.breached) == (None, False)


def test_people_acknowledge_and_resolve_alerts_that_are_open() -> None:
    open_alert = given(alert_rule, DEFINED, BREACHED, TRIGGERED)
    seen = AlertAcknowledged("slow", "a1", "me", "on it")
    alert = open_alert.when(AcknowledgeAlert("slow", "me", "on it")).then(seen).alert
    assert alert is not None
    assert alert.acknowledged_by == "me"
    given(alert_rule, DEFINED, BREACHED, TRIGGERED, seen).when(AcknowledgeAlert("slow", "me", "again")).then()
    open_alert.when(ResolveAlert("slow", "me", "fixed", AT)).then(
        AlertResolved("slow", "a1", "Slow", "me", "fixed", AT)
    )
    for command in (AcknowledgeAlert("slow", "me"), ResolveAlert("slow", "me", "", AT)):
        given(alert_rule, DEFINED).when(command).then_refused(Conflict, "no open alert")


def test_alerts_are_muted_for_a_while() -> None:
    until = AT + timedelta(hours=1)
    muted = AlertMuted("slow", until, "me")
    given(alert_rule, DEFINED).when(MuteAlerts("slow", until, "me", AT)).then(muted)
    given(alert_rule, DEFINED, muted).when(UnmuteAlerts("slow", "me")).then(AlertUnmuted("slow", "me"))
    given(alert_rule, DEFINED).when(UnmuteAlerts("slow", "me")).then()
    for wrong in (AT, AT + timedelta(days=32)):
        given(alert_rule, DEFINED).when(MuteAlerts("slow", wrong, "me", AT)).then_refused(Invalid, "cannot be muted")


def test_a_changed_rule_looks_anew() -> None:
    other = msgspec.structs.replace(TWICE, threshold=5.0)
    changed = AlertRuleChanged("slow", other)
    assert not given(alert_rule, DEFINED, BREACHED).when(ChangeAlertRule("slow", other)).then(changed).breached
    given(alert_rule, DEFINED).when(ChangeAlertRule("slow", TWICE)).then()


def test_channels_come_and_go() -> None:
    added = ChannelAdded("c1", "mail", "Us", "us@example.com")
    given(channel).when(AddChannel("c1", "mail", "Us", "us@example.com")).then(added)
    given(channel, added).when(AddChannel("c1", "mail", "Us", "us@example.com")).then()
    given(channel, added).when(RemoveChannel("c1")).then(ChannelRemoved("c1"))
    given(channel).when(RemoveChannel("c1")).then_refused(NotFound, "c1")


def test_a_dashboard_changes_when_it_shows_something_else() -> None:
    widgets = (Widget("All", "events"),)
    updated = DashboardUpdated("main", "Main", widgets)
    given(dashboard).when(UpdateDashboard("main", "Main", widgets)).then(updated)
    given(dashboard, updated).when(UpdateDashboard("main", "Main", widgets)).then()


def test_health_is_on_record_when_a_part_stands_otherwise() -> None:
    well = (HealthPart("database", "healthy", "answers"), HealthPart("work", "healthy", "3 pieces"))
    first = SystemHealthCheck("healthy", well, AT)
    given(health).when(NoteHealth(well, AT)).then(first)
    busier = (well[0], HealthPart("work", "healthy", "9 pieces"))
    given(health, first).when(NoteHealth(busier, AT)).then()
    worse = (well[0], HealthPart("work", "degraded", "900 pieces"))
    given(health, first).when(NoteHealth(worse, AT)).then(SystemHealthCheck("degraded", worse, AT))
