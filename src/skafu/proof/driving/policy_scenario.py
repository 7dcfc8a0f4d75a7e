"""A policy: its command is run once where its condition holds, and not at all where it does not."""

from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import roots_of_entry
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial


class PolicyScenario(Scenario):
    """One policy."""

    works: Pair | None
    skipped: Pair | None
    behind: Pair | None

    def prepare(self) -> None:
        """Set the scenes: one that works, one where the condition does not hold, and one behind a poison message."""
        (reaction,) = self.reactor.reactions
        self.works = self.scene(self.trials.reactions, reaction).set()
        conditional = self.works and self.reactor.condition
        self.skipped = self.scene(self.trials.reactions, reaction).set(met=False) if conditional else None
        self.behind = self.scene(self.trials.poison, reaction).set() if self.works else None

    def play(self) -> None:
        """Play them."""
        if self.works:
            self.repeat(*self._react(self.works, self.trials.reactions))
        if self.skipped:
            self.skip(self.skipped)
        if self.behind:
            body = self.put_poison()
            self._react(self.behind, self.trials.poison)
            self.see_poison_given_up(body)

    def _react(self, pair: Pair, trial: Trial) -> tuple[Passed, Tracked]:
        (reaction,) = self.reactor.reactions
        entry, cause = self.pull(pair, trial)
        target = self.watch(trial).see(reaction, cause, roots_of_entry(entry), pair.target)
        if target is None:
            # What comes next would wait in vain as well.
            raise Derailed
        return cause, target
