"""What the template sees of services and their queries."""

import json

from skafu.blueprint.resolved import (
    Parameter,
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedField,
    ResolvedQuery,
    ResolvedService,
    System,
)
from skafu.blueprint.simulation import Simulation
from skafu.blueprint.types import Maybe, Scalar
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
from skafu.generation.api_answers import examples_of
from skafu.generation.call_view import call_view
from skafu.generation.delays import is_short
from skafu.generation.event_samples import samples_of
from skafu.generation.expression_code import negated
from skafu.generation.file_view import files_view
from skafu.generation.inbound_view import inbound_view
from skafu.generation.integration_view import integration_views
from skafu.generation.python_types import CHECKED, annotation, unshadowed
from skafu.generation.query_scenarios import query_scenario_view
from skafu.generation.reaction_scenarios import call_scenarios, inbound_scenario, policy_scenario
from skafu.generation.reaction_view import policy_view
from skafu.generation.scenarios import Scenario, scenario_view, scenarios_of
from skafu.generation.timer_view import arming_view, timer_view
from skafu.generation.workflow_scenarios import workflow_scenarios
from skafu.generation.workflow_view import resume_views, workflow_view

EVENTS_ONLY = '{"eventType": {"S": [{"exists": true}]}}'
"""The items of the events table that are events, as a filter of its stream."""


def service_view(service: ResolvedService, system: System) -> View:
    """A service with everything that its stack and its code need."""
    simulation = Simulation(service)
    has_log = any(one.store == "log" for one in service.aggregates)
    scenarios = {one.names.pascal: scenarios_of(simulation, one) for one in service.aggregates}
    stores = {one.names.pascal: store_constant(one) for one in service.aggregates}
    commands = [
        handler_view(command, aggregate, stores, home_of(aggregate, service))
        | {"scenario": _accepted(command, scenarios[aggregate.names.pascal], simulation)}
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.route
    ]
    queries = [
        query_view(query, service) | {"scenario": query_scenario_view(query, simulation)} for query in service.queries
    ]
    policies = [
        policy_view(policy, service, system) | {"scenario": policy_scenario(policy, service, system)}
        for policy in service.policies
    ]
    calls = [
        call_view(call, service, system) | {"scenarios": call_scenarios(call, service, system)}
        for call in service.calls
    ]
    timers = [timer_view(timer, service, system) for timer in service.timers]
    armed = [timer for timer in service.timers if timer.when and not is_short(timer)]
    inbound = [
        inbound_view(one, service, system) | {"scenario": inbound_scenario(one, service)} for one in service.inbound
    ]
    workflows = [
        workflow_view(one, service, system) | {"scenarios": workflow_scenarios(one, service, system)}
        for one in service.workflows
    ]
    resumes = [one for workflow in service.workflows for one in resume_views(workflow, service, system)]
    files = files_view(service)
    integrations = integration_views(service, system)
    return {
        "name": service.names.kebab,
        "package": service.names.snake,
        "pascal": service.names.pascal,
        "words": service.names.words,
        "title": service.names.words.capitalize(),
        "summary": sentence(service.summary, f"The {service.names.words} service"),
        "value_types": [value_type_view(one) for one in service.value_types],
        "aggregates": [
            aggregate_view(one)
            | {"scenarios": [scenario_view(told, simulation) for told in scenarios[one.names.pascal]]}
            for one in service.aggregates
        ],
        "routed_commands": commands,
        "queries": queries,
        "routed_queries": [query for query in queries if query["route"]],
        "has_state_store": any(one.store == "state" for one in service.aggregates),
        "has_log": has_log,
        "projected": EVENTS_ONLY,
        "published": _published(service),
        "unique": any(one.unique for one in service.aggregates),
        "authorized": system.api == "http"
        and any(not one["public"] for one in (*commands, *queries, *files["routes"]) if one["route"]),
        "personal_fields": personal_fields(service),
        "event_samples": samples_of(service, scenarios),
        "examples": examples_of(scenarios),
        "projector_environment": {
            "EVENTS_TABLE": "!Ref Events",
            **{query["variable"]: f"!Ref {query['pascal']}Rows" for query in queries},
        },
        "policies": [*policies, *timers],
        "timers": timers,
        "long_timers": [timer for timer in timers if timer["armed"]],
        "shortened": any(timer["delay"] or timer["schedule"] for timer in timers)
        or any(one["waits"] for one in workflows),
        "workflows": workflows,
        "resumes": resumes,
        "scheduled": [timer for timer in timers if timer["armed"] or timer["schedule"]],
        "calls": calls,
        "reactions": [
            *policies,
            *timers,
            *(arming_view(timer, service) for timer in armed),
            *calls,
            *(one for one in inbound if not one["route"]),
            *resumes,
        ],
        "inbound": inbound,
        "inbox": [one for one in inbound if one["inbox"]],
        "files": files,
        "other_routes": [*(one for one in inbound if one["route"]), *files["routes"]],
        "integrations": integrations,
        "parameters": [parameter for one in integrations for parameter in one["parameters"]],
        "asks_over_http": any(one["asked"] and one["module"] == "http_integration" for one in integrations),
    }


