"""Read models that miss what they need."""

from skafu.blueprint.findings import listed
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Query
from skafu.blueprint.resolved import ResolvedQuery, System
from skafu.blueprint.resolving.aggregates import creating_events
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.queries import query_events
from skafu.blueprint.resolving.scopes import id_name


def check_queries(context: Context, system: System) -> None:
    """Look at what feeds each query, and at what it is found by."""
    for service in system.services:
        index = context.index.services[service.names.kebab]
        resolved = {query.names.pascal: query for query in service.queries}
        for name, entry in index.queries.items():
            _check_beginning(context, entry)
            if name in resolved:
                _check_one(context, entry, resolved[name])


def _check_beginning(context: Context, entry: Entry[Query]) -> None:
    events = query_events(context, entry)
    if not events:
        return
    aggregate = events[0].of
    missing = sorted(creating_events(aggregate) - set(entry.element.from_))
    if missing:
        message = f"{entry.element.name} does not see {listed(missing)}, with which a {aggregate.name} begins"
        fix = f"Add {listed(missing)} to from; use filter where only some rows are wanted."
        context.note("query_without_beginning", (*entry.location, "from"), message, expected=listed(missing), fix=fix)


def _check_one(context: Context, entry: Entry[Query], query: ResolvedQuery) -> None:
    """Note a query for one row whose keys may find several."""
    aggregate = context.service(entry.service).aggregates[query.aggregate].element
    columns = {key.column for key in query.by}
    groups = [{id_name(aggregate.name)}, *(set(group) for group in (aggregate.key, *aggregate.unique) if group)]
    if query.returns == "one" and not any(group <= columns for group in groups):
        message = f"{query.names.pascal} returns one row, but {listed(sorted(columns))} may find several"
        fix = "Use returns: page, or make these fields unique."
        context.note("one_of_many", (*entry.location, "returns"), message, severity="warning", fix=fix)
