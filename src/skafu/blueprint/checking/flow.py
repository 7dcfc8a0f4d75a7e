"""What can happen to an aggregate: how it begins, which states it reaches, what fills its fields."""

from collections.abc import Iterator

from skafu.blueprint.findings import Location, listed
from skafu.blueprint.index import Entry, ServiceIndex
from skafu.blueprint.model import Aggregate, Command, Emit, Event, FieldSpec
from skafu.blueprint.resolved import Reaction, ResolvedService, ResolvedStep, System
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.queries import starts_with_value
from skafu.blueprint.resolving.routes import is_called
from skafu.blueprint.types import Maybe


def check_flow(context: Context, system: System) -> None:
    """Look at each aggregate, and at what nothing leads to."""
    for index in context.index.services.values():
        for entry in index.aggregates.values():
            _check_creation(context, entry)
            _check_states(context, entry)
            _check_fields(context, entry)
            _check_emits(context, entry)
    for service in system.services:
        _check_use(context, context.index.services[service.names.kebab], service)


def emits_of(command: Command) -> tuple[Emit, ...]:
    """Give the emits of a command in their long form."""
    return tuple(emit if isinstance(emit, Emit) else Emit(event=emit) for emit in command.emits)


def reactions_of(service: ResolvedService) -> Iterator[Reaction]:
    """Give every command that runs by itself in a service."""
    yield from (policy.then for policy in service.policies)
    yield from (timer.then for timer in service.timers)
    yield from (inbound.then for inbound in service.inbound)
    for call in service.calls:
        yield from (answer for answer in (call.ok, call.failed) if answer)
    for workflow in service.workflows:
        yield from _of_steps(workflow.steps)


def _of_steps(steps: tuple[ResolvedStep, ...]) -> Iterator[Reaction]:
    for step in steps:
        yield from (reaction for reaction in (step.command, step.undo) if reaction)
        for choice in step.choices:
            yield from _of_steps(choice.steps)


def _check_creation(context: Context, entry: Entry[Aggregate]) -> None:
    aggregate = entry.element
    creating = [(at, command) for at, command in enumerate(aggregate.commands) if command.creates]
    if not creating:
        message = f"no command creates a {aggregate.name}, so there will never be one"
        context.note("never_created", entry.location, message, fix="Add creates: true to the command that begins it.")
    events = {event.name: event for event in aggregate.events}
    for at, command in creating:
        place = (*entry.location, "commands", at)
        emits = emits_of(command)
        if not any(emit.if_ is None for emit in emits):
            message = f"{command.name} creates, but may emit nothing"
            context.note("may_create_nothing", place, message, fix="Emit one event always, or with else: true.")
        if command.in_:
            message = f"{command.name} creates, so there is no state before it"
            context.note("wrong_state", (*place, "in"), message, fix="Remove in.", at_key=True)
        if aggregate.states:
            _check_first_state(context, command, emits, events, place)


def _check_first_state(
    context: Context, command: Command, emits: tuple[Emit, ...], events: dict[str, Event], place: Location
) -> None:
    known = [(emit, events[emit.event]) for emit in emits if emit.event in events]
    sure = any(event.to for emit, event in known if emit.if_ is None and not emit.else_)
    for emit, event in known:
        if not sure and event.to is None:
            message = f"{command.name} creates by {emit.event}, which leads to no state"
            context.note("no_first_state", place, message, expected="to: a state", fix=f"Add to: to {emit.event}.")


def _check_states(context: Context, entry: Entry[Aggregate]) -> None:
    aggregate = entry.element
    reached = _reached(aggregate)
    for at, state in enumerate(aggregate.states):
        if state not in reached:
            message = f"no command leads to state {state} of {aggregate.name}"
            fix = f"Add to: {state} to an event, or remove the state."
            context.note("unreachable_state", (*entry.location, "states", at), message, severity="warning", fix=fix)


def _reached(aggregate: Aggregate) -> set[str]:
    """Give the states that commands lead to, starting from nothing."""
    moves = {event.name: event.to for event in aggregate.events}
    reached: set[str] = set()
    before = -1
    while before < len(reached):
        before = len(reached)
        for command in aggregate.commands:
            if command.creates or (reached and (not command.in_ or reached & set(command.in_))):
                reached |= {state for emit in emits_of(command) if (state := moves.get(emit.event))}
    return reached


