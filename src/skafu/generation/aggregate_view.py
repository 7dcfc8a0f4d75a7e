"""What the template sees of aggregates, their commands and their events."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from skafu.blueprint.expressions import roots_of
from skafu.blueprint.resolved import (
    Assignment,
    Effect,
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedEvent,
    ResolvedField,
    ResolvedRead,
    ResolvedRoute,
    ResolvedValueType,
)
from skafu.blueprint.types import ListOf, Maybe
from skafu.generation.earliness import early_states
from skafu.generation.expression_code import code, members_of, negated
from skafu.generation.python_types import (
    annotation,
    checked_annotation,
    default,
    field_checks,
    initial,
    quoted,
    unshadowed,
    zero_of,
)

View = dict[str, Any]

STORES = {"events": "AggregateStore", "state": "StateStore", "log": "LogStore"}
"""How an aggregate is kept -> the class of the shared package that keeps it so."""


def sentence(text: str, otherwise: str) -> str:
    """A docstring's first line: one line, capitalised, with a full stop."""
    words = " ".join(printable(text or otherwise).split()).replace("\\", "/").replace('"""', "'''")
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def printable(text: str) -> str:
    """A text without characters that nobody sees: they could hide something, and YAML does not take all of them."""
    return "".join(one for one in text if one.isprintable() or one.isspace())


def article(words: str) -> str:
    """`a` or `an`, by the first letter."""
    return "an" if words[:1] in "aeiou" else "a"


def constant(snake: str) -> str:
    """The name of a module constant."""
    return snake.upper()


def field_view(field: ResolvedField) -> View:
    """A field of a command or an event."""
    return {
        "name": field.name,
        "annotation": checked_annotation(field),
        "plain_annotation": annotation(field.type),
        "default": default(field),
    }


def in_order(fields: tuple[ResolvedField, ...]) -> list[View]:
    """Fields as views, in the order of the blueprint (they are keyword-only)."""
    return unshadowed([field_view(field) for field in fields])


def value_type_view(record: ResolvedValueType) -> View:
    """A record of fields."""
    return {
        "pascal": record.names.pascal,
        "summary": sentence(record.summary, record.names.words),
        "fields": in_order(record.fields),
        "checks": field_checks(record.fields),
    }


def aggregate_view(aggregate: ResolvedAggregate, by_messages: Collection[str] = ()) -> View:
    """An aggregate with its commands and events; `by_messages` are the commands that messages lead to."""
    names = aggregate.names
    creating = [event for event in aggregate.events if event.creates]
    always_set = set.intersection(*({one.field for one in event.effects} for event in creating)) if creating else set()
    return {
        "pascal": names.pascal,
        "snake": names.snake,
        "words": names.words,
        "article": article(names.words),
        "constant": constant(names.snake),
        "constants": store_constant(aggregate),
        "summary": sentence(aggregate.summary, f"{article(names.words)} {names.words}"),
        "id_name": aggregate.id_name,
        "states": list(aggregate.states),
        "store_class": STORES[aggregate.store],
        "retention_days": aggregate.retention_days if aggregate.store == "log" else None,
        "unique": [list(one) for one in aggregate.unique],
        "fields": unshadowed(
            [
                {
                    "name": field.name,
                    "annotation": annotation(field.type),
                    "default": default(field) if field.name in always_set else initial(field),
                }
                for field in aggregate.fields
            ]
        ),
        "commands": [
            decision_view(command, aggregate) | _early(command, aggregate, by_messages)
            for command in aggregate.commands
        ],
        "events": [event_view(event, aggregate) for event in aggregate.events],
        "looks_back": any(not event.creates or _carried(event, aggregate) for event in aggregate.events),
        "changing": any(not event.creates for event in aggregate.events),
    }


def _early(command: ResolvedCommand, aggregate: ResolvedAggregate, by_messages: Collection[str]) -> View:
    early = early_states(command, aggregate) if command.names.pascal in by_messages else ()
    return {"early_test": _state_test(early, "==", "in") if early else None}


def store_constant(aggregate: ResolvedAggregate) -> str:
    """The constant that holds the store of an aggregate: `ORDERS`."""
    return constant(aggregate.names.plural.replace("-", "_").replace(" ", "_"))


def event_view(event: ResolvedEvent, aggregate: ResolvedAggregate) -> View:
    """An event and what it does to the state."""
    return {
        "pascal": event.names.pascal,
        "version": event.version,
        "creates": event.creates,
        "to": event.to or (aggregate.states[0] if event.creates and aggregate.states else None),
        "summary": sentence(event.summary, f"{event.names.words}"),
        "fields": in_order(event.fields),
        "carried": _carried(event, aggregate),
        "effects": [effect_view(effect, event, aggregate) for effect in event.effects],
    }


def _carried(event: ResolvedEvent, aggregate: ResolvedAggregate) -> list[View]:
    """The fields of the state that a creating event looks at: there may be one when it appends to a log."""
    read = {name for effect in event.effects for name in members_of(effect.value, "state")} if event.creates else set()
    return [{"name": field.name, "zero": zero_of(field) or "None"} for field in aggregate.fields if field.name in read]


def _state_names(event: ResolvedEvent, aggregate: ResolvedAggregate) -> Mapping[str, str]:
    names = {"state": aggregate.names.snake}
    return names | {f"state.{field['name']}": field["name"] for field in _carried(event, aggregate)}


