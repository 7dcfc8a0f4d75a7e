"""One execution of a workflow: what it should do step by step, and what is seen of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from skafu.blueprint.expressions import evaluate
from skafu.blueprint.resolved import EventRef, Reaction, ResolvedStep, ResolvedWorkflow
from skafu.proof.driving.aftermath import Aftermath
from skafu.proof.driving.asking import Question
from skafu.proof.driving.caused import newly_caused
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import Watch
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.reacting import Roots, command_of, source_of, target_id
from skafu.proof.driving.reactors import Reactor, all_steps
from skafu.proof.driving.scene_search import Search
from skafu.proof.driving.tap import Passed

_PAUSE = 0.05


class StepRefused(Exception):
    """A step was refused, as it should be."""


@dataclass
class Execution:
    """One execution.

    Attributes:
        opened: the system.
        reactor: the workflow.
        workflow: as it stands in the resolved form.
        watch: where problems go.
        pair: leads to the event that starts it.
        refuse: the step whose question is refused; empty where all goes well.
        event_id: of the event that started it, which all its events name as their cause.
        roots: what expressions see by now.
        known: the ids of the events that were seen by now.
        undo: what must be undone when a step fails, the last first.
        asked: how often each outside system had been asked before the next question.
    """

    opened: Opened
    reactor: Reactor
    workflow: ResolvedWorkflow
    watch: Watch
    pair: Pair
    refuse: str = ""
    event_id: str = ""
    roots: Roots = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    undo: list[Reaction] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def instruct(self) -> None:
        """Tell the outside systems which question to refuse, and count what they were asked before."""
        for step in asking_steps(self.workflow):
            question = self.question(step)
            self.asked[question.integration.names.pascal] = question.count()
            if question.fake and step.operation:
                question.fake.answer("ok")
                question.fake.refused = ""
        for step in asking_steps(self.workflow):
            fake = self.question(step).fake
            if fake and step.operation and step.names.snake == self.refuse:
                fake.refused = step.operation.names.pascal

    def see(self, cause: Passed, roots: Roots) -> bool:
        """See all that must come of an event; give whether the workflow came to its good end.

        Args:
            cause: the event as it passed.
            roots: what expressions see of it.

        Raises:
            Derailed: something did not happen; what is among the problems.
        """
        self.event_id, self.roots = str(cause.metadata.get("eventId")), roots
        try:
            self._go(self.workflow.steps)
        except StepRefused:
            for reaction in reversed(self.undo):
                self._see_command(reaction)
            self.watch.see_error(self.reactor.service.names.kebab, self.reactor.resource)
            return False
        return True

    def _go(self, steps: Sequence[ResolvedStep]) -> None:
        for step in steps:
            if step.kind == "do" and step.command:
                self._see_command(step.command)
                self._note(step)
            elif step.kind == "call":
                self._see_question(step)
            elif step.kind == "choose":
                self._go(self._branch(step))
            elif step.kind == "wait_for" and step.event:
                self._note(step)
                self._let_happen(step, step.event)

    def _note(self, step: ResolvedStep) -> None:
        if step.undo:
            self.undo.append(step.undo)

    def _branch(self, step: ResolvedStep) -> tuple[ResolvedStep, ...]:
        taken = (one for one in step.choices if one.condition is None or evaluate(one.condition, self.roots))
        choice = next(taken, None)
        return choice.steps if choice else ()

    def _see_command(self, reaction: Reaction) -> None:
        """Wait for what a command leaves behind, and judge it."""
        driver, at = self.opened.driver, command_of(self.opened.driver.landscape, reaction)
        own_id = target_id(reaction, self.roots)
        target = driver.ledger.find(at.service, at.aggregate.names.pascal, own_id) if own_id else None
        found = newly_caused(driver, at.service.names.kebab, self.event_id, self.known)
        if not found:
            self.watch.problem(f"expected {at.name} to be run within {driver.patience:.0f} s, saw no event of it")
            raise Derailed
        # The next step may have left events of its own by now.
        first = min(found, key=lambda one: one.at)
        ours = [one for one in found if (one.instance, one.at) == (first.instance, first.at)]
        self.known |= {one.event_id for one in ours}
        Aftermath(self.watch, reaction, self.roots, target).judge(ours)

    def question(self, step: ResolvedStep) -> Question:
        """Give what a step asks.

        Raises:
            TypeError: it asks nothing.
        """
        if step.operation is None:
            raise TypeError(f"{step.names.snake} asks nobody")
        return Question(self.opened, self.reactor.service, step.operation, step.values)

    def _see_question(self, step: ResolvedStep) -> None:
        question = self.question(step)
        name, refused = question.integration.names.pascal, step.names.snake == self.refuse
        self.watch.trial.count("questions")
        question.see(self.watch, self.roots, self.asked[name], ("refused" if refused else "ok",))
        self.asked[name] += 1
        # A question that failed may have been heard all the same, so it is undone too.
        self._note(step)
        if refused:
            raise StepRefused
        if question.operation.returns:
            self.roots = {**self.roots, "result": question.result()}

    def _let_happen(self, step: ResolvedStep, event: EventRef) -> None:
        """See that the workflow waits, and let the event happen that it waits for."""
        tie = self._tie(event)
        if tie is None:
            self.watch.trial.gap(f"{event.event} is tied to it by nothing but its correlation", self.reactor.element)
            raise Derailed
        if not self._is_waiting(step, tie[1]):
            self.watch.problem(f"it does not wait for {event.event} after {self.opened.driver.patience:.0f} s")
            raise Derailed
        self.watch.trial.count("awaited events")
        self._cause(event, tie)

    def _tie(self, event: EventRef) -> tuple[str, str] | None:
        """Give field and value of the id that the awaited event and the one that started it have in common."""
        landscape, started = self.opened.driver.landscape, self.roots["event"]
        _service, own = source_of(landscape, self.reactor.when)
        _service, theirs = source_of(landscape, event)
        fields = next(one.fields for one in theirs.events if one.names.pascal == event.event)
        names = {theirs.id_name, *(one.name for one in fields)}
        ids = (own.id_name, theirs.id_name, *(name for name in started if name.endswith("_id")))
        return next(((name, str(started[name])) for name in ids if name in started and name in names), None)

    def _is_waiting(self, step: ResolvedStep, key: str) -> bool:
        driver = self.opened.driver
        table = driver.names.table(self.reactor.service.names.kebab, "guards")
        guard = {"guardId": {"S": f"{self.workflow.names.kebab}-{step.names.kebab}#{key}"}}
        deadline = time.monotonic() + driver.patience
        while time.monotonic() < deadline:
            if "Item" in driver.clients.dynamodb.get_item(TableName=table, Key=guard, ConsistentRead=True):
                return True
            time.sleep(_PAUSE)
        return False

    def _cause(self, event: EventRef, tie: tuple[str, str]) -> None:
        driver, source = self.opened.driver, self.pair.source
        service, aggregate = source_of(driver.landscape, event)
        journey = aggregate.journeys.events.get(event.event, ())
        same = self.reactor.when.service == event.service and self.reactor.when.aggregate == event.aggregate
        if same and journey:
            *way, last = source.prepare(journey)
            for move in way:
                if move.instance != last.instance and move.instance not in source.instances:
                    source.step(move)
            source.step(replace(last, instance=self.pair.last.instance))
            return
        play = Play(driver, self.watch.trial, service)
        search = Search(driver.landscape, driver.simulation(service), aggregate, event, None, None)
        linked = search.tied(tuple(play.prepare(journey)), *tie) if journey else None
        if linked is None:
            self.watch.trial.gap(f"no way was found to {event.event} with the same {tie[0]}", self.reactor.element)
            raise Derailed
        play.run_prepared(linked)


def asking_steps(workflow: ResolvedWorkflow) -> list[ResolvedStep]:
    """Give the steps of a workflow that ask outside systems."""
    return [step for step in all_steps(workflow.steps) if step.operation]
