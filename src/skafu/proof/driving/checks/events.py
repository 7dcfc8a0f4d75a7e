"""Every event on the bus: exactly what commands led to, complete, and nothing that nobody asked for."""

import time
from collections.abc import Iterator
from typing import Any

from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Entry
from skafu.proof.driving.rows import comparable
from skafu.proof.driving.seeds import SEEDED
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial

SECONDS = 20.0
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
_Key = tuple[str, str, str, int]


def check_events(driver: Driver) -> Trial:
    """See that the bus carried every event of the ledger as the simulation says, and no other."""
    trial = Trial("deployed.events")
    entries = {_key_of_entry(entry): entry for entry in driver.ledger.entries}
    passed = _wait_for(driver, set(entries))
    for key, entry in entries.items():
        trial.count("events")
        if key not in passed:
            fix = "Look at the log of the service's publisher."
            trial.problem(f"{_said(entry)}: expected on the bus, not seen in {SECONDS:.0f} s", entry.element, fix=fix)
        else:
            for wrong in _differences(driver, entry, passed[key]):
                trial.problem(f"{_said(entry)}: {wrong}", entry.element)
    for key in passed.keys() - entries.keys():
        event = passed[key]
        what = f"{event.source}.{event.name} {event.detail}"[:600]
        trial.problem(f"an event on the bus that no accepted command leads to: {what}", f"services.{event.source}")
    _see_all_declared(driver, trial, list(entries.values()))
    return trial


def _wait_for(driver: Driver, wanted: set[_Key]) -> dict[_Key, Passed]:
    """Give what passed, by what no two events share, as soon as everything that is wanted has."""
    deadline = time.monotonic() + SECONDS
    while True:
        found: dict[_Key, Passed] = {}
        for event in driver.bus.passed():
            found.setdefault(_key_of_passed(event), event)
        if wanted <= found.keys() or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def _key_of_entry(entry: Entry) -> _Key:
    return entry.instance.service.names.kebab, entry.happened.event, entry.instance.id, entry.sequence


def _key_of_passed(event: Passed) -> _Key:
    sequence = event.metadata.get("sequenceNumber")
    number = sequence if isinstance(sequence, int) else 0
    return event.source, event.name, str(event.metadata.get("aggregateId")), number


def _differences(driver: Driver, entry: Entry, event: Passed) -> Iterator[str]:
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


def _said(entry: Entry) -> str:
    return f"{entry.happened.event} {entry.sequence} of {entry.instance.stream}, after {entry.cause}"


def _see_all_declared(driver: Driver, trial: Trial, entries: list[Entry]) -> None:
    caused = {(one.instance.service.names.kebab, one.happened.event) for one in entries if not _is_seed(one)}
    seeded = {(one.instance.service.names.kebab, one.happened.event) for one in entries if _is_seed(one)} - caused
    trial.record("published by commands", sorted(".".join(one) for one in caused))
    trial.record("published from seeds alone", sorted(".".join(one) for one in seeded))
    for service, aggregate, event in driver.landscape.events():
        name = (service.names.kebab, event.names.pascal)
        if name not in caused | seeded:
            element = f"services.{name[0]}.aggregates.{aggregate.names.pascal}.events.{name[1]}"
            trial.gap(f"{'.'.join(name)} was never seen: no way leads to it", element)


def _is_seed(entry: Entry) -> bool:
    return entry.correlation_id.startswith(f"{SEEDED}-")
