"""Names that stand for two things, or that mean something already."""

import keyword
from collections.abc import Iterable, Iterator

from skafu.blueprint.findings import Location
from skafu.blueprint.index import ServiceIndex
from skafu.blueprint.model import Aggregate, Blueprint, Integration, Part
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import System
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.scopes import id_name

Named = tuple[str, str, Location]
"""A kind, a name, and its place."""

TAKEN_CLASSES = {"None", "True", "False", "Exception", "Warning", "Money", "Decimal", "Struct", "Literal"}
TAKEN_CLASSES |= {"Caller", "Decision", "Refusal"}
YAML_WORDS = {"null", "true", "false", "yes", "no", "on", "off"}
"""What YAML does not read as text."""
TAKEN_FIELDS = {"bool", "int", "str", "tuple"}
TAKEN_SERVICES = {"shared", "tests", "docs"}
ROW_FIELDS = {"status", "version", "created_at", "updated_at"}
EVENT_FIELDS = {"recorded_at"}


def check_names(context: Context, _system: System) -> None:
    """Note names that are used twice or reserved, and lists that say something twice."""
    blueprint = context.blueprint
    _unique(context, (("service", one.name, ("services", at)) for at, one in enumerate(blueprint.services)))
    _unique(context, (("integration", one.name, ("integrations", at)) for at, one in enumerate(blueprint.integrations)))
    _unique(context, _aggregates(context))
    for name, place in ((blueprint.name, ("name",)), *_roles(blueprint)):
        if name in YAML_WORDS:
            _reserved(context, name, place, "it is not a text in YAML")
    for at, integration in enumerate(blueprint.integrations):
        _check_integration(context, integration, ("integrations", at))
    for index in context.index.services.values():
        _unique(context, _elements(index))
        if index.service.name in TAKEN_SERVICES:
            _reserved(context, index.service.name, (*index.location, "name"), "every project has a folder of that name")
        for entry in index.aggregates.values():
            _check_aggregate(context, entry.element, entry.location)
        for value_type in index.value_types.values():
            place = (*value_type.location, "fields")
            _check_fields(context, value_type.element.fields, set(), place, "")
    _check_repetitions(context, blueprint, ())


def _roles(blueprint: Blueprint) -> Iterator[tuple[str, Location]]:
    for at, role in enumerate(blueprint.auth.roles):
        yield role, ("auth", "roles", at)


def _aggregates(context: Context) -> Iterator[Named]:
    for service_at, service in enumerate(context.blueprint.services):
        for at, aggregate in enumerate(service.aggregates):
            yield "aggregate", aggregate.name, ("services", service_at, "aggregates", at)


def _elements(index: ServiceIndex) -> Iterator[Named]:
    """Give everything of a service that becomes a class; aggregates are compared over all services."""
    service, place = index.service, index.location
    yield from ((kind, name, where) for kind, name, where in _inner(service.aggregates, place))
    for key, kind in (("value_types", "value type"), ("queries", "query"), ("workflows", "workflow")):
        for at, element in enumerate(getattr(service, key)):
            yield kind, element.name, (*place, key, at)


def _inner(aggregates: Iterable[Aggregate], place: Location) -> Iterator[Named]:
    for at, aggregate in enumerate(aggregates):
        yield "aggregate", aggregate.name, (*place, "aggregates", at)
        for key, kind in (("commands", "command"), ("events", "event")):
            for inner, element in enumerate(getattr(aggregate, key)):
                yield kind, element.name, (*place, "aggregates", at, key, inner)


def _unique(context: Context, named: Iterable[Named]) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for kind, name, place in named:
        snake = names_of(name).snake
        if snake in seen:
            other_kind, other = seen[snake]
            message = f"{kind} {name} is called like {other_kind} {other}"
            context.note("duplicate_name", (*place, "name"), message, fix="Rename one of the two.")
        seen.setdefault(snake, (kind, name))
        if name.lower() in YAML_WORDS and kind not in {"code", "operation", "message"}:
            _reserved(context, name, (*place, "name"), "it is not a text in YAML")
        elif name in TAKEN_CLASSES:
            _reserved(context, name, (*place, "name"), "it has a meaning in Python")


def _check_integration(context: Context, integration: Integration, place: Location) -> None:
    for key in ("operations", "inbound"):
        kind = {"operations": "operation", "inbound": "message"}[key]
        elements = enumerate(getattr(integration, key))
        _unique(context, ((kind, element.name, (*place, key, at)) for at, element in elements))
    for at, operation in enumerate(integration.operations):
        for key in ("fields", "returns"):
            _check_fields(context, getattr(operation, key), set(), (*place, "operations", at, key), "")
    for at, inbound in enumerate(integration.inbound):
        _check_fields(context, inbound.fields, set(), (*place, "inbound", at, "fields"), "")


def _check_aggregate(context: Context, aggregate: Aggregate, place: Location) -> None:
    own_id = id_name(aggregate.name)
    why = f"every {names_of(aggregate.name).words} has it already"
    times = {f"{state}_at" for state in aggregate.states}
    _check_fields(context, aggregate.fields, {own_id, *ROW_FIELDS, *times}, (*place, "fields"), why)
    for at, command in enumerate(aggregate.commands):
        taken = {own_id}
        _check_fields(
            context, command.fields, taken, (*place, "commands", at, "fields"), "it is there without saying so"
        )
        codes = ((invariant.code, inner) for inner, invariant in enumerate(command.invariants))
        _unique(context, (("code", code, (*place, "commands", at, "invariants", inner)) for code, inner in codes))
    for at, event in enumerate(aggregate.events):
        taken = {own_id, *EVENT_FIELDS}
        _check_fields(context, event.fields, taken, (*place, "events", at, "fields"), "every event has it already")


def _check_fields(context: Context, fields: Iterable[str], taken: set[str], place: Location, why: str) -> None:
    for name in fields:
        if name in TAKEN_FIELDS:
            _reserved(context, name, (*place, name), "it is a type of Python", at_key=True)
        elif keyword.iskeyword(name):
            _reserved(context, name, (*place, name), "it is a keyword of Python", at_key=True)
        elif name in taken:
            _reserved(context, name, (*place, name), why, at_key=True)


def _reserved(context: Context, name: str, place: Location, why: str, *, at_key: bool = False) -> None:
    fix = "Remove it, or call it otherwise." if at_key else "Call it otherwise."
    context.note("reserved_name", place, f"{name} cannot be used as a name: {why}", fix=fix, at_key=at_key)


def _check_repetitions(context: Context, part: Part, place: Location) -> None:
    """Note every list of words that says a word twice."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        key = field.alias or name
        if isinstance(value, tuple):
            _check_items(context, value, (*place, key))


def _check_items(context: Context, items: tuple[object, ...], place: Location) -> None:
    seen: set[str] = set()
    for at, item in enumerate(items):
        if isinstance(item, Part):
            _check_repetitions(context, item, (*place, at))
        elif isinstance(item, str):
            if item in seen:
                context.note("repeated", (*place, at), f"{item} is in the list twice", fix="Remove one of the two.")
            seen.add(item)
