"""A call: the outside system is asked as the blueprint says, and each of its answers leads to the right command."""

from skafu.blueprint.resolved import Reaction, ResolvedCall
from skafu.proof.driving.asking import Question
from skafu.proof.driving.deliveries import KINDS
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.outcomes import UNKNOWN
from skafu.proof.driving.outside import HTTP_KINDS, Manner
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import roots_of_entry
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial

_PAUSE = 0.05
_PASSING: tuple[Manner, ...] = ("busy", "broken", "hang", "ok")
"""Answers after which the outside system is well again."""
_FAILURE = {"code": UNKNOWN, "message": UNKNOWN}


class CallScenario(Scenario):
    """One call."""

    works: Pair | None = None
    skipped: Pair | None = None
    passing: Pair | None = None
    refused: Pair | None = None
    gone: Pair | None = None
    behind: Pair | None = None

    @property
    def call(self) -> ResolvedCall:
        """The call as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedCall):
            raise TypeError(f"{self.reactor.element} is no call")
        return self.reactor.source

    @property
    def question(self) -> Question:
        """What the outside system is asked."""
        return Question(self.opened, self.reactor.service, self.call.operation, self.call.values)

    def prepare(self) -> None:
        """Set a scene for each kind of answer."""
        trial, call = self.trials.reactions, self.call
        if self.question.integration.kind in HTTP_KINDS and self.question.fake is None:
            trial.gap("the system was deployed without fakes of outside systems", self.reactor.element)
            return
        if self.question.integration.kind not in HTTP_KINDS | KINDS:
            trial.gap(f"deliveries of the kind {self.question.integration.kind} are not seen", self.reactor.element)
        self.works = self.scene(trial, call.ok).set()
        if self.works and self.reactor.condition:
            self.skipped = self.scene(trial, call.ok).set(met=False)
        if self.works:
            self.behind = self.scene(self.trials.poison, call.ok).set()
        if self.works and self.question.fake:
            self.passing = self.scene(trial, call.ok).set()
            self.refused = self.scene(trial, call.failed).set()
            self.gone = self.scene(trial, call.failed).set()

    def play(self) -> None:
        """Play them, one after the other, because the outside system is one."""
        trial = self.trials.reactions
        if self.works:
            cause, target = self._ask(self.works, trial, self.call.ok, "ok")
            self._repeat_question(cause, target)
        if self.skipped:
            before = self.question.count()
            self.skip(self.skipped)
            if self.question.count() != before:
                self.watch(trial).problem("the condition does not hold, but the outside system was asked")
        if self.passing:
            self._ask(self.passing, trial, self.call.ok, *_PASSING)
        if self.refused:
            self._ask(self.refused, trial, self.call.failed, "refused")
        if self.gone:
            self._ask(self.gone, trial, self.call.failed, "broken")
        if self.behind:
            body = self.put_poison()
            self._ask(self.behind, self.trials.poison, self.call.ok, "ok")
            self.see_poison_given_up(body)

    def _ask(
        self, pair: Pair, trial: Trial, reaction: Reaction | None, *manners: Manner
    ) -> tuple[Passed, Tracked | None]:
        """Let the event happen, see what the outside system was asked, and what comes of its answer."""
        seen = self.question.count()
        if self.question.fake:
            self.question.fake.answer(*manners)
        entry, cause = self.pull(pair, trial)
        trial.count("calls")
        roots = roots_of_entry(entry)
        self.question.see(self.watch(trial), roots, seen, manners)
        good = manners[-1] == "ok"
        if reaction:
            roots = {**roots, "result": self.question.result() if good else _FAILURE}
            target = self.watch(trial).see(reaction, cause, roots, pair.target)
            if target is None:
                raise Derailed
            return cause, target
        if good:
            self.drain(trial)
        else:
            self._see_nobody_handles_it(trial, cause)
        return cause, None

    def _see_nobody_handles_it(self, trial: Trial, cause: Passed) -> None:
        wanted = str(cause.metadata.get("eventId"))
        self.see_given_up(trial, "an event whose question failed", lambda body: wanted in body)

    def _repeat_question(self, cause: Passed, target: Tracked | None) -> None:
        before = self.question.count()
        self.repeat(cause, target)
        if (after := self.question.count()) != before:
            said = f"{cause.name} came again: expected no further question, got {after - before}"
            self.watch(self.trials.duplicates).problem(said)
