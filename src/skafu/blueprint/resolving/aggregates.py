"""Aggregates and their events: what each event does to the state."""

from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Aggregate, Event, Mapping, MappingValue
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import Effect, Journeys, ResolvedAggregate, ResolvedEvent
from skafu.blueprint.resolving.commands import CommandResolver
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.resolving.fields import FieldResolver
from skafu.blueprint.resolving.scopes import effect_scope, id_name
from skafu.blueprint.types import ListOf, Scalar, Type, type_text
from skafu.kernel.errors import Invalid

COUNTERS = {Scalar("integer"), Scalar("decimal"), Scalar("money"), Scalar("duration")}


def resolve_aggregate(context: Context, entry: Entry[Aggregate], fields: FieldResolver) -> ResolvedAggregate:
    """Give an aggregate with its commands and events; its journeys come later."""
    aggregate = entry.element
    service = context.service(entry.service)
    place = (*entry.location, "fields")
    commands = (command for command in service.commands.values() if command.of is aggregate)
    events = (event for event in service.events.values() if event.of is aggregate)
    return ResolvedAggregate(
        names=names_of(aggregate.name),
        summary=aggregate.summary,
        id_name=id_name(aggregate.name),
        store=aggregate.store,
        retention_days=_retention(context, aggregate, (*entry.location, "retention")),
        states=aggregate.states,
        fields=fields.resolve(aggregate.fields, place),
        key=aggregate.key,
        unique=aggregate.unique,
        commands=tuple(CommandResolver(context, command, fields).resolve() for command in commands),
        events=tuple(_EventResolver(context, event, fields).resolve() for event in events),
        journeys=Journeys(),
    )


class _EventResolver:
    """Resolves one event."""

    def __init__(self, context: Context, entry: Entry[Event], fields: FieldResolver) -> None:
        self._context = context
        self._entry = entry
        self._event = entry.element
        self._fields = fields
        self._scope = effect_scope(context, entry)
        aggregate = context.service(entry.service).aggregates[entry.of.name]
        self._state: Types = context.types(aggregate.element.fields, entry.service, (*aggregate.location, "fields"))

    def resolve(self) -> ResolvedEvent:
        event, place = self._event, self._entry.location
        states = self._entry.of.states
        if event.to is not None and event.to not in states:
            self._context.unknown("state", event.to, states, (*place, "to"))
        return ResolvedEvent(
            names=names_of(event.name),
            aggregate=self._entry.of.name,
            summary=event.summary,
            version=event.version,
            creates=event.name in creating_events(self._entry.of),
            to=event.to,
            fields=self._fields.resolve(event.fields, (*place, "fields")),
            effects=(*self._copies(), *self._sets(), *self._changes("add"), *self._changes("remove")),
        )

    def _copies(self) -> list[Effect]:
        event = self._event
        found = []
        types = self._context.types(event.fields, self._entry.service, (*self._entry.location, "fields"))
        for name in types:
            if name in self._state and not any(name in changes for changes in (event.set, event.add, event.remove)):
                said = f"event {event.name} copies {name} to the state"
                place = (*self._entry.location, "fields", name)
                value = self._context.expression(
                    f"event.{name}", self._scope, self._state[name], place, code="wrong_mapping", of=said
                )
                if value:
                    found.append(Effect("set", name, value))
        return found

    def _sets(self) -> list[Effect]:
        found = []
        for name, written in self._in_order(self._event.set):
            place = (*self._entry.location, "set", name)
            if self._known(name, place):
                value = self._context.expression(written, self._scope, self._state[name], place, code="wrong_mapping")
                if value:
                    found.append(Effect("set", name, value))
        return found

    def _changes(self, kind: str) -> list[Effect]:
        written: Mapping = getattr(self._event, kind)
        found = []
        for name, value in self._in_order(written):
            place = (*self._entry.location, kind, name)
            if not self._known(name, place):
                continue
            target = self._changed(kind, name, place)
            checked = target and self._context.expression(value, self._scope, target, place, code="wrong_mapping")
            if checked:
                found.append(Effect("add" if kind == "add" else "remove", name, checked))
        return found

    def _in_order(self, changes: Mapping) -> list[tuple[str, MappingValue]]:
        """Changes in the order of the aggregate's fields; the order of keys means nothing."""
        positions = {name: position for position, name in enumerate(self._state)}
        return sorted(changes.items(), key=lambda change: positions.get(change[0], len(positions)))

    def _changed(self, kind: str, name: str, place: Location) -> Type | None:
        """Give the type that is added to a field: an item of a list, or the number of a counter."""
        field = self._state[name]
        if isinstance(field, ListOf):
            return field.item
        if field in COUNTERS:
            return field
        message = f"{kind} is for lists, numbers, money and durations; {name} is {type_text(field)}"
        self._context.note("wrong_change", place, message, fix="Use set.", at_key=True)
        return None

    def _known(self, name: str, place: Location) -> bool:
        if name in self._state:
            return True
        if name not in self._entry.of.fields:
            self._context.unknown("field", name, self._entry.of.fields, place, at_key=True)
        return False


def creating_events(aggregate: Aggregate) -> set[str]:
    """Give the events that a creating command of the aggregate emits."""
    return {
        emit if isinstance(emit, str) else emit.event
        for command in aggregate.commands
        if command.creates
        for emit in command.emits
    }


def _retention(context: Context, aggregate: Aggregate, place: Location) -> int | None:
    if aggregate.retention is None:
        return None
    text = aggregate.retention.strip()
    number, _, unit = text.partition(" ")
    if number.isdigit() and len(number) < 4 and unit.removesuffix("s") in {"year", "month"}:
        return int(number) * (365 if unit.startswith("year") else 30)
    try:
        days = parse_duration(text).days
    except Invalid as error:
        context.note("wrong_duration", place, error.message, expected="a duration such as 5 years", fix=error.fix)
        return None
    if days < 1:
        context.note("wrong_duration", place, "the shortest retention is 1 day", expected="1 day or more")
    return days
