"""A policy that is run for each row of a query."""

from msgspec.structs import replace

from skafu.blueprint.resolved import ForEach, Journey, Move, Reaction, ResolvedPolicy
from skafu.proof.driving.each_row import EachRow
from skafu.proof.driving.freshness import is_tied_to_caller
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.reacting import command_of, roots_of_entry, source_of
from skafu.proof.driving.rehearsing import rehearse, with_body
from skafu.proof.driving.scenario import Scenario

_SECOND = "second_"


class RowsScenario(Scenario):
    """One policy with `for_each`."""

    works: Pair | None = None

    @property
    def each(self) -> EachRow:
        """The rows that it is run for."""
        if not isinstance(self.reactor.source, ResolvedPolicy) or self.reactor.source.for_each is None:
            raise TypeError(f"{self.reactor.element} is not run for each row")
        (reaction,) = self.reactor.reactions
        return each_row(self, self.reactor.source.for_each, reaction)

    def prepare(self) -> None:
        """Make two instances that rows are of, and play up to the event that is about them."""
        self.works = self._set()

    def _set(self) -> Pair | None:
        trial, element = self.trials.reactions, self.reactor.element
        at = command_of(self.driver.landscape, self.reactor.reactions[0])
        service, aggregate = source_of(self.driver.landscape, self.reactor.when)
        rows = at.aggregate.journeys.commands.get(at.name, ())[:-1]
        event = aggregate.journeys.events.get(self.reactor.when.event, ())
        if not rows or not event:
            trial.gap(f"no way was found to {self.reactor.when.event} with rows", element)
            return None
        play = Play(self.driver, trial, at.service)
        try:
            twins = twice(rows, at.aggregate.names.snake, apart=is_tied_to_caller(at.service))
            for move in play.prepare(twins):
                play.step(move)
            if service is not at.service:
                linked = self._linked(play, event)
                play = Play(self.driver, trial, service)
                event = linked
            *way, last = [move for move in play.prepare(event) if not _is_made(move, play)]
            for move in way:
                play.step(move)
        except Derailed:
            return None
        return Pair(play, last, self.reactor.when, None)

    def _linked(self, play: Play, event: Journey) -> Journey:
        """Put the access keys of the rows into the event of another service, by the names of its fields."""
        changed = event
        for place, move in enumerate(event):
            for name, value in move.body.items():
                wanted = _value_of(play, name)
                if wanted is not None and wanted != value:
                    changed = with_body(changed, place, {name: wanted})
        simulation = self.driver.simulation(source_of(self.driver.landscape, self.reactor.when)[0])
        return changed if rehearse(simulation, changed) else event

    def play(self) -> None:
        """Let the event happen, and see what comes of each row."""
        trial, watch = self.trials.reactions, self.watch(self.trials.reactions)
        if self.works is None:
            return
        if not self.each.wait_for_rows():
            watch.problem(f"the rows of {self.each.query.name} did not come up to date")
        known = {one.id for one in self.driver.ledger.instances}
        entry, cause = self.pull(self.works, trial)
        wanted = self.each.wanted(roots_of_entry(entry))
        if not wanted:
            trial.gap("no row was found that it is run for", self.reactor.element)
        self.drain(trial)
        self.opened.settle()
        trial.count("events", self.each.see(watch, wanted, known))
        self.opened.settle()
        self.repeat(cause, wanted[0].target if wanted else None)
        body = self.put_poison()
        self.see_poison_given_up(body)


def each_row(scenario: Scenario, for_each: ForEach, reaction: Reaction) -> EachRow:
    """Give the rows that a reaction is run for."""
    reactor = scenario.reactor
    return EachRow(scenario.driver, reactor.service, for_each, reactor.condition, reaction)


def twice(journey: Journey, instance: str, *, apart: bool) -> Journey:
    """Give a journey in which an instance has a twin.

    Args:
        journey: that makes the instance.
        instance: what it is called there.
        apart: whether somebody else must make the twin, because nobody can make two.
    """
    others = {"caller": "other", "other": "caller"} if apart else {}
    return (
        *journey,
        *(
            replace(move, instance=_SECOND + instance, caller=others.get(move.caller, move.caller))
            for move in journey
            if move.instance == instance
        ),
    )


def _is_made(move: Move, play: Play) -> bool:
    return move.instance in play.instances and play.at(move).command.creates


def _value_of(play: Play, name: str) -> object:
    for tracked in play.instances.values():
        if tracked.now and isinstance(found := tracked.now.fields.get(name), str):
            return found
        if tracked.aggregate.id_name == name:
            return tracked.id
    return None
