"""The resolved form of a blueprint: every default, route, id, type and name spelled out, for generation and proof."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.types import Type

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class ResolvedField(msgspec.Struct, frozen=True):
    """A field with its type, limits and samples: a valid value, and invalid ones with the reason in words.

    Samples are JSON values as a client sends them: decimals are numbers, money is an amount in minor units and a
    currency, times are texts in RFC 3339, durations in ISO 8601. A field that is not `required` may be absent: it is
    optional, or has a default. `min` and `max` limit a number, minor units of money, the length of a text, the items of
    a list; a text matches its `pattern` as a whole.
    """

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

    method: Method
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


class Column(msgspec.Struct, frozen=True):
    """A column of a read model: a field of the state, or an implicit one (`status`, `created_at`, `placed_at`, ...).

    `from_events` are the events whose time the column holds. A column that a row may lack is optional.
    """

    name: str
    type: Type
    personal: bool
    implicit: bool
    from_events: tuple[str, ...] = ()


class KeyColumn(msgspec.Struct, frozen=True):
    """A column that rows are found by: its value is a parameter of the route, or the id of the caller."""

    column: str
    is_caller: bool = False


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a query's route, with a value that it may have (JSON)."""

    name: str
    type: Type
    place: Literal["path", "query"]
    required: bool
    valid: Any = None


class ResolvedQuery(msgspec.Struct, frozen=True):
    """A read model; `by` are its access keys, none means all rows.

    The row is the fold of the events in `sources` by the aggregate's own effects; its key is the aggregate's id.
    Pages also take `limit` (1 to 100, 20 without) and `cursor`. The rule of `access` may look at `row` where the
    query returns one.
    """

    names: Names
    aggregate: str
    summary: str
    route: ResolvedRoute | None
    access: Access
    by: tuple[KeyColumn, ...]
    parameters: tuple[Parameter, ...]
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


class ForEach(msgspec.Struct, frozen=True):
    """The rows of a query of the same service to run something for; `keys` give its access keys."""

    query: str
    keys: tuple[Assignment, ...]


class ResolvedPolicy(msgspec.Struct, frozen=True):
    """Whenever `when`, then `then`, for the one instance or each row; the condition may look at `row`."""

    names: Names
    when: EventRef
    condition: Checked | None
    for_each: ForEach | None
    then: Reaction


class ResolvedTimer(msgspec.Struct, frozen=True):
    """A command some time after `when`, at a time that it tells, or on a schedule (`cron(...)`, `rate(...)`).

    `unless` are events of the command's aggregate: when one of them happened before the timer fires, nothing is done.
    """

    names: Names
    when: EventRef | None
    after_seconds: int | None
    at: Checked | None
    schedule: str | None
    timezone: str
    unless: tuple[str, ...]
    condition: Checked | None
    for_each: ForEach | None
    then: Reaction


class ResolvedOperation(msgspec.Struct, frozen=True):
    """An operation of an integration."""

    integration: str
    names: Names
    method: Method
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
    """A message from outside that becomes a command.

    `fields` are the ones that are declared or that its kind always has; without any, a message may hold anything.
    `sample` is a whole message (JSON) that leads to a valid command; `dedup` is the path of the field that names it.
    """

    names: Names
    integration: str
    kind: Literal["webhook", "queue", "mqtt", "email", "file"]
    signature: Literal["hmac-sha256", "none"]
    dedup: str
    fields: tuple[ResolvedField, ...]
    sample: dict[str, Any]
    then: Reaction


class ResolvedIntegration(msgspec.Struct, frozen=True):
    """An outside system."""

    names: Names
    summary: str
    kind: Literal["http", "email", "sms", "chat", "queue", "mqtt", "files"]
    secret: bool
    operations: tuple[ResolvedOperation, ...]


class ResolvedChoice(msgspec.Struct, frozen=True):
    """A branch of a workflow."""

    condition: Checked | None
    steps: tuple["ResolvedStep", ...]


class ResolvedStep(msgspec.Struct, frozen=True):
    """One step of a workflow: `seconds` is the time to wait, or how long an event is waited for."""

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
