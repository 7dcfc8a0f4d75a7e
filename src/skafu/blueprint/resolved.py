"""The resolved form of a blueprint: every default, route, id, type and name spelled out, for generation and proof."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.types import Type


class ResolvedField(msgspec.Struct, frozen=True):
    """A field with its parsed type, limits and sample values (JSON values as a client sends them)."""

    name: str
    type: Type
    required: bool
    personal: bool = False
    min: int | float | None = None
    max: int | float | None = None
    pattern: str | None = None
    default: Any = None
    has_default: bool = False
    summary: str = ""
    valid: Any = None
    invalid: tuple[tuple[str, Any], ...] = ()


class Assignment(msgspec.Struct, frozen=True):
    """A field and the expression that gives its value."""

    field: str
    value: Checked


class ResolvedRoute(msgspec.Struct, frozen=True):
    """An HTTP route below `/api/v1`; the path has parameters as `{order_id}`."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    parameters: tuple[str, ...]


class Access(msgspec.Struct, frozen=True):
    """Who may use a route: everybody, or the roles, and of these the ones that `allow` lets in."""

    public: bool
    roles: tuple[str, ...]
    allow: Checked | None


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
    """A command of an aggregate; `fields` are what a client sends in the body, without the id in the path."""

    names: Names
    aggregate: str
    summary: str
    creates: bool
    route: ResolvedRoute | None
    access: Access
    in_states: tuple[str, ...]
    fields: tuple[ResolvedField, ...]
    reads: tuple[ResolvedRead, ...]
    invariants: tuple[ResolvedInvariant, ...]
    emits: tuple[ResolvedEmit, ...]


class Effect(msgspec.Struct, frozen=True):
    """What an event does to one field of the state."""

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
    """One command on the way to a state, with a body that works (`$id` stands for the aggregate's id)."""

    command: str
    body: dict[str, Any]


class ResolvedAggregate(msgspec.Struct, frozen=True):
    """An aggregate; `id_name` is `order_id`; `journeys` leads from nothing to each state."""

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
    journeys: dict[str, tuple[Move, ...]]


class Column(msgspec.Struct, frozen=True):
    """A column of a read model: a field of the state, or an implicit one (`status`, `created_at`, `placed_at`, ...)."""

    name: str
    type: Type
    personal: bool
    implicit: bool
    from_event: str | None = None


class ResolvedQuery(msgspec.Struct, frozen=True):
    """A read model; `by` are the access keys (columns or `caller.id`), none means the row's own id or all rows."""

    names: Names
    aggregate: str
    summary: str
    route: ResolvedRoute | None
    access: Access
    by: tuple[str, ...]
    sources: tuple[str, ...]
    columns: tuple[Column, ...]
    returns: Literal["one", "page"]
    filter: tuple[str, ...]
    sort: str | None
    yours: bool


class EventRef(msgspec.Struct, frozen=True):
    """An event of a service: `payments.PaymentFailed`."""

    service: str
    aggregate: str
    event: str


class CommandRef(msgspec.Struct, frozen=True):
    """A command of a service."""

    service: str
    aggregate: str
    command: str


class Reaction(msgspec.Struct, frozen=True):
    """A command to run, and how its id and fields are filled."""

    command: CommandRef
    id: Checked | None
    values: tuple[Assignment, ...]


class ResolvedPolicy(msgspec.Struct, frozen=True):
    """Whenever `when`, then `then`, for the one instance or each row of a query."""

    names: Names
    when: EventRef
    condition: Checked | None
    for_each: str | None
    then: Reaction


class ResolvedTimer(msgspec.Struct, frozen=True):
    """A command after a delay (seconds), at a time, or on a schedule (`cron(...)` or `rate(...)`)."""

    names: Names
    when: EventRef | None
    after_seconds: int | None
    at: Checked | None
    schedule: str | None
    timezone: str
    unless: tuple[str, ...]
    condition: Checked | None
    for_each: str | None
    then: Reaction


class ResolvedOperation(msgspec.Struct, frozen=True):
    """An operation of an integration."""

    integration: str
    names: Names
    method: str
    path: str
    fields: tuple[ResolvedField, ...]
    returns: tuple[ResolvedField, ...]


class ResolvedCall(msgspec.Struct, frozen=True):
    """Whenever `when`, ask the operation, then run `ok` or `failed`."""

    names: Names
    when: EventRef
    condition: Checked | None
    operation: ResolvedOperation
    values: tuple[Assignment, ...]
    ok: Reaction | None
    failed: Reaction | None


class ResolvedInbound(msgspec.Struct, frozen=True):
    """A message from outside that becomes a command."""

    names: Names
    integration: str
    kind: str
    signature: str
    dedup: str
    fields: tuple[ResolvedField, ...]
    then: Reaction


class ResolvedIntegration(msgspec.Struct, frozen=True):
    """An outside system."""

    names: Names
    kind: str
    secret: bool
    operations: tuple[ResolvedOperation, ...]


class ResolvedChoice(msgspec.Struct, frozen=True):
    """A branch of a workflow."""

    condition: Checked | None
    steps: tuple["ResolvedStep", ...]


class ResolvedStep(msgspec.Struct, frozen=True):
    """One step of a workflow."""

    names: Names
    kind: Literal["do", "call", "wait_for", "wait", "choose"]
    command: Reaction | None = None
    operation: ResolvedOperation | None = None
    values: tuple[Assignment, ...] = ()
    event: EventRef | None = None
    seconds: int | None = None
    choices: tuple[ResolvedChoice, ...] = ()
    undo: Reaction | None = None


class ResolvedWorkflow(msgspec.Struct, frozen=True):
    """A process of several steps."""

    names: Names
    summary: str
    starts: EventRef
    express: bool
    steps: tuple[ResolvedStep, ...]


class ResolvedValueType(msgspec.Struct, frozen=True):
    """A record of fields."""

    names: Names
    summary: str
    fields: tuple[ResolvedField, ...]


class ResolvedService(msgspec.Struct, frozen=True):
    """A bounded context; the `inbound` are the ones whose command is in this service."""

    names: Names
    summary: str
    value_types: tuple[ResolvedValueType, ...]
    aggregates: tuple[ResolvedAggregate, ...]
    queries: tuple[ResolvedQuery, ...]
    policies: tuple[ResolvedPolicy, ...]
    timers: tuple[ResolvedTimer, ...]
    calls: tuple[ResolvedCall, ...]
    inbound: tuple[ResolvedInbound, ...]
    workflows: tuple[ResolvedWorkflow, ...]


class System(msgspec.Struct, frozen=True):
    """A whole system, resolved."""

    names: Names
    summary: str
    region: str
    runtime: str
    api: Literal["http", "rest"]
    roles: tuple[str, ...]
    sign_up: str | None
    average_rps: float
    peak_rps: float
    budget_usd_per_month: float | None
    integrations: tuple[ResolvedIntegration, ...]
    services: tuple[ResolvedService, ...]
