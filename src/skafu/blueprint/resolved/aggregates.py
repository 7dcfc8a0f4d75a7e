"""Aggregates with their commands and events, resolved."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.resolved.fields import Access, Assignment, ResolvedField, ResolvedRoute


class ResolvedInvariant(msgspec.Struct, frozen=True):
    """A rule that refuses with its code."""

    code: str
    rule: Checked
    message: str


class ResolvedRead(msgspec.Struct, frozen=True):
    """Another aggregate of the same service that the rules of a command look at."""

    name: str
    aggregate: str
    id: Checked


class ResolvedEmit(msgspec.Struct, frozen=True):
    """An event with the values of all its fields (the implicit copies spelled out)."""

    event: str
    condition: Checked | None
    otherwise: bool
    values: tuple[Assignment, ...]


class ResolvedCommand(msgspec.Struct, frozen=True):
    """A command of an aggregate.

    `fields` are its own, without the id; those among `route.parameters` come from the path, the others from the body.
    `key` gives the fields that the id of a created aggregate is derived from; without, the id is a new UUIDv7.
    An empty `in_states` allows every state.
    """

    names: Names
    aggregate: str
    summary: str
    creates: bool
    route: ResolvedRoute | None
    access: Access
    in_states: tuple[str, ...]
    fields: tuple[ResolvedField, ...]
    key: tuple[Assignment, ...]
    reads: tuple[ResolvedRead, ...]
    invariants: tuple[ResolvedInvariant, ...]
    emits: tuple[ResolvedEmit, ...]


class Effect(msgspec.Struct, frozen=True):
    """What an event does to one field of the state; `add` and `remove` change a list by an item, a counter by a number.

    All values of an event are worked out from the event and the state before it. `remove` takes out every equal item.
    """

    kind: Literal["set", "add", "remove"]
    field: str
    value: Checked


class ResolvedEvent(msgspec.Struct, frozen=True):
    """An event; `fields` are its data without the implicit id."""

    names: Names
    aggregate: str
    summary: str
    version: int
    creates: bool
    to: str | None
    fields: tuple[ResolvedField, ...]
    effects: tuple[Effect, ...]


class Move(msgspec.Struct, frozen=True):
    """One command on the way to somewhere.

    Attributes:
        command: its name.
        instance: what the journey calls the instance that it creates or acts on: the aggregate's name in snake_case.
        caller: what the journey calls the person: `caller` acts, `other` is somebody else.
        roles: the roles that the person needs.
        body: its fields as JSON; texts that start with `$` are filled in by `simulation.filled`: `$caller` and
            `$other` (ids of people), `$order` (the id of an instance), `$now`, `$now+90` (seconds), `$today-3` (days).
        wait: seconds that pass before it.
    """

    command: str
    instance: str
    caller: str
    roles: tuple[str, ...]
    body: dict[str, Any]
    wait: int = 0


Journey = tuple[Move, ...]


class Journeys(msgspec.Struct, frozen=True):
    """Ways through an aggregate, found by playing it; what no way was found to is not here.

    Attributes:
        states: to each state; an aggregate without states has one called `exists`.
        commands: to each command, which is accepted as the last move (and emits an event if it ever does).
        events: to each event, which the last move emits.
        refusals: to each invariant, `PlaceOrder.empty_order`; the last move is refused with its code.
    """

    states: dict[str, Journey] = {}
    commands: dict[str, Journey] = {}
    events: dict[str, Journey] = {}
    refusals: dict[str, Journey] = {}


class ResolvedAggregate(msgspec.Struct, frozen=True):
    """An aggregate; `id_name` is `order_id`.

    A `log` is appended to without looking at what is there: its commands create, and one with a key that is known
    appends to that log.
    """

    names: Names
    summary: str
    id_name: str
    store: Literal["events", "state", "log"]
    retention_days: int | None
    states: tuple[str, ...]
    fields: tuple[ResolvedField, ...]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    commands: tuple[ResolvedCommand, ...]
    events: tuple[ResolvedEvent, ...]
    journeys: Journeys
