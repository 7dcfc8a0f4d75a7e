"""Every event on the bus: exactly what commands led to, complete, and nothing that nobody asked for."""

from contextlib import suppress

from skafu.proof.driving.bus_events import differences, key_of_entry, wait_for_all
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Entry
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.seeds import SEEDED
from skafu.proof.driving.trial import Trial


def check_events(driver: Driver) -> Trial:
    """See that the bus carried every event of the ledger as the simulation says, and no other."""
    trial = Trial("deployed.events")
    _write_missing(driver, trial)
    entries = {key_of_entry(entry): entry for entry in driver.ledger.entries if entry.published}
    passed = wait_for_all(driver, set(entries))
    for key, entry in entries.items():
        trial.count("events")
        if key not in passed:
            fix = "Look at the log of the service's publisher."
            trial.problem(
                f"{_said(entry)}: expected on the bus, not seen in {driver.patience:.0f} s", entry.element, fix=fix
            )
        else:
            for wrong in differences(driver, entry, passed[key]):
                trial.problem(f"{_said(entry)}: {wrong}", entry.element)
    for key in passed.keys() - entries.keys():
        event = passed[key]
        what = f"{event.source}.{event.name} {event.detail}"[:600]
        trial.problem(f"an event on the bus that no accepted command leads to: {what}", f"services.{event.source}")
    _see_all_declared(driver, trial, list(entries.values()))
    return trial


def _write_missing(driver: Driver, trial: Trial) -> None:
    """Let the events happen that no route leads to; what they come from is driven with the reactions."""
    seen = {(one.instance.service.names.kebab, one.happened.event) for one in driver.ledger.entries}
    for service, aggregate, event in driver.landscape.events():
        journey = aggregate.journeys.events.get(event.names.pascal)
        if journey and (service.names.kebab, event.names.pascal) not in seen:
            with suppress(Derailed):
                Play(driver, trial, service).run(journey)


def _said(entry: Entry) -> str:
    return f"{entry.happened.event} {entry.sequence} of {entry.instance.stream}, after {entry.cause}"


def _see_all_declared(driver: Driver, trial: Trial, entries: list[Entry]) -> None:
    caused = {(one.instance.service.names.kebab, one.happened.event) for one in entries if not _is_seed(one)}
    seeded = {(one.instance.service.names.kebab, one.happened.event) for one in entries if _is_seed(one)} - caused
    trial.record("published by commands", sorted(".".join(one) for one in caused))
    trial.record("published from seeds alone", sorted(".".join(one) for one in seeded))
    for service, aggregate, event in driver.landscape.events():
        name = (service.names.kebab, event.names.pascal)
        if name not in caused | seeded and aggregate.store != "log":
            element = f"services.{name[0]}.aggregates.{aggregate.names.pascal}.events.{name[1]}"
            trial.gap(f"{'.'.join(name)} was never seen: no way leads to it", element)


def _is_seed(entry: Entry) -> bool:
    return entry.correlation_id.startswith(f"{SEEDED}-")
