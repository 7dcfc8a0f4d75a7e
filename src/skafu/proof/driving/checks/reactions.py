"""Policies and calls, in rounds in which none hears of another; what comes twice, and what nobody can read."""

from collections.abc import Sequence

from skafu.blueprint.resolved import ResolvedCall
from skafu.proof.driving.call_scenario import CallScenario
from skafu.proof.driving.checks.stream_failures import poison_stream, repeat_stream_records
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.policy_scenario import PolicyScenario
from skafu.proof.driving.reactors import Reactor, calls, policies, rounds
from skafu.proof.driving.scenario import Scenario, Trials
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial


def check_reactions(opened: Opened) -> tuple[Trial, ...]:
    """Drive everything that happens by itself: reactions, repeated and undecodable messages and records."""
    trials = Trials(Trial("deployed.policies"), Trial("deployed.duplicates"), Trial("deployed.poison"))
    landscape, names = opened.driver.landscape, opened.driver.names
    for together in rounds(landscape, [*policies(landscape, names), *calls(landscape, names)]):
        _drive_round(opened, [_scenario(opened, trials, reactor) for reactor in together])
    services = landscape.system.services
    side_by_side(lambda service: repeat_stream_records(opened, trials.duplicates, service), services)
    side_by_side(lambda service: poison_stream(opened, trials.poison, service), services)
    return trials.reactions, trials.duplicates, trials.poison


def _scenario(opened: Opened, trials: Trials, reactor: Reactor) -> Scenario:
    kind = CallScenario if isinstance(reactor.source, ResolvedCall) else PolicyScenario
    return kind(opened, trials, reactor)


def _drive_round(opened: Opened, scenarios: Sequence[Scenario]) -> None:
    """Prepare while everything is held back, then let events through by these rules alone."""
    side_by_side(lambda one: one.prepare(), scenarios)
    opened.settle()
    known = [one.reactor.resource for one in scenarios if one.reactor.resource in opened.rules.names]
    opened.rules.enable(known)
    try:
        side_by_side(lambda one: one.drive(), scenarios)
    finally:
        opened.rules.disable(known)
