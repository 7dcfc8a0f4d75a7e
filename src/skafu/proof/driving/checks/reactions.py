"""Policies and calls, in rounds in which none hears of another; what comes twice, and what nobody can read."""

from collections.abc import Sequence

from skafu.blueprint.resolved import ResolvedCall, ResolvedInbound, ResolvedTimer, ResolvedWorkflow
from skafu.proof.driving.call_scenario import CallScenario
from skafu.proof.driving.checks.stream_failures import poison_stream, repeat_stream_records
from skafu.proof.driving.message_scenario import MessageScenario
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.policy_scenario import PolicyScenario
from skafu.proof.driving.reactors import NEVER, Reactor, calls, messages, policies, rounds, timers, workflows
from skafu.proof.driving.rows_scenario import RowsScenario
from skafu.proof.driving.scenario import Scenario, Trials
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.timer_scenario import ClockScenario, TimerScenario
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.workflow_scenario import WorkflowScenario


def check_reactions(opened: Opened) -> tuple[Trial, ...]:
    """Drive everything that happens by itself: reactions, repeated and undecodable messages and records."""
    trials = Trials(Trial("deployed.policies"), Trial("deployed.duplicates"), Trial("deployed.poison"))
    landscape = opened.driver.landscape
    for together in rounds(landscape, _reactors(opened)):
        _drive_round(opened, [_scenario(opened, trials, reactor) for reactor in together])
    services = landscape.system.services
    side_by_side(lambda service: repeat_stream_records(opened, trials.duplicates, service), services)
    side_by_side(lambda service: poison_stream(opened, trials.poison, service), services)
    return trials.reactions, trials.duplicates, trials.poison


def _reactors(opened: Opened) -> list[Reactor]:
    """Give all reactions; those that go by the clock last, because they look at everything that there is."""
    landscape, names = opened.driver.landscape, opened.driver.names
    kinds = (policies, calls, messages, workflows, timers)
    found = [one for kind in kinds for one in kind(landscape, names)]
    return sorted(found, key=lambda reactor: reactor.when == NEVER)


def _scenario(opened: Opened, trials: Trials, reactor: Reactor) -> Scenario:
    source = reactor.source
    if isinstance(source, ResolvedCall):
        return CallScenario(opened, trials, reactor)
    if isinstance(source, ResolvedInbound):
        return MessageScenario(opened, trials, reactor)
    if isinstance(source, ResolvedWorkflow):
        return WorkflowScenario(opened, trials, reactor)
    if isinstance(source, ResolvedTimer):
        return (TimerScenario if source.when else ClockScenario)(opened, trials, reactor)
    kind = RowsScenario if source.for_each else PolicyScenario
    return kind(opened, trials, reactor)


def _drive_round(opened: Opened, scenarios: Sequence[Scenario]) -> None:
    """Prepare while everything is held back, then let events through by these rules alone."""
    side_by_side(lambda one: one.prepare(), scenarios)
    opened.settle()
    known = [name for one in scenarios for name in one.reactor.rules if name in opened.rules.names]
    opened.rules.enable(known)
    try:
        side_by_side(lambda one: one.drive(), scenarios)
    finally:
        opened.rules.disable(known)
