"""Every command: from each state that it is allowed in, in each other state, by each role, at each version."""

from dataclasses import dataclass

from msgspec.structs import replace

from skafu.blueprint.resolved import Journey, Move
from skafu.blueprint.simulation import WRONG_STATE
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.landscape import CommandAt
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.rehearsing import as_owner, first_that
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.verdicts import judge

_PRECONDITION_FAILED = 412


def check_commands(driver: Driver) -> Trial:
    """See that every routed command does what the blueprint says, and nothing in the wrong state."""
    trial = Trial("deployed.commands")
    parts: list[_Accepted | _InState] = []
    for at in driver.landscape.routed_commands:
        journey = at.aggregate.journeys.commands.get(at.name)
        if journey is None:
            trial.gap("no way was found on which the command is accepted", at.element)
            continue
        parts += [_Accepted(driver, trial, at, variant) for variant in _by_role(driver, trial, at, journey)]
        if not at.command.creates:
            parts += [_InState(driver, trial, at, journey, state) for state in at.aggregate.states]
    side_by_side(lambda part: part(), parts)
    return trial


def _by_role(driver: Driver, trial: Trial, at: CommandAt, journey: Journey) -> list[Journey]:
    """Give a journey on which the command is accepted for each role that may send it."""
    found = [journey]
    for role in at.command.access.roles:
        if role in journey[-1].roles:
            continue
        in_role = (*journey[:-1], replace(journey[-1], caller="caller", roles=(role,)))
        simulation = driver.simulation(at.service)
        variant = first_that(simulation, as_owner(simulation, in_role), lambda there: there.outcome.refusal is None)
        if variant is None:
            trial.gap(f"no way was found on which the command is accepted from the role {role}", at.element)
        else:
            found.append(variant)
    return found


@dataclass(frozen=True)
class _Accepted:
    """A journey that ends with the command being accepted, at the right version only."""

    driver: Driver
    trial: Trial
    at: CommandAt
    journey: Journey

    def __call__(self) -> None:
        play = Play(self.driver, self.trial, self.at.service)
        *way, last = play.prepare(self.journey)
        try:
            play.lead(way, last)
        except Derailed:
            return
        headers = {} if self.at.command.creates else self._versions(play, last)
        act = play.attempt(last, headers=headers)
        judge(self.driver, self.trial, act)
        if act.outcome.refusal:
            self.trial.gap(f"expected to be accepted, but the simulation refuses it: {act.outcome.refusal}")

    def _versions(self, play: Play, last: Move) -> dict[str, str]:
        """See that a wrong version is refused; give the headers with the right one."""
        version = play.instances[last.instance].version
        act = play.attempt(last, headers={"If-Match": f'"{version + 1}"'})
        self.trial.count("wrong versions")
        if (act.answer.status, act.answer.code) != (_PRECONDITION_FAILED, "precondition_failed"):
            said = f"{act.request} with If-Match {version + 1} at version {version}"
            self.trial.problem(f"{said}: expected 412 precondition_failed, got {act.answer}", self.at.element)
        return {"If-Match": f'"{version}"'}


@dataclass(frozen=True)
class _InState:
    """The command, sent to an instance in one of the aggregate's states."""

    driver: Driver
    trial: Trial
    at: CommandAt
    journey: Journey
    state: str

    def __call__(self) -> None:
        way = self.at.aggregate.journeys.states.get(self.state)
        if way is None:
            self.trial.gap(f"no way was found to the state {self.state}", self.at.element)
            return
        play = Play(self.driver, self.trial, self.at.service)
        last = self.journey[-1]
        others = [move for move in self.journey if move.instance != last.instance]
        made = {move.instance for move in way}
        *moves, last = play.prepare((*way, *(move for move in others if move.instance not in made), last))
        try:
            play.lead(moves, last)
        except Derailed:
            return
        act = play.attempt(last)
        judge(self.driver, self.trial, act, f"in the state {self.state}")
        allowed = not self.at.command.in_states or self.state in self.at.command.in_states
        if not allowed and act.outcome.refusal != WRONG_STATE:
            self.trial.gap(f"not seen refused as {WRONG_STATE} in {self.state}: {act.outcome.refusal}", self.at.element)
