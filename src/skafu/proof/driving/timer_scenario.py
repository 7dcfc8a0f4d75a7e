"""Timers: what an event sets, what has overtaken it when it fires, and what goes by the clock alone."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from skafu.blueprint.expressions import evaluate
from skafu.blueprint.resolved import Journey, Move, Reaction, ResolvedTimer
from skafu.proof.driving.each_row import EachRow
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed, Play, ago_of
from skafu.proof.driving.reacting import command_of, event_roots, roots_of_entry, source_of
from skafu.proof.driving.reactors import LONGEST_DELAY
from skafu.proof.driving.rehearsing import NOW, rehearse
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial
from skafu.proof.local_aws.port import Witness

_PAUSE = 0.05
_SECONDS_OFF = 5
_LONG_AGO = 500 * 86_400


@dataclass
class Story:
    """A journey past the timer's event: what else happens before the timer fires."""

    pair: Pair
    rest: tuple[tuple[Move, int], ...] = ()
    """Moves, each with the seconds that must have passed since."""

    def go_on(self) -> None:
        """Let happen what happens before the timer fires.

        Raises:
            Derailed: something of it did not happen.
        """
        for move, ago in self.rest:
            self.pair.source.step(move, ago)


class TimerScenario(Scenario):
    """One timer that an event sets."""

    works: Story | None = None
    overtaken: Story | None = None
    behind: Story | None = None

    @property
    def timer(self) -> ResolvedTimer:
        """The timer as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedTimer):
            raise TypeError(f"{self.reactor.element} is no timer")
        return self.reactor.source

    @property
    def is_short(self) -> bool:
        """Whether the queue itself holds its messages back."""
        return self.timer.after_seconds is not None and self.timer.after_seconds <= LONGEST_DELAY

    def prepare(self) -> None:
        """Set the scenes: one in which the timer fires, one in which it is overtaken, one behind a poison message."""
        if not self.is_short and _witness(self) is None:
            self.trials.reactions.gap("schedules can't be fired here", self.reactor.element)
            return
        self.works = self._set(self.trials.reactions)
        if self.timer.unless:
            self.overtaken = self._overtaken()
        self.behind = self._set(self.trials.poison) if self.works else None

    def play(self) -> None:
        """Play them."""
        if self.works:
            entry, cause, target = self._fire(self.works, self.trials.reactions)
            self._repeat(entry, cause, target)
        if self.overtaken:
            self._see_nothing(self.overtaken)
        if self.behind:
            body = self.put_poison()
            self._fire(self.behind, self.trials.poison)
            self.see_poison_given_up(body)

    def _set(self, trial: Trial) -> Story | None:
        """Play up to the event: on the way to the command where it is on that, so that the command is accepted."""
        at = command_of(self.driver.landscape, self.reactor.reactions[0])
        journey = at.aggregate.journeys.commands.get(at.name, ())
        place = self._place_of_event(journey)
        if place and self.reactor.condition is None:
            return self._played(Play(self.driver, trial, at.service), journey, place, len(journey) - 1)
        scene = self.scene(trial, self.reactor.reactions[0])
        # A command that looks at the time may do something only when the timer is really due.
        pair = scene.set(strictly=True) or scene.set(ago=self._seconds_until_due(), strictly=True) or scene.set()
        return Story(pair) if pair else None

    def _seconds_until_due(self) -> int:
        """Give how long after its event the timer fires, on the shortest way to that."""
        if self.timer.after_seconds is not None:
            return self.timer.after_seconds + 1
        service, aggregate = source_of(self.driver.landscape, self.reactor.when)
        journey = aggregate.journeys.events.get(self.reactor.when.event, ())
        rehearsal = rehearse(self.driver.simulation(service), journey)
        if rehearsal is None or self.timer.at is None:
            return 0
        happened = next(one for one in rehearsal.outcome.events if one.event == self.reactor.when.event)
        event_at = NOW + timedelta(seconds=sum(move.wait + 1 for move in journey))
        roots = event_roots(aggregate, happened, rehearsal.after[journey[-1].instance].id, event_at)
        due: datetime = evaluate(self.timer.at, roots)
        return max(0, int((due - event_at).total_seconds()) + 1)

    def _place_of_event(self, journey: Journey) -> int:
        """Give how many moves of a journey lead to the timer's event; 0 where it goes on without."""
        at = command_of(self.driver.landscape, self.reactor.reactions[0])
        for place in range(1, len(journey)):
            rehearsal = rehearse(self.driver.simulation(at.service), journey[:place])
            events = [one.event for one in rehearsal.outcome.events] if rehearsal else []
            ours = journey[place - 1].instance == journey[-1].instance
            if ours and self.reactor.when.event in events and self.reactor.when.service == at.service.names.kebab:
                return place
        return 0

    def _fire(self, story: Story, trial: Trial) -> tuple[Entry, Passed, Tracked]:
        """Let the event happen, and the time come."""
        (reaction,) = self.reactor.reactions
        pair = story.pair
        entry, cause = self.pull(pair, trial)
        story.go_on()
        if not self.is_short:
            self._come_due(trial, entry, cause)
        target = self.watch(trial).see(reaction, cause, roots_of_entry(entry), pair.target)
        if target is None:
            raise Derailed
        return entry, cause, target

    def _come_due(self, trial: Trial, entry: Entry, cause: Passed) -> None:
        """Find the schedule that was made for an event, look at its time, and fire it; one that is due fires itself."""
        if self._is_due(entry):
            trial.count("timers that were due")
            return
        watch, witness = self.watch(trial), _witness(self)
        schedule = self._schedule(str(cause.metadata.get("eventId")))
        if schedule is None or witness is None:
            watch.problem(f"no schedule was made for it in {self.driver.patience:.0f} s")
            raise Derailed
        expression = str(schedule["ScheduleExpression"])
        if not _is_about(expression, due := self._due(entry)):
            watch.problem(f"expected it to be due at {due:%Y-%m-%dT%H:%M:%S}, got {expression}")
        witness.fire(schedule["Name"], account=self.driver.clients.account, group=schedule["GroupName"])
        trial.record("fired by the proof", "schedules: when they fire by themselves is not proven")

    def _is_due(self, entry: Entry) -> bool:
        return self._due(entry) <= datetime.now(UTC) + timedelta(seconds=_SECONDS_OFF)

    def _due(self, entry: Entry) -> datetime:
        if self.timer.at is None:
            return entry.at + timedelta(seconds=self.timer.after_seconds or 0)
        stated: datetime = evaluate(self.timer.at, roots_of_entry(entry))
        return stated

    def _schedule(self, event_id: str) -> Mapping[str, Any] | None:
        """Give the schedule that holds an event, waiting for it."""
        deadline = time.monotonic() + self.driver.patience
        while time.monotonic() < deadline:
            for one in self._schedules():
                if event_id in one["Target"].get("Input", ""):
                    return one
            time.sleep(_PAUSE)
        return None

    def _schedules(self) -> Iterator[Mapping[str, Any]]:
        client, service = self.driver.clients.schedules, self.reactor.service.names.kebab
        group = self.driver.names.timers(service)
        for one in client.list_schedules(GroupName=group, MaxResults=100)["Schedules"]:
            try:
                yield client.get_schedule(Name=one["Name"], GroupName=group)
            except client.exceptions.ResourceNotFoundException:
                continue

    def _repeat(self, entry: Entry, cause: Passed, target: Tracked) -> None:
        """Deliver the event again; a schedule that is made again fires again, and changes nothing."""
        self.repeat(cause, target)
        if self.is_short or self._is_due(entry):
            return
        witness, again = _witness(self), self._schedule(str(cause.metadata.get("eventId")))
        if witness and again:
            witness.fire(again["Name"], account=self.driver.clients.account, group=again["GroupName"])
            self.drain(self.trials.duplicates)
            self.watch(self.trials.duplicates).unchanged(target, "the timer fired again")

    def _see_nothing(self, overtaken: Story) -> None:
        trial, pair = self.trials.reactions, overtaken.pair
        entry, cause = self.pull(pair, trial)
        overtaken.go_on()
        trial.count("overtaken timers")
        if not self.is_short:
            self._come_due(trial, entry, cause)
        self.drain(trial)
        if pair.target:
            self.watch(trial).unchanged(pair.target, f"{' or '.join(self.timer.unless)} came first")

    def _overtaken(self) -> Story | None:
        """Find a journey to an event of `unless` that leads past the timer's own event, and play up to that."""
        at = command_of(self.driver.landscape, self.reactor.reactions[0])
        for unless in self.timer.unless:
            journey = at.aggregate.journeys.events.get(unless, ())
            if place := self._place_of_event(journey):
                return self._played(Play(self.driver, self.trials.reactions, at.service), journey, place, len(journey))
        self.trials.reactions.gap(f"not seen overtaken by {' or '.join(self.timer.unless)}", self.reactor.element)
        return None

    def _played(self, play: Play, journey: Journey, place: int, end: int) -> Story | None:
        """Play up to the move before the timer's event; what is between that and the end is still to come."""
        moves: list[Move] = play.prepare(journey)
        try:
            play.lead(moves[: place - 1], *moves[place - 1 :])
        except Derailed:
            return None
        last = moves[place - 1]
        rest = tuple((moves[one], ago_of(moves[one + 1 :])) for one in range(place, end))
        return Story(Pair(play, last, self.reactor.when, None, last.instance, ago_of(moves[place:])), rest)


