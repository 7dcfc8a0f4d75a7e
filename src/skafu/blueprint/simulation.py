"""A reference interpreter of the resolved form: what a deployed system must answer and record."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from skafu.blueprint.expressions import Checked, DifferentCurrencies, decode_value, encode_value, evaluate, path_of
from skafu.blueprint.fitting import Unfit, fitted
from skafu.blueprint.resolved import (
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedEmit,
    ResolvedEvent,
    ResolvedField,
    ResolvedQuery,
    ResolvedService,
)
from skafu.blueprint.samples import JsonValue
from skafu.blueprint.types import ListOf

MALFORMED, WRONG_ROLE, NOT_FOUND = "malformed", "wrong_role", "not_found"
ALREADY_EXISTS, WRONG_STATE = "already_exists", "wrong_state"
DIFFERENT_CURRENCIES = "different_currencies"
STATUS = {MALFORMED: 400, WRONG_ROLE: 403, NOT_FOUND: 404, ALREADY_EXISTS: 409, WRONG_STATE: 422}
"""The HTTP status of each refusal that is not an invariant's; theirs is 422."""


class Caller(msgspec.Struct, frozen=True):
    """The person who calls."""

    id: str
    roles: tuple[str, ...] = ()


SYSTEM = Caller("system")
"""Who runs the commands of policies, timers, calls and messages; nobody asks it for a role."""


class Happened(msgspec.Struct, frozen=True):
    """An event with its values (those of expressions: Decimal, Money, datetime, tuples)."""

    event: str
    values: dict[str, Any]

    def as_json(self) -> dict[str, JsonValue]:
        """Give the values as JSON."""
        return {name: encode_value(value) for name, value in self.values.items()}


class Instance(msgspec.Struct, frozen=True):
    """One aggregate as its events made it; `times` says when each event was recorded last."""

    id: str
    status: str | None
    version: int
    fields: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    times: dict[str, datetime] = {}


