"""Queries: what their rows hold, what they are found by, and what the route takes."""

from collections.abc import Mapping
from typing import Literal

from skafu.blueprint.expressions import Checked, Root, Scope, walk
from skafu.blueprint.expressions.nodes import Binary, Node, path_of
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Aggregate, Event, FieldSpec, Query
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import Access, Column, KeyColumn, Parameter, ResolvedAggregate, ResolvedQuery
from skafu.blueprint.resolving.aggregates import creating_events
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.resolving.fields import FieldResolver
from skafu.blueprint.resolving.routes import query_route
from skafu.blueprint.resolving.scopes import CALLER, NOW, id_name, state_fields
from skafu.blueprint.types import ListOf, Maybe, Record, Scalar, Type, type_text

CALLER_ID = "caller.id"
_UNSORTABLE = {Scalar("money"), Scalar("duration"), Scalar("boolean")}
_UNCOMPARABLE = {Scalar("money"), Scalar("decimal")}


def resolve_query(
    context: Context,
    entry: Entry[Query],
    aggregates: Mapping[str, ResolvedAggregate],
    fields: FieldResolver,
) -> ResolvedQuery | None:
    """Give a query; nothing when it is not known which aggregate its rows are of, which is noted."""
    events = _sources(context, entry)
    if not events:
        return None
    aggregate = context.service(entry.service).aggregates[events[0].of.name]
    return _QueryResolver(context, entry, aggregate, events, aggregates[aggregate.element.name], fields).resolve()


def column_types(
    context: Context, entry: Entry[Aggregate], events: list[Entry[Event]], wanted: tuple[str, ...] = ()
) -> dict[str, Column]:
    """Give the columns that a fold of events has, by name.

    Args:
        context: for the types.
        entry: the aggregate of the rows.
        events: what is folded.
        wanted: the fields to keep; all when empty.
    """
    aggregate = entry.element
    types = state_fields(context, entry)
    always = _set_by_all(aggregate, events)
    columns = {}
    for name, form in aggregate.fields.items():
        if name in types and (not wanted or name in wanted):
            type_ = types[name] if name in always else _optional(types[name])
            personal = isinstance(form, FieldSpec) and form.personal
            columns[name] = Column(name, type_, personal, implicit=False)
    for name in (id_name(aggregate.name), *(("status",) if aggregate.states else ()), "version"):
        columns[name] = Column(name, types[name], personal=False, implicit=True)
    for name in ("created_at", "updated_at"):
        columns[name] = Column(name, NOW, personal=False, implicit=True)
    creating = creating_events(aggregate)
    for state in aggregate.states:
        movers = tuple(event.element.name for event in events if event.element.to == state)
        if movers:
            sure = creating <= set(movers)
            column = Column(
                f"{state}_at", NOW if sure else Maybe(NOW), personal=False, implicit=True, from_events=movers
            )
            columns.setdefault(column.name, column)
    return columns


def query_events(context: Context, entry: Entry[Query]) -> list[Entry[Event]]:
    """Give the events of a query that are declared in its own service, all of one aggregate."""
    known = context.service(entry.service).events
    found = [known[name] for name in entry.element.from_ if name in known]
    return [event for event in found if event.of is found[0].of]


def query_columns(context: Context, entry: Entry[Query]) -> dict[str, Column]:
    """Give the columns of a query's rows."""
    events = query_events(context, entry)
    if not events:
        return {}
    aggregate = context.service(entry.service).aggregates[events[0].of.name]
    return column_types(context, aggregate, events, entry.element.fields)


