"""The reactions of a system, each with the names of its rule, queue and function, and what can run beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skafu.blueprint.expressions import Checked
from skafu.blueprint.resolved import (
    EventRef,
    Reaction,
    ResolvedCall,
    ResolvedInbound,
    ResolvedPolicy,
    ResolvedService,
    ResolvedStep,
    ResolvedTimer,
    ResolvedWorkflow,
)
from skafu.proof.driving.deployed import ResourceNames
from skafu.proof.driving.landscape import Landscape

LONGEST_DELAY = 900
"""Seconds that a queue can hold a message back; a timer that is set for longer is kept by Scheduler."""
NEVER = EventRef("", "", "")
"""What a timer listens to that goes by the clock alone."""
_KINDS: dict[type, str] = {
    ResolvedPolicy: "policies",
    ResolvedTimer: "timers",
    ResolvedCall: "calls",
    ResolvedInbound: "kinds of messages",
    ResolvedWorkflow: "workflows",
}


@dataclass(frozen=True)
class Reactor:
    """Something that listens to an event and runs commands.

    Attributes:
        service: that it belongs to.
        element: its path in the blueprint.
        resource: the name that its rule, queue and function share.
        when: the event.
        condition: under which it does something.
        reactions: the commands that it may run.
        source: as it stands in the resolved form.
        said: the reaction in words.
        rules: the names of the rules that bring its event.
    """

    service: ResolvedService
    element: str
    resource: str
    when: EventRef
    condition: Checked | None
    reactions: tuple[Reaction, ...]
    source: ResolvedPolicy | ResolvedTimer | ResolvedCall | ResolvedInbound | ResolvedWorkflow
    said: str
    rules: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, in words that can be counted."""
        return _KINDS[type(self.source)]

    @property
    def dead_letters(self) -> str:
        """The name of its dead-letter queue."""
        return f"{self.resource}-dlq"


def policies(landscape: Landscape, names: ResourceNames) -> Iterator[Reactor]:
    """Give the policies of a system."""
    for service in landscape.system.services:
        for place, one in enumerate(service.policies):
            element = f"services.{service.names.kebab}.policies.{place}"
            resource = names.of(service.names.kebab, one.names.kebab)
            said = f"{one.when.service}.{one.when.event} -> {one.then.command.command}"
            yield Reactor(service, element, resource, one.when, one.condition, (one.then,), one, said, (resource,))


def timers(landscape: Landscape, names: ResourceNames) -> Iterator[Reactor]:
    """Give the timers of a system."""
    for service in landscape.system.services:
        for place, one in enumerate(service.timers):
            element = f"services.{service.names.kebab}.timers.{place}"
            resource = names.of(service.names.kebab, one.names.kebab)
            said = f"{f'after {one.when.service}.{one.when.event}' if one.when else one.schedule}"
            said += f" -> {one.then.command.command}"
            is_set = one.when is not None and (one.after_seconds is None or one.after_seconds > LONGEST_DELAY)
            rule = names.of(service.names.kebab, f"set-{one.names.kebab}") if is_set else resource
            rules = (rule,) if one.when else ()
            when = one.when or NEVER
            yield Reactor(service, element, resource, when, one.condition, (one.then,), one, said, rules)


def calls(landscape: Landscape, names: ResourceNames) -> Iterator[Reactor]:
    """Give the calls of a system."""
    for service in landscape.system.services:
        for place, one in enumerate(service.calls):
            element = f"services.{service.names.kebab}.calls.{place}"
            resource = names.of(service.names.kebab, one.names.kebab)
            asked = f"{one.operation.integration}.{one.operation.names.snake}"
            said = f"{one.when.service}.{one.when.event} -> {asked}"
            answers = tuple(answer for answer in (one.ok, one.failed) if answer)
            yield Reactor(service, element, resource, one.when, one.condition, answers, one, said, (resource,))


