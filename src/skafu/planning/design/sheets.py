"""The blueprint in the making: what can still be changed while fields and mappings are completed."""

from dataclasses import dataclass, field
from typing import Literal

from skafu.blueprint.naming import names_of
from skafu.planning.meaning.story import Act, Source

MessageKind = Literal["webhook", "queue", "mqtt", "email", "file"]
IntegrationKind = Literal["http", "email", "sms", "chat", "queue", "mqtt", "files"]


@dataclass(slots=True)
class FieldSheet:
    """A field: `type` without "optional"."""

    type: str
    optional: bool = False
    personal: bool = False
    min: int | None = None
    max: int | None = None
    default: int | bool | None = None

    def copy(self, *, optional: bool | None = None) -> "FieldSheet":
        """Give the same field for another place, where it may be absent or not; defaults stay where they are."""
        return FieldSheet(self.type, self.optional if optional is None else optional, self.personal, self.min, self.max)


Fields = dict[str, FieldSheet]


@dataclass(slots=True, eq=False)
class EventSheet:
    """An event of an aggregate."""

    name: str
    aggregate: "AggregateSheet"
    source: Source
    words: str = ""
    to: str = ""
    fields: Fields = field(default_factory=dict)
    set: dict[str, str | int | bool] = field(default_factory=dict)
    add: dict[str, str | int] = field(default_factory=dict)
    remove: dict[str, str | int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class EmitSheet:
    """An event that a command emits."""

    event: EventSheet
    condition: str = ""
    otherwise: bool = False
    given: dict[str, str | int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class RuleSheet:
    """An invariant."""

    code: str
    rule: str
    message: str
    source: Source


@dataclass(slots=True, eq=False)
class CommandSheet:
    """A command of an aggregate."""

    name: str
    aggregate: "AggregateSheet"
    source: Source
    verb: str
    act: Act | None = None
    creates: bool = False
    roles: list[str] = field(default_factory=list)
    allow: str = ""
    states: list[str] = field(default_factory=list)
    fields: Fields = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    rules: list[RuleSheet] = field(default_factory=list)
    emits: list[EmitSheet] = field(default_factory=list)
    by_system: bool = False
    route: str = ""
    owner: str = ""

    @property
    def event(self) -> EventSheet:
        """The event that it is there for."""
        return self.emits[0].event


@dataclass(slots=True, eq=False)
class AggregateSheet:
    """An aggregate."""

    name: str
    thing: str
    source: Source
    store: str = "events"
    retention: str = ""
    states: list[str] = field(default_factory=list)
    fields: Fields = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    unique: list[list[str]] = field(default_factory=list)
    commands: list[CommandSheet] = field(default_factory=list)
    events: list[EventSheet] = field(default_factory=list)
    owner: str = ""
    service: str = ""

    @property
    def snake(self) -> str:
        """The name as part of a field."""
        return names_of(self.name).snake

    @property
    def id_name(self) -> str:
        """The name of its id."""
        return f"{self.snake}_id"

    @property
    def creating(self) -> CommandSheet | None:
        """The command that begins it."""
        return next((command for command in self.commands if command.creates), None)


@dataclass(slots=True, eq=False)
class QuerySheet:
    """A query over one aggregate."""

    name: str
    aggregate: AggregateSheet
    source: Source
    roles: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    allow: str = ""
    filter: list[str] = field(default_factory=list)
    internal: bool = False


@dataclass(slots=True, eq=False)
class PolicySheet:
    """A policy."""

    when: EventSheet
    then: CommandSheet
    source: Source
    condition: str = ""
    given: dict[str, str | int] = field(default_factory=dict)
    for_each: QuerySheet | None = None


@dataclass(slots=True, eq=False)
class TimerSheet:
    """A timer."""

    then: CommandSheet
    source: Source
    when: EventSheet | None = None
    after: str = ""
    at: str = ""
    every: str = ""
    unless: list[EventSheet] = field(default_factory=list)
    condition: str = ""
    for_each: QuerySheet | None = None
    given: dict[str, str | int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class OperationSheet:
    """An operation of an integration."""

    name: str
    fields: Fields = field(default_factory=dict)
    returns: Fields = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class CallSheet:
    """A call of an operation, and the commands that its answers become."""

    when: EventSheet
    integration: "IntegrationSheet"
    operation: str
    source: Source
    condition: str = ""
    given: dict[str, str | int] = field(default_factory=dict)
    ok: CommandSheet | None = None
    ok_given: dict[str, str | int | bool] = field(default_factory=dict)
    failed: CommandSheet | None = None
    failed_given: dict[str, str | int | bool] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class InboundSheet:
    """A message of an integration and its command."""

    name: str
    kind: MessageKind
    then: CommandSheet
    source: Source
    fields: Fields = field(default_factory=dict)
    given: dict[str, str | int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class IntegrationSheet:
    """An outside system."""

    name: str
    kind: IntegrationKind
    source: Source
    secret: bool = False
    operations: list[OperationSheet] = field(default_factory=list)
    inbound: list[InboundSheet] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class ValueTypeSheet:
    """A value type."""

    name: str
    fields: Fields
    source: Source
    owner: AggregateSheet


@dataclass(slots=True)
class SystemSheet:
    """The whole system."""

    name: str
    summary: str
    aggregates: list[AggregateSheet] = field(default_factory=list)
    value_types: list[ValueTypeSheet] = field(default_factory=list)
    queries: list[QuerySheet] = field(default_factory=list)
    policies: list[PolicySheet] = field(default_factory=list)
    timers: list[TimerSheet] = field(default_factory=list)
    calls: list[CallSheet] = field(default_factory=list)
    integrations: list[IntegrationSheet] = field(default_factory=list)
    roles: dict[str, Source] = field(default_factory=dict)
    per_second: float = 0.0
    names: set[str] = field(default_factory=set)

    def aggregate(self, thing: str) -> AggregateSheet | None:
        """Find the aggregate of a thing."""
        return next((sheet for sheet in self.aggregates if sheet.thing == thing), None)

    def command(self, act: Act) -> CommandSheet | None:
        """Find the command of an act."""
        return next((command for sheet in self.aggregates for command in sheet.commands if command.act is act), None)

    def integration(self, name: str, kind: IntegrationKind, source: Source) -> IntegrationSheet:
        """Find an integration by its name, or begin it."""
        found = next((sheet for sheet in self.integrations if sheet.name == name), None)
        if found is None:
            found = IntegrationSheet(name, kind, source, secret=kind == "http")
            self.integrations.append(found)
        return found

    def free(self, name: str, other: str = "") -> str:
        """Give a name that nothing else in the system has, and take it."""
        for candidate in (name, other):
            if candidate and names_of(candidate).snake not in self.names:
                self.names.add(names_of(candidate).snake)
                return candidate
        number = 2
        while names_of(f"{name}{number}").snake in self.names:
            number += 1
        self.names.add(names_of(f"{name}{number}").snake)
        return f"{name}{number}"
