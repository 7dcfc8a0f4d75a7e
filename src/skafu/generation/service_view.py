"""What the template sees of a service."""

import json

from skafu.blueprint.resolved import ResolvedAggregate, ResolvedCommand, ResolvedField, ResolvedService, System
from skafu.blueprint.simulation import Simulation
from skafu.generation.aggregate_view import (
    View,
    aggregate_view,
    handler_view,
    sentence,
    store_constant,
    value_type_view,
)
from skafu.generation.api_answers import examples_of
from skafu.generation.earliness import led_to_by_messages
from skafu.generation.event_samples import samples_of
from skafu.generation.file_view import files_view
from skafu.generation.integration_view import integration_views
from skafu.generation.query_scenarios import query_scenario_view
from skafu.generation.query_view import query_view
from skafu.generation.reactions_view import reactions_view
from skafu.generation.scenarios import Scenario, scenario_view, scenarios_of
from skafu.generation.upcasts import upcasts_of

EVENTS_ONLY = '{"eventType": {"S": [{"exists": true}]}}'
"""The items of the events table that are events, as a filter of its stream."""
Scenarios = dict[str, list[Scenario]]
"""Aggregate -> what is told of it."""


def service_view(service: ResolvedService, system: System) -> View:
    """A service with everything that its stack and its code need."""
    simulation = Simulation(service)
    scenarios = {one.names.pascal: scenarios_of(simulation, one) for one in service.aggregates}
    commands = _commands(service, scenarios, simulation)
    queries = [query_view(one, service) | {"scenario": query_scenario_view(one, simulation)} for one in service.queries]
    files, by_messages = files_view(service), led_to_by_messages(service)
    reactions = reactions_view(service, system)
    asked = [one for one in (*commands, *queries, *files["routes"]) if one["route"]]
    return {
        **_words(service),
        **_stores(service),
        **_integrations(service, system),
        **reactions,
        "value_types": [value_type_view(one) for one in service.value_types],
        "aggregates": [
            aggregate_view(one, by_messages)
            | {"upcasts": upcasts_of(one)}
            | {"scenarios": [scenario_view(told, simulation) for told in scenarios[one.names.pascal]]}
            for one in service.aggregates
        ],
        "evolved_aggregates": _evolved(service),
        "routed_commands": commands,
        "queries": queries,
        "own_queries": [query for query in queries if query["own"]],
        "routed_queries": [query for query in queries if query["route"]],
        "authorized": system.api == "http" and any(not one["public"] for one in asked),
        "personal_fields": personal_fields(service),
        "event_samples": samples_of(service, scenarios),
        "examples": examples_of(scenarios),
        "projector_environment": {
            "EVENTS_TABLE": "!Ref Events",
            **{query["variable"]: f"!Ref {query['pascal']}Rows" for query in queries},
        },
        "files": files,
        "other_routes": [*(one for one in reactions["inbound"] if one["route"]), *files["routes"]],
    }


def _evolved(service: ResolvedService) -> list[View]:
    """The aggregates with events of older versions."""
    return [
        {"snake": one.names.snake, "words": one.names.words, "upcasts": upcasts}
        for one in service.aggregates
        if (upcasts := upcasts_of(one))
    ]


def _words(service: ResolvedService) -> View:
    return {
        "name": service.names.kebab,
        "package": service.names.snake,
        "pascal": service.names.pascal,
        "words": service.names.words,
        "title": service.names.words.capitalize(),
        "summary": sentence(service.summary, f"The {service.names.words} service"),
    }


def _stores(service: ResolvedService) -> View:
    stores = {one.store for one in service.aggregates}
    return {
        "has_state_store": "state" in stores,
        "has_log": "log" in stores,
        "projected": EVENTS_ONLY,
        "published": _published(service),
        "unique": any(one.unique for one in service.aggregates),
    }


def _integrations(service: ResolvedService, system: System) -> View:
    integrations = integration_views(service, system)
    return {
        "integrations": integrations,
        "parameters": [parameter for one in integrations for parameter in one["parameters"]],
        "asks_over_http": any(one["asked"] and one["module"] == "http_integration" for one in integrations),
    }


def _commands(service: ResolvedService, scenarios: Scenarios, simulation: Simulation) -> list[View]:
    stores = {one.names.pascal: store_constant(one) for one in service.aggregates}
    return [
        handler_view(command, aggregate, stores, home_of(aggregate, service))
        | {"scenario": _accepted(command, scenarios[aggregate.names.pascal], simulation)}
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.route
    ]


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