def _check_fields(context: Context, entry: Entry[Aggregate]) -> None:
    """Note fields that are never given a value, or not from the beginning although they are required."""
    aggregate = entry.element
    types = context.types(aggregate.fields, entry.service, (*entry.location, "fields"))
    given = {name for event in aggregate.events for name in (*event.fields, *event.set, *event.add, *event.remove)}
    missing = _missing_at_start(aggregate)
    for name, form in aggregate.fields.items():
        place = (*entry.location, "fields", name)
        if name in types and name in missing and not isinstance(types[name], Maybe):
            message = f"{missing[name]} begins a {aggregate.name} without {name}, which is required"
            fix = f"Add {name} to the event, set it, give it a default, or make it optional."
            context.note("field_not_set", place, message, fix=fix, at_key=True)
        elif name not in given:
            message = f"no event gives {name} of {aggregate.name} a value"
            kind = "default" if isinstance(form, FieldSpec) and starts_with_value(form) else "start"
            fix = f"Remove it if its {kind} is all that it ever is."
            context.note("field_never_changed", place, message, severity="hint", fix=fix, at_key=True)


def _missing_at_start(aggregate: Aggregate) -> dict[str, str]:
    """Give the fields that some creation leaves empty, and the command that does so."""
    events = {event.name: event for event in aggregate.events}
    needed = {name for name, form in aggregate.fields.items() if not starts_with_value(form)}
    found: dict[str, str] = {}
    for command in aggregate.commands:
        if command.creates:
            for given in _beginnings(command, events):
                found |= {name: command.name for name in needed - given if name not in found}
    return found


def _beginnings(command: Command, events: dict[str, Event]) -> list[set[str]]:
    """Give what each way to begin sets: what is always emitted counts for all of them."""
    emits = [emit for emit in emits_of(command) if emit.event in events]
    sets = {emit.event: {*events[emit.event].fields, *events[emit.event].set} for emit in emits}
    always = [sets[emit.event] for emit in emits if emit.if_ is None and not emit.else_]
    if always:
        return [set().union(*always)]
    return [sets[emit.event] for emit in emits]


def _check_emits(context: Context, entry: Entry[Aggregate]) -> None:
    aggregate = entry.element
    produced = {emit.event for command in aggregate.commands for emit in emits_of(command)}
    for at, event in enumerate(aggregate.events):
        if event.name not in produced:
            message = f"no command emits {event.name}"
            fix = "Add it to the emits of a command, or remove it."
            context.note("event_without_producer", (*entry.location, "events", at), message, fix=fix)
    for at, command in enumerate(aggregate.commands):
        place = (*entry.location, "commands", at)
        emits = emits_of(command)
        if not emits:
            message = f"{command.name} emits nothing, so it changes nothing"
            context.note("command_without_event", place, message, severity="warning", fix="Say what happens: emits.")
        for inner, emit in enumerate(emits):
            if emit.else_ and not any(other.if_ for other in emits if other is not emit):
                message = (
                    f"else is for when no other event was emitted, and {command.name} has no other with a condition"
                )
                fix = "Remove else, or give the others an if."
                context.note("wrong_else", (*place, "emits", inner, "else"), message, severity="warning", fix=fix)


def _check_use(context: Context, index: ServiceIndex, service: ResolvedService) -> None:
    """Note commands and queries that nobody and nothing can reach."""
    run = {reaction.command.command for reaction in reactions_of(service)}
    for name, entry in index.commands.items():
        command = entry.element
        if name not in run and command.http in {None, "none"} and not (is_called(command) and command.http is None):
            message = f"nobody and nothing can run {name}"
            fix = "Give it roles (or public: true), or let a policy, timer, call or message run it."
            context.note("command_without_use", entry.location, message, severity="warning", fix=fix)
    rows = {policy.for_each.query for policy in service.policies if policy.for_each}
    rows |= {timer.for_each.query for timer in service.timers if timer.for_each}
    for name, query in index.queries.items():
        element = query.element
        if name not in rows and element.http in {None, "none"} and not (is_called(element) and element.http is None):
            message = f"nobody and nothing can ask {name}"
            fix = f"Give it roles (or public: true), or use it: {listed(['for_each'])}."
            context.note("query_without_use", query.location, message, severity="warning", fix=fix)
