"""How aggregates are kept: keys, unique fields, logs, and stores that do not suit the number of events."""

from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Aggregate
from skafu.blueprint.resolved import EventRef, ResolvedService, System
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.types import ListOf, Maybe, Record, Scalar, type_text

MANY_EVENTS = 1_000
"""How many events an aggregate may have before reading them all for each command gets slow."""
_NO_KEY = {Scalar("decimal"), Scalar("money"), Scalar("file"), Scalar("duration")}


def check_storage(context: Context, system: System) -> None:
    """Look at the store of each aggregate, and at who listens to logs."""
    for index in context.index.services.values():
        for entry in index.aggregates.values():
            _check_keys(context, entry)
            if entry.element.store == "log":
                _check_log(context, entry)
            elif entry.element.retention is not None:
                message = f"{entry.element.name} is no log, so it is kept for good"
                place = (*entry.location, "retention")
                fix = "Remove retention, or use store: log."
                context.note("retention_without_log", place, message, severity="warning", fix=fix, at_key=True)
    for service in system.services:
        _check_volume(context, service)
        _check_listeners(context, service)


def _check_keys(context: Context, entry: Entry[Aggregate]) -> None:
    aggregate = entry.element
    types = context.types(aggregate.fields, entry.service, (*entry.location, "fields"))
    for at, name in enumerate(aggregate.key):
        _check_key(context, aggregate, name, types, (*entry.location, "key", at))
    for at, names in enumerate(aggregate.unique):
        if not names:
            message = "a group of unique fields has at least one field"
            context.note("wrong_key", (*entry.location, "unique", at), message, fix="Write unique: [[email]].")
        for inner, name in enumerate(names):
            _check_key(context, aggregate, name, types, (*entry.location, "unique", at, inner))


def _check_key(context: Context, aggregate: Aggregate, name: str, types: Types, place: Location) -> None:
    if name not in aggregate.fields:
        context.unknown("field", name, aggregate.fields, place)
        return
    type_ = types.get(name)
    inner = type_.item if isinstance(type_, Maybe) else type_
    if inner is not None and (isinstance(inner, ListOf | Record) or inner in _NO_KEY):
        message = f"{name} is {type_text(inner)} and cannot tell one {aggregate.name} from another"
        context.note("wrong_key", place, message, fix="Use ids, texts, integers, dates or words.")
    if isinstance(type_, Maybe) and place[-2] == "key":
        context.note("wrong_key", place, f"{name} may be absent, so no id can be derived from it", fix="Require it.")


def _check_log(context: Context, entry: Entry[Aggregate]) -> None:
    aggregate, place = entry.element, entry.location
    if aggregate.retention is None:
        message = f"the log {aggregate.name} grows for ever"
        context.note("log_without_retention", place, message, expected="retention: 5 years", fix="Add retention.")
    for key in ("states", "unique"):
        if getattr(aggregate, key):
            message = f"a log is appended to without looking at it, so it has no {key}"
            context.note("wrong_log", (*place, key), message, fix=f"Remove {key}, or use another store.", at_key=True)
    for at, command in enumerate(aggregate.commands):
        if not command.creates:
            message = f"{command.name} acts on what is there, and a log is only appended to"
            fix = "Add creates: true; with a key, what is known already is appended to."
            context.note("wrong_log", (*place, "commands", at), message, expected="creates: true", fix=fix)


def _check_volume(context: Context, service: ResolvedService) -> None:
    """Note event-sourced aggregates that machines or clocks feed, over and over, without end."""
    index = context.index.services[service.names.kebab]
    fed = {inbound.then.command.command: "messages" for inbound in service.inbound if inbound.kind in {"mqtt", "queue"}}
    fed |= {
        timer.then.command.command: "a timer" for timer in service.timers if (timer.schedule or "").startswith("rate")
    }
    for name, feeder in fed.items():
        entry = index.commands.get(name)
        if entry and not entry.element.creates and entry.of.store == "events":
            aggregate = index.aggregates[entry.of.name]
            message = f"{feeder} keep adding events to the same {entry.of.name}; expect more than {MANY_EVENTS} each"
            fix = "Use store: state where the events count, store: log where the readings count."
            place = (*aggregate.location, "store")
            context.note("many_events", place, message, severity="warning", expected="state or log", fix=fix)


def _check_listeners(context: Context, service: ResolvedService) -> None:
    """Note what waits for events of logs, which are not published one by one."""
    model = context.index.services[service.names.kebab]
    for key, attribute in (("policies", "when"), ("timers", "when"), ("calls", "when"), ("workflows", "starts")):
        for at, element in enumerate(getattr(model.service, key)):
            name = getattr(element, attribute)
            ref = _ref(context, name, service.names.kebab) if name else None
            if ref and context.index.services[ref.service].aggregates[ref.aggregate].element.store == "log":
                message = f"{ref.event} is an entry of the log {ref.aggregate}, and those are not published one by one"
                fix = "Fold the log into a query, and let a timer look at its rows: every, for_each, if."
                context.note("event_of_log", (*model.location, key, at, attribute), message, fix=fix)


def _ref(context: Context, name: str, service: str) -> EventRef | None:
    owner, _, event = name.rpartition(".")
    index = context.index.services.get(owner or service)
    entry = index.events.get(event) if index else None
    return EventRef(entry.service, entry.of.name, event) if entry else None
