"""Looks at the parts of the installation, and puts their health on record when it changes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from skafu.contexts.observability.domain.commands import NoteHealth
from skafu.contexts.observability.domain.events import HealthPart, HealthStatus
from skafu.kernel.identity import SYSTEM, Actor, Origin
from skafu.storage.ledger import Ledger

CHECKER: Final = Actor("system", "observability.health")
Look = Callable[[], Awaitable[Sequence[HealthPart]]]


def by_lag(name: str, seconds: float) -> HealthPart:
    """The health of a read model by how far it is behind."""
    status: HealthStatus = "healthy" if seconds <= 10 else "degraded" if seconds <= 300 else "unhealthy"
    return HealthPart(name, status, f"{seconds:.0f} s behind")


async def check_health(ledger: Ledger, look: Look) -> None:
    """Look once."""
    command = NoteHealth(tuple(await look()), ledger.clock())
    identifier = ledger.new_id()
    await ledger.commands.send(SYSTEM, command, origin=Origin(CHECKER, identifier, identifier))
