"""Whether the command of a reaction would change anything, tried in the simulation before its event happens."""

from skafu.blueprint.expressions import ExpressionFailed
from skafu.blueprint.resolved import Journey, Move, Reaction
from skafu.blueprint.simulation import SYSTEM, Simulation
from skafu.proof.driving.driver import Driver, now
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.reacting import Roots, command_fields, command_of
from skafu.proof.driving.rehearsing import rehearse


def changes(driver: Driver, reaction: Reaction, roots: Roots, target: Tracked | None) -> bool:
    """Whether a reaction's command emits an event.

    Args:
        driver: of the system.
        reaction: the command.
        roots: what the reaction's expressions see.
        target: the instance that it is for; nothing where the command creates one.

    Returns:
        True also where nobody knows yet, because its fields come from an answer that an outside system is to give.
    """
    fields = _fields(reaction, roots)
    if fields is None:
        return True
    at = command_of(driver.landscape, reaction)
    return bool(driver.expect(at, fields, target.now if target else None, SYSTEM, now()).events)


def changes_own(
    simulation: Simulation, journey: Journey, own: str, reaction: Reaction, roots: Roots, ago: int = 0
) -> bool:
    """Whether a reaction's command emits an event at the end of a journey in which its instance came to be.

    Args:
        simulation: of the service.
        journey: to the event.
        own: what the journey calls the instance.
        reaction: the command.
        roots: what the reaction's expressions see at the end of the journey.
        ago: seconds that pass between the journey and the command.
    """
    fields = _fields(reaction, roots)
    if fields is None:
        return True
    rehearsal = rehearse(simulation, (*journey, Move(reaction.command.command, own, SYSTEM.id, (), fields, ago)))
    return bool(rehearsal and rehearsal.outcome.events)


def _fields(reaction: Reaction, roots: Roots) -> dict[str, object] | None:
    try:
        return command_fields(reaction, roots)
    except ExpressionFailed:
        return None
