"""The event catalogue of a system: each event with its version, its fields, who makes it and who listens."""

from collections.abc import Iterable, Iterator

from skafu.blueprint.resolved import EventRef, ResolvedAggregate, ResolvedEvent, ResolvedField, ResolvedService, System
from skafu.blueprint.types import type_text
from skafu.generation.aggregate_view import View, sentence


def catalogue_view(system: System, samples: Iterable[View]) -> list[View]:
    """All events, grouped as in the blueprint.

    Args:
        system: the system.
        samples: one of each published event.
    """
    details = {(one["service"], one["event"]): one for one in samples}
    listeners = [pair for service in system.services for pair in _listeners(service)]
    return [
        _entry(event, aggregate, service)
        | {
            "consumers": [words for ref, words in listeners if _is(ref, service, event)],
            "sample": details.get((service.names.kebab, event.names.pascal)),
        }
        for service in system.services
        for aggregate in service.aggregates
        for event in aggregate.events
    ]


def _entry(event: ResolvedEvent, aggregate: ResolvedAggregate, service: ResolvedService) -> View:
    producers = [
        one.names.pascal for one in aggregate.commands if any(e.event == event.names.pascal for e in one.emits)
    ]
    return {
        "service": service.names.kebab,
        "aggregate": aggregate.names.pascal,
        "name": event.names.pascal,
        "version": event.version,
        "summary": sentence(event.summary, event.names.words),
        "published": aggregate.store != "log",
        "producers": producers,
        "queries": [
            one.names.pascal for one in service.queries if _feeds(event, aggregate, one.aggregate, one.sources)
        ],
        "fields": [
            {"name": aggregate.id_name, "type": "id", "personal": False, "summary": "", "required": True},
            *(_field(one) for one in event.fields),
        ],
    }


def _feeds(event: ResolvedEvent, aggregate: ResolvedAggregate, of: str, sources: tuple[str, ...]) -> bool:
    return of == aggregate.names.pascal and event.names.pascal in sources


def _field(field: ResolvedField) -> View:
    return {
        "name": field.name,
        "type": type_text(field.type),
        "personal": field.personal,
        "summary": field.summary,
        "required": field.required,
    }


def _is(ref: EventRef, service: ResolvedService, event: ResolvedEvent) -> bool:
    return (ref.service, ref.event) == (service.names.kebab, event.names.pascal)


def _listeners(service: ResolvedService) -> Iterator[tuple[EventRef, str]]:
    """Who listens to which event, in words: the service, and what it does then."""
    name = service.names.kebab
    for policy in service.policies:
        yield policy.when, f"{name}: runs {policy.then.command.command}"
    for timer in service.timers:
        if timer.when:
            yield timer.when, f"{name}: runs {timer.then.command.command} some time after"
    for call in service.calls:
        yield call.when, f"{name}: calls {call.operation.integration}.{call.operation.names.snake}"
    for workflow in service.workflows:
        yield workflow.starts, f"{name}: starts the workflow {workflow.names.pascal}"
        for step in workflow.steps:
            if step.event:
                yield step.event, f"{name}: the workflow {workflow.names.pascal} waits for it"
