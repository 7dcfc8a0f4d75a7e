"""What the template sees of reactions: the event they listen to, the rows they go through, the command they run."""

from collections.abc import Iterable, Mapping, Sequence

from skafu.blueprint.expressions import Checked, nodes, walk
from skafu.blueprint.naming import Names
from skafu.blueprint.resolved import (
    Assignment,
    EventRef,
    ForEach,
    Reaction,
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedField,
    ResolvedPolicy,
    ResolvedQuery,
    ResolvedService,
    ResolvedValueType,
    System,
)
from skafu.blueprint.types import ListOf, Maybe, Record, Type
from skafu.generation.aggregate_view import View, constant, reads_of_rules, sentence, store_constant
from skafu.generation.expression_code import code, members_of, negated
from skafu.generation.python_types import annotation, default, quoted
from skafu.generation.query_view import row_of
from skafu.generation.statements import right

NAMES: Mapping[str, str] = {"event.recorded_at": "message.recorded_at", "now": "context.now", "caller": "SYSTEM"}
"""What the roots of a reaction's expressions are called in its handler, where that differs from the blueprint."""
BATCH = 10
"""How many messages a function takes at once."""


def policy_view(policy: ResolvedPolicy, service: ResolvedService, system: System) -> View:
    """A policy with its queue, its rule and its function."""
    _, command = command_of(policy.then, service)
    each = f" for each row of `{policy.for_each.query}`" if policy.for_each else ""
    expressions = [policy.condition, *expressions_of(policy.then), *keys_of(policy.for_each)]
    when = f"{policy.when.service}.{policy.when.event}"
    return {
        **reaction_names(policy.names),
        **event_view_of(policy.when, expressions, service, system),
        "title": f"When {when}: {command.names.words}",
        "summary": sentence("", f"run `{command.names.pascal}`{each}"),
        "description": sentence("", f"runs {command.names.pascal} when {when} happens"),
        "skipped": negated(policy.condition, NAMES) if policy.condition else None,
        "command": run_view(policy.then, service),
        "for_each": rows_view(policy.for_each, policy.condition, service),
        "function": function_view(policy.names, policy.for_each, service),
        "rule": True,
    }


def reaction_names(names: Names) -> View:
    """A reaction's name in the cases that its files and resources use."""
    pascal = "".join(part[:1].upper() + part[1:] for part in names.pascal.split("_"))
    return {"pascal": pascal, "snake": names.snake, "kebab": names.kebab}


def function_view(
    names: Names, each: ForEach | None, service: ResolvedService, *, writes: bool = True, sends: bool = False
) -> View:
    """The function behind a reaction.

    Args:
        names: of the reaction.
        each: the rows that it goes through.
        service: where it lives.
        writes: it runs a command.
        sends: it writes to its own queue; with rows it does so anyway.
    """
    queried = query_of(each, service)
    sends = sends or queried is not None
    environment = {
        **({"EVENTS_TABLE": "!Ref Events"} if writes else {}),
        "GUARDS_TABLE": "!Ref Guards",
        "ERROR_BUS_NAME": "!Ref ErrorBusName",
        "EVENT_SOURCE": service.names.kebab,
    }
    rights: list[View] = []
    if sends:
        own = reaction_names(names)["pascal"]
        environment["QUEUE_URL"] = f"!Ref {own}Queue"
        rights.append(right("sqs:SendMessage", f"!GetAtt {own}Queue.Arn"))
    if queried:
        environment[f"{constant(queried.names.snake)}_TABLE"] = f"!Ref {queried.names.pascal}Rows"
        rights.append(right("dynamodb:Query", f"!Sub ${{{queried.names.pascal}Rows.Arn}}/index/byAccessKey"))
    return {"environment": environment, "rights": rights, "writes": writes, "batch": BATCH}


def rows_view(each: ForEach | None, condition: Checked | None, service: ResolvedService) -> View | None:
    """The rows that a reaction runs a command for; the condition is looked at before a message is sent for a row.

    It is looked at again where it makes sure that something is there, which the type checker can't see otherwise.
    """
    queried = query_of(each, service)
    if each is None or queried is None:
        return None
    return {
        "constant": constant(queried.names.snake),
        "variable": f"{constant(queried.names.snake)}_TABLE",
        "row": row_of(queried),
        "id_name": aggregate_of(queried.aggregate, service).id_name,
        "found_by": [code(one.value, NAMES) for one in each.keys],
        "wanted": code(condition, NAMES) if condition else None,
        "checks_again": condition is not None and _asks_for_presence(condition),
    }


def _asks_for_presence(condition: Checked) -> bool:
    return any(isinstance(node, nodes.Null) or _is_has(node) for node in walk(condition.node))


