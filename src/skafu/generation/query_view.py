"""What the template sees of queries: their read tables, rows and routes."""

from skafu.blueprint.expressions import roots_of
from skafu.blueprint.resolved import Column, Parameter, ResolvedQuery, ResolvedService
from skafu.blueprint.types import Maybe, Scalar
from skafu.generation.aggregate_view import View, constant, route_view, sentence, store_constant
from skafu.generation.expression_code import negated
from skafu.generation.python_types import CHECKED, annotation, checks, unshadowed


def query_view(query: ResolvedQuery, service: ResolvedService) -> View:
    """A query with its read table and its route."""
    aggregate = next(one for one in service.aggregates if one.names.pascal == query.aggregate)
    types = {column.name: column.type for column in query.columns}
    paged = query.returns == "page"
    sort = query.sort or "created_at"
    return {
        **_words(query),
        **_access(query),
        "route": route_view(query.route) if query.route else None,
        "paged": paged,
        "indexed": paged or [(key.column, key.is_caller) for key in query.by] != [(aggregate.id_name, False)],
        "own": query.yours,
        "row": row_of(query),
        "id_name": aggregate.id_name,
        "store": store_constant(aggregate),
        "columns": unshadowed([_column_view(column) for column in query.columns]),
        "by": [key.column for key in query.by],
        "key_values": ["caller.id" if key.is_caller else f"query.{key.column}" for key in query.by],
        "sort": sort,
        "newest": types.get(sort, Scalar("datetime")) in (Scalar("datetime"), Scalar("date")),
        "filter": list(query.filter),
        "parameters": unshadowed([_parameter_view(parameter) for parameter in query.parameters]),
        "checks": checks({parameter.name: parameter.type for parameter in query.parameters}),
        "aggregate_snake": aggregate.names.snake,
        "sources": [
            {"event": event, "times": [one.name for one in query.columns if event in one.from_events]}
            for event in query.sources
        ],
    }


def _words(query: ResolvedQuery) -> View:
    summary = sentence(query.summary, query.names.words)
    return {
        "pascal": query.names.pascal,
        "snake": query.names.snake,
        "kebab": query.names.kebab,
        "words": query.names.words,
        "constant": constant(query.names.snake),
        "variable": f"{constant(query.names.snake)}_TABLE",
        "summary": summary,
        "description": summary,
    }


def _access(query: ResolvedQuery) -> View:
    allow = query.access.allow
    keyed = query.returns == "page" or any(not key.is_caller for key in query.by)
    return {
        "public": query.access.public,
        "roles": list(query.access.roles),
        "forbidden": negated(allow) if allow else None,
        "reads_caller": bool(allow) or any(key.is_caller for key in query.by),
        "reads_query": keyed or (allow is not None and "query" in roots_of(allow.node)),
    }


def row_of(query: ResolvedQuery) -> View:
    """The class of a query's rows, and the module of the domain that has it."""
    module = f"{query.names.snake}_fold" if query.yours else "queries"
    return {"pascal": f"{query.names.pascal}Row", "module": module}


def _column_view(column: Column) -> View:
    return {
        "name": column.name,
        "annotation": annotation(column.type),
        "default": " = None" if isinstance(column.type, Maybe) else "",
    }


def _parameter_view(parameter: Parameter) -> View:
    type_ = parameter.type.item if isinstance(parameter.type, Maybe) else parameter.type
    text = annotation(type_, CHECKED)
    return {
        "name": parameter.name,
        "annotation": text if parameter.required else f"{text} | None",
        "default": "" if parameter.required else " = None",
    }
