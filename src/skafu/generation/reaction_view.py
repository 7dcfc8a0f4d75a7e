"""What the template sees of reactions: policies, and the commands that they run."""

from collections.abc import Iterable, Mapping

from skafu.blueprint.expressions import Checked, nodes, walk
from skafu.blueprint.resolved import (
    Assignment,
    EventRef,
    Reaction,
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedField,
    ResolvedPolicy,
    ResolvedService,
    System,
)
from skafu.generation.aggregate_view import View, constant, sentence, store_constant
from skafu.generation.expression_code import code, negated
from skafu.generation.python_types import annotation, default, quoted

RECORDED_AT = "recorded_at"


def policy_view(policy: ResolvedPolicy, service: ResolvedService, system: System) -> View:
    """A policy with its queue, its rule and its function."""
    target = command_of(policy.then, service)
    each = policy.for_each
    queried = next((one for one in service.queries if each and one.names.pascal == each.query), None)
    keys = [one.value for one in each.keys] if each else []
    expressions = [policy.condition, policy.then.id, *(one.value for one in policy.then.values), *keys]
    names = {f"event.{RECORDED_AT}": "context.now"}
    return {
        **_names(policy.names.pascal, policy.names.snake, policy.names.kebab),
        **event_view_of(policy.when, expressions, system),
        "summary": sentence("", f"run `{target[1].names.pascal}`"),
        "description": sentence("", f"runs {target[1].names.pascal} when {policy.when.service}.{policy.when.event}"),
        "skipped": negated(policy.condition, names) if policy.condition else None,
        "command": run_view(policy.then, service),
        "for_each": {
            "constant": constant(queried.names.snake),
            "id_name": aggregate_of(queried.aggregate, service).id_name,
            "keys": [code(key) for key in keys],
        }
        if queried
        else None,
        "environment": {
            "EVENTS_TABLE": "!Ref Events",
            "GUARDS_TABLE": "!Ref Guards",
            "ERROR_BUS_NAME": "!Ref ErrorBusName",
            "EVENT_SOURCE": service.names.kebab,
            **({f"{constant(queried.names.snake)}_TABLE": f"!Ref {queried.names.pascal}Rows"} if queried else {}),
        },
        "tables": [queried.names.pascal] if queried else [],
        "secret": None,
    }


def _names(pascal: str, snake: str, kebab: str) -> View:
    return {"pascal": pascal, "snake": snake, "kebab": kebab}


def event_view_of(ref: EventRef, expressions: Iterable[Checked | None], system: System) -> View:
    """The event that a reaction listens to, with the fields that its expressions read."""
    service = next(one for one in system.services if one.names.kebab == ref.service)
    aggregate = aggregate_of(ref.aggregate, service)
    event = next(one for one in aggregate.events if one.names.pascal == ref.event)
    read = {name for one in expressions if one for name in members_of(one, "event")}
    fields = [_field(field) for field in event.fields if field.name in read]
    if aggregate.id_name in read:
        fields.insert(0, {"name": aggregate.id_name, "plain_annotation": "str", "default": ""})
    return {
        "source": ref.service,
        "event": ref.event,
        "event_fields": fields,
        "reads_event": bool(fields),
    }


def _field(field: ResolvedField) -> View:
    return {"name": field.name, "plain_annotation": annotation(field.type), "default": default(field)}


def members_of(checked: Checked, root: str) -> set[str]:
    """Which members of a root an expression reads: `{"order_id"}` of `event.order_id`."""
    return {
        node.name
        for node in walk(checked.node)
        if isinstance(node, nodes.Member) and isinstance(node.of, nodes.Name) and node.of.name == root
    }


def aggregate_of(pascal: str, service: ResolvedService) -> ResolvedAggregate:
    """An aggregate of a service by its name."""
    return next(one for one in service.aggregates if one.names.pascal == pascal)


def command_of(reaction: Reaction, service: ResolvedService) -> tuple[ResolvedAggregate, ResolvedCommand]:
    """The aggregate and the command that a reaction runs."""
    aggregate = aggregate_of(reaction.command.aggregate, service)
    return aggregate, next(one for one in aggregate.commands if one.names.pascal == reaction.command.command)


def run_view(reaction: Reaction, service: ResolvedService, names: Mapping[str, str] | None = None) -> View:
    """A command that a reaction runs: what to import, and the lines that run it."""
    aggregate, command = command_of(reaction, service)
    stores = {one.names.pascal: store_constant(one) for one in service.aggregates}
    reads = [{"name": one.name, "pascal": one.aggregate, "store": stores[one.aggregate]} for one in command.reads]
    return {
        "pascal": command.names.pascal,
        "snake": command.names.snake,
        "words": command.names.words,
        "store": stores[aggregate.names.pascal],
        "aggregate": aggregate.names.pascal,
        "aggregate_snake": aggregate.names.snake,
        "creates": command.creates,
        "reads": reads,
        "run": "\n".join(_lines(reaction, aggregate, command, stores, names or {})),
    }


def _lines(
    reaction: Reaction,
    aggregate: ResolvedAggregate,
    command: ResolvedCommand,
    stores: Mapping[str, str],
    names: Mapping[str, str],
) -> list[str]:
    pascal, snake, id_name = aggregate.names.pascal, aggregate.names.snake, aggregate.id_name
    renamed = {"now": "context.now", "caller": "SYSTEM", **names}
    lines = [f"command = {command.names.pascal}({_arguments(reaction.values, renamed)})"]
    lines += [f"{one.name} = {stores[one.aggregate]}.get({code(one.id, renamed)})" for one in command.reads]
    others = "".join(f"{one.name}, " for one in command.reads)
    decision = f"{command.names.snake}(command, {{0}}, {others}SYSTEM, context.now)"
    if command.creates:
        key = ", ".join((quoted(pascal), *(code(one.value, renamed) for one in command.key)))
        lines += [
            f"{id_name} = {f'id_from({key})' if command.key else 'new_id()'}",
            "",
            f"def decide() -> Decision[{pascal}Event]:",
            f"    return {decision.format(id_name)}",
            "",
            f"settle({stores[pascal]}.create({id_name}, decide, context))",
        ]
        return lines
    target = code(reaction.id, renamed) if reaction.id else f"event.{id_name}"
    return [
        *lines,
        "",
        f"def decide({snake}: {pascal}) -> Decision[{pascal}Event]:",
        f"    return {decision.format(snake)}",
        "",
        f"settle({stores[pascal]}.change({target}, decide, context))",
    ]


def _arguments(values: tuple[Assignment, ...], names: Mapping[str, str]) -> str:
    return ", ".join(f"{one.field}={code(one.value, names)}" for one in values)
