"""Looks in the simulation for a journey to an event after which a reaction does what is to be seen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from skafu.blueprint.expressions import Checked, ExpressionFailed, encode_value
from skafu.blueprint.expressions.boundaries import boundaries
from skafu.blueprint.resolved import EventRef, Journey, Move, Reaction, ResolvedAggregate
from skafu.blueprint.simulation import Simulation
from skafu.proof.driving.effects import changes_own
from skafu.proof.driving.landscape import Landscape
from skafu.proof.driving.reacting import Roots, command_of, event_roots, holds, target_id
from skafu.proof.driving.rehearsing import NOW, id_fields, rehearse, with_body


@dataclass(frozen=True)
class Wanted:
    """What a journey must lead to besides the event.

    Attributes:
        own: what the journey calls the instance that the reaction is for; empty where it is none of the journey.
        target: the id of the instance that the reaction is for, where that stands already.
        known: the ids of other instances that the reaction's command looks at, which stand already.
        changes: whether the reaction's command changes that, or creates something.
        met: whether the condition is to hold.
        ago: seconds that pass between the event and the reaction's command.
        strictly: whether a journey will not do after which the reaction's command changes nothing.
    """

    own: str
    target: str | None
    changes: Callable[[Roots], bool]
    known: tuple[str, ...] = ()
    met: bool = True
    ago: int = 0
    strictly: bool = False


@dataclass(frozen=True)
class Search:
    """The search for one reaction.

    Attributes:
        landscape: of the system.
        simulation: of the service that the event comes from.
        aggregate: that the event belongs to.
        when: the event.
        condition: under which the reaction does something.
        reaction: what it runs; nothing where it runs nothing.
        prepare: makes what a journey creates different from all other instances.
    """

    landscape: Landscape
    simulation: Simulation
    aggregate: ResolvedAggregate
    when: EventRef
    condition: Checked | None
    reaction: Reaction | None
    prepare: Callable[[Journey], Sequence[Move]] = tuple

    def own(self, journey: Journey) -> str:
        """Give what a journey calls the instance that the reaction is for; empty where it is none of the journey."""
        rehearsal, roots = rehearse(self.simulation, journey), self._roots(journey)
        if rehearsal is None or roots is None or self.reaction is None:
            return ""
        wanted = target_id(self.reaction, roots)
        return next((name for name, instance in rehearsal.after.items() if instance.id == wanted), "")

    def fitting(self, journey: Journey, wanted: Wanted) -> Journey | None:
        """Give a journey to the event with the right id in it, on the wanted side of the condition.

        Where the condition is to hold, one after which the reaction's command changes something comes before one
        after which it is accepted without change, or refused.

        Args:
            journey: one that leads to the event.
            wanted: what it must lead to besides.
        """
        if self.condition is None and not wanted.met:
            return None
        fallback = None
        for led in self._led(journey, wanted.own):
            for linked in _linked(self.simulation, led, (*((wanted.target,) if wanted.target else ()), *wanted.known)):
                for one in self._varied(linked):
                    roots = self._roots(one)
                    if roots is None or not self._is_met(roots, wanted):
                        continue
                    if not wanted.met or self._changes(one, roots, wanted):
                        return one
                    fallback = fallback or one
        return None if wanted.strictly else fallback

    def tied(self, journey: Journey, field: str, value: str) -> Journey | None:
        """Give a journey to the event with a value in one of its fields.

        Args:
            journey: one that leads to the event.
            field: of the event.
            value: an id.
        """
        for one in _linked(self.simulation, journey, (value,)):
            roots = self._roots(one)
            if roots and roots["event"].get(field) == value:
                return one
        return None

    def _led(self, journey: Journey, own: str) -> Iterator[Journey]:
        """Give a journey, and others that lead the reaction's own instance to where its command can do something."""
        yield journey
        if not own or self.reaction is None:
            return
        at = command_of(self.landscape, self.reaction)
        *way, last = self.prepare(at.aggregate.journeys.commands.get(at.name, ())) or journey
        if last.instance != own:
            return
        there = {move.instance for move in journey}
        strangers = [move for move in way if move.instance not in there]
        more = [move for move in way if not (move.instance in there and _is_first(move, way))]
        for moves in (strangers, more):
            for place in range(len(journey)) if moves else ():
                led = (*journey[:place], *moves, *journey[place:])
                yield led
                for name in dict.fromkeys(move.instance for move in strangers):
                    yield from _named(self.simulation, led, f"${name}")

    def _is_met(self, roots: Roots, wanted: Wanted) -> bool:
        try:
            if wanted.target and self.reaction and target_id(self.reaction, roots) != wanted.target:
                return False
            return holds(self.condition, roots) == wanted.met
        except ExpressionFailed:
            return False

    def _changes(self, journey: Journey, roots: Roots, wanted: Wanted) -> bool:
        if wanted.own and self.reaction:
            return changes_own(self.simulation, journey, wanted.own, self.reaction, roots, wanted.ago)
        return wanted.changes(roots)

    def _roots(self, journey: Journey) -> Roots | None:
        rehearsal = rehearse(self.simulation, journey)
        if rehearsal is None:
            return None
        happened = next((one for one in rehearsal.outcome.events if one.event == self.when.event), None)
        instance = rehearsal.after.get(journey[-1].instance)
        if happened is None or instance is None:
            return None
        return event_roots(self.aggregate, happened, instance.id, NOW)

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


def _is_first(move: Move, way: list[Move]) -> bool:
    """Whether a move is the one that creates its instance."""
    return move is next(one for one in way if one.instance == move.instance)


def _linked(simulation: Simulation, journey: Journey, ids: tuple[str, ...]) -> Iterator[Journey]:
    """Give a journey with ids in the fields that could hold them, one after the other."""
    yield journey
    for one in _named(simulation, journey, ids[0]) if ids else ():
        yield from _linked(simulation, one, ids[1:])


def _named(simulation: Simulation, journey: Journey, wanted: str) -> Iterator[Journey]:
    """Give a journey with an id in each field that could hold it, one after the other."""
    for place, move in enumerate(journey):
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