def messages(landscape: Landscape, names: ResourceNames) -> Iterator[Reactor]:
    """Give the messages that come from outside; nothing on the bus leads to them."""
    for service in landscape.system.services:
        for one in service.inbound:
            element = f"integrations.{one.integration}.inbound.{one.names.pascal}"
            resource = names.of(service.names.kebab, one.names.kebab)
            when = EventRef("", one.integration, one.names.pascal)
            said = f"{one.names.pascal} -> {one.then.command.command}"
            yield Reactor(service, element, resource, when, None, (one.then,), one, said)


def workflows(landscape: Landscape, names: ResourceNames) -> Iterator[Reactor]:
    """Give the workflows of a system."""
    for service in landscape.system.services:
        for one in service.workflows:
            element = f"services.{service.names.kebab}.workflows.{one.names.pascal}"
            resource = names.of(service.names.kebab, one.names.kebab)
            steps = list(all_steps(one.steps))
            run = tuple(found for step in steps for found in (step.command, step.undo) if found)
            said = f"{one.starts.service}.{one.starts.event} -> {one.names.pascal}"
            rules = (resource, *(waiting_resource(names, service, one, step) for step in steps if step.event))
            yield Reactor(service, element, resource, one.starts, None, run, one, said, rules)


def waiting_resource(
    names: ResourceNames, service: ResolvedService, workflow: ResolvedWorkflow, step: ResolvedStep
) -> str:
    """Give the name that rule, queue and function share by which a step hears of the event that it waits for."""
    return names.of(service.names.kebab, f"{workflow.names.kebab}-{step.names.kebab}")


def all_steps(steps: Sequence[ResolvedStep]) -> Iterator[ResolvedStep]:
    """Give all steps of a workflow, those of its branches among them."""
    for step in steps:
        yield step
        for choice in step.choices:
            yield from all_steps(choice.steps)


def rounds(landscape: Landscape, reactors: Sequence[Reactor]) -> list[list[Reactor]]:
    """Sort reactions into rounds in which none hears of another, and one call at most asks outside systems."""
    found: list[list[Reactor]] = []
    for reactor in reactors:
        for known in found:
            if not any(_heard(landscape, reactor, other) for other in known):
                known.append(reactor)
                break
        else:
            found.append([reactor])
    return found


def _heard(landscape: Landscape, one: Reactor, other: Reactor) -> bool:
    if _asked(landscape, one) & _asked(landscape, other):
        # What an outside system is asked is told apart by counting.
        return True
    if NEVER in (one.when, other.when):
        # What goes by the clock looks at everything that there is.
        return True
    return one.when in _caused(landscape, other) or other.when in _caused(landscape, one)


def _asked(landscape: Landscape, reactor: Reactor) -> set[str]:
    """Give the outside systems that a reaction asks; what is delivered to several of a kind lies together."""
    found: set[str] = set()
    if isinstance(reactor.source, ResolvedCall):
        found = {reactor.source.operation.integration}
    if isinstance(reactor.source, ResolvedWorkflow):
        found = {step.operation.integration for step in all_steps(reactor.source.steps) if step.operation}
    kinds = {one.names.pascal: one.kind for one in landscape.system.integrations}
    return {name if kinds[name] in {"http", "chat"} else kinds[name] for name in found}


def _caused(landscape: Landscape, reactor: Reactor) -> set[EventRef]:
    """Give the event of a reaction, and those that its commands emit."""
    events = {reactor.when}
    for reaction in reactor.reactions:
        ref = reaction.command
        command = landscape.command(landscape.service(ref.service), ref.command).command
        events |= {EventRef(ref.service, ref.aggregate, emit.event) for emit in command.emits}
        if isinstance(reactor.source, ResolvedTimer | ResolvedWorkflow):
            # What happens to the instance between the event and the time, or while a workflow waits.
            aggregate = landscape.aggregate(landscape.service(ref.service), ref.aggregate)
            events |= {EventRef(ref.service, ref.aggregate, event.names.pascal) for event in aggregate.events}
    if isinstance(reactor.source, ResolvedWorkflow):
        events |= {step.event for step in all_steps(reactor.source.steps) if step.event}
    return events
