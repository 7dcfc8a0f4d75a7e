"""Events that came from a message or a schedule, found in the events table by what they say they were caused by."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skafu.proof.driving.driver import Driver
from skafu.proof.driving.streams import Stored, stored_of

_PAUSE = 0.1


@dataclass(frozen=True)
class Caused:
    """An event in the table of its service.

    Attributes:
        event_id: that no other event has.
        instance: the id of the instance that it happened to.
        at: when it was recorded.
        stored: as it stands in the table.
    """

    event_id: str
    instance: str
    at: datetime
    stored: Stored


def caused_by(driver: Driver, service: str, prefix: str) -> list[Caused]:
    """Give the events whose cause begins with a text, in the order of each stream.

    Args:
        driver: of the system.
        service: its name in kebab-case.
        prefix: what the cause of the events begins with.
    """
    pages = driver.clients.dynamodb.get_paginator("scan").paginate(
        TableName=driver.names.events_table(service),
        FilterExpression="begins_with(causationId, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": prefix}},
        ConsistentRead=True,
    )
    found = [_caused(item) for page in pages for item in page["Items"]]
    return sorted(found, key=lambda one: (one.instance, one.stored.sequence))


def newly_caused(
    driver: Driver, service: str, prefix: str, known: Collection[str], seconds: float | None = None
) -> list[Caused]:
    """Wait for events that were not there before; give them, or nothing when none came.

    Args:
        driver: of the system.
        service: its name in kebab-case.
        prefix: what the cause of the events begins with.
        known: the ids of the events that were there before.
        seconds: how long to wait at most; the driver's patience by default.
    """
    deadline = time.monotonic() + (driver.patience if seconds is None else seconds)
    while True:
        found = [one for one in caused_by(driver, service, prefix) if one.event_id not in known]
        if found or time.monotonic() > deadline:
            return found
        time.sleep(_PAUSE)


def _caused(item: dict[str, Any]) -> Caused:
    at = datetime.fromisoformat(item["timestamp"]["S"])
    return Caused(item["eventId"]["S"], item["aggregateId"]["S"].partition("#")[2], at, stored_of(item))