def effect_view(effect: Effect, event: ResolvedEvent, aggregate: ResolvedAggregate) -> View:
    """The new value of one field of the state."""
    value = code(effect.value, _state_names(event, aggregate))
    if effect.kind == "set":
        return {"field": effect.field, "code": value}
    field = next(one for one in aggregate.fields if one.name == effect.field)
    kind = field.type.item if isinstance(field.type, Maybe) else field.type
    before = f"{aggregate.names.snake}.{effect.field}"
    if isinstance(kind, ListOf):
        return {"field": effect.field, "code": _list_effect(effect.kind, before, value, creates=event.creates)}
    sign = "+" if effect.kind == "add" else "-"
    counted = f"{sign if sign == '-' else ''}{value}" if event.creates else f"{before} {sign} {value}"
    return {"field": effect.field, "code": counted}


def _list_effect(kind: str, before: str, value: str, *, creates: bool) -> str:
    if kind == "add":
        return f"({value},)" if creates else f"(*{before}, {value})"
    return "()" if creates else f"tuple(one for one in {before} if one != {value})"


def decision_view(command: ResolvedCommand, aggregate: ResolvedAggregate) -> View:
    """A command as the domain sees it: its fields, rules and events."""
    names = {"state": aggregate.names.snake}
    words = aggregate.names.words
    return {
        "pascal": command.names.pascal,
        "snake": command.names.snake,
        "summary": sentence(command.summary, command.names.words),
        "decision": sentence(f"What `{command.names.pascal}` leads to", ""),
        "creates": command.creates,
        "fields": in_order(command.fields),
        "checks": field_checks(command.fields),
        "reads": [{"name": read.name, "pascal": read.aggregate} for read in reads_of_rules(command)],
        "in_states": list(command.in_states),
        "state_test": _state_test(command.in_states),
        "invariants": [
            {"code": one.code, "broken": negated(one.rule, names), "message": quoted(one.message)}
            for one in command.invariants
        ],
        **_emits_view(command, aggregate, names),
        "words": words,
    }


def _emits_view(command: ResolvedCommand, aggregate: ResolvedAggregate, names: Mapping[str, str]) -> View:
    """The events of a command: plain ones, one or the other, or a list that begins with some and grows."""
    emits = [
        {
            "code": _construction(one.event, one.values, names, _own_id(command, aggregate)),
            "condition": code(one.condition, names) if one.condition else None,
            "otherwise": one.otherwise,
        }
        for one in command.emits
    ]
    plain = [not one["condition"] and not one["otherwise"] for one in emits]
    either = None
    if len(emits) == 2 and emits[0]["condition"] and emits[1]["otherwise"] and not emits[1]["condition"]:
        either = {**emits[0], "otherwise": emits[1]["code"]}
    return {
        "plain_emits": all(plain),
        "either": either,
        "leading": plain.index(False) if False in plain else len(plain),
        "emits": emits,
    }


def reads_of_rules(command: ResolvedCommand) -> tuple[ResolvedRead, ...]:
    """The reads that the rules and events of a command look at; others only say who may use it."""
    expressions = [rule.rule for rule in command.invariants]
    expressions += [one.condition for one in command.emits if one.condition]
    expressions += [part.value for one in command.emits for part in one.values]
    used = {name for one in expressions for name in roots_of(one.node)}
    return tuple(read for read in command.reads if read.name in used)


def _own_id(command: ResolvedCommand, aggregate: ResolvedAggregate) -> str:
    source = aggregate.id_name if command.creates else f"{aggregate.names.snake}.{aggregate.id_name}"
    return f"{aggregate.id_name}={source}"


def _construction(pascal: str, values: tuple[Assignment, ...], names: Mapping[str, str], own_id: str) -> str:
    arguments = [own_id, *(f"{one.field}={code(one.value, names)}" for one in values)]
    return f"{pascal}({', '.join(arguments)})"


def _state_test(states: tuple[str, ...], one: str = "!=", many: str = "not in") -> str:
    if len(states) == 1:
        return f'{one} "{states[0]}"'
    return f"{many} {{{', '.join(quoted(state) for state in states)}}}"


def _location(path: str) -> str:
    """The expression of where new instances are found; parameters of the path are those of the request."""
    found = re.sub(r"\{(\w+)\}", r"{quote(request.path['\1'], safe='')}", path)
    return f'{"f" if found != path else ""}"/api/v1{found}/"'


def _path_fields(command: ResolvedCommand) -> list[str]:
    parameters = command.route.parameters if command.route else ()
    return [field.name for field in command.fields if field.name in parameters]


def route_view(route: ResolvedRoute) -> View:
    """A route below /api/v1."""
    return {"method": route.method, "path": route.path}


def handler_view(
    command: ResolvedCommand, aggregate: ResolvedAggregate, stores: Mapping[str, str], home: str | None
) -> View:
    """A command as its HTTP handler sees it; `home` is the path below which its aggregate's instances are read."""
    names = {"state": aggregate.names.snake}
    allow = command.access.allow
    return {
        "pascal": command.names.pascal,
        "snake": command.names.snake,
        "kebab": command.names.kebab,
        "words": command.names.words,
        "summary": sentence(command.summary, command.names.words),
        "description": sentence(command.summary, command.names.words),
        "route": route_view(command.route) if command.route else None,
        "public": command.access.public,
        "roles": list(command.access.roles),
        "creates": command.creates,
        "key": [code(one.value) for one in command.key],
        "path_fields": _path_fields(command),
        "store": store_constant(aggregate),
        "id_name": aggregate.id_name,
        "location": _location((command.route.path if command.route else "") if home is None else home),
        "aggregate": aggregate.names.pascal,
        "aggregate_snake": aggregate.names.snake,
        "reads": [
            {
                "name": read.name,
                "pascal": read.aggregate,
                "store": stores[read.aggregate],
                "id": code(read.id, names),
                "in_rules": read in reads_of_rules(command),
                "in_access": allow is not None and read.name in roots_of(allow.node),
            }
            for read in command.reads
        ],
        "forbidden": negated(allow, names) if allow else None,
    }
