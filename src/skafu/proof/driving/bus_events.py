"""Holds an event that passed on the bus against the one that the ledger expects."""

import time
from collections.abc import Iterator
from typing import Any

from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Entry
from skafu.proof.driving.rows import comparable
from skafu.proof.driving.tap import Passed

_PAUSE = 0.05
Key = tuple[str, str, str, int]
"""Service, event, id and sequence number: what no two events share."""
_METADATA = {
    "eventId",
    "eventVersion",
    "aggregateId",
    "sequenceNumber",
    "correlationId",
    "causationId",
    "timestamp",
    "actor",
}


def key_of_entry(entry: Entry) -> Key:
    """Give what an event of the ledger shares with no other."""
    return entry.instance.service.names.kebab, entry.happened.event, entry.instance.id, entry.sequence


def key_of_passed(event: Passed) -> Key:
    """Give what an event on the bus shares with no other."""
    sequence = event.metadata.get("sequenceNumber")
    number = sequence if isinstance(sequence, int) else 0
    return event.source, event.name, str(event.metadata.get("aggregateId")), number


def passed_of(driver: Driver, entry: Entry) -> Passed | None:
    """Give an event of the ledger as it passed on the bus, waiting for it; nothing when it does not come."""
    if not entry.published:
        return None
    key = key_of_entry(entry)
    return driver.bus.find(lambda event: key_of_passed(event) == key, driver.patience)


def wait_for_all(driver: Driver, wanted: set[Key]) -> dict[Key, Passed]:
    """Give everything that passed, by its key, as soon as all that is wanted has, or the time is over."""
    deadline = time.monotonic() + driver.patience
    while True:
        found: dict[Key, Passed] = {}
        for event in driver.bus.passed():
            found.setdefault(key_of_passed(event), event)
        if wanted <= found.keys() or time.monotonic() > deadline:
            return found
        time.sleep(_PAUSE)


def differences(driver: Driver, entry: Entry, event: Passed) -> Iterator[str]:
    """Say everything in which an event on the bus is not what the ledger expects."""
    data = {entry.instance.aggregate.id_name: entry.instance.id, **entry.happened.as_json()}
    if comparable(event.data) != comparable(data):
        yield f"expected the data {data}, got {event.data}"
    metadata = event.metadata
    if event.detail.keys() != {"data", "metadata"} or metadata.keys() != _METADATA:
        yield f"expected data and metadata with {sorted(_METADATA)}, got {event.detail}"
        return
    version = driver.simulation(entry.instance.service).events[entry.happened.event].version
    expected: dict[str, Any] = {"eventVersion": version, "timestamp": entry.at.isoformat(), "actor": entry.actor}
    if entry.correlation_id:
        expected["correlationId"] = entry.correlation_id
    for name, value in expected.items():
        if comparable(metadata[name]) != comparable(value):
            yield f"expected the {name} {value!r}, got {metadata[name]!r}"
    for name in ("eventId", "causationId"):
        if not isinstance(metadata[name], str) or not metadata[name]:
            yield f"expected a text as {name}, got {metadata[name]!r}"
