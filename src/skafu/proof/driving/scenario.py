"""What all reactions have in common: their event is pulled, it comes twice, and a poison message comes before it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from skafu.blueprint.resolved import Reaction
from skafu.proof.driving.bus_events import passed_of
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import Watch, drained
from skafu.proof.driving.pairs import Pair, Scene
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reactors import Reactor
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial


@dataclass(frozen=True)
class Trials:
    """The checks that reactions are driven for."""

    reactions: Trial
    duplicates: Trial
    poison: Trial


class Scenario:
    """One reaction, from its preparation to its poison; the kinds of reactions say what is special about them."""

    def __init__(self, opened: Opened, trials: Trials, reactor: Reactor) -> None:
        """Name what is driven.

        Args:
            opened: the system.
            trials: where problems go.
            reactor: the reaction.
        """
        self.opened, self.trials, self.reactor = opened, trials, reactor
        self.driver = opened.driver

    def prepare(self) -> None:
        """Set all scenes, while reactions are held back."""
        raise NotImplementedError

    def drive(self) -> None:
        """Let the events happen, and see what comes of them."""
        self.trials.reactions.count(self.reactor.kind)
        missing = [name for name in self.reactor.rules if name not in self.opened.rules.names]
        if missing:
            self.watch(self.trials.reactions).problem(f"there is no rule {missing[0]}")
            return
        try:
            self.play()
        except Derailed:
            return

    def play(self) -> None:
        """Play the scenes, when the rule lets events through.

        Raises:
            Derailed: one did not happen; why is among the problems.
        """
        raise NotImplementedError

    def scene(self, trial: Trial, reaction: Reaction | None) -> Scene:
        """Give a scene for the reaction's event, and for one of the commands that it runs."""
        one = self.reactor
        return Scene(self.driver, trial, one.element, one.when, one.condition, reaction)

    def watch(self, trial: Trial) -> Watch:
        """Give what watches for the outcome."""
        return Watch(self.driver, trial, self.reactor.element, self.reactor.said, self.reactor.resource)

    def pull(self, pair: Pair, trial: Trial) -> tuple[Entry, Passed]:
        """Let the event happen, and see it on the bus.

        Raises:
            Derailed: it was not seen.
        """
        entry = pair.pull()
        passed = passed_of(self.driver, entry)
        if passed is None:
            said = f"{entry.happened.event} was not seen on the bus in {self.driver.patience:.0f} s"
            self.watch(trial).problem(said)
            raise Derailed
        return entry, passed

    def skip(self, pair: Pair) -> None:
        """See that nothing happens where the condition does not hold."""
        trial = self.trials.reactions
        _entry, cause = self.pull(pair, trial)
        trial.count("conditions not met")
        self.drain(trial)
        if pair.target:
            self.watch(trial).unchanged(pair.target, "the condition does not hold")
        if strange := self.caused_by(cause):
            self.watch(trial).problem(f"the condition does not hold, expected nothing, got {sorted(strange)}")

    def repeat(self, cause: Passed, target: Tracked | None) -> None:
        """Deliver an event again, on the bus and to the queue, and see that it changes nothing."""
        trial, before = self.trials.duplicates, self.caused_by(cause)
        entry = {
            "EventBusName": self.opened.rules.bus,
            "Source": cause.source,
            "DetailType": cause.name,
            "Detail": json.dumps(cause.detail),
        }
        self.driver.clients.events.put_events(Entries=[entry])
        self.drain(trial)
        for name in self.reactor.rules:
            self.opened.queues.send(name, cause.envelope, cause.envelope)
        self.drain(trial)
        trial.count("repeated events", 3)
        if target:
            self.watch(trial).unchanged(target, f"{cause.name} came again")
        if (after := self.caused_by(cause)) != before:
            said = f"{cause.name} came again: expected {sorted(before)}, got {sorted(after)}"
            self.watch(trial).problem(said)

    def caused_by(self, cause: Passed) -> set[tuple[str, str]]:
        """Give event and instance of everything that passed because of an event."""
        wanted = cause.metadata.get("eventId")
        found = (event for event in self.driver.bus.passed() if event.metadata.get("causationId") == wanted)
        return {(event.name, str(event.metadata.get("aggregateId"))) for event in found}

    def put_poison(self) -> str:
        """Put something into the queue that is no event; give it."""
        self.trials.poison.count("poison messages")
        body = json.dumps({"poison": self.driver.number()})
        self.opened.queues.send(self.reactor.resource, body)
        return body

    def see_poison_given_up(self, body: str) -> None:
        """See it in the dead-letter queue, and that the error bus was told."""
        self.see_given_up(self.trials.poison, "a message that is no event", lambda found: found == body)

    def see_given_up(self, trial: Trial, what: str, wanted: Callable[[str], bool]) -> None:
        """Take a message out of the dead-letter queue, and see that the error bus was told."""
        watch = self.watch(trial)
        if self.opened.queues.take(self.reactor.dead_letters, wanted, self.driver.patience) is None:
            said = f"was not in {self.reactor.dead_letters} after {self.driver.patience:.0f} s"
            watch.problem(f"{what} {said}")
        watch.see_error(self.reactor.service.names.kebab, self.reactor.resource)

    def drain(self, trial: Trial) -> None:
        """Wait until the queues are empty."""
        for name in dict.fromkeys((*self.reactor.rules, self.reactor.resource)):
            if not drained(self.opened.queues, name, self.driver.patience):
                self.watch(trial).problem(f"{name} was not empty after {self.driver.patience:.0f} s")