def _published(service: ResolvedService) -> str:
    """The events that are published one by one, as a filter of the stream: not the entries of logs."""
    entries = [event.names.pascal for one in service.aggregates if one.store == "log" for event in one.events]
    return json.dumps({"eventType": {"S": [{"anything-but": entries}]}}) if entries else EVENTS_ONLY


def _accepted(command: ResolvedCommand, scenarios: list[Scenario], simulation: Simulation) -> View | None:
    name = f"{command.names.snake}_is_accepted"
    return next((scenario_view(one, simulation) for one in scenarios if one.name == name), None)


def home_of(aggregate: ResolvedAggregate, service: ResolvedService) -> str | None:
    """The path below which the instances of an aggregate are read one by one, if there is such a query."""
    end = f"/{{{aggregate.id_name}}}"
    paths = [
        query.route.path.removesuffix(end)
        for query in service.queries
        if query.route and query.aggregate == aggregate.names.pascal and query.route.path.endswith(end)
    ]
    return paths[0] if paths else None


def personal_fields(service: ResolvedService) -> list[str]:
    """The names of all personal fields of a service."""
    fields: list[ResolvedField] = [field for record in service.value_types for field in record.fields]
    for aggregate in service.aggregates:
        fields += aggregate.fields
        fields += [field for command in aggregate.commands for field in command.fields]
        fields += [field for event in aggregate.events for field in event.fields]
    return sorted({field.name for field in fields if field.personal})


def query_view(query: ResolvedQuery, service: ResolvedService) -> View:
    """A query with its read table and its route."""
    aggregate = next(one for one in service.aggregates if one.names.pascal == query.aggregate)
    types = {column.name: column.type for column in query.columns}
    paged = query.returns == "page" or [key.column for key in query.by] not in ([], [aggregate.id_name])
    sort = query.sort or "created_at"
    allow = query.access.allow
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
        "route": route_view(query.route) if query.route else None,
        "public": query.access.public,
        "roles": list(query.access.roles),
        "forbidden": negated(allow) if allow else None,
        "reads_caller": bool(allow) or any(key.is_caller for key in query.by),
        "paged": paged,
        "id_name": aggregate.id_name,
        "store": store_constant(aggregate),
        "columns": unshadowed(
            [
                {
                    "name": column.name,
                    "annotation": annotation(column.type),
                    "default": " = None" if isinstance(column.type, Maybe) else "",
                }
                for column in query.columns
            ]
        ),
        "by": [key.column for key in query.by],
        "key_values": ["caller.id" if key.is_caller else f"query.{key.column}" for key in query.by],
        "sort": sort,
        "newest": types.get(sort, Scalar("datetime")) in (Scalar("datetime"), Scalar("date")),
        "filter": list(query.filter),
        "parameters": unshadowed([_parameter_view(parameter) for parameter in query.parameters]),
        "sources": [
            {"event": event, "times": [one.name for one in query.columns if event in one.from_events]}
            for event in query.sources
        ],
    }


def _parameter_view(parameter: Parameter) -> View:
    type_ = parameter.type.item if isinstance(parameter.type, Maybe) else parameter.type
    text = annotation(type_, CHECKED)
    return {
        "name": parameter.name,
        "annotation": text if parameter.required else f"{text} | None",
        "default": "" if parameter.required else " = None",
    }