class _QueryResolver:
    """Resolves one query, whose aggregate is known."""

    def __init__(
        self,
        context: Context,
        entry: Entry[Query],
        aggregate: Entry[Aggregate],
        events: list[Entry[Event]],
        resolved: ResolvedAggregate,
        fields: FieldResolver,
    ) -> None:
        self._context = context
        self._entry = entry
        self._query = entry.element
        self._aggregate = aggregate
        self._events = events
        self._resolved = resolved
        self._fields = fields
        self._columns = column_types(context, aggregate, events, self._query.fields)

    def resolve(self) -> ResolvedQuery:
        query, place = self._query, self._entry.location
        self._check_fields()
        by = self._keys()
        filters = tuple(self._compared("filter", at, name) for at, name in enumerate(query.filter))
        if query.sort is not None:
            self._check_sort(query.sort)
        given = tuple(key.column for key in by if not key.is_caller)
        route = query_route(self._context, query, self._aggregate.element.name, given, (*place, "http"))
        parameters = self._parameters(given, tuple(filter(None, filters)), route.parameters if route else ())
        return ResolvedQuery(
            names=names_of(query.name),
            aggregate=self._aggregate.element.name,
            summary=query.summary,
            route=route,
            access=Access(query.public, query.roles, self._allow(parameters)),
            by=by,
            parameters=parameters,
            sources=tuple(event.element.name for event in self._events),
            columns=tuple(self._columns.values()),
            returns=query.returns,
            filter=query.filter,
            sort=query.sort,
            yours=query.yours,
        )

    def _check_fields(self) -> None:
        fields = self._aggregate.element.fields
        for at, name in enumerate(self._query.fields):
            if name not in fields:
                self._context.unknown("field", name, fields, (*self._entry.location, "fields", at))

    def _keys(self) -> tuple[KeyColumn, ...]:
        own_id = id_name(self._aggregate.element.name)
        if not self._query.by:
            return (KeyColumn(own_id),) if self._query.returns == "one" else ()
        found = []
        for at, text in enumerate(self._query.by):
            name, _, source = (part.strip() for part in text.partition("="))
            place = (*self._entry.location, "by", at)
            if name == CALLER_ID:
                name, source = self._caller_column(place), CALLER_ID
            if name and self._compared("by", at, name):
                found.append(KeyColumn(name, source == CALLER_ID))
        return tuple(found)

    def _compared(self, key: str, at: int, name: str) -> str | None:
        """Give the name of a column that rows can be found by; note when it is none."""
        place = (*self._entry.location, key, at)
        if name not in self._columns:
            self._context.unknown("column", name, self._columns, place)
            return None
        type_ = _present(self._columns[name].type)
        if isinstance(type_, ListOf | Record) or type_ in _UNCOMPARABLE:
            message = f"rows cannot be found by {name}, which is {type_text(type_)}"
            self._context.note("wrong_column", place, message, fix="Use a column with a single plain value.")
            return None
        return name

    def _check_sort(self, name: str) -> None:
        place = (*self._entry.location, "sort")
        if name not in self._columns:
            self._context.unknown("column", name, self._columns, place)
            return
        type_ = _present(self._columns[name].type)
        if isinstance(type_, ListOf | Record) or type_ in _UNSORTABLE:
            message = f"rows cannot be sorted by {name}, which is {type_text(type_)}"
            self._context.note("wrong_column", place, message, fix="Sort by a number, a text or a time.")

    def _caller_column(self, place: tuple[str | int, ...]) -> str:
        """Find the one column that holds the id of a caller, as the rules of the aggregate's commands tell."""
        found = sorted(name for name in _caller_fields(self._resolved) if name in self._columns)
        if len(found) == 1:
            return found[0]
        said = "no rule tells" if not found else f"{', '.join(found)} all hold ids of callers, so it is not clear"
        message = f"{said} which column holds the id of the caller"
        fix = f"Write the column: {found[0] if found else 'owner_id'} = caller.id."
        self._context.note("unclear_caller", place, message, expected="owner_id = caller.id", fix=fix)
        return ""

    def _parameters(
        self, given: tuple[str, ...], filters: tuple[str, ...], in_path: tuple[str, ...]
    ) -> tuple[Parameter, ...]:
        found = []
        for name in dict.fromkeys((*given, *filters)):
            if name in self._columns:
                type_ = _present(self._columns[name].type)
                place: Literal["path", "query"] = "path" if name in in_path else "query"
                sample = self._fields.sample(name, type_)
                found.append(Parameter(name, type_, place, name in given, sample))
        return tuple(found)

    def _allow(self, parameters: tuple[Parameter, ...]) -> Checked | None:
        types: Types = {p.name: p.type if p.required else Maybe(p.type) for p in parameters}
        roots: dict[str, Root] = {"query": types, "caller": CALLER, "now": NOW}
        if self._query.returns == "one":
            roots["row"] = {name: column.type for name, column in self._columns.items()}
        scope = Scope(roots, self._context.records(self._entry.service))
        return self._context.condition(self._query.allow, scope, (*self._entry.location, "allow"))


def _sources(context: Context, entry: Entry[Query]) -> list[Entry[Event]]:
    """Give the events that a query folds, and note what is wrong with them."""
    place = (*entry.location, "from")
    query = entry.element
    known = context.service(entry.service).events
    for at, name in enumerate(query.from_):
        if name not in known:
            context.event(name, entry.service, (*place, at))
    if not query.from_:
        message = f"nothing feeds {query.name}"
        context.note("query_without_events", entry.location, message, fix="Say from which events: from: [...].")
        return []
    events = query_events(context, entry)
    for at, name in enumerate(query.from_):
        if name in known and known[name].of is not events[0].of:
            message = f"{name} is of {known[name].of.name}, the rows of {query.name} are of {events[0].of.name}"
            fix = "Fold the events of one aggregate; let a policy bring over what is missing."
            context.note("mixed_sources", (*place, at), message, fix=fix)
    return events


def _set_by_all(aggregate: Aggregate, events: list[Entry[Event]]) -> set[str]:
    """Give the fields that every row has: creating events give them, or they start with a value of their own."""
    creating = [event.element for event in events if event.element.name in creating_events(aggregate)]
    given = [{*event.fields, *event.set} for event in creating]
    always = set.intersection(*given) if given else set()
    return always | {name for name, form in aggregate.fields.items() if starts_with_value(form)}


def starts_with_value(form: str | FieldSpec) -> bool:
    """Whether a field of the state has a value before any event gives it one: lists are empty, defaults are there."""
    if isinstance(form, FieldSpec):
        return "default" in form.model_fields_set or form.type.split()[:1] == ["list"]
    return form.split()[:1] == ["list"]


def _caller_fields(aggregate: ResolvedAggregate) -> set[str]:
    """Give the fields that rules compare with `caller.id`, or that events take from it."""
    found = set()
    for command in aggregate.commands:
        found |= {value.field for emit in command.emits for value in emit.values if value.value.text == CALLER_ID}
        if command.access.allow:
            found |= {name for node in walk(command.access.allow.node) for name in _compared_with_caller(node)}
    return found & {field.name for field in aggregate.fields}


def _compared_with_caller(node: Node) -> set[str]:
    if not isinstance(node, Binary) or node.operator != "==":
        return set()
    paths = [path_of(node.left), path_of(node.right)]
    if ("caller", "id") not in paths:
        return set()
    return {path[1] for path in paths if path and path[0] in {"state", "command"} and len(path) == 2}


def _optional(type_: Type) -> Type:
    return type_ if isinstance(type_, Maybe) else Maybe(type_)


def _present(type_: Type) -> Type:
    return type_.item if isinstance(type_, Maybe) else type_
