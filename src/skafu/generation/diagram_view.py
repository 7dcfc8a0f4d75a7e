"""The diagram of a system in Mermaid's language: services, their commands and events, and what follows from what."""

from collections.abc import Iterable, Iterator

from skafu.blueprint.resolved import EventRef, Reaction, ResolvedService, ResolvedStep, ResolvedTimer, System
from skafu.generation.aggregate_view import View
from skafu.generation.delays import lasting


def diagram_view(system: System) -> View:
    """Groups of nodes, nodes outside of all groups, and edges; each is a line of a flow chart."""
    return {
        "groups": [
            {
                "id": f"service_{service.names.snake}",
                "title": service.names.words.capitalize(),
                "lines": list(_inside(service)),
            }
            for service in system.services
        ],
        "outside": [f'{_integration(one.names.pascal)}{{{{"{one.names.pascal}"}}}}' for one in system.integrations],
        "edges": [edge for service in system.services for edge in _reactions(service)],
    }


def _inside(service: ResolvedService) -> Iterator[str]:
    name = service.names.kebab
    for aggregate in service.aggregates:
        for command in aggregate.commands:
            yield f'{_node(name, command.names.pascal)}["{command.names.pascal}"]'
        for event in aggregate.events:
            yield f'{_node(name, event.names.pascal)}(["{event.names.pascal}"])'
        for command in aggregate.commands:
            for emit in command.emits:
                yield f"{_node(name, command.names.pascal)} --> {_node(name, emit.event)}"
    for workflow in service.workflows:
        yield f'{_node(name, workflow.names.pascal)}[["{workflow.names.pascal}"]]'


def _reactions(service: ResolvedService) -> Iterator[str]:
    for policy in service.policies:
        yield f"{_event(policy.when)} -.-> {_command(policy.then)}"
    for timer in service.timers:
        clock = f'{_node(service.names.kebab, timer.names.pascal)}(("{timer.names.words}"))'
        source = _event(timer.when) if timer.when else clock
        yield f'{source} -. "{moment(timer)}" .-> {_command(timer.then)}'
    for call in service.calls:
        asked = _integration(call.operation.integration)
        yield f'{_event(call.when)} -. "{call.operation.names.words}" .-> {asked}'
        yield from (
            f'{asked} -. "{word}" .-> {_command(one)}'
            for word, one in (("ok", call.ok), ("failed", call.failed))
            if one
        )
    for inbound in service.inbound:
        yield f'{_integration(inbound.integration)} -. "{inbound.names.words}" .-> {_command(inbound.then)}'
    for workflow in service.workflows:
        own = _node(service.names.kebab, workflow.names.pascal)
        yield f"{_event(workflow.starts)} -.-> {own}"
        yield from dict.fromkeys(_steps(own, workflow.steps))


def _steps(workflow: str, steps: Iterable[ResolvedStep]) -> Iterator[str]:
    for step in steps:
        if step.command:
            yield f"{workflow} -.-> {_command(step.command)}"
        if step.operation:
            yield f"{workflow} -.-> {_integration(step.operation.integration)}"
        if step.event:
            yield f'{_event(step.event)} -. "waited for" .-> {workflow}'
        if step.undo:
            yield f'{workflow} -. "undo" .-> {_command(step.undo)}'
        for choice in step.choices:
            yield from _steps(workflow, choice.steps)


def moment(timer: ResolvedTimer) -> str:
    """When a timer fires, in words."""
    if timer.schedule:
        return timer.schedule.replace('"', "'")
    if timer.after_seconds is None:
        return "at its time"
    return f"after {lasting(timer.after_seconds)}"


def _node(service: str, pascal: str) -> str:
    return f"{service.replace('-', '_')}_{pascal}"


def _event(ref: EventRef) -> str:
    return _node(ref.service, ref.event)


def _command(reaction: Reaction) -> str:
    return _node(reaction.command.service, reaction.command.command)


def _integration(pascal: str) -> str:
    return f"outside_{pascal}"
