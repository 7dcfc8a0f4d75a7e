"""The typed model of a user's system, as people and AI write it in `skafu.yaml`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

FORMAT_VERSION = 1
"""The version of the blueprint format that this model describes."""

KebabName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
SnakeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
PascalName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=60)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
TypeText = Annotated[str, StringConstraints(min_length=2, max_length=500)]
Route = Annotated[str, StringConstraints(pattern=r"^((GET|POST|PUT|PATCH|DELETE) /\S*|none)$", max_length=200)]
"""A method and a path with parameters as `:order_id`; `none` is not reachable from outside."""
AccessKey = Annotated[
    str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*( ?= ?caller\.id)?|caller\.id)$", max_length=60)
]
"""A column, `caller.id`, or both: `owner_id = caller.id`."""
MappingValue = str | bool | int | float | None
Mapping = dict[SnakeName, MappingValue]
"""Target field -> expression text, or a plain number, boolean or null."""


def _form(value: object) -> str:
    return "short" if isinstance(value, str) else "long"


TEXT_OR_PART = Discriminator(_form)
"""Chooses between the short form (a text) and the long form (a mapping), so that errors speak of the one meant."""


class Part(BaseModel):
    """What every element of a blueprint shares: no unknown keys, nothing changed after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        defer_build=True,
    )


class FieldSpec(Part):
    """The long form of a field's type; a text must match `pattern` as a whole, `example` is a valid value for tests."""

    type: TypeText
    personal: bool = False
    min: int | float | None = None
    max: int | float | None = None
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    default: Any = None
    example: Any = None
    summary: str = ""


Fields = dict[SnakeName, Annotated[Annotated[TypeText, Tag("short")] | Annotated[FieldSpec, Tag("long")], TEXT_OR_PART]]


class Auth(Part):
    """Who may sign in: roles are Cognito groups."""

    roles: tuple[KebabName, ...] = ()
    sign_up: KebabName | None = None


class RequestRate(Part):
    """Requests per second over the whole system."""

    average: float = Field(default=5, gt=0)
    peak: float = Field(default=50, gt=0)


class Load(Part):
    """The load that the system is sized and priced for."""

    requests_per_second: RequestRate = RequestRate()


class Operation(Part):
    """One thing that an outside system does for us."""

    name: SnakeName
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = "/"
    fields: Fields = {}
    returns: Fields = {}


class Inbound(Part):
    """A message that an outside system sends to us, and the command that it becomes."""

    name: SnakeName
    kind: Literal["webhook", "queue", "mqtt", "email", "file"] = "webhook"
    signature: Literal["hmac-sha256", "none"] = "hmac-sha256"
    dedup: str = "id"
    fields: Fields = {}
    then: str
    with_: Mapping = Field(default={}, alias="with")


class Integration(Part):
    """An outside system."""

    name: PascalName
    summary: str = ""
    kind: Literal["http", "email", "sms", "chat", "queue", "mqtt", "files"] = "http"
    secret: bool = False
    operations: tuple[Operation, ...] = ()
    inbound: tuple[Inbound, ...] = ()


class ValueType(Part):
    """A record of fields without an identity."""

    name: PascalName
    summary: str = ""
    fields: Fields


class Invariant(Part):
    """A rule that refuses a command with its code when it is false."""

    code: SnakeName
    rule: Expression
    message: str


class Emit(Part):
    """An event that a command emits: always, on a condition, or when no other was."""

    event: PascalName
    if_: Expression | None = Field(default=None, alias="if")
    else_: bool = Field(default=False, alias="else")
    with_: Mapping = Field(default={}, alias="with")


class Command(Part):
    """Something that somebody asks an aggregate to do."""

    name: PascalName
    summary: str = ""
    creates: bool = False
    http: Route | None = None
    public: bool = False
    roles: tuple[KebabName, ...] = ()
    allow: Expression | None = None
    in_: tuple[SnakeName, ...] = Field(default=(), alias="in")
    fields: Fields = {}
    reads: dict[SnakeName, str] = {}
    invariants: tuple[Invariant, ...] = ()
    emits: tuple[Annotated[Annotated[PascalName, Tag("short")] | Annotated[Emit, Tag("long")], TEXT_OR_PART], ...] = ()


