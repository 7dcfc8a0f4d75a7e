"""The health of the installation: on record when it changes."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.observability.domain.commands import NoteHealth
from skafu.contexts.observability.domain.events import HealthPart, HealthStatus, SystemHealthCheck
from skafu.kernel.events import Event

WORST_FIRST: Final[tuple[HealthStatus, ...]] = ("unhealthy", "degraded", "healthy")


class Health(msgspec.Struct, frozen=True):
    """How the installation stood when it was last looked at."""

    status: HealthStatus | None = None
    parts: tuple[HealthPart, ...] = ()


initial_state = Health()
HANDLES: Final = (NoteHealth,)


def decide(command: NoteHealth, state: Health) -> Sequence[Event]:
    """A check is on record when a part stands otherwise than before; its words alone are no change."""
    if _statuses(command.parts) == _statuses(state.parts):
        return []
    return [SystemHealthCheck(status_of(command.parts), command.parts, command.at)]


def evolve(state: Health, event: Event) -> Health:
    """The health after an event."""
    return Health(event.status, event.parts) if isinstance(event, SystemHealthCheck) else state


def status_of(parts: Sequence[HealthPart]) -> HealthStatus:
    """The whole is as well as its worst part."""
    found = {each.status for each in parts}
    return next((status for status in WORST_FIRST if status in found), "healthy")


def _statuses(parts: Sequence[HealthPart]) -> dict[str, str]:
    return {each.name: each.status for each in parts}
