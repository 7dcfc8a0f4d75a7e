"""Sets the scene for a reaction: an instance that it changes, and one move before the event that sets it off."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from skafu.blueprint.expressions import Checked
from skafu.blueprint.resolved import EventRef, Journey, Move, Reaction, ResolvedAggregate, ResolvedService
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.effects import changes
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.reacting import Roots, command_of, source_of
from skafu.proof.driving.scene_search import Search, Wanted
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
        ago: seconds that must have passed since the event; then the driver writes it itself.
    """

    source: Play
    last: Move
    when: EventRef
    target: Tracked | None
    own: str = ""
    ago: int = 0

    def pull(self) -> Entry:
        """Let the event happen; give it as the ledger has it.

        Raises:
            Derailed: it did not happen.
        """
        self.source.step(self.last, self.ago)
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

    def set(self, *, met: bool = True, ago: int = 0, strictly: bool = False) -> Pair | None:
        """Prepare a target, and play up to the event; nothing where no way was found, which is noted.

        Args:
            met: whether the condition is to hold.
            ago: seconds that must have passed between the event and the reaction.
            strictly: give nothing, and note nothing, where the reaction's command would change nothing.
        """
        service, aggregate = source_of(self.driver.landscape, self.when)
        journey = aggregate.journeys.events.get(self.when.event)
        if journey is None:
            self.trial.gap(f"no way was found to the event {self.when.event}", self.element)
            return None
        try:
            return self._set_for(service, aggregate, journey, met=met, ago=ago, strictly=strictly)
        except Derailed:
            return None

    def _set_for(
        self,
        service: ResolvedService,
        aggregate: ResolvedAggregate,
        journey: Journey,
        *,
        met: bool,
        ago: int,
        strictly: bool,
    ) -> Pair | None:
        play = Play(self.driver, self.trial, service)
        simulation = self.driver.simulation(service)
        search = Search(
            self.driver.landscape, simulation, aggregate, self.when, self.condition, self.reaction, play.prepare
        )
        own = search.own(journey)
        target, known = (None, ()) if own or not self._needs_others() else self._others()

        def changes_target(roots: Roots) -> bool:
            return self.reaction is None or changes(self.driver, self.reaction, roots, target)

        wanted = Wanted(own, target.id if target else None, changes_target, known, met, ago, strictly)
        fitting = search.fitting(tuple(play.prepare(journey)), wanted)
        if fitting is None:
            if not strictly and (self.condition is not None or target):
                words = "the condition holds" if met else "the condition does not hold"
                words += " and it is for another instance" if target else ""
                self.trial.gap(f"no way was found to {self.when.event} where {words}", self.element)
            return None
        *way, last = fitting
        after = [replace(last, wait=ago)] if ago else []
        play.lead(way, last, *after)
        return Pair(play, last, self.when, target, own, ago)

    def _needs_others(self) -> bool:
        """Whether the reaction's command is for an instance, or looks at some, whose ids come from the event."""
        return self.reaction is not None and (self.reaction.id is not None or bool(list(self._looked_at())))

    def _looked_at(self) -> Iterator[str]:
        """Give the fields of the reaction's command that name an instance which its rules look at."""
        if self.reaction:
            given = {f"command.{one.field}": one.field for one in self.reaction.values}
            reads = command_of(self.driver.landscape, self.reaction).command.reads
            yield from (given[read.id.text] for read in reads if read.id.text in given)

    def _others(self) -> tuple[Tracked | None, tuple[str, ...]]:
        """Prepare what the reaction's command needs to be accepted; give its instance, and the ids of the others."""
        if self.reaction is None:
            raise Derailed
        at = command_of(self.driver.landscape, self.reaction)
        journey = at.aggregate.journeys.commands.get(at.name)
        if journey is None:
            self.trial.gap(f"no way was found on which {at.name} is accepted", self.element)
            raise Derailed
        play = Play(self.driver, self.trial, at.service)
        *way, last = play.prepare(journey)
        play.lead(way, last)
        named = {f"${name}": one.id for name, one in play.instances.items()}
        looked_at = [named[text] for name in self._looked_at() if (text := last.body.get(name)) in named]
        target = None if self.reaction.id is None else play.instances[last.instance]
        return target, tuple(looked_at)
