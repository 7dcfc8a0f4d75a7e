"""What the template sees of services and their queries."""

from skafu.blueprint.resolved import ResolvedField, ResolvedQuery, ResolvedService
from skafu.blueprint.types import Scalar
from skafu.generation.aggregate_view import (
    View,
    aggregate_view,
    constant,
    handler_view,
    route_view,
    sentence,
    store_constant,
    value_type_view,
)
from skafu.generation.expression_code import negated
from skafu.generation.python_types import CHECKED, annotation

OWNER_KEY = "caller.id"
"""The access key that is not asked for: rows that the caller himself created."""


def service_view(service: ResolvedService) -> View:
    """A service with everything that its stack and its code need."""
    stores = {one.names.pascal: store_constant(one) for one in service.aggregates}
    commands = [
        handler_view(command, aggregate, stores)
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.route
    ]
    queries = [query_view(query, service) for query in service.queries]
    return {
        "name": service.names.kebab,
        "package": service.names.snake,
        "pascal": service.names.pascal,
        "words": service.names.words,
        "title": service.names.words.capitalize(),
        "summary": sentence(service.summary, f"The {service.names.words} service"),
        "value_types": [value_type_view(one) for one in service.value_types],
        "aggregates": [aggregate_view(one) for one in service.aggregates],
        "routed_commands": commands,
        "queries": queries,
        "routed_queries": [query for query in queries if query["route"]],
        "unique": any(one.unique for one in service.aggregates),
        "authorized": any(not one["public"] for one in (*commands, *queries) if one["route"]),
        "personal_fields": personal_fields(service),
        "projector_environment": {
            "EVENTS_TABLE": "!Ref Events",
            **{query["variable"]: f"!Ref {query['pascal']}Rows" for query in queries},
        },
        "policies": [],
    }


def personal_fields(service: ResolvedService) -> list[str]:
    """The names of all personal fields of a service."""
    fields: list[ResolvedField] = [field for record in service.value_types for field in record.fields]
    for aggregate in service.aggregates:
        fields += aggregate.fields
        fields += [field for part in (*aggregate.commands, *aggregate.events) for field in part.fields]
    return sorted({field.name for field in fields if field.personal})


def query_view(query: ResolvedQuery, service: ResolvedService) -> View:
    """A query with its read table and its route."""
    aggregate = next(one for one in service.aggregates if one.names.pascal == query.aggregate)
    types = {column.name: column.type for column in query.columns}
    asked = [name for name in query.by if name != OWNER_KEY]
    paged = query.returns == "page" or asked not in ([], [aggregate.id_name])
    keys = [*asked, *([] if paged or asked else [aggregate.id_name])]
    sort = query.sort or "created_at"
    allow = query.access.allow
    return {
        "pascal": query.names.pascal,
        "snake": query.names.snake,
        "kebab": query.names.kebab,
        "words": query.names.words,
        "constant": constant(query.names.snake),
        "variable": f"{constant(query.names.snake)}_TABLE",
        "summary": sentence(query.summary, query.names.words),
        "description": sentence(query.summary, query.names.words),
        "route": route_view(query.route) if query.route else None,
        "public": query.access.public,
        "roles": list(query.access.roles),
        "forbidden": negated(allow) if allow else None,
        "paged": paged,
        "id_name": aggregate.id_name,
        "store": store_constant(aggregate),
        "columns": [column.name for column in query.columns],
        "by": ["created_by" if name == OWNER_KEY else name for name in query.by],
        "key_values": [OWNER_KEY if name == OWNER_KEY else f"query.{name}" for name in query.by],
        "sort": sort,
        "newest": types.get(sort, Scalar("datetime")) in (Scalar("datetime"), Scalar("date")),
        "filter": list(query.filter),
        "parameters": [
            *({"name": name, "annotation": annotation(types[name], CHECKED), "default": ""} for name in keys),
            *(
                {"name": name, "annotation": f"{annotation(types[name])} | None", "default": " = None"}
                for name in query.filter
            ),
        ],
        "sources": [
            {"event": event, "times": [one.name for one in query.columns if one.from_event == event]}
            for event in query.sources
        ],
    }
