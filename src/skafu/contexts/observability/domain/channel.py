"""A way to tell people of alerts."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.observability.domain.commands import AddChannel, RemoveChannel
from skafu.contexts.observability.domain.events import ChannelAdded, ChannelKind, ChannelRemoved
from skafu.kernel.errors import NotFound
from skafu.kernel.events import Event


class ChannelMissing(NotFound):
    """There is no such channel."""


class Channel(msgspec.Struct, frozen=True):
    """A channel as it stands; without a target there is none."""

    kind: ChannelKind = "mail"
    title: str = ""
    target: str = ""


initial_state = Channel()
HANDLES: Final = (AddChannel, RemoveChannel)


def decide(command: AddChannel | RemoveChannel, state: Channel) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        ChannelMissing: there is no such channel.
    """
    match command:
        case AddChannel(channel_id, kind, title, target):
            known = Channel(kind, title, target) == state
            return [] if known else [ChannelAdded(channel_id, kind, title, target)]
        case RemoveChannel(channel_id):
            if not state.target:
                raise ChannelMissing(f"there is no channel {channel_id}")
            return [ChannelRemoved(channel_id)]


def evolve(state: Channel, event: Event) -> Channel:
    """The channel after an event."""
    match event:
        case ChannelAdded(_, kind, title, target):
            return Channel(kind, title, target)
        case ChannelRemoved():
            return initial_state
        case _:
            return state
