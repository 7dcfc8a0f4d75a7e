"""Sets the scene for a reaction: an instance that it changes, and one move before the event that sets it off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from skafu.blueprint.expressions import Checked, ExpressionFailed, encode_value
from skafu.blueprint.expressions.boundaries import boundaries
from skafu.blueprint.resolved import EventRef, Journey, Move, Reaction, ResolvedAggregate, ResolvedService
from skafu.blueprint.simulation import Instance, Simulation
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.reacting import Roots, command_of, event_roots, holds, source_of, target_id
from skafu.proof.driving.rehearsing import NOW, id_fields, rehearse, with_body
from skafu.proof.driving.trial import Trial


@dataclass
class Pair:
    """A scene that is set.

    Attributes:
        source: the journey to the event, up to the move before it.
        last: the move that leads to the event.
        when: the event.
        target: the instance that the reaction acts on; nothing where it creates one.
        own: what the journey calls the instance that the reaction is for; empty where it is not of the journey.
    """

    source: Play
    last: Move
    when: EventRef
    target: Tracked | None
    own: str = ""

    def pull(self) -> Entry:
        """Let the event happen; give it as the ledger has it.

        Raises:
            Derailed: it did not happen.
        """
        self.source.step(self.last)
        instance = self.source.instances[self.last.instance]
        if self.own:
            self.target = self.source.instances[self.own]
        entries = self.source.driver.ledger.of(instance)
        found = [entry for entry in entries if entry.happened.event == self.when.event]
        if not found:
            raise Derailed
        return found[-1]


@dataclass(frozen=True)
class Scene:
    """What a reaction needs: its event, its condition, and the command that it runs.

    Attributes:
        driver: of the system.
        trial: where problems go.
        element: the reaction's path in the blueprint.
        when: the event that it listens to.
        condition: under which it does something.
        reaction: what it runs; nothing where it runs nothing.
    """

    driver: Driver
    trial: Trial
    element: str
    when: EventRef
    condition: Checked | None
    reaction: Reaction | None

    def set(self, *, met: bool = True) -> Pair | None:
        """Prepare a target, and play up to the event; nothing where no way was found, which is noted.

        Args:
            met: whether the condition is to hold.
        """
        service, aggregate = source_of(self.driver.landscape, self.when)
        journey = aggregate.journeys.events.get(self.when.event)
        if journey is None:
            self.trial.gap(f"no way was found to the event {self.when.event}", self.element)
            return None
        try:
            return self._set_for(service, aggregate, journey, met=met)
        except Derailed:
            return None

    def _set_for(
        self, service: ResolvedService, aggregate: ResolvedAggregate, journey: Journey, *, met: bool
    ) -> Pair | None:
        play = Play(self.driver, self.trial, service)
        own = self._own(aggregate, journey)
        target = None if own or self.reaction is None or self.reaction.id is None else self._target()
        wanted = target.id if target else None
        fitting = self._fitting(service, aggregate, tuple(play.prepare(journey)), wanted, own=bool(own), met=met)
        if fitting is None:
            words = "the condition holds" if met else "the condition does not hold"
            words += " and it is for another instance" if wanted else ""
            if self.condition is not None or wanted:
                self.trial.gap(f"no way was found to {self.when.event} where {words}", self.element)
            return None
        *way, last = fitting
        for place, move in enumerate(way):
            play.step(move, sum(later.wait for later in (*way[place + 1 :], last)))
        return Pair(play, last, self.when, target, own)

    def _target(self) -> Tracked:
        """Prepare an instance on which the reaction's command is accepted."""
        if self.reaction is None:
            raise Derailed
        at = command_of(self.driver.landscape, self.reaction)
        journey = at.aggregate.journeys.commands.get(at.name)
        if journey is None:
            self.trial.gap(f"no way was found on which {at.name} is accepted", self.element)
            raise Derailed
        play = Play(self.driver, self.trial, at.service)
        *way, last = play.prepare(journey)
        for place, move in enumerate(way):
            play.step(move, sum(later.wait for later in (*way[place + 1 :], last)))
        return play.instances[last.instance]

    def _own(self, aggregate: ResolvedAggregate, journey: Journey) -> str:
        """Give what the journey calls the instance that the reaction is for; empty where it is none of the journey."""
        simulation = self.driver.simulation(source_of(self.driver.landscape, self.when)[0])
        rehearsal, roots = rehearse(simulation, journey), self._roots(simulation, aggregate, journey)
        if rehearsal is None or roots is None or self.reaction is None:
            return ""
        wanted = target_id(self.reaction, roots)
        return next((name for name, instance in rehearsal.after.items() if instance.id == wanted), "")

    def _fitting(
        self,
        service: ResolvedService,
        aggregate: ResolvedAggregate,
        journey: Journey,
        wanted: str | None,
        *,
        own: bool,
        met: bool,
    ) -> Journey | None:
        """Give a journey to the event with the right id in it, on the wanted side of the condition."""
        simulation = self.driver.simulation(service)

        def fits(roots: Roots) -> bool:
            linked = own or wanted is None or self.reaction is None or target_id(self.reaction, roots) == wanted
            return linked and holds(self.condition, roots) == met

        if self.condition is None and not met:
            return None
        for one in _linked(simulation, journey, wanted):
            for other in self._varied(one):
                if self._leads(simulation, aggregate, other, fits):
                    return other
        return None

    def _leads(
        self, simulation: Simulation, aggregate: ResolvedAggregate, journey: Journey, fits: Callable[[Roots], bool]
    ) -> bool:
        roots = self._roots(simulation, aggregate, journey)
        try:
            return roots is not None and fits(roots)
        except ExpressionFailed:
            return False

    def _roots(self, simulation: Simulation, aggregate: ResolvedAggregate, journey: Journey) -> Roots | None:
        rehearsal = rehearse(simulation, journey)
        if rehearsal is None:
            return None
        happened = next((one for one in rehearsal.outcome.events if one.event == self.when.event), None)
        instance: Instance | None = rehearsal.after.get(journey[-1].instance)
        if happened is None or instance is None:
            return None
        return event_roots(aggregate, happened, instance.id, NOW)

    def _varied(self, journey: Journey) -> Iterator[Journey]:
        """Give a journey, and others in which a field that the condition looks at is different."""
        yield journey
        for name, value in _values_of(self.condition):
            for place, move in enumerate(journey):
                if name in move.body and move.body[name] != value:
                    yield with_body(journey, place, {name: value})
        for place, move in enumerate(journey):
            for name, value in move.body.items():
                for other in _alternatives(value):
                    yield with_body(journey, place, {name: other})


def _linked(simulation: Simulation, journey: Journey, wanted: str | None) -> Iterator[Journey]:
    """Give a journey with an id in each field that could hold it, one after the other."""
    yield journey
    for place, move in enumerate(journey) if wanted else ():
        for name in id_fields(simulation.commands[move.command]):
            yield with_body(journey, place, {name: wanted})


def _values_of(condition: Checked | None) -> Iterator[tuple[str, Any]]:
    """Give the values at which a condition on an event turns."""
    for boundary in boundaries(condition) if condition else ():
        for case in boundary.cases:
            if boundary.path[0] == "event" and boundary.other is None and boundary.measure != "size":
                value = encode_value(case.value)
                amount = {"amount": value, "currency": "EUR"} if boundary.measure == "amount" else value
                yield boundary.path[-1], amount


def _alternatives(value: Any) -> Iterator[Any]:  # noqa: ANN401
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (0, 1, value * 100)
        case {"amount": int(amount), "currency": currency}:
            yield from ({"amount": other, "currency": currency} for other in (0, 1, amount * 100))
        case list():
            yield from ([], [*value, *value])
