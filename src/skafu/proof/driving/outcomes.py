"""Sees what came of a reaction, and holds it against the simulation."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skafu.blueprint.resolved import Reaction
from skafu.blueprint.simulation import SYSTEM
from skafu.proof.driving.bus_events import differences, passed_of
from skafu.proof.driving.driver import Driver, now
from skafu.proof.driving.function_logs import last_error
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.queues import Queues
from skafu.proof.driving.reacting import Roots, command_fields, command_of
from skafu.proof.driving.streams import stored_events
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial

_ERROR_FIELDS = {"eventId", "correlationId", "timestamp", "source", "severity", "data"}
_ERROR_DATA = {"errorCode", "errorMessage", "context", "canRetry"}


UNKNOWN = "<a text that the system makes>"
"""Stands for a text that the blueprint says nothing about, such as why an outside system did not answer."""


@dataclass(frozen=True)
class Watch:
    """Watches for what one event leads to.

    Attributes:
        driver: of the system.
        trial: where problems go.
        element: the path of the reaction in the blueprint.
        said: the reaction in words.
        function: the name of the function that reacts, where there is one.
    """

    driver: Driver
    trial: Trial
    element: str
    said: str
    function: str = ""

    def see(self, reaction: Reaction, cause: Passed, roots: Roots, target: Tracked | None) -> Tracked | None:
        """Wait for the events of a reaction's command, and judge them.

        Args:
            reaction: the command that must run.
            cause: the event on the bus that it must come from.
            roots: what the reaction's expressions see.
            target: the instance; nothing where the command creates one.

        Returns:
            The instance as it is now; nothing where nothing came.
        """
        at = command_of(self.driver.landscape, reaction)
        first = self._first(reaction, cause)
        if first is None:
            self.problem(f"expected {at.name} to be run within {self.driver.patience:.0f} s, saw no event of it")
            return None
        moment = _time_of(first)
        fields = known_from(command_fields(reaction, roots), first.data)
        outcome = self.driver.expect(at, fields, target.now if target else None, SYSTEM, moment)
        if outcome.refusal:
            self.problem(f"expected {at.name} to be refused as {outcome.refusal}, got {first.name} {first.data}")
            return None
        own = target or Tracked(at.service, at.aggregate, str(first.metadata.get("aggregateId")))
        correlation = str(cause.metadata.get("correlationId"))
        self.driver.follow(own, outcome.events, moment, SYSTEM.id, correlation, self.said)
        self._judge(self.driver.ledger.of(own)[-len(outcome.events) :], cause)
        return own

    def _first(self, reaction: Reaction, cause: Passed) -> Passed | None:
        wanted = cause.metadata.get("eventId")
        aggregate = command_of(self.driver.landscape, reaction).aggregate
        names = {event.names.pascal for event in aggregate.events}

        def is_it(event: Passed) -> bool:
            ours = event.source == reaction.command.service and event.name in names
            return ours and event.metadata.get("causationId") == wanted

        return self.driver.bus.find(is_it, self.driver.patience)

    def _judge(self, entries: list[Entry], cause: Passed) -> None:
        for entry in entries:
            self.trial.count("events")
            passed = passed_of(self.driver, entry)
            if passed is None:
                self.problem(f"expected {entry.happened.event} on the bus, not seen in {self.driver.patience:.0f} s")
                continue
            for wrong in differences(self.driver, entry, passed):
                self.problem(f"{entry.happened.event}: {wrong}")
            if passed.metadata.get("causationId") != cause.metadata.get("eventId"):
                self.problem(f"{entry.happened.event}: its causationId is not the event that it comes from")

    def unchanged(self, target: Tracked, why: str) -> None:
        """See that nothing was added to the stream of an instance."""
        found = stored_events(self.driver, target)
        if len(found) != target.version:
            more = [stored.event for stored in found[target.version :]]
            self.problem(f"{why}: expected nothing, got {more} in {target.stream}")

    def see_error(self, service: str, function: str) -> None:
        """See that the error bus was told that a function gave something up."""

        def is_it(event: Passed) -> bool:
            context = event.data.get("context")
            named = isinstance(context, dict) and context.get("function") == function
            return event.name == "ErrorOccurred" and event.source == service and named

        found = self.driver.errors.find(is_it, self.driver.patience)
        if found is None:
            self.problem(f"no ErrorOccurred of {function} on the error bus in {self.driver.patience:.0f} s")
            return
        missing = _ERROR_FIELDS - found.detail.keys() or _ERROR_DATA - found.data.keys()
        if missing:
            self.problem(f"ErrorOccurred lacks {', '.join(sorted(missing))}: {found.detail}")

    def problem(self, message: str) -> None:
        """Note what is wrong with the reaction, and what its function said last."""
        error = last_error(self.driver.clients, self.function) if self.function else ""
        self.trial.problem(f"{self.said}: {message}{error and f'; its log says: {error}'}", self.element)


def known_from(fields: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Put what was seen in place of what only the deployed system can know, where it is a text as it must be."""
    seen = {name: data[name] for name, value in fields.items() if value == UNKNOWN and isinstance(data.get(name), str)}
    return {**fields, **{name: value for name, value in seen.items() if value}}


def _time_of(event: Passed) -> datetime:
    try:
        return datetime.fromisoformat(str(event.metadata.get("timestamp")))
    except ValueError:
        return now()


def drained(queues: Queues, name: str, seconds: float) -> bool:
    """Wait until a queue is empty and stays so for a moment; say whether it is."""
    if queues.settled([name], seconds):
        return False
    # What is on its way from the bus to the queue arrives within a few milliseconds.
    time.sleep(0.05)
    return not queues.settled([name], seconds)
