"""Messages may overtake each other: in which states a command that a message leads to comes too early, not too late."""

from collections.abc import Iterator

from skafu.blueprint.resolved import Reaction, ResolvedAggregate, ResolvedCommand, ResolvedService


def led_to_by_messages(service: ResolvedService) -> frozenset[str]:
    """The names of the commands that policies, answers of integrations and messages from outside lead to."""
    return frozenset(reaction.command.command for reaction in _reactions(service))


def _reactions(service: ResolvedService) -> Iterator[Reaction]:
    yield from (policy.then for policy in service.policies)
    yield from (inbound.then for inbound in service.inbound)
    for call in service.calls:
        yield from filter(None, (call.ok, call.failed))


def early_states(command: ResolvedCommand, aggregate: ResolvedAggregate) -> tuple[str, ...]:
    """The states in which a command is refused although one that it needs may still come."""
    needed = set(command.in_states)
    reachable_from = {state for state in aggregate.states if needed & _reachable(state, aggregate)}
    return tuple(state for state in aggregate.states if needed and state in reachable_from - needed)


def _reachable(state: str, aggregate: ResolvedAggregate) -> set[str]:
    """The states that follow a state, near or far."""
    targets = {event.names.pascal: event.to for event in aggregate.events}
    found: set[str] = set()
    waiting = {state}
    while waiting:
        one = waiting.pop()
        following = {
            targets[emit.event]
            for command in aggregate.commands
            if not command.creates and (not command.in_states or one in command.in_states)
            for emit in command.emits
        }
        new = {each for each in following if each is not None} - found
        found |= new
        waiting |= new
    return found
