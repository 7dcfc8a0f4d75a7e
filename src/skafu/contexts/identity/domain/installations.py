"""The rule of an installation: it belongs to whoever used the first link, until they are forgotten."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import msgspec

from skafu.contexts.identity.domain.events import FirstOwnerNamed
from skafu.kernel.events import Command

STREAM: Final = "installation-skafu"


class NameFirstOwner(Command, frozen=True):
    """Let an installation belong to somebody, unless it belongs to somebody already who is not forgotten."""

    user_id: str
    organisation_id: str
    forgotten: str = ""


class Unowned(msgspec.Struct, frozen=True, tag=True):
    """Nobody has used a first link."""


class Owned(msgspec.Struct, frozen=True, tag=True):
    """Whose it is, and their first organisation."""

    user_id: str
    organisation_id: str


InstallationState: TypeAlias = Unowned | Owned

initial_state: Final[InstallationState] = Unowned()


def decide(command: NameFirstOwner, state: InstallationState) -> Sequence[FirstOwnerNamed]:
    """What the command leads to."""
    owned = isinstance(state, Owned) and state.user_id != command.forgotten
    return [] if owned else [FirstOwnerNamed(command.user_id, command.organisation_id)]


def evolve(_state: InstallationState, event: FirstOwnerNamed) -> InstallationState:
    """The installation after it was given away."""
    return Owned(event.user_id, event.organisation_id)
