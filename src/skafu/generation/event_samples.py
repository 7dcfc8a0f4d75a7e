"""Sample events: one of each event that a service publishes, as it arrives on the bus."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from skafu.blueprint.journeys import PEOPLE, START
from skafu.blueprint.resolved import ResolvedAggregate, ResolvedEvent, ResolvedService
from skafu.blueprint.samples import sample_id
from skafu.generation.aggregate_view import View, store_constant
from skafu.generation.scenarios import Scenario

HAPPENED_AT = (START + timedelta(seconds=1)).isoformat()


def samples_of(service: ResolvedService, scenarios: Mapping[str, list[Scenario]]) -> list[View]:
    """A sample of each published event, in the order of the blueprint.

    Args:
        service: whose events they are.
        scenarios: what was played with each of its aggregates, by name; an event that never happens there gets the
            sample values of its fields.

    Returns:
        Per event its name, version, message in `asyncapi.yaml`, store, file name, and its `detail` on the bus.
    """
    return [
        _sample(service.names.kebab, aggregate, event, scenarios.get(aggregate.names.pascal, []))
        for aggregate in service.aggregates
        if aggregate.store != "log"
        for event in aggregate.events
    ]


def _sample(service: str, aggregate: ResolvedAggregate, event: ResolvedEvent, played: Iterable[Scenario]) -> View:
    name = event.names.pascal
    found = next(_happenings(name, played), None)
    sequence, instance_id, data, actor, when = found or _made_up(aggregate, event)
    metadata = {
        "eventId": sample_id(f"{service}.{name}"),
        "eventVersion": event.version,
        "aggregateId": instance_id,
        "sequenceNumber": sequence,
        "correlationId": sample_id(f"the request behind {service}.{name}"),
        "causationId": sample_id(f"the cause of {service}.{name}"),
        "timestamp": when,
        "actor": actor,
    }
    return {
        "service": service,
        "event": name,
        "version": event.version,
        "message": f"{service}-{event.names.kebab}",
        "store": store_constant(aggregate),
        "file": f"{name}.v{event.version}",
        "detail": {"data": {aggregate.id_name: instance_id, **data}, "metadata": metadata},
    }


Happening = tuple[int, str, dict[str, Any], str, str]
"""Sequence number, id of the instance, data, who did it, and when."""


def _happenings(event: str, played: Iterable[Scenario]) -> Iterator[Happening]:
    for scenario in played:
        for number, told in enumerate(scenario.events, len(scenario.past) + 1):
            if told.event == event:
                yield number, scenario.instance_id, told.data, scenario.caller.id, scenario.now


def _made_up(aggregate: ResolvedAggregate, event: ResolvedEvent) -> Happening:
    data = {field.name: field.valid for field in event.fields}
    sequence = 1 if event.creates else 2
    return sequence, f"{aggregate.names.kebab}-1", data, PEOPLE["caller"], HAPPENED_AT
