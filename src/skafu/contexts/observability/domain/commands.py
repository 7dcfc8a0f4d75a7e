"""What people and chores want of observability."""

from datetime import datetime

from skafu.contexts.observability.domain.events import ChannelKind, HealthPart, RuleSettings, Widget
from skafu.kernel.events import Command


class DefineAlertRule(Command, frozen=True):
    """Watch a metric."""

    rule_id: str
    settings: RuleSettings


class ChangeAlertRule(Command, frozen=True):
    """Watch something else, or otherwise."""

    rule_id: str
    settings: RuleSettings


class RemoveAlertRule(Command, frozen=True):
    """Watch no more."""

    rule_id: str


class ObserveMetric(Command, frozen=True):
    """Tell a rule the values of the last periods, the oldest first; none where nothing was measured.

    Attributes:
        alert_id: the id of the alert, should this trigger one.
    """

    rule_id: str
    values: tuple[float | None, ...]
    alert_id: str
    at: datetime


class AcknowledgeAlert(Command, frozen=True):
    """Say that one looks after the alert of a rule."""

    rule_id: str
    by: str
    note: str = ""


class ResolveAlert(Command, frozen=True):
    """Say that the alert of a rule is over."""

    rule_id: str
    by: str
    note: str
    at: datetime


class MuteAlerts(Command, frozen=True):
    """Tell nobody of a rule's alerts until then."""

    rule_id: str
    until: datetime
    by: str
    at: datetime


class UnmuteAlerts(Command, frozen=True):
    """Tell people again."""

    rule_id: str
    by: str


class AddChannel(Command, frozen=True):
    """Tell people this way."""

    channel_id: str
    kind: ChannelKind
    title: str
    target: str


class RemoveChannel(Command, frozen=True):
    """Tell nobody this way any more."""

    channel_id: str


class UpdateDashboard(Command, frozen=True):
    """Show other things on a dashboard."""

    dashboard: str
    title: str
    widgets: tuple[Widget, ...]


class NoteHealth(Command, frozen=True):
    """Say how the parts of the installation stand."""

    parts: tuple[HealthPart, ...]
    at: datetime
