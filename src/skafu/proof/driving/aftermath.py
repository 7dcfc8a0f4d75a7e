"""Holds the events that a command left in the table, and on the bus, against the simulation."""

from dataclasses import dataclass

from skafu.blueprint.resolved import Reaction
from skafu.blueprint.simulation import SYSTEM
from skafu.proof.driving.bus_events import differences, passed_of
from skafu.proof.driving.caused import Caused
from skafu.proof.driving.ledger import Entry, Tracked
from skafu.proof.driving.outcomes import Watch, known_from
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import Roots, command_fields, command_of
from skafu.proof.driving.rows import comparable


@dataclass(frozen=True)
class Aftermath:
    """What one run of a reaction's command left behind.

    Attributes:
        watch: where problems go.
        reaction: the command.
        roots: what its expressions see.
        target: the instance that it is for; nothing where it creates one.
    """

    watch: Watch
    reaction: Reaction
    roots: Roots
    target: Tracked | None

    def judge(self, found: list[Caused]) -> Tracked:
        """Compare events with what the simulation says, and move the instance on; give that.

        Args:
            found: the events, in order.

        Raises:
            Derailed: they are others; which is among the problems.
        """
        driver, first = self.watch.driver, found[0]
        at = command_of(driver.landscape, self.reaction)
        fields = known_from(command_fields(self.reaction, self.roots), first.stored.data)
        target = self.target or driver.ledger.find(at.service, at.aggregate.names.pascal, first.instance)
        outcome = driver.expect(at, fields, target.now if target else None, SYSTEM, first.at)
        own = target or Tracked(at.service, at.aggregate, first.instance)
        id_name = at.aggregate.id_name
        expected = [(one.event, comparable({id_name: own.id, **one.as_json()})) for one in outcome.events]
        got = [(one.stored.event, comparable(one.stored.data)) for one in found]
        if got != expected:
            refused = f", which is refused as {outcome.refusal}" if outcome.refusal else ""
            self.watch.problem(f"expected {expected} of {at.name} with {fields}{refused}, got {got}")
            raise Derailed
        driver.follow(own, outcome.events, first.at, SYSTEM.id, "", self.watch.said)
        for entry in driver.ledger.of(own)[-len(found) :]:
            self.watch.trial.count("events")
            self._judge_on_bus(entry)
        return own

    def _judge_on_bus(self, entry: Entry) -> None:
        passed = passed_of(self.watch.driver, entry)
        if passed is None and entry.published:
            self.watch.problem(f"{entry.happened.event} was not seen on the bus")
        for wrong in differences(self.watch.driver, entry, passed) if passed else ():
            self.watch.problem(f"{entry.happened.event}: {wrong}")
