"""What follows from events outside of the read models: at least once, with the event's id as the key."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid5

import msgspec

from skafu.kernel.events import Event
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage.checkpoints import Change, DocumentKey, ReadModels
from skafu.storage.documents import Body, Collection
from skafu.storage.projections.projection import KeysOf, Recorded

Act = Callable[[Recorded], Awaitable[None]]
"""Has an effect outside. It may be called again with the same event: `event.event_id` is its idempotency key."""


class Reaction(msgspec.Struct, frozen=True):
    """An effect that follows from events of some types.

    Attributes:
        name: unique in the store, and the name of its checkpoint.
        wants: the types of events.
        act: has the effect.
        needless: whether the effect of an event is there already, and stays; such events are passed without a write.
    """

    name: str
    wants: tuple[type[Event], ...]
    act: Act
    needless: Callable[[Recorded], bool] | None = None

    @property
    def one_by_one(self) -> bool:
        """Effects are not repeated because a later one failed."""
        return True

    def concerns(self, event: Recorded, /) -> bool:
        """Whether it is wanted, and its effect is not there yet."""
        return isinstance(event.event, self.wants) and not (self.needless and self.needless(event))

    async def handle(self, events: Sequence[Recorded], /) -> Sequence[Change]:
        """Act on the events that are wanted; nothing is written."""
        for event in events:
            if self.concerns(event):
                await self.act(event)
        return ()


class Wanted(msgspec.Struct, frozen=True):
    """A command that a process manager wants, in the tenant of the event.

    Attributes:
        command: what is to happen; its meaning is the dispatcher's business.
        key: the idempotency key: the same for each repetition of the same event.
        origin: on whose behalf, and what led to it.
    """

    tenant: TenantId
    command: object
    key: str
    origin: Origin


Dispatch = Callable[[Wanted], Awaitable[None]]
"""Brings a command to its handler. It may come again with the same key, and must then lead to the first result."""

Coordinate = Callable[[Body | None, Recorded], tuple[Body | None, Sequence[object]]]
"""The state of a process after an event, and the commands that follow. Pure."""


class ProcessManager:
    """Turns events into commands, with a state of its own for each process."""

    def __init__(
        self,
        name: str,
        collection: Collection,
        keys_of: KeysOf,
        coordinate: Coordinate,
        dispatch: Dispatch,
        read_models: ReadModels,
    ) -> None:
        """Keep states in `collection`, under the keys that events belong to."""
        self._name = name
        self._collection = collection
        self._keys_of = keys_of
        self._coordinate = coordinate
        self._dispatch = dispatch
        self._read_models = read_models

    @property
    def name(self) -> str:
        """The name of its checkpoint."""
        return self._name

    @property
    def one_by_one(self) -> bool:
        """Each event's commands are out before its state is kept."""
        return True

    def concerns(self, event: Recorded, /) -> bool:
        """Whether it belongs to a process; what cannot be told is left to `handle`, whose errors are put on record."""
        try:
            return any(True for _ in self._keys_of(event))
        except Exception:
            return True

    async def handle(self, events: Sequence[Recorded], /) -> Sequence[Change]:
        """Dispatch the commands that follow, and give the states that are kept with the checkpoint."""
        changes: dict[DocumentKey, Change] = {}
        for event in events:
            for key in self._keys_of(event):
                place = DocumentKey(event.tenant, self._collection.name, key)
                changes[place] = await self._step(event, place, changes.get(place))
        return list(changes.values())

    async def _step(self, event: Recorded, place: DocumentKey, before: Change | None) -> Change:
        stored = None if before else (await self._read_models.load({place})).get(place)
        state = before.body if before else stored.body if stored else None
        after, commands = self._coordinate(state, event)
        origin = event.leads_to(Actor("system", self._name))
        for number, command in enumerate(commands):
            key = str(uuid5(event.event_id, f"{self._name} {place.key} {number}"))
            await self._dispatch(Wanted(event.tenant, command, key, origin))
        return Change(place.tenant, self._collection, place.key, after)
