"""Policies, calls, messages and workflows that would surprise: unsigned, too slow, or talking past each other."""

from collections.abc import Iterator

from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Event
from skafu.blueprint.resolved import ResolvedStep, System
from skafu.blueprint.resolving.context import Context, named_records

EXPRESS_SECONDS = 300
"""How long an express workflow may run: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""


def check_reactions(context: Context, system: System) -> None:
    """Look at everything that runs by itself, and at the load that it is meant for."""
    rate = context.blueprint.load.requests_per_second
    if rate.peak < rate.average:
        message = f"the peak ({rate.peak:g}) is below the average ({rate.average:g})"
        context.note("wrong_load", ("load", "requests_per_second", "peak"), message, fix="Swap them.")
    _check_inbound(context)
    _check_integrations(context, system)
    for index in context.index.services.values():
        for name, place in _heard(context, index.service.name):
            _check_value_types(context, index.service.name, name, place)
    for service in system.services:
        index = context.index.services[service.names.kebab]
        positions = {workflow.name: at for at, workflow in enumerate(index.service.workflows)}
        for workflow in service.workflows:
            waited = sum(step.seconds or 0 for step in _steps(workflow.steps) if step.kind == "wait")
            if workflow.express and waited > EXPRESS_SECONDS:
                message = f"{workflow.names.pascal} waits {waited} seconds, and an express workflow ends within 300"
                place = (*index.location, "workflows", positions[workflow.names.pascal], "express")
                context.note("too_slow_for_express", place, message, fix="Remove express, or wait less.")


def _check_inbound(context: Context) -> None:
    for entry in context.index.integrations.values():
        for at, inbound in enumerate(entry.element.inbound):
            if inbound.kind == "webhook" and inbound.signature == "none":
                message = f"everybody on the internet may send {inbound.name} in the name of {entry.element.name}"
                place = (*entry.location, "inbound", at, "signature")
                fix = "Use signature: hmac-sha256, if they can sign."
                context.note("unsigned_webhook", place, message, severity="warning", fix=fix)


def _check_integrations(context: Context, system: System) -> None:
    """Note outside systems that nothing asks and that send nothing."""
    asked = {call.operation.integration for service in system.services for call in service.calls}
    for service in system.services:
        steps = (step for workflow in service.workflows for step in _steps(workflow.steps))
        asked |= {step.operation.integration for step in steps if step.operation}
    for name, entry in context.index.integrations.items():
        if name not in asked and not entry.element.inbound:
            message = f"nothing asks {name}, and it sends nothing"
            fix = "Call one of its operations, or remove it."
            context.note("integration_without_use", entry.location, message, severity="warning", fix=fix)


def _steps(steps: tuple[ResolvedStep, ...]) -> Iterator[ResolvedStep]:
    for step in steps:
        yield step
        for choice in step.choices:
            yield from _steps(choice.steps)


def _heard(context: Context, service: str) -> Iterator[tuple[Entry[Event], Location]]:
    """Give the events of other services that a service listens to."""
    index = context.index.services[service]
    for key, attribute in (("policies", "when"), ("timers", "when"), ("calls", "when"), ("workflows", "starts")):
        for at, element in enumerate(getattr(index.service, key)):
            owner, _, event = (getattr(element, attribute) or "").rpartition(".")
            other = context.index.services.get(owner)
            if other and owner != service and event in other.events:
                yield other.events[event], (*index.location, key, at, attribute)


def _check_value_types(context: Context, service: str, event: Entry[Event], place: Location) -> None:
    """Note value types that both services have under one name but with other fields."""
    own, theirs = context.records(service), context.records(event.service)
    types = context.types(event.element.fields, event.service, (*event.location, "fields"))
    waiting = sorted(named_records(types))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += sorted(named_records(theirs.get(name, {})))
        if name in own and own[name] != theirs.get(name):
            message = f"value type {name} of {service} has other fields than the one of {event.service}"
            fix = "Give both the same fields, or two names."
            context.note("value_type_differs", place, message, fix=fix)
