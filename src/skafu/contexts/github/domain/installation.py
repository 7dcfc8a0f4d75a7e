"""An installation of the GitHub App: it belongs to one organisation, the first that shows that it is theirs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.kernel.errors import Conflict, NotFound
from skafu.kernel.events import Command, Event


class InstallationTaken(Conflict):
    """Another organisation has connected it."""


class InstallationUnknown(NotFound):
    """This organisation has no such installation."""


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """Nobody has connected it, or it was taken away."""


class Connected(msgspec.Struct, frozen=True, tag="connected"):
    """It belongs to an organisation; suspended ones can't be used for now."""

    installation_id: int
    org_id: str
    account: str
    account_kind: str
    permissions: dict[str, str]
    suspended: bool = False
    seen_at: datetime | None = None


State = Absent | Connected
initial_state: State = Absent()


def _connect(command: c.ConnectInstallation, state: State) -> Sequence[Event]:
    wanted = (command.org_id, command.account, command.account_kind, command.permissions)
    if isinstance(state, Connected):
        if state.org_id != command.org_id:
            raise InstallationTaken(
                f"installation {command.installation_id} belongs to another organisation of Skafu",
                fix="have it disconnected there first",
            )
        if wanted == (state.org_id, state.account, state.account_kind, state.permissions):
            return ()
    return (e.InstallationConnected(command.installation_id, *wanted),)


def _suspend(command: c.RecordInstallationSuspended, state: State) -> Sequence[Event]:
    if not isinstance(state, Connected) or state.suspended or _is_old(command.seen_at, state):
        return ()
    return (e.InstallationSuspended(state.installation_id, state.org_id, command.seen_at),)


def _resume(command: c.RecordInstallationResumed, state: State) -> Sequence[Event]:
    if not isinstance(state, Connected) or not state.suspended or _is_old(command.seen_at, state):
        return ()
    return (e.InstallationResumed(state.installation_id, state.org_id, command.seen_at),)


def _is_old(moment: datetime, state: Connected) -> bool:
    return state.seen_at is not None and moment < state.seen_at


def _disconnect(command: c.DisconnectInstallation, state: State) -> Sequence[Event]:
    known = isinstance(state, Connected) and command.org_id in {"", state.org_id}
    if not known and not command.org_id:
        return ()
    if not known or not isinstance(state, Connected):
        raise InstallationUnknown(f"there is no installation {command.installation_id}")
    return (e.InstallationDisconnected(state.installation_id, state.org_id, command.reason),)


_RULES: Mapping[type[Command], Callable[[Any, State], Sequence[Event]]] = {
    c.ConnectInstallation: _connect,
    c.RecordInstallationSuspended: _suspend,
    c.RecordInstallationResumed: _resume,
    c.DisconnectInstallation: _disconnect,
}


def decide(command: Command, state: State) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        SkafuError: a rule says no.
    """
    return _RULES[type(command)](command, state)


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case e.InstallationConnected():
            return Connected(event.installation_id, event.org_id, event.account, event.account_kind, event.permissions)
        case e.InstallationDisconnected():
            return Absent()
        case e.InstallationSuspended() | e.InstallationResumed() if isinstance(state, Connected):
            suspended = isinstance(event, e.InstallationSuspended)
            return msgspec.structs.replace(state, suspended=suspended, seen_at=event.seen_at)
        case _:
            return state
