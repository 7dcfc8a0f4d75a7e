"""Which names an expression may use, and what they are, at each place of a blueprint."""

from collections.abc import Mapping

from skafu.blueprint.expressions import Checked, Root, Scope
from skafu.blueprint.expressions.facts import present_if
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Aggregate, Command, Event
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.types import ListOf, Maybe, OneOf, Ref, Scalar

CALLER: Types = {"id": Scalar("id"), "roles": ListOf(Scalar("text"))}
NOW = Scalar("datetime")
ROOTS = ("command", "state", "event", "row", "query", "message", "result", "caller", "now")
FAILURE: Types = {"code": Scalar("text"), "message": Scalar("text")}


def id_name(aggregate: str) -> str:
    """Give the name of an aggregate's id: `order_id`."""
    return f"{names_of(aggregate).snake}_id"


def state_fields(context: Context, entry: Entry[Aggregate]) -> Types:
    """Give what `state` (or a read) has: the fields, the id, the version, and the status where there are states."""
    aggregate = entry.element
    fields = dict(context.types(aggregate.fields, entry.service, (*entry.location, "fields")))
    fields[id_name(aggregate.name)] = Ref(aggregate.name)
    fields["version"] = Scalar("integer")
    if aggregate.states:
        fields["status"] = OneOf(aggregate.states)
    return fields


def command_fields(context: Context, entry: Entry[Command]) -> Types:
    """Give what `command` has: its fields, and the id unless it creates."""
    command = entry.element
    fields = dict(context.types(command.fields, entry.service, (*entry.location, "fields")))
    if not command.creates:
        fields[id_name(entry.of.name)] = Ref(entry.of.name)
    return fields


def event_fields(context: Context, entry: Entry[Event]) -> Types:
    """Give what `event` has: its fields, the id, and when it was recorded."""
    fields = dict(context.types(entry.element.fields, entry.service, (*entry.location, "fields")))
    fields[id_name(entry.of.name)] = Ref(entry.of.name)
    fields["recorded_at"] = Scalar("datetime")
    return fields


def command_scope(context: Context, entry: Entry[Command], reads: Mapping[str, Types]) -> Scope:
    """Give the scope of a command's rules; a command that creates or that only appends to a log sees no state."""
    roots: dict[str, Root] = {"command": command_fields(context, entry)}
    if not entry.element.creates and entry.of.store != "log":
        aggregate = context.service(entry.service).aggregates[entry.of.name]
        roots["state"] = state_fields(context, aggregate)
    roots |= {"caller": CALLER, "now": NOW, **reads}
    return Scope(roots, context.records(entry.service))


def effect_scope(context: Context, entry: Entry[Event]) -> Scope:
    """Give the scope of what an event does to the state."""
    aggregate = context.service(entry.service).aggregates[entry.of.name]
    roots: dict[str, Root] = {"event": event_fields(context, entry), "state": state_fields(context, aggregate)}
    return Scope(roots, context.records(entry.service))


def given(scope: Scope, condition: Checked | None) -> Scope:
    """Give the scope of what is only worked out where a condition holds: what it says is present, is."""
    present = present_if(condition.node, outcome=True) if condition else frozenset()
    roots = dict(scope.roots)
    for root, field in (path for path in present if len(path) == 2):
        fields = roots.get(root)
        type_ = fields.get(field) if isinstance(fields, Mapping) else None
        if isinstance(fields, Mapping) and isinstance(type_, Maybe):
            roots[root] = {**fields, field: type_.item}
    return Scope(roots, scope.records)


def reaction_scope(context: Context, service: str, event: Entry[Event] | None, extra: Mapping[str, Root]) -> Scope:
    """Give the scope of a reaction: the event with its own service's value types, and what else there is."""
    roots: dict[str, Root] = {"event": event_fields(context, event)} if event else {}
    roots |= {**extra, "now": NOW}
    return Scope(roots, context.records(service, *([event.service] if event else [])))
