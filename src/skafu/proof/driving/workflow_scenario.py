"""A workflow: its steps happen in order, and what was done is undone when one of them is refused."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from skafu.blueprint.expressions import Checked, roots_of
from skafu.blueprint.resolved import ResolvedStep, ResolvedWorkflow
from skafu.proof.driving.caused import caused_by
from skafu.proof.driving.outside import HTTP_KINDS
from skafu.proof.driving.pairs import Scene
from skafu.proof.driving.reacting import roots_of_entry
from skafu.proof.driving.reactors import all_steps, waiting_resource
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.workflow_run import Execution, asking_steps
from skafu.proof.local_aws.port import REGION

_PAUSE = 0.05
_SETTLING = 1.0
"""Seconds after which an execution that was started twice has ended: it stops at its first state."""


class WorkflowScenario(Scenario):
    """One workflow."""

    executions: Sequence[Execution] = ()

    @property
    def workflow(self) -> ResolvedWorkflow:
        """The workflow as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedWorkflow):
            raise TypeError(f"{self.reactor.element} is no workflow")
        return self.reactor.source

    def prepare(self) -> None:
        """Set a scene for each branch, and for each question that may be refused."""
        asking = [step for step in asking_steps(self.workflow) if self._is_over_http(step)]
        if asking and self.opened.outside is None:
            said = "the system was deployed without fakes of outside systems"
            self.trials.reactions.gap(said, self.reactor.element)
            return
        planned = [self._execution(condition, met=met) for condition, met in self._branches()]
        planned += [self._execution(self._condition_of(step), refuse=step.names.snake) for step in asking]
        self.executions = [one for one in planned if one]

    def _is_over_http(self, step: ResolvedStep) -> bool:
        found = self.driver.landscape.system.integrations
        asked = step.operation.integration if step.operation else ""
        return any(one.names.pascal == asked and one.kind in HTTP_KINDS for one in found)

    def _branches(self) -> Iterator[tuple[Checked | None, bool]]:
        """Give the conditions under which a branch is taken that go by the event alone, on both sides."""
        found = [condition for step in self.workflow.steps for condition in _conditions(step)]
        for condition in found:
            yield condition, True
            yield condition, False
        if not found:
            yield None, True

    def _condition_of(self, wanted: ResolvedStep) -> Checked | None:
        """Give the condition under which a step is taken, where it is one on the event alone."""
        for step in self.workflow.steps:
            for choice in step.choices:
                if wanted in all_steps(choice.steps):
                    return choice.condition if choice.condition in _conditions(step) else None
        return None

    def _execution(self, condition: Checked | None, *, met: bool = True, refuse: str = "") -> Execution | None:
        one, trial = self.reactor, self.trials.reactions
        pair = Scene(self.driver, trial, one.element, one.when, condition, None).set(met=met)
        return Execution(self.opened, one, self.workflow, self.watch(trial), pair, refuse) if pair else None

    def play(self) -> None:
        """Play the executions one after the other, because the outside systems are one."""
        for place, execution in enumerate(self.executions):
            cause = self._execute(execution)
            if place == 0:
                self._start_again(execution, cause)
        for step in all_steps(self.workflow.steps):
            if step.event:
                resource = waiting_resource(self.driver.names, self.reactor.service, self.workflow, step)
                waiting = Scenario(self.opened, self.trials, replace(self.reactor, resource=resource))
                waiting.see_poison_given_up(waiting.put_poison())

    def _execute(self, execution: Execution) -> Passed:
        trial = self.trials.reactions
        trial.count("executions")
        execution.instruct()
        entry, cause = self.pull(execution.pair, trial)
        good = execution.see(cause, roots_of_entry(entry))
        self._see_end("SUCCEEDED" if good else "FAILED")
        return cause

    def _see_end(self, wanted: str) -> None:
        """See how the last execution ended; express ones tell nobody."""
        if self.workflow.express:
            return
        deadline = time.monotonic() + self.driver.patience
        while (statuses := self._statuses()) and "RUNNING" in statuses and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        if statuses[:1] != [wanted]:
            self.watch(self.trials.reactions).problem(f"expected the execution to end {wanted}, got {statuses[:1]}")

    def _statuses(self) -> list[str]:
        """Give the statuses of all executions, the last first."""
        machine = f"arn:aws:states:{REGION}:{self.driver.clients.account}:stateMachine:{self.reactor.resource}"
        found = self.driver.clients.workflows.list_executions(stateMachineArn=machine)["executions"]
        return [one["status"] for one in sorted(found, key=lambda one: one["startDate"], reverse=True)]

    def _start_again(self, execution: Execution, cause: Passed) -> None:
        """Let the event arrive a second time, and see that nothing is done twice."""
        trial, service = self.trials.duplicates, self.reactor.service.names.kebab
        trial.count("repeated events")
        asked = {step.names.snake: execution.question(step).count() for step in asking_steps(self.workflow)}
        before = {one.event_id for one in caused_by(self.driver, service, execution.event_id)}
        entry = {"EventBusName": self.opened.rules.bus, "Source": cause.source, "DetailType": cause.name}
        self.driver.clients.events.put_events(Entries=[{**entry, "Detail": json.dumps(cause.detail)}])
        time.sleep(_SETTLING)
        more = [
            one.stored.event
            for one in caused_by(self.driver, service, execution.event_id)
            if one.event_id not in before
        ]
        if more:
            self.watch(trial).problem(f"{cause.name} came again: expected nothing, got {more}")
        for step in asking_steps(self.workflow):
            if (count := execution.question(step).count()) != asked[step.names.snake]:
                said = f"{cause.name} came again: expected no further question of {step.names.snake}, got {count}"
                self.watch(trial).problem(said)


def _conditions(step: ResolvedStep) -> list[Checked]:
    found = (choice.condition for choice in step.choices)
    return [one for one in found if one and roots_of(one.node) <= {"event", "now"}]
