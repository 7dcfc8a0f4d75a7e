"""What is in the events table of a service, read with the driver's own rights."""

import json
from dataclasses import dataclass
from typing import Any

from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Tracked


@dataclass(frozen=True)
class Stored:
    """An event as it stands in the table."""

    sequence: int
    event: str
    data: dict[str, Any]
    causation_id: str
    item: dict[str, Any]


def stored_events(driver: Driver, target: Tracked) -> list[Stored]:
    """Give the events of an instance in order, read consistently."""
    pages = driver.clients.dynamodb.get_paginator("query").paginate(
        TableName=driver.names.events_table(target.service.names.kebab),
        KeyConditionExpression="aggregateId = :id",
        ExpressionAttributeValues={":id": {"S": target.stream}},
        ConsistentRead=True,
    )
    # The state of an aggregate that is stored as such stands in front of its events.
    return [stored_of(item) for page in pages for item in page["Items"] if item["eventSequence"]["N"] != "0"]


def stored_of(item: dict[str, Any]) -> Stored:
    """Give an event as it stands in the table."""
    return Stored(
        sequence=int(item["eventSequence"]["N"]),
        event=item["eventType"]["S"],
        data=json.loads(item["data"]["S"]),
        causation_id=item.get("causationId", {}).get("S", ""),
        item=item,
    )