def _is_has(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and node.function == "has"


def query_of(each: ForEach | None, service: ResolvedService) -> ResolvedQuery | None:
    """The query whose rows a reaction goes through."""
    return next((one for one in service.queries if each and one.names.pascal == each.query), None)


def keys_of(each: ForEach | None) -> list[Checked]:
    """The expressions that rows are found by."""
    return [one.value for one in each.keys] if each else []


def expressions_of(reaction: Reaction | None) -> list[Checked | None]:
    """All expressions of a reaction."""
    return [reaction.id, *(one.value for one in reaction.values)] if reaction else []


def event_view_of(
    ref: EventRef, expressions: Iterable[Checked | None], service: ResolvedService, system: System
) -> View:
    """The event that a reaction listens to, with the fields that its expressions read.

    Value types of the event that the listening service does not have are declared next to it, as far as they are read.
    """
    source = next(one for one in system.services if one.names.kebab == ref.service)
    aggregate = aggregate_of(ref.aggregate, source)
    event = next(one for one in aggregate.events if one.names.pascal == ref.event)
    read = {name for one in expressions if one for name in members_of(one, "event")}
    fields = [field for field in event.fields if field.name in read]
    views = [_field(field) for field in fields]
    if aggregate.id_name in read:
        views.insert(0, {"name": aggregate.id_name, "plain_annotation": "str", "default": ""})
    return {
        "source": ref.service,
        "event": ref.event,
        "event_fields": views,
        "event_records": [
            {"pascal": one.names.pascal, "fields": [_field(field) for field in one.fields]}
            for one in _foreign_records(fields, source, service)
        ],
        "reads_event": bool(views),
    }


def _foreign_records(
    fields: Sequence[ResolvedField], source: ResolvedService, service: ResolvedService
) -> list[ResolvedValueType]:
    """The value types that some fields need and that the listening service lacks, each after the ones it needs."""
    own = {one.names.pascal for one in service.value_types}
    declared = {one.names.pascal: one for one in source.value_types if one.names.pascal not in own}
    found: dict[str, ResolvedValueType] = {}

    def collect(some: Sequence[ResolvedField]) -> None:
        for name in sorted({name for field in some for name in _records(field.type)} & declared.keys()):
            if name not in found:
                collect(declared[name].fields)
                found[name] = declared[name]

    collect(fields)
    return list(found.values())


def _records(type_: Type) -> set[str]:
    match type_:
        case ListOf(item) | Maybe(item):
            return _records(item)
        case Record(name):
            return {name}
        case _:
            return set()


def _field(field: ResolvedField) -> View:
    return {"name": field.name, "plain_annotation": annotation(field.type), "default": default(field)}


def aggregate_of(pascal: str, service: ResolvedService) -> ResolvedAggregate:
    """An aggregate of a service by its name."""
    return next(one for one in service.aggregates if one.names.pascal == pascal)


def command_of(reaction: Reaction, service: ResolvedService) -> tuple[ResolvedAggregate, ResolvedCommand]:
    """The aggregate and the command that a reaction runs."""
    aggregate = aggregate_of(reaction.command.aggregate, service)
    return aggregate, next(one for one in aggregate.commands if one.names.pascal == reaction.command.command)


def run_view(reaction: Reaction, service: ResolvedService, names: Mapping[str, str] = NAMES) -> View:
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
        "run": "\n".join(_lines(reaction, aggregate, command, stores, names)),
    }


def _lines(
    reaction: Reaction,
    aggregate: ResolvedAggregate,
    command: ResolvedCommand,
    stores: Mapping[str, str],
    names: Mapping[str, str],
) -> list[str]:
    pascal, snake, id_name = aggregate.names.pascal, aggregate.names.snake, aggregate.id_name
    used = reads_of_rules(command)
    others = "".join(f"{one.name}, " for one in used)
    decision = f"{command.names.snake}(command, {{0}}, {others}SYSTEM, context.now)"
    lines = [f"command = {command.names.pascal}({_arguments(reaction.values, names)})"]
    target = code(reaction.id, names) if reaction.id else f"event.{id_name}"
    own = {**names, f"command.{id_name}": target}
    lines += [
        f"{f'{one.name} = ' if one in used else ''}{stores[one.aggregate]}.get({code(one.id, own)})"
        for one in command.reads
    ]
    if command.creates:
        key = ", ".join((quoted(pascal), *(code(one.value, own) for one in command.key)))
        return [
            *lines,
            f"{id_name} = {f'id_from({key})' if command.key else 'new_id()'}",
            "",
            f"def decide() -> Decision[{pascal}Event]:",
            f"    return {decision.format(id_name)}",
            "",
            f"settle({stores[pascal]}.create({id_name}, decide, context))",
        ]
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
