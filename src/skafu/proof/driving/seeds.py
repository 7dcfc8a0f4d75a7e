"""Events that the driver writes into a service's table itself: from the past, or of commands without a route."""

import json
import uuid
from datetime import datetime
from typing import Any

from skafu.blueprint.expressions import encode_value
from skafu.blueprint.simulation import Happened, Instance
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Tracked

SEEDED = "seed"


def seed(driver: Driver, target: Tracked, events: tuple[Happened, ...], at: datetime, actor: str) -> None:
    """Append events to the stream of an instance, as a function of the service would.

    Args:
        driver: whose ledger remembers them.
        target: the instance.
        events: what happened to it.
        at: when.
        actor: who caused it.
    """
    table = driver.names.events_table(target.service.names.kebab)
    correlation = f"{SEEDED}-{driver.number()}"
    first = int(at.timestamp() * 1_000_000) if target.is_log else target.version + 1
    for place, happened in enumerate(events, first):
        item = _item(driver, target, happened, place, at, actor, correlation)
        driver.clients.dynamodb.put_item(TableName=table, Item=item)
    driver.follow(target, events, at, actor, correlation, "an event that the driver wrote into the table")
    if target.aggregate.store == "state" and target.now:
        driver.clients.dynamodb.put_item(TableName=table, Item=_state_item(driver, target, target.now))


def _state_item(driver: Driver, target: Tracked, instance: Instance) -> dict[str, Any]:
    """Give the item that holds the state itself, where the state counts and not the history."""
    state = driver.simulation(target.service).state(target.aggregate, instance)
    kept = {name: value for name, value in encode_value(state).items() if name != "version" and value is not None}
    return {
        "aggregateId": {"S": target.stream},
        "eventSequence": {"N": "0"},
        "state": {"S": json.dumps(kept)},
        "version": {"N": str(instance.version)},
    }


def _item(
    driver: Driver, target: Tracked, happened: Happened, sequence: int, at: datetime, actor: str, correlation: str
) -> dict[str, Any]:
    event = driver.simulation(target.service).events[happened.event]
    data = {target.aggregate.id_name: target.id, **happened.as_json()}
    return {
        "aggregateId": {"S": target.stream},
        "eventSequence": {"N": str(sequence)},
        "eventId": {"S": str(uuid.uuid4())},
        "eventType": {"S": happened.event},
        "eventVersion": {"N": str(event.version)},
        "data": {"S": json.dumps(data)},
        "timestamp": {"S": at.isoformat()},
        "actor": {"S": actor},
        "correlationId": {"S": correlation},
        "causationId": {"S": correlation},
    }
