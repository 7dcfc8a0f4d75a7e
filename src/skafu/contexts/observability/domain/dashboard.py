"""A dashboard: which metrics it shows."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.observability.domain.commands import UpdateDashboard
from skafu.contexts.observability.domain.events import DashboardUpdated, Widget
from skafu.kernel.events import Event


class Dashboard(msgspec.Struct, frozen=True):
    """A dashboard as it stands."""

    title: str = ""
    widgets: tuple[Widget, ...] = ()


initial_state = Dashboard()
HANDLES: Final = (UpdateDashboard,)


def decide(command: UpdateDashboard, state: Dashboard) -> Sequence[Event]:
    """What a command leads to."""
    if Dashboard(command.title, command.widgets) == state:
        return []
    return [DashboardUpdated(command.dashboard, command.title, command.widgets)]


def evolve(state: Dashboard, event: Event) -> Dashboard:
    """The dashboard after an event."""
    return Dashboard(event.title, event.widgets) if isinstance(event, DashboardUpdated) else state
