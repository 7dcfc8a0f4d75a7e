"""What all work of the context has in common: a host that is busy is come back to, and outcomes are recorded once."""

from collections.abc import Awaitable, Callable

from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.ports import HeadMoved, HostBusy, NameTaken
from skafu.kernel.errors import code_of
from skafu.kernel.events import Command, Event, RecordedEvent
from skafu.storage.work import GivenUp, Later, Work

RETRIES = (2.0, 5.0, 10.0, 15.0)
"""Seconds: somebody waits for it, and hears after a minute that it could not be done; they can go on from there."""

UNHURRIED = (2.0, 10.0, 60.0, 300.0)
"""Seconds: nobody waits for it, so that GitHub's bad minutes are waited for."""

LIMIT = 300.0
"""Seconds that an attempt may take: large trees go in several calls."""


def patient(perform: Callable[[Work], Awaitable[None]]) -> Callable[[Work], Awaitable[None]]:
    """Do work, and come again when its host asks for patience; what others have made or pushed is there for good."""

    async def performed(work: Work) -> None:
        try:
            await perform(work)
        except HostBusy as busy:
            raise Later(busy.seconds) from busy
        except (NameTaken, HeadMoved) as error:
            raise GivenUp(error.message, fix=error.fix, code=code_of(type(error))) from error

    return performed


async def record(reach: Reach, work: Work, command: Command, what: str = "done") -> object:
    """Record what came of work; gives the state after it."""
    outcome = await reach.ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:{what}")
    state: object = outcome.state
    return state


def field_of(name: str) -> Callable[[RecordedEvent[Event]], str]:
    """What work is about: a field of the event that asked for it."""
    return lambda event: str(getattr(event.event, name))
