"""Scenarios of queries for the tests of a service: a row that is there, and somebody who may read it."""

from skafu.blueprint.expressions import evaluate
from skafu.blueprint.journeys import PEOPLE
from skafu.blueprint.resolved import ResolvedQuery
from skafu.blueprint.simulation import Simulation
from skafu.generation.aggregate_view import View
from skafu.generation.python_types import literal
from skafu.generation.scenarios import told_views
from skafu.generation.stage import Stage


def query_scenario_view(query: ResolvedQuery, simulation: Simulation) -> View | None:
    """A row to find, and how to ask for it; nothing when no journey leads to one."""
    aggregate = simulation.aggregates[query.aggregate]
    journeys = aggregate.journeys.states or aggregate.journeys.events
    if not journeys or not any(journeys.values()):
        return None
    way = max(journeys.values(), key=len)
    stage = Stage(simulation)
    last = [stage.play(move) for move in way][-1]
    past = (*last.past, *last.events)
    row = stage.row(query, last.instance_id)
    if row is None:
        return None
    asked = [one for one in query.parameters if one.required]
    user = _reader(query, row, last.caller.id)
    if user is None:
        return None
    return {
        "instance_id": last.instance_id,
        "past": told_views(past, aggregate, last.instance_id),
        "user": user,
        "roles": " ".join(query.access.roles[:1]),
        "path": literal({one.name: row[one.name] for one in asked if one.place == "path"}),
        "query": literal({one.name: str(row[one.name]) for one in asked if one.place == "query"}),
    }


def _reader(query: ResolvedQuery, row: View, last_caller: str) -> str | None:
    """Somebody who may see the row: the owner by key, else the first person named in it whom the rule lets in."""
    if owner := next((row[key.column] for key in query.by if key.is_caller), None):
        return str(owner)
    allow = query.access.allow
    if allow is None:
        return last_caller
    asked = {one.name: row.get(one.name) for one in query.parameters}
    people = [*PEOPLE.values(), *(value for value in row.values() if isinstance(value, str))]
    roots = [{"query": asked, "row": row, "caller": {"id": one, "roles": query.access.roles[:1]}} for one in people]
    return next((str(one["caller"]["id"]) for one in roots if evaluate(allow, one)), None)
