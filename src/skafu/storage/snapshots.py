"""Snapshots: a projection saves the fold of each stream, and a load goes on from there."""

import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, cast

import msgspec

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.events import Event
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Body, Collection, Documents
from skafu.storage.event_store import EventStore
from skafu.storage.projections.projection import Projection, Recorded

S = TypeVar("S")
E = TypeVar("E", bound=Event)


class Loaded(msgspec.Struct, Generic[S], frozen=True):
    """An aggregate as it stands.

    Attributes:
        state: the fold of all its events.
        version: of the last of them; what the next append expects.
        folded: how many events were read for it; the rest stood in the snapshot.
    """

    state: S
    version: int
    folded: int


class Snapshot(msgspec.Struct, frozen=True):
    """The document of a stream: the fold of its events up to a version, as JSON."""

    version: int
    state: object


class Snapshots(Generic[S, E]):
    """The snapshots of one kind of aggregate.

    They are kept under a name with a digest of the state's shape: when the shape changes, another projection fills
    other documents from the start, and those of the old shape are not looked at.
    """

    def __init__(
        self,
        name: str,
        decider: Decider[Any, S, E],
        state: object,
        belongs: Callable[[Recorded], bool],
        *,
        meaning: int = 1,
    ) -> None:
        """Describe the snapshots.

        Args:
            name: unique among the snapshots of a store.
            decider: the aggregate.
            state: the type of its states, which msgspec can write and read back: a struct, or a union of tagged ones.
            belongs: whether an event stands in a stream of this aggregate; all events of such a stream do.
            meaning: raised when `evolve` comes to other states from the same events, and their shape is the same.
        """
        self._decider = decider
        self._state = state
        self._belongs = belongs
        self.collection = Collection(f"{name} snapshots {_digest(state, meaning)}")

    @property
    def projection(self) -> Projection:
        """What writes the snapshots; give it to a worker like any other."""
        return Projection(self.collection.name, self.collection, self._stream, self._after)

    async def load(self, events: EventStore, documents: Documents, tenant: TenantId, stream: str) -> Loaded[S]:
        """The state of a stream: that of its snapshot, when there is one, and what followed.

        Raises:
            UnknownEvent: an event was written by a newer version of the program.
            UnreadableEvent: the fields of an event do not fit its type.
            Unavailable: the engine does not answer.
        """
        found = (await documents.get(tenant, self.collection, [stream])).get(stream)
        before = self._read(found.body if found else None)
        state, version = (self._decider.initial_state, 0) if before is None else before
        tail = await events.read_stream(tenant, stream, from_version=version + 1)
        return Loaded(self._folded(tail, state), version + len(tail), len(tail))

    def _stream(self, event: Recorded) -> Iterable[str]:
        return [event.stream] if self._belongs(event) else ()

    def _after(self, body: Body | None, event: Recorded) -> Body | None:
        """The snapshot after an event; none for good when one before it is missing, because it was skipped."""
        state, version = self._read(body) or (self._decider.initial_state, 0)
        if event.version != version + 1:
            return None
        after = self._folded([event], state)
        return {"version": event.version, "state": msgspec.to_builtins(after, str_keys=True, order="deterministic")}

    def _read(self, body: Body | None) -> tuple[S, int] | None:
        """The state and the version of a snapshot; none when it does not fit, as after an edit of its document."""
        try:
            snapshot = msgspec.convert(body, Snapshot)
            state = msgspec.convert(snapshot.state, cast("Any", self._state), str_keys=True)
        except msgspec.ValidationError:
            return None
        return cast("S", state), snapshot.version

    def _folded(self, events: Iterable[Recorded], state: S) -> S:
        return fold(self._decider, (cast("E", each.event) for each in events), state)


def _digest(state: object, meaning: int) -> str:
    shape = json.dumps(_bare(msgspec.json.schema(cast("Any", state))), sort_keys=True)
    return f"{zlib.crc32(f'{meaning} {shape}'.encode()):08x}"


def _bare(schema: object) -> object:
    """A schema without words for people: they may change and the shape stays."""
    if isinstance(schema, dict):
        return {
            name: _bare(part) for name, part in schema.items() if name != "description" or not isinstance(part, str)
        }
    return [_bare(part) for part in schema] if isinstance(schema, list) else schema
