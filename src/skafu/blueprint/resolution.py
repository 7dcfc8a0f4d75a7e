"""The blueprint's meaning, asked for in two ways: what is wrong with it, and its resolved form."""

from msgspec.structs import replace

from skafu.blueprint.checking import CHECKS
from skafu.blueprint.document import Document, Note, placed
from skafu.blueprint.findings import BlueprintInvalid, Finding
from skafu.blueprint.journeys import journeys_of
from skafu.blueprint.model import Blueprint
from skafu.blueprint.resolved import ResolvedService, System
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.system import resolve_system
from skafu.blueprint.simulation import Simulation

_ORDER = {"error": 0, "warning": 1, "hint": 2}


def check(document: Document) -> tuple[Finding, ...]:
    """Find everything that is wrong with the meaning of a blueprint.

    Args:
        document: what `read` gave.

    Returns:
        Errors, warnings and hints in the order of the file; without errors, `resolve` succeeds.
    """
    _, notes = _examined(document.blueprint)
    findings = [placed(note, document.blueprint, document.source, document.file) for note in notes]
    return tuple(sorted(findings, key=lambda found: (found.line, found.column, _ORDER[found.severity])))


def resolve(blueprint: Blueprint) -> System:
    """Spell out every default, route, id, type and name.

    Args:
        blueprint: one in which `check` finds no errors.

    Raises:
        BlueprintInvalid: `check` would find errors; it carries all findings, without positions.
    """
    system, notes = _examined(blueprint)
    if any(note.severity == "error" for note in notes):
        raise BlueprintInvalid(placed(note, blueprint) for note in notes)
    return replace(system, services=tuple(_travelled(service) for service in system.services))


def _travelled(service: ResolvedService) -> ResolvedService:
    """Add the journeys through each aggregate."""
    simulation = Simulation(service)
    aggregates = (replace(found, journeys=journeys_of(simulation, found)) for found in service.aggregates)
    return replace(service, aggregates=tuple(aggregates))


def _examined(blueprint: Blueprint) -> tuple[System, list[Note]]:
    """Resolve what can be resolved, and note what cannot."""
    context = Context(blueprint)
    system = resolve_system(context)
    for look in CHECKS:
        look(context, system)
    return system, list(dict.fromkeys(context.notes))
