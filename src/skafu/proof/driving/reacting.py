"""What a reaction must do about an event, worked out in the simulation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skafu.blueprint.expressions import Checked, encode_value, evaluate
from skafu.blueprint.resolved import EventRef, Reaction, ResolvedAggregate, ResolvedService
from skafu.blueprint.simulation import Happened
from skafu.proof.driving.landscape import CommandAt, Landscape
from skafu.proof.driving.ledger import Entry

Roots = dict[str, Any]


def event_roots(aggregate: ResolvedAggregate, happened: Happened, own_id: str, at: datetime) -> Roots:
    """Give what an event is in the expressions of a reaction.

    Args:
        aggregate: that the event belongs to.
        happened: the event.
        own_id: of the instance that it happened to.
        at: when it was recorded.
    """
    return {"event": {**happened.values, aggregate.id_name: own_id, "recorded_at": at}, "now": at}


def roots_of_entry(entry: Entry) -> Roots:
    """Give what an event of the ledger is in the expressions of a reaction."""
    return event_roots(entry.instance.aggregate, entry.happened, entry.instance.id, entry.at)


def holds(condition: Checked | None, roots: Mapping[str, Any]) -> bool:
    """Whether a reaction happens."""
    return condition is None or bool(evaluate(condition, roots))


def target_id(reaction: Reaction, roots: Mapping[str, Any]) -> str | None:
    """Give the id of the instance that the reaction's command is for; nothing where it creates."""
    return None if reaction.id is None else str(evaluate(reaction.id, roots))


def command_fields(reaction: Reaction, roots: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields (JSON) of the reaction's command; what has no value is left out."""
    values = {one.field: encode_value(evaluate(one.value, roots)) for one in reaction.values}
    return {name: value for name, value in values.items() if value is not None}


def command_of(landscape: Landscape, reaction: Reaction) -> CommandAt:
    """Give the command that a reaction runs, with its place."""
    return landscape.command(landscape.service(reaction.command.service), reaction.command.command)


def source_of(landscape: Landscape, ref: EventRef) -> tuple[ResolvedService, ResolvedAggregate]:
    """Give where an event that a reaction listens to comes from."""
    service = landscape.service(ref.service)
    return service, landscape.aggregate(service, ref.aggregate)
