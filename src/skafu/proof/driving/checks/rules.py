"""Rules at their limits: each invariant and each conditional event, on both sides, and values that must be unique."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from skafu.blueprint.expressions import Checked
from skafu.blueprint.resolved import Journey
from skafu.blueprint.simulation import Outcome, Simulation
from skafu.proof.driving.boundary_bodies import boundary_journeys
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.landscape import CommandAt
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.rehearsing import detours, rehearse
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.two_currencies import currency_journey
from skafu.proof.driving.verdicts import judge


def check_rules(driver: Driver) -> Trial:
    """See that rules refuse and let through exactly what the simulation says."""
    trial = Trial("deployed.rules")
    seen = _Sides()
    journeys = [part for at in driver.landscape.routed_commands for part in _journeys(driver, trial, seen, at)]
    side_by_side(lambda part: part.check(), journeys)
    exclusive = [at for at in driver.landscape.routed_commands if at.command.creates and _is_exclusive(at)]
    side_by_side(lambda at: _check_exclusive(driver, trial, at), exclusive)
    for at in driver.landscape.routed_commands:
        trial.count("rules", len(_names_of_rules(at)))
        for rule, side in sorted(seen.missing(at)):
            words = "let through or emit" if side else "refuse or not emit"
            trial.gap(f"{rule} was not seen to {words}", at.element)
    return trial


_Side = tuple[str, bool]
"""A rule, and whether it lets through (emits) or refuses (does not emit)."""


class _Sides:
    """Which sides of each rule were seen in the deployed system."""

    def __init__(self) -> None:
        self._seen: dict[str, set[_Side]] = defaultdict(set)
        self._guard = threading.Lock()

    def note(self, at: CommandAt, outcome: Outcome) -> None:
        """Note what an outcome shows of the rules of a command."""
        with self._guard:
            self._seen[at.element] |= _shown(at, outcome)

    def missing(self, at: CommandAt) -> set[_Side]:
        """Give the sides that were not seen."""
        return _all_sides(at) - self._seen[at.element]


def _all_sides(at: CommandAt) -> set[_Side]:
    return {(rule, side) for rule in _names_of_rules(at) for side in (True, False)}


def _shown(at: CommandAt, outcome: Outcome) -> set[_Side]:
    """Give the sides of the command's rules that an outcome shows."""
    refusal = outcome.refusal
    shown = {(rule.code, refusal is None) for rule in at.command.invariants if refusal in {None, rule.code}}
    if refusal is None:
        events = {happened.event for happened in outcome.events}
        shown |= {(emit.event, emit.event in events) for emit in at.command.emits if emit.condition}
    return shown


@dataclass
class _Played:
    """A journey whose last move is judged."""

    driver: Driver
    trial: Trial
    seen: _Sides
    at: CommandAt
    said: str
    journey: Journey

    def check(self) -> None:
        play = Play(self.driver, self.trial, self.at.service)
        *way, last = play.prepare(self.journey)
        try:
            play.lead(way, last)
        except Derailed:
            return
        act = play.attempt(last, exactly=True)
        if judge(self.driver, self.trial, act, self.said):
            self.seen.note(self.at, act.outcome)


def _journeys(driver: Driver, trial: Trial, seen: _Sides, at: CommandAt) -> Iterator[_Played]:
    simulation, accepted = driver.simulation(at.service), at.aggregate.journeys.commands.get(at.name)
    found = list(_known(at))
    for rule in _rules(at) if accepted else ():
        found += boundary_journeys(simulation, accepted or (), rule)
    if in_two := currency_journey(simulation, accepted or ()):
        found.append(("two currencies", in_two))
    found += _others(simulation, at, found)
    unique = {repr(journey): (said, journey) for said, journey in found}
    return (_Played(driver, trial, seen, at, said, journey) for said, journey in unique.values())


def _known(at: CommandAt) -> Iterator[tuple[str, Journey]]:
    """Give the journeys of the resolved form that show a rule of the command."""
    journeys = at.aggregate.journeys
    if not _names_of_rules(at):
        return
    for name in dict.fromkeys((*_names_of_rules(at), *(emit.event for emit in at.command.emits))):
        for journey in (journeys.refusals.get(f"{at.name}.{name}"), journeys.events.get(name)):
            if journey and journey[-1].command == at.name:
                yield name, journey
    if at.name in journeys.commands:
        yield "accepted", journeys.commands[at.name]


def _others(simulation: Simulation, at: CommandAt, known: list[tuple[str, Journey]]) -> Iterator[tuple[str, Journey]]:
    """Give journeys that show what the known ones don't."""
    missing = _all_sides(at)
    for _said, journey in known:
        if rehearsal := rehearse(simulation, journey):
            missing -= _shown(at, rehearsal.outcome)
    for _said, journey in known:
        for other in detours(simulation, journey) if missing else ():
            rehearsal = rehearse(simulation, other)
            if rehearsal and (new := _shown(at, rehearsal.outcome) & missing):
                missing -= new
                yield ", ".join(sorted(rule for rule, _side in new)), other


def _rules(at: CommandAt) -> list[Checked]:
    conditions = [emit.condition for emit in at.command.emits if emit.condition]
    return [*(invariant.rule for invariant in at.command.invariants), *conditions]


def _names_of_rules(at: CommandAt) -> list[str]:
    conditional = [emit.event for emit in at.command.emits if emit.condition]
    return [*(invariant.code for invariant in at.command.invariants), *conditional]


def _is_exclusive(at: CommandAt) -> bool:
    exclusive = (at.command.key or at.aggregate.unique) and at.aggregate.store != "log"
    return bool(exclusive) and at.name in at.aggregate.journeys.commands


def _check_exclusive(driver: Driver, trial: Trial, at: CommandAt) -> None:
    """Create the same twice."""
    play = Play(driver, trial, at.service)
    *way, last = play.prepare(at.aggregate.journeys.commands[at.name])
    try:
        play.lead(way, last)
        play.step(last)
    except Derailed:
        return
    act = play.attempt(last)
    trial.count("created twice")
    expected = (409, "already_exists" if at.command.key else "not_unique")
    if (act.answer.status, act.answer.code) != expected:
        trial.problem(f"{act.request} for the second time: expected {expected}, got {act.answer}", at.element)
