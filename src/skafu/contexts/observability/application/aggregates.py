"""The aggregates of observability, and their streams."""

from typing import Final

from skafu.contexts.observability.domain import alert_rule, channel, dashboard, health
from skafu.storage.dispatching import Aggregate

HEALTH_STREAM: Final = "health-installation"

ALERT_RULE: Final = Aggregate(alert_rule, alert_rule.HANDLES, lambda command: f"alert-rule-{command.rule_id}")
CHANNEL: Final = Aggregate(channel, channel.HANDLES, lambda command: f"channel-{command.channel_id}")
DASHBOARD: Final = Aggregate(dashboard, dashboard.HANDLES, lambda command: f"dashboard-{command.dashboard}")
HEALTH: Final = Aggregate(health, health.HANDLES, lambda _command: HEALTH_STREAM)

AGGREGATES: Final = (ALERT_RULE, CHANNEL, DASHBOARD, HEALTH)
