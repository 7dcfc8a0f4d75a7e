"""Events in a later version: what brings the ones that were stored before up to date."""

from skafu.blueprint.resolved import ResolvedAggregate
from skafu.generation.aggregate_view import View


def upcasts_of(aggregate: ResolvedAggregate) -> list[View]:
    """One for each version of an event that was written before the present one."""
    return [
        {
            "event": event.names.pascal,
            "version": version,
            "snake": f"{event.names.snake}_of_version_{version}",
        }
        for event in aggregate.events
        for version in range(1, event.version)
    ]