class Outcome(msgspec.Struct, frozen=True):
    """What a command leads to: events (maybe none), or a refusal with its code."""

    events: tuple[Happened, ...] = ()
    refusal: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status of a refusal; 200 without (201 where the command creates)."""
        return 200 if self.refusal is None else STATUS.get(self.refusal, 422)


class Simulation:
    """One service, played."""

    def __init__(self, service: ResolvedService) -> None:
        """Index the service."""
        self.service = service
        self.aggregates = {aggregate.names.pascal: aggregate for aggregate in service.aggregates}
        self.commands = {command.names.pascal: command for found in service.aggregates for command in found.commands}
        self.events = {event.names.pascal: event for found in service.aggregates for event in found.events}
        self._value_types = {found.names.pascal: found.fields for found in service.value_types}
        self._counting = {name for name, event in self.events.items() if _counts(event)}
        self._records = {name: {field.name: field.type for field in of} for name, of in self._value_types.items()}

    def decide(
        self,
        command: str,
        body: Mapping[str, JsonValue],
        instance: Instance | None,
        caller: Caller,
        now: datetime,
        reads: Mapping[str, Instance] | None = None,
    ) -> Outcome:
        """Say what a command leads to, in the order in which a handler looks: body, role, instance, rules.

        Args:
            command: its name.
            body: all its fields as JSON, also the ones from the path; not the id.
            instance: the aggregate as it is; nothing where there is none.
            caller: who calls; `SYSTEM` needs no role, and no rule of access is asked.
            now: the time.
            reads: the aggregates that `read_ids` names; one that is missing answers not found.
        """
        found = self.commands[command]
        try:
            values = fitted(body, found.fields, self._value_types)
        except Unfit:
            return Outcome(refusal=MALFORMED)
        if caller is not SYSTEM and found.access.roles and not set(found.access.roles) & set(caller.roles):
            return Outcome(refusal=WRONG_ROLE)
        is_log = self.aggregates[found.aggregate].store == "log"
        if found.creates == (instance is not None) and not is_log:
            return Outcome(refusal=ALREADY_EXISTS if found.creates else NOT_FOUND)
        try:
            roots = self._roots(found, values, instance, caller, now, reads or {})
            outcome = self._judged(found, instance, caller, roots, reads or {})
            if not is_log:
                self._check_sums(outcome, instance, now)
        except DifferentCurrencies:
            return Outcome(refusal=DIFFERENT_CURRENCIES)
        return outcome

    def read_ids(
        self, command: str, body: Mapping[str, JsonValue], instance: Instance | None, caller: Caller, now: datetime
    ) -> dict[str, str]:
        """Give the id of each aggregate that the rules of a command look at; none for a malformed body."""
        found = self.commands[command]
        try:
            values = fitted(body, found.fields, self._value_types)
        except Unfit:
            return {}
        if instance is None and not found.creates:
            return {}
        roots = self._roots(found, values, instance, caller, now, {})
        return {read.name: str(_value(read.id, roots)) for read in found.reads}

    def key_of(self, command: str, body: Mapping[str, JsonValue], caller: Caller, now: datetime) -> str | None:
        """Give the id that a creating command derives from its key; nothing where ids are made up.

        Raises:
            Unfit: the body is malformed.
        """
        found = self.commands[command]
        if not found.key:
            return None
        roots = self._roots(found, fitted(body, found.fields, self._value_types), None, caller, now, {})
        return derived_id(found.aggregate, [_value(part.value, roots) for part in found.key])

    def evolve(self, instance: Instance | None, happened: Happened, instance_id: str, at: datetime) -> Instance:
        """Fold one event into an aggregate.

        Args:
            instance: the aggregate before; nothing for its first event.
            happened: the event.
            instance_id: the aggregate's id.
            at: when the event was recorded.
        """
        event = self.events[happened.event]
        aggregate = self.aggregates[event.aggregate]
        before = instance or self._empty(aggregate, instance_id, at)
        known = {field.name: happened.values.get(field.name) for field in event.fields}
        roots = {
            "event": {**known, aggregate.id_name: instance_id, "recorded_at": at},
            "state": self.state(aggregate, before),
        }
        fields = dict(before.fields)
        for effect, value in [(effect, _value(effect.value, roots)) for effect in event.effects]:
            fields[effect.field] = _changed(effect.kind, fields[effect.field], value)
        return Instance(
            id=instance_id,
            status=event.to or before.status,
            version=before.version + 1,
            fields=fields,
            created_at=before.created_at,
            updated_at=at,
            times={**before.times, happened.event: at},
        )

    def replay(
        self, history: Sequence[tuple[Happened, datetime]], instance_id: str, only: Sequence[str] = ()
    ) -> Instance | None:
        """Fold events in order; `only` the named ones, as a query does."""
        instance = None
        for happened, at in history:
            if not only or happened.event in only:
                instance = self.evolve(instance, happened, instance_id, at)
        return instance

    def row(self, query: ResolvedQuery, instance: Instance) -> dict[str, JsonValue]:
        """Give the row of a query as JSON, for a fold of the query's own events."""
        aggregate = self.aggregates[query.aggregate]
        known: dict[str, Any] = self.state(aggregate, instance)
        known |= {"created_at": instance.created_at, "updated_at": instance.updated_at}
        for column in query.columns:
            if column.from_events:
                times = [instance.times[name] for name in column.from_events if name in instance.times]
                known[column.name] = max(times, default=None)
        return {column.name: encode_value(known[column.name]) for column in query.columns}

    def state(self, aggregate: ResolvedAggregate, instance: Instance) -> dict[str, Any]:
        """Give what `state` is in rules."""
        implicit = {aggregate.id_name: instance.id, "version": instance.version, "status": instance.status}
        return {**instance.fields, **implicit}

    def _check_sums(self, outcome: Outcome, instance: Instance | None, now: datetime) -> None:
        """Fold events that count money, as a store does before it appends them.

        Raises:
            DifferentCurrencies: the state already counts in another currency.
        """
        if any(happened.event in self._counting for happened in outcome.events):
            for happened in outcome.events:
                instance = self.evolve(instance, happened, instance.id if instance else "", now)

    def _judged(
        self,
        command: ResolvedCommand,
        instance: Instance | None,
        caller: Caller,
        roots: Mapping[str, Any],
        reads: Mapping[str, Instance],
    ) -> Outcome:
        if any(read.name not in reads for read in command.reads):
            return Outcome(refusal=NOT_FOUND)
        if caller is not SYSTEM and not _holds(command.access.allow, roots):
            return Outcome(refusal=NOT_FOUND)
        if instance is not None and command.in_states and instance.status not in command.in_states:
            return Outcome(refusal=WRONG_STATE)
        broken = next((rule.code for rule in command.invariants if not _holds(rule.rule, roots)), None)
        if broken is not None:
            return Outcome(refusal=broken)
        emits = [emit for emit in command.emits if not emit.otherwise and _holds(emit.condition, roots)]
        emits = emits or [emit for emit in command.emits if emit.otherwise and _holds(emit.condition, roots)]
        return Outcome(tuple(self._happened(emit, roots) for emit in emits))

    def _happened(self, emit: ResolvedEmit, roots: Mapping[str, Any]) -> Happened:
        given = {part.field: _value(part.value, roots) for part in emit.values}
        fields = self.events[emit.event].fields
        return Happened(emit.event, {field.name: self._given(field, given) for field in fields})

    def _given(self, field: ResolvedField, given: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if given.get(field.name) is None and field.has_default:
            return decode_value(field.type, field.default, self._records)
        return given.get(field.name)

    def _roots(
        self,
        command: ResolvedCommand,
        values: Mapping[str, Any],
        instance: Instance | None,
        caller: Caller,
        now: datetime,
        reads: Mapping[str, Instance],
    ) -> dict[str, Any]:
        aggregate = self.aggregates[command.aggregate]
        roots: dict[str, Any] = {
            "command": dict(values),
            "caller": {"id": caller.id, "roles": caller.roles},
            "now": now,
        }
        if instance is not None:
            roots["command"][aggregate.id_name] = instance.id
            roots["state"] = self.state(aggregate, instance)
        of = {read.name: self.aggregates[read.aggregate] for read in command.reads}
        return roots | {name: self.state(of[name], found) for name, found in reads.items() if name in of}

    def _empty(self, aggregate: ResolvedAggregate, instance_id: str, at: datetime) -> Instance:
        fields = {field.name: self._start(field) for field in aggregate.fields}
        return Instance(instance_id, None, 0, fields, at, at)

    def _start(self, field: ResolvedField) -> Any:  # noqa: ANN401
        if field.has_default:
            return decode_value(field.type, field.default, self._records)
        return () if isinstance(field.type, ListOf) else None


def _counts(event: ResolvedEvent) -> bool:
    """Whether an event does more than to copy values."""
    return any(effect.kind != "set" or path_of(effect.value.node) is None for effect in event.effects)


def derived_id(aggregate: str, key: Sequence[object]) -> str:
    """Derive an id from the values of a key: UUIDv5 of `Order:["..."]`, the canonical JSON of the values in order."""
    text = json.dumps([encode_value(value) for value in key], ensure_ascii=False, separators=(",", ":"))
    return str(uuid5(NAMESPACE_URL, f"{aggregate}:{text}"))


def filled(value: JsonValue, names: Mapping[str, str], now: datetime) -> JsonValue:
    """Fill in what a journey leaves open.

    Args:
        value: a body of a move, or a part of it.
        names: what `$caller`, `$other` and the instances of the journey (`$order`) stand for.
        now: what `$now` and `$today` count from; UTC.
    """
    match value:
        case dict():
            return {key: filled(part, names, now) for key, part in value.items()}
        case list():
            return [filled(part, names, now) for part in value]
        case str() if value.startswith("$now"):
            return (now + timedelta(seconds=int(value[4:] or 0))).astimezone(UTC).isoformat().replace("+00:00", "Z")
        case str() if value.startswith("$today"):
            return (now + timedelta(days=int(value[6:] or 0))).date().isoformat()
        case str() if value.startswith("$"):
            return names.get(value[1:], value)
        case _:
            return value


def _value(checked: Checked, roots: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Work out an expression; most are one field of one root, which needs no walk."""
    path = path_of(checked.node)
    if path is not None and len(path) == 2 and not checked.decimals and not checked.untyped:
        return roots[path[0]].get(path[1])
    return evaluate(checked, roots)


def _holds(condition: Checked | None, roots: Mapping[str, Any]) -> bool:
    return condition is None or bool(evaluate(condition, roots))


def _changed(kind: str, before: Any, value: Any) -> Any:  # noqa: ANN401
    if kind == "set":
        return value
    if isinstance(before, tuple):
        return (*before, value) if kind == "add" else tuple(item for item in before if item != value)
    return before + value if kind == "add" else before - value
