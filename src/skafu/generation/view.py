"""The plain view of a resolved blueprint: the answers that the system template is rendered with."""

from skafu.blueprint.aws_limits import LONGEST_FUNCTION_DESCRIPTION
from skafu.blueprint.resolved import ResolvedField, ResolvedService, System
from skafu.blueprint.types import ListOf, Maybe, Record, Ref, Scalar, Type
from skafu.generation.aggregate_view import View, sentence
from skafu.generation.api_answers import answered
from skafu.generation.api_document import models_view, paths_view, schemas_view
from skafu.generation.bootstrap_view import bootstrap_view
from skafu.generation.catalogue_view import catalogue_view
from skafu.generation.dashboard_view import dashboard_view
from skafu.generation.deployed_view import deployed_view
from skafu.generation.diagram_view import diagram_view
from skafu.generation.event_document import event_schemas_view, events_view
from skafu.generation.features import features_view
from skafu.generation.integration_view import system_parameters
from skafu.generation.operations_view import operations_view
from skafu.generation.python_names import pythonic
from skafu.generation.resource_view import resources_view
from skafu.generation.service_view import service_view

THROTTLE_HEADROOM = 4
"""How many times the expected peak the API lets through before it answers 429."""


def view(system: System) -> View:
    """Turn a system into plain values: text, numbers, booleans, lists and dicts only."""
    system = pythonic(system)
    services = [_service(one, system) for one in system.services]
    return {"system": _system(system) | _of_all(system, services), "services": services}


def _service(service: ResolvedService, system: System) -> View:
    """A service, and what follows from its own view."""
    found = service_view(service, system)
    found |= {"resources": resources_view(system.names.kebab, found)}
    return found | operations_view(found, system)


def _of_all(system: System, services: list[View]) -> View:
    """What follows from the views of all services."""
    samples = [sample for service in services for sample in service["event_samples"]]
    return {
        "personal": any(service["personal_fields"] for service in services),
        "paths": answered(paths_view(system), system, {one["name"]: one["examples"] for one in services}),
        "dashboard": dashboard_view(system.names.kebab, services, rest=system.api == "rest"),
        "events": events_view(system, samples),
        "bootstrap": bootstrap_view(system),
        "deployed": deployed_view(system),
        "reacting": any(service["reactions"] for service in services),
        "projected": any(service["queries"] for service in services),
        "catalogue": catalogue_view(system, samples),
        "diagram": diagram_view(system),
    }


def _system(system: System) -> View:
    peak = max(1, round(system.peak_rps * THROTTLE_HEADROOM))
    return {
        "name": system.names.kebab,
        "package": system.names.snake,
        "title": system.names.words.capitalize(),
        "summary": sentence(system.summary, system.names.words),
        "description_limit": LONGEST_FUNCTION_DESCRIPTION,
        "region": system.region,
        "runtime": system.runtime,
        "python": system.runtime.removeprefix("python"),
        "api": system.api,
        "roles": [
            {"name": role, "pascal": "".join(part.capitalize() for part in role.split("-"))} for role in system.roles
        ],
        "sign_up": system.sign_up,
        "throttle_rate": peak,
        "throttle_burst": 2 * peak,
        "parameters": system_parameters(system),
        "schemas": schemas_view(system),
        "models": models_view(system) if system.api == "rest" else [],
        "event_schemas": event_schemas_view(system),
        **features_view(system),
        "has_state_store": _stores(system, "state"),
        "has_log": _stores(system, "log"),
        "has_money": any(_mentions_money(field.type) for field in _all_fields(system)),
    }


def _stores(system: System, kind: str) -> bool:
    return any(aggregate.store == kind for service in system.services for aggregate in service.aggregates)


def _all_fields(system: System) -> list[ResolvedField]:
    fields: list[ResolvedField] = []
    for service in system.services:
        fields += [field for record in service.value_types for field in record.fields]
        for aggregate in service.aggregates:
            fields += aggregate.fields
            fields += [field for command in aggregate.commands for field in command.fields]
            fields += [field for event in aggregate.events for field in event.fields]
    return fields


def _mentions_money(type_: Type) -> bool:
    match type_:
        case ListOf(item) | Maybe(item):
            return _mentions_money(item)
        case Scalar(name):
            return name == "money"
        case Record() | Ref():
            return False
        case _:
            return False
