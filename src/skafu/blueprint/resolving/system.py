"""The whole system: every service with its parts, and the inbound messages with the service that they end in."""

from skafu.blueprint.model import Blueprint, Service
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import (
    ResolvedInbound,
    ResolvedIntegration,
    ResolvedService,
    ResolvedValueType,
    System,
)
from skafu.blueprint.resolving.aggregates import resolve_aggregate
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.fields import FieldResolver
from skafu.blueprint.resolving.integrations import resolve_inbound, resolve_integration
from skafu.blueprint.resolving.queries import resolve_query
from skafu.blueprint.resolving.reactions import Operations, ReactionResolver
from skafu.blueprint.resolving.workflows import WorkflowResolver


def resolve_system(context: Context) -> System:
    """Resolve as much of a blueprint as can be; what cannot is noted and left out."""
    blueprint: Blueprint = context.blueprint
    integrations = tuple(resolve_integration(context, entry) for entry in context.index.integrations.values())
    inbound = _inbound(context)
    services = (index.service for index in context.index.services.values())
    rate = blueprint.load.requests_per_second
    return System(
        names=names_of(blueprint.name),
        summary=blueprint.summary,
        region=blueprint.region,
        runtime=blueprint.runtime,
        api=blueprint.api,
        roles=blueprint.auth.roles,
        sign_up=blueprint.auth.sign_up,
        average_rps=rate.average,
        peak_rps=rate.peak,
        budget_usd_per_month=blueprint.budget_usd_per_month,
        integrations=integrations,
        services=tuple(_service(context, service, integrations, inbound.get(service.name, [])) for service in services),
    )


def _service(
    context: Context, service: Service, integrations: tuple[ResolvedIntegration, ...], inbound: list[ResolvedInbound]
) -> ResolvedService:
    index = context.service(service.name)
    fields = FieldResolver(context, service.name)
    aggregates = {name: resolve_aggregate(context, entry, fields) for name, entry in index.aggregates.items()}
    queries = {name: resolve_query(context, entry, aggregates, fields) for name, entry in index.queries.items()}
    found = {name: query for name, query in queries.items() if query is not None}
    operations = Operations(
        {
            f"{one.names.pascal}.{operation.names.snake}": operation
            for one in integrations
            for operation in one.operations
        }
    )
    reactions = ReactionResolver(context, service, found, operations)
    return ResolvedService(
        names=names_of(service.name),
        summary=service.summary,
        value_types=_value_types(context, service, fields),
        aggregates=tuple(aggregates.values()),
        queries=tuple(found.values()),
        policies=reactions.policies(),
        timers=reactions.timers(),
        calls=reactions.calls(),
        inbound=tuple(inbound),
        workflows=WorkflowResolver(context, service, operations).resolve(),
    )


def _value_types(context: Context, service: Service, fields: FieldResolver) -> tuple[ResolvedValueType, ...]:
    return tuple(
        ResolvedValueType(
            names=names_of(entry.element.name),
            summary=entry.element.summary,
            fields=fields.resolve(entry.element.fields, (*entry.location, "fields")),
        )
        for entry in context.service(service.name).value_types.values()
    )


def _inbound(context: Context) -> dict[str, list[ResolvedInbound]]:
    found: dict[str, list[ResolvedInbound]] = {}
    for entry in context.index.integrations.values():
        for at, inbound in enumerate(entry.element.inbound):
            resolved = resolve_inbound(context, entry, inbound, (*entry.location, "inbound", at))
            if resolved:
                found.setdefault(resolved[0], []).append(resolved[1])
    return found
