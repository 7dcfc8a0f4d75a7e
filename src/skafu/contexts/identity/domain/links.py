"""The rules of links that work once: for the owner of the installation, and for setting a new password."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias, assert_never

import msgspec

from skafu.contexts.identity.domain.errors import LinkNotUsable
from skafu.contexts.identity.domain.events import LinkIssued, LinkUsed
from skafu.kernel.errors import Conflict
from skafu.kernel.events import Command

Purpose = Literal["owner", "password"]


class IssueLink(Command, frozen=True):
    """Let a link work until a moment."""

    link_id: str
    purpose: Purpose
    expires_at: datetime
    user_id: str = ""


class UseLink(Command, frozen=True):
    """Use a link up, for what it was made for."""

    link_id: str
    purpose: Purpose
    at: datetime


LinkCommand: TypeAlias = IssueLink | UseLink
LinkEvent: TypeAlias = LinkIssued | LinkUsed


class NoLink(msgspec.Struct, frozen=True, tag=True):
    """There is none."""


class OpenLink(msgspec.Struct, frozen=True, tag=True):
    """A link that nobody has used."""

    purpose: Purpose
    expires_at: datetime
    user_id: str


class UsedLink(msgspec.Struct, frozen=True, tag=True):
    """A link that was used."""


LinkState: TypeAlias = NoLink | OpenLink | UsedLink

initial_state: Final[LinkState] = NoLink()


def stream_of(link_id: str) -> str:
    """The stream of a link."""
    return f"link-{link_id}"


def decide(command: LinkCommand, state: LinkState) -> Sequence[LinkEvent]:
    """What a command leads to."""
    match command:
        case IssueLink():
            if not isinstance(state, NoLink):
                raise Conflict("a link with this id was issued before", fix="make a new id")
            return [LinkIssued(command.link_id, command.purpose, command.expires_at, command.user_id)]
        case UseLink():
            if not isinstance(state, OpenLink) or not _fits(command, state):
                raise LinkNotUsable
            return [LinkUsed(command.link_id)]
        case _:
            assert_never(command)


def _fits(command: UseLink, state: OpenLink) -> bool:
    return command.purpose == state.purpose and command.at < state.expires_at


def evolve(_state: LinkState, event: LinkEvent) -> LinkState:
    """A link after an event."""
    match event:
        case LinkIssued():
            return OpenLink(event.purpose, event.expires_at, event.user_id)
        case LinkUsed():
            return UsedLink()
        case _:
            assert_never(event)
