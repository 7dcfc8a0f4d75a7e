"""Services that become larger than one stack may be."""

from skafu.blueprint.resolved import ResolvedService, System
from skafu.blueprint.resolving.context import Context

MOST_RESOURCES = 500
"""Resources of one stack (AWS CloudFormation user guide, quotas; looked up on 2026-11-20)."""
ENOUGH_RESOURCES = 450
OF_A_SERVICE = 26
"""Two tables, publisher, projector, reporter, their queues and alarms, after SAM has made roles of policies."""
OF_A_ROUTE = {"http": 9, "rest": 7}
"""Function, role, log group, permission, version, alias, deployment group; route and integration of an HTTP API."""
OF_A_POLICY, OF_A_CALL, OF_A_TIMER, OF_A_MESSAGE, OF_A_WORKFLOW = 8, 9, 15, 9, 16


def check_stacks(context: Context, system: System) -> None:
    """Count what each service becomes."""
    for service in system.services:
        count = resources_of(service, system.api)
        if count < ENOUGH_RESOURCES:
            continue
        message = f"{service.names.kebab} becomes about {count} resources, and a stack may have {MOST_RESOURCES}"
        fix = "Split the service: give some of its aggregates, with their queries and policies, a service of their own."
        place = context.index.services[service.names.kebab].location
        context.note("large_stack", place, message, severity="warning", fix=fix)


def resources_of(service: ResolvedService, api: str) -> int:
    """Estimate how many resources the stack of a service has; a tenth more or less.

    Args:
        service: as it is resolved.
        api: of the system, `http` or `rest`.
    """
    routes = [command for aggregate in service.aggregates for command in aggregate.commands if command.route]
    asked = [query for query in service.queries if query.route]
    return (
        OF_A_SERVICE
        + OF_A_ROUTE[api] * (len(routes) + len(asked))
        + len(service.queries)
        + OF_A_POLICY * len(service.policies)
        + OF_A_CALL * len(service.calls)
        + OF_A_TIMER * len(service.timers)
        + OF_A_MESSAGE * len(service.inbound)
        + OF_A_WORKFLOW * len(service.workflows)
    )