class ClockScenario(Scenario):
    """One timer that goes by the clock alone, and is run for each row of a query, or once."""

    @property
    def timer(self) -> ResolvedTimer:
        """The timer as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedTimer):
            raise TypeError(f"{self.reactor.element} is no timer")
        return self.reactor.source

    def prepare(self) -> None:
        """Bring instances to all states, also such as got there long ago, so that conditions on time hold for some."""
        each = self.timer.for_each
        if each is None:
            return
        rows = self._each(self.reactor.reactions[0]).query
        for journey in (*rows.aggregate.journeys.states.values(), *rows.aggregate.journeys.events.values()):
            for ago in (0, _LONG_AGO):
                play = Play(self.driver, self.trials.reactions, rows.service)
                try:
                    play.run_prepared(tuple(play.prepare(journey)), ago)
                except Derailed:
                    continue

    def play(self) -> None:
        """Fire it, and see what comes of each row."""
        trial, watch, witness = self.trials.reactions, self.watch(self.trials.reactions), _witness(self)
        if witness is None or self.timer.for_each is None:
            trial.gap("timers that run a command once, or can't be fired here, are not driven", self.reactor.element)
            return
        each = self._each(self.reactor.reactions[0])
        if not each.wait_for_rows():
            watch.problem(f"the rows of {each.query.name} did not come up to date")
        known = {one.id for one in self.driver.ledger.instances}
        wanted = each.wanted({"now": datetime.now(UTC)})
        group = self.driver.names.timers(self.reactor.service.names.kebab)
        got = witness.fire(self.reactor.resource, account=self.driver.clients.account, group=group)
        if got != self.timer.schedule:
            watch.problem(f"expected the schedule {self.timer.schedule}, got {got}")
        trial.record("fired by the proof", "schedules: when they fire by themselves is not proven")
        if not wanted:
            trial.gap("no row was found that it is run for", self.reactor.element)
        self.drain(trial)
        trial.count("events", each.see(watch, wanted, known))
        body = self.put_poison()
        self.see_poison_given_up(body)

    def _each(self, reaction: Reaction) -> EachRow:
        if self.timer.for_each is None:
            raise TypeError(f"{self.reactor.element} is not run for each row")
        return EachRow(self.driver, self.reactor.service, self.timer.for_each, self.reactor.condition, reaction)


def _witness(scenario: Scenario) -> Witness | None:
    """Give what can fire a schedule, where there is something that can."""
    aws = scenario.driver.clients.aws
    return cast("Witness", aws) if hasattr(aws, "fire") else None


def _is_about(expression: str, due: datetime) -> bool:
    try:
        stated = datetime.fromisoformat(expression.removeprefix("at(").removesuffix(")")).replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs((stated - due).total_seconds()) <= _SECONDS_OFF
