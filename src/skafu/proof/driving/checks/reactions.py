"""Policies: what they do about an event, that they do it once, and that a poison message does not hold others up."""

import json
from dataclasses import dataclass

from skafu.proof.driving.bus_events import passed_of
from skafu.proof.driving.checks.stream_failures import poison_stream, repeat_stream_records
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import Watch, drained
from skafu.proof.driving.pairs import Pair, Scene
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import roots_of_entry
from skafu.proof.driving.reactors import Reactor, policies, rounds
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial


def check_reactions(opened: Opened) -> tuple[Trial, ...]:
    """Drive everything that happens by itself: policies, repeated and undecodable messages and records."""
    trials = Trials(Trial("deployed.policies"), Trial("deployed.duplicates"), Trial("deployed.poison"))
    check_policies(opened, trials)
    services = opened.driver.landscape.system.services
    side_by_side(lambda service: repeat_stream_records(opened, trials.duplicates, service), services)
    side_by_side(lambda service: poison_stream(opened, trials.poison, service), services)
    return trials.policies, trials.duplicates, trials.poison


@dataclass(frozen=True)
class Trials:
    """The checks that reactions are driven for."""

    policies: Trial
    duplicates: Trial
    poison: Trial


def check_policies(opened: Opened, trials: Trials) -> None:
    """See that every policy does what it says, in rounds in which no other rule lets events through."""
    found = list(policies(opened.driver.landscape, opened.driver.names))
    for together in rounds(opened.driver.landscape, found):
        scenes = [_Policy(opened, trials, reactor) for reactor in together]
        side_by_side(lambda one: one.prepare(), scenes)
        opened.settle()
        opened.rules.enable(one.reactor.resource for one in scenes)
        try:
            side_by_side(lambda one: one.drive(), scenes)
        finally:
            opened.rules.disable(one.reactor.resource for one in scenes)


class _Policy:
    """One policy, from preparation to poison."""

    def __init__(self, opened: Opened, trials: Trials, reactor: Reactor) -> None:
        self.opened, self.trials, self.reactor = opened, trials, reactor
        self.driver = opened.driver
        self.reaction = reactor.reactions[0]
        ref = reactor.when
        self.said = f"{ref.service}.{ref.event} -> {self.reaction.command.command}"

    def prepare(self) -> None:
        """Set the scenes: one that works, one where the condition does not hold, and one behind a poison message."""
        self.works = self._scene(self.trials.policies).set()
        self.skipped = self._scene(self.trials.policies).set(met=False) if self.reactor.condition else None
        self.behind = self._scene(self.trials.poison).set() if self.works else None

    def drive(self) -> None:
        """Let the events happen, and see what comes of them."""
        self.trials.policies.count("policies")
        if self.reactor.resource not in self.opened.rules.names:
            self._watch(self.trials.policies).problem(f"there is no rule {self.reactor.resource}")
            return
        try:
            done = self._react(self.works, self.trials.policies) if self.works else None
            if self.skipped:
                self._skip(self.skipped)
            if done:
                self._repeat(*done)
            if self.behind:
                self._poison(self.behind)
        except Derailed:
            return

    def _scene(self, trial: Trial) -> Scene:
        one = self.reactor
        return Scene(self.driver, trial, one.element, one.when, one.condition, self.reaction)

    def _watch(self, trial: Trial) -> Watch:
        return Watch(self.driver, trial, self.reactor.element, self.said)

    def _pull(self, pair: Pair, trial: Trial) -> tuple[Entry, Passed]:
        entry = pair.pull()
        passed = passed_of(self.driver, entry)
        if passed is None:
            self._watch(trial).problem(
                f"{entry.happened.event} was not seen on the bus in {self.driver.patience:.0f} s"
            )
            raise Derailed
        return entry, passed

    def _react(self, pair: Pair, trial: Trial) -> tuple[Passed, Tracked] | None:
        entry, cause = self._pull(pair, trial)
        target = self._watch(trial).see(self.reaction, cause, roots_of_entry(entry), pair.target)
        return (cause, target) if target else None

    def _skip(self, pair: Pair) -> None:
        """See that nothing happens where the condition does not hold."""
        trial = self.trials.policies
        _entry, cause = self._pull(pair, trial)
        trial.count("conditions not met")
        self._drain(trial)
        if pair.target:
            self._watch(trial).unchanged(pair.target, "the condition does not hold")
        elif strange := self._caused_by(cause):
            self._watch(trial).problem(f"the condition does not hold, expected nothing, got {strange}")

    def _repeat(self, cause: Passed, target: Tracked) -> None:
        """Deliver the event again, on the bus and to the queue."""
        trial, before = self.trials.duplicates, self._caused_by(cause)
        entry = {
            "EventBusName": self.opened.rules.bus,
            "Source": cause.source,
            "DetailType": cause.name,
            "Detail": json.dumps(cause.detail),
        }
        self.driver.clients.events.put_events(Entries=[entry])
        for _ in range(2):
            self.opened.queues.send(self.reactor.resource, cause.envelope)
        trial.count("repeated events", 3)
        self._drain(trial)
        self._watch(trial).unchanged(target, f"{cause.name} came again")
        if self._caused_by(cause) != before:
            self._watch(trial).problem(f"{cause.name} came again: expected {before}, got {self._caused_by(cause)}")

    def _drain(self, trial: Trial) -> None:
        if not drained(self.opened.queues, self.reactor.resource, self.driver.patience):
            self._watch(trial).problem(f"{self.reactor.resource} was not empty after {self.driver.patience:.0f} s")

    def _caused_by(self, cause: Passed) -> set[tuple[str, str]]:
        """Give event and instance of everything that passed because of an event."""
        wanted = cause.metadata.get("eventId")
        found = (event for event in self.driver.bus.passed() if event.metadata.get("causationId") == wanted)
        return {(event.name, str(event.metadata.get("aggregateId"))) for event in found}

    def _poison(self, pair: Pair) -> None:
        """Put something into the queue that is no event, and a good event behind it."""
        trial, queues, watch = self.trials.poison, self.opened.queues, self._watch(self.trials.poison)
        trial.count("poison messages")
        body = json.dumps({"poison": self.driver.number()})
        queues.send(self.reactor.resource, body)
        self._react(pair, trial)
        if queues.take(self.reactor.dead_letters, lambda found: found == body, self.driver.patience) is None:
            said = f"was not in {self.reactor.dead_letters} after {self.driver.patience:.0f} s"
            watch.problem(f"a message that is no event {said}")
        watch.see_error(self.reactor.service.names.kebab, self.reactor.resource)