class Event(Part):
    """Something that happened to an aggregate."""

    name: PascalName
    summary: str = ""
    version: int = Field(default=1, ge=1)
    to: SnakeName | None = None
    fields: Fields = {}
    set: Mapping = {}
    add: Mapping = {}
    remove: Mapping = {}


class Aggregate(Part):
    """A consistency boundary: one stream of events per instance."""

    name: PascalName
    summary: str = ""
    store: Literal["events", "state", "log"] = "events"
    retention: str | None = None
    states: tuple[SnakeName, ...] = ()
    fields: Fields = {}
    key: tuple[SnakeName, ...] = ()
    unique: tuple[tuple[SnakeName, ...], ...] = ()
    commands: tuple[Command, ...] = ()
    events: tuple[Event, ...] = ()


class Query(Part):
    """A read model and the route that answers from it."""

    name: PascalName
    summary: str = ""
    http: Route | None = None
    public: bool = False
    roles: tuple[KebabName, ...] = ()
    allow: Expression | None = None
    by: tuple[AccessKey, ...] = ()
    from_: tuple[PascalName, ...] = Field(default=(), alias="from")
    fields: tuple[SnakeName, ...] = ()
    returns: Literal["one", "page"] = "page"
    filter: tuple[SnakeName, ...] = ()
    sort: SnakeName | None = None
    yours: bool = False


class Policy(Part):
    """Whenever that event happens, run this command."""

    when: str
    then: PascalName
    if_: Expression | None = Field(default=None, alias="if")
    with_: Mapping = Field(default={}, alias="with")
    for_each: PascalName | None = None


class Timer(Part):
    """After, at or every so often, run this command."""

    when: str | None = None
    after: str | None = None
    at: Expression | None = None
    every: str | None = None
    unless: tuple[PascalName, ...] = ()
    if_: Expression | None = Field(default=None, alias="if")
    for_each: PascalName | None = None
    then: PascalName
    with_: Mapping = Field(default={}, alias="with")


class Answer(Part):
    """The command that an integration's answer becomes."""

    then: PascalName
    with_: Mapping = Field(default={}, alias="with")


AnswerForm = Annotated[Annotated[PascalName, Tag("short")] | Annotated[Answer, Tag("long")], TEXT_OR_PART]


class Call(Part):
    """Whenever that event happens, ask an outside system, and record its answer by a command."""

    when: str
    call: str
    if_: Expression | None = Field(default=None, alias="if")
    with_: Mapping = Field(default={}, alias="with")
    ok: AnswerForm | None = None
    failed: AnswerForm | None = None


class Step(Part):
    """One step of a workflow: exactly one of do, call, wait_for, wait, choose."""

    name: SnakeName | None = None
    do: PascalName | None = None
    call: str | None = None
    wait_for: str | None = None
    wait: str | None = None
    choose: tuple["Choice", ...] = ()
    within: str | None = None
    with_: Mapping = Field(default={}, alias="with")
    undo: PascalName | None = None


class Choice(Part):
    """A branch of a workflow; the one without a condition is taken when no other is."""

    if_: Expression | None = Field(default=None, alias="if")
    steps: tuple[Step, ...] = ()


class Workflow(Part):
    """A process of several steps, run by Step Functions."""

    name: PascalName
    summary: str = ""
    starts: str
    express: bool = False
    steps: tuple[Step, ...]


class Service(Part):
    """A bounded context: one stack, its own tables, no table of others."""

    name: KebabName
    summary: str = ""
    value_types: tuple[ValueType, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    queries: tuple[Query, ...] = ()
    policies: tuple[Policy, ...] = ()
    timers: tuple[Timer, ...] = ()
    calls: tuple[Call, ...] = ()
    workflows: tuple[Workflow, ...] = ()


class Blueprint(Part):
    """A whole system."""

    skafu: int = FORMAT_VERSION
    name: KebabName
    summary: str = ""
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "eu-west-1"
    runtime: Literal["python3.11", "python3.12", "python3.13", "python3.14"] = "python3.13"
    api: Literal["http", "rest"] = "http"
    auth: Auth = Auth()
    load: Load = Load()
    budget_usd_per_month: float | None = Field(default=None, gt=0)
    integrations: tuple[Integration, ...] = ()
    services: tuple[Service, ...] = Field(min_length=1)
