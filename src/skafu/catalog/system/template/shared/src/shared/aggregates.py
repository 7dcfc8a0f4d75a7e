"""Running commands: load an aggregate, decide, append, and remember the answer for a repeated request."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from shared.clock import new_id
from shared.domain import Refusal, Refused
from shared.event_store import Guard, GuardTaken, StoredEvent, VersionConflict, append, guard, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from shared.domain import Decision

S = TypeVar("S")
E = TypeVar("E", bound=msgspec.Struct)

REMEMBER_SECONDS = 14 * 24 * 3600
"""How long a handled request is remembered: as long as a queue may keep a message."""


NO_UPCASTERS: Mapping[tuple[str, int], Callable[[dict[str, object]], dict[str, object]]] = MappingProxyType({})
"""Of an aggregate whose events are all in their first version."""


class InstanceMissing(Exception):
    """There is no such instance, or the caller may not know of it."""


class InstanceExists(Exception):
    """An instance with that id exists already."""


class NotUnique(Exception):
    """A value that must be unique is taken by another instance."""


class KeyReused(Exception):
    """The key of an earlier request came with another one."""


class PreconditionFailed(Exception):
    """The instance is not at the version that the caller expects."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs a command, when, why, and how a repetition of it is recognised: by its key, and by its digest."""

    actor: str
    now: datetime
    correlation_id: str
    causation_id: str
    idempotency_key: str | None = None
    digest: str = ""
    expected_version: int | None = None


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What a command changed: the instance, its version now, the names of the events."""

    instance_id: str
    version: int
    events: tuple[str, ...]


class AggregateStore(Generic[S, E]):
    """The instances of one aggregate, each folded from its events."""

    def __init__(
        self,
        name: str,
        state: type[S],
        events: Mapping[str, type[E]],
        evolve: Callable[[S | None, E], S],
        unique: Callable[[S], frozenset[str]] = lambda _: frozenset(),
        upcasters: Mapping[tuple[str, int], Callable[[dict[str, object]], dict[str, object]]] = NO_UPCASTERS,
    ) -> None:
        """Name the aggregate, its state, events and fold, the values that no two instances may share, older events."""
        self.name, self.state, self.evolve = name, state, evolve
        self._types = events
        self._unique = unique
        self._upcasters = upcasters

    def stream(self, instance_id: str) -> str:
        """The key of an instance's stream."""
        return f"{self.name}#{instance_id}"

    def decode(self, event: StoredEvent) -> E:
        """The domain event of a stored event, brought up to date from the version that it was stored in.

        Raises:
            KeyError: there is no upcaster from that version, or no such event.
        """
        kind = self._types[event.type]
        current: int = getattr(kind, "schema", 1)
        if event.schema >= current:
            return msgspec.json.decode(event.data, type=kind)
        fields = msgspec.json.decode(event.data, type=dict[str, object])
        for version in range(event.schema, current):
            fields = self._upcasters[event.type, version](fields)
        return msgspec.convert(fields, kind)

    def load(self, instance_id: str) -> tuple[S | None, int]:
        """The state of an instance and its version; nothing and 0 when it does not exist."""
        state, version = None, 0
        for stored in read(self.stream(instance_id)):
            state, version = self.evolve(state, self.decode(stored)), stored.sequence
        return state, version

    def get(self, instance_id: str) -> S:
        """The state of an instance.

        Raises:
            InstanceMissing: there is none.
        """
        state, _ = self.load(instance_id)
        if state is None:
            raise InstanceMissing(instance_id)
        return state

    def create(self, instance_id: str, decide: Callable[[], Decision[E]], context: Context) -> Committed | Refusal:
        """Run a command that creates an instance.

        Raises:
            InstanceExists: there is one with that id.
            NotUnique: a value that must be unique is taken.
            KeyReused: the key of an earlier request came with another one.
        """

        def decide_new(state: S | None) -> Decision[E]:
            if state is not None:
                raise InstanceExists(instance_id)
            return decide()

        return self._run(instance_id, decide_new, context)

    def change(self, instance_id: str, decide: Callable[[S], Decision[E]], context: Context) -> Committed | Refusal:
        """Run a command on an instance.

        Raises:
            InstanceMissing: there is none.
            PreconditionFailed: it is not at the expected version.
            VersionConflict: others were faster, twice.
            NotUnique: a value that must be unique is taken.
            KeyReused: the key of an earlier request came with another one.
        """

        def decide_existing(state: S | None) -> Decision[E]:
            if state is None:
                raise InstanceMissing(instance_id)
            return decide(state)

        return self._run(instance_id, decide_existing, context)

    def _run(self, instance_id: str, decide: Callable[[S | None], Decision[E]], context: Context) -> Committed | Refusal:
        if earlier := already_done(context):
            return earlier
        try:
            return self._attempt(instance_id, decide, context)
        except VersionConflict:
            return already_done(context) or self._attempt(instance_id, decide, context)

    def _attempt(
        self, instance_id: str, decide: Callable[[S | None], Decision[E]], context: Context
    ) -> Committed | Refusal:
        state, version = self.load(instance_id)
        decision, after = self._decided(state, decide)
        if context.expected_version not in {None, version}:
            raise PreconditionFailed(instance_id)
        if isinstance(decision, Refusal):
            return decision
        committed = Committed(
            instance_id=instance_id,
            version=version + len(decision),
            events=tuple(type(event).__name__ for event in decision),
        )
        held, wanted = self._reserved(state), self._reserved(after)
        try:
            append(
                [self._stored(event, instance_id, version + n, context) for n, event in enumerate(decision, 1)],
                take=[*answer_guards(context, committed), *(Guard(guard_id=one) for one in sorted(wanted - held))],
                release=sorted(held - wanted),
                also=self.further_writes(instance_id, after, version, committed.version),
            )
        except GuardTaken as error:
            return _repeated(context, error)
        return committed

    def _decided(
        self, state: S | None, decide: Callable[[S | None], Decision[E]]
    ) -> tuple[Decision[E], S | None]:
        """What is decided, and the state after it."""
        try:
            decision = decide(state)
            return decision, state if isinstance(decision, Refusal) else self._fold(state, decision)
        except Refused as error:
            return error.refusal, state

    def _fold(self, state: S | None, events: tuple[E, ...]) -> S | None:
        for event in events:
            state = self.evolve(state, event)
        return state

    def further_writes(self, instance_id: str, state: S | None, before: int, after: int) -> list[Any]:
        """Further writes of the same transaction; a store of events needs none."""
        del instance_id, state, before, after
        return []

    def marks(self, row: Mapping[str, Any], sequence: int) -> dict[str, Any]:
        """What a row says of the events that it was folded from, after one more with a sequence number."""
        del row
        return {"version": sequence}

    def is_late(self, row: Mapping[str, Any], held: int, sequence: int) -> bool:
        """Whether an event was written after others with higher numbers were folded; a stream has no gaps."""
        del row, held, sequence
        return False

    def _reserved(self, state: S | None) -> frozenset[str]:
        return frozenset() if state is None else frozenset(f"{self.name}#{one}" for one in self._unique(state))

    def _stored(self, event: E, instance_id: str, sequence: int, context: Context) -> StoredEvent:
        schema: int = getattr(event, "schema", 1)
        return StoredEvent(
            aggregate_id=self.stream(instance_id),
            sequence=sequence,
            event_id=new_id(),
            type=type(event).__name__,
            schema=schema,
            data=msgspec.json.encode(event).decode(),
            timestamp=context.now.isoformat(),
            actor=context.actor,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
        )


def already_done(context: Context) -> Committed | None:
    """The answer to the same request, if it was handled before.

    Raises:
        KeyReused: another request was handled under its key.
    """
    if context.idempotency_key is None:
        return None
    found = guard(context.idempotency_key)
    if found and found.digest != context.digest:
        raise KeyReused(context.idempotency_key)
    return msgspec.json.decode(found.answer, type=Committed) if found else None


def answer_guards(context: Context, committed: Committed) -> list[Guard]:
    """The guard that remembers the answer to a request that may be repeated."""
    if context.idempotency_key is None:
        return []
    expires = int(context.now.timestamp()) + REMEMBER_SECONDS
    answer = msgspec.json.encode(committed).decode()
    return [Guard(guard_id=context.idempotency_key, answer=answer, digest=context.digest, expires_at=expires)]


def _repeated(context: Context, error: GuardTaken) -> Committed:
    earlier = already_done(context) if error.guard_id == context.idempotency_key else None
    if earlier is None:
        raise NotUnique(error.guard_id) from error
    return earlier


