"""Journeys of the resolved form, played in the deployed system by real people."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from skafu.blueprint.resolved import Journey, Move, ResolvedService
from skafu.blueprint.simulation import SYSTEM, Caller, filled
from skafu.proof.driving.driver import Act, Driver
from skafu.proof.driving.freshness import freshened, is_tied_to_caller, with_offset
from skafu.proof.driving.landscape import CommandAt
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.seeds import seed
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import NOBODY, User
from skafu.proof.driving.verdicts import judge

SYSTEM_PERSON = "system"
_REQUEST = timedelta(seconds=20)
"""How long a request may take: a cold start on a busy machine."""
_SHIFTS = (30, -30)
"""Seconds by which times are moved."""


class Derailed(Exception):
    """A journey did not lead where it should; why is among the problems of the trial."""


class Play:
    """One journey under way, with the people and instances in it."""

    def __init__(self, driver: Driver, trial: Trial, service: ResolvedService) -> None:
        """Begin with nothing.

        Args:
            driver: of the system.
            trial: where problems go.
            service: whose commands are played.
        """
        self.driver, self.trial, self.service = driver, trial, service
        self.instances: dict[str, Tracked] = {}
        first, second = driver.users.names[:2]
        swapped = driver.number() % 2
        self.people = {"caller": second, "other": first} if swapped else {"caller": first, "other": second}
        self._needs_newcomers = is_tied_to_caller(service)
        self._arrived: set[str] = set()

    def user(self, move: Move) -> User:
        """Give the person of a move, in the role that it needs; nobody where nobody has to sign in."""
        if self.at(move).command.access.public:
            return NOBODY
        return self.driver.users.of(self._person(move.caller), move.roles)

    def _person(self, name: str) -> str:
        """Give the name of a person in the journey, somebody new where nobody may do the same twice."""
        if self._needs_newcomers and name not in self._arrived:
            self._arrived.add(name)
            self.people[name] = self.driver.users.newcomer()
        return self.people[name]

    def prepare(self, journey: Journey) -> list[Move]:
        """Make what a journey creates different from all other instances."""
        return list(freshened(journey, self.service, self.driver.number()))

    def run(self, journey: Journey) -> Act | None:
        """Play a whole journey; give its last act, or nothing where the driver wrote the last events itself.

        Raises:
            Derailed: a move was not answered as the simulation says.
        """
        return self.run_prepared(tuple(self.prepare(journey)))

    def run_prepared(self, moves: Journey, ago: int = 0) -> Act | None:
        """Play a journey that is different from all others already.

        Args:
            moves: the journey.
            ago: seconds that must have passed since its last move.

        Raises:
            Derailed: a move was not answered as the simulation says.
        """
        act = None
        for place, move in enumerate(moves):
            act = self.step(move, ago + ago_of(moves[place + 1 :]))
        return act

    def lead(self, way: Sequence[Move], *after: Move) -> None:
        """Play moves one after the other, each as long ago as those that follow want it.

        Args:
            way: the moves.
            after: those that will follow, and are not played.

        Raises:
            Derailed: one was not answered as the simulation says.
        """
        for place, move in enumerate(way):
            self.step(move, ago_of((*way[place + 1 :], *after)))

    def step(self, move: Move, ago: int = 0) -> Act | None:
        """Play one move, and judge the answer.

        Args:
            move: the move.
            ago: seconds that must have passed since; then, and without a route, the driver writes the events.

        Raises:
            Derailed: it was not answered as the simulation says.
        """
        at = self.at(move)
        if ago or at.command.route is None:
            self._write(at, move, datetime.now(UTC) - timedelta(seconds=ago))
            return None
        act = self.attempt(move)
        if not judge(self.driver, self.trial, act):
            raise Derailed
        if act.outcome.refusal:
            self.trial.gap(f"{move.command} is refused as {act.outcome.refusal} on the way", at.element)
            raise Derailed
        return act

    def attempt(
        self,
        move: Move,
        *,
        user: User | None = None,
        headers: Mapping[str, str] | None = None,
        exactly: bool = False,
    ) -> Act:
        """Play one move over HTTP without judging the answer.

        Args:
            move: the move.
            user: somebody else than the move says.
            headers: further headers.
            exactly: don't shift times in it so that it is accepted.
        """
        at = self.at(move)
        target = None if at.command.creates else self.instances.get(move.instance)
        fields = self.filled(move, datetime.now(UTC)) if exactly else self.fields(move)
        if self.driver.number() % 2:
            fields = with_offset(fields, at.command.fields)
        act = self.driver.act(at, user or self.user(move), fields, target, headers)
        if act.target and act.accepted:
            self.instances[move.instance] = act.target
        return act

    def fields(self, move: Move) -> dict[str, Any]:
        """Give the fields of a move with everything filled in.

        A time that is counted from now may be accepted at this very moment alone, so it is moved a little where that
        makes it accepted for as long as a request may take.
        """
        now = datetime.now(UTC)
        fields = self.filled(move, now)
        if "$now" not in repr(move.body) or self._is_accepted(move, fields, now):
            return fields
        for seconds in _SHIFTS:
            shifted = self.filled(move, now + timedelta(seconds=seconds))
            if self._is_accepted(move, shifted, now):
                return shifted
        return fields

    def _is_accepted(self, move: Move, fields: dict[str, Any], now: datetime) -> bool:
        at, target, caller = self.at(move), self.instances.get(move.instance), self._caller(move)
        before = target.now if target else None
        outcomes = (self.driver.expect(at, fields, before, caller, time) for time in (now, now + _REQUEST))
        return all(outcome.refusal is None for outcome in outcomes)

    def filled(self, move: Move, now: datetime) -> dict[str, Any]:
        """Give the fields of a move as they are at a time."""
        said = repr(move.body)
        mentioned = [name for name in self.people if f"'${name}'" in said]
        users = {name: self.driver.users.id_of(self._person(name)) for name in mentioned}
        names = {**users, **{name: one.id for name, one in self.instances.items()}}
        fields: dict[str, Any] = filled(move.body, names, now)
        return fields

    def at(self, move: Move) -> CommandAt:
        """Give the command of a move with its place."""
        return self.driver.landscape.command(self.service, move.command)

    def _caller(self, move: Move) -> Caller:
        if move.caller == SYSTEM_PERSON:
            return SYSTEM
        user = self.user(move)
        return Caller(user.id, user.roles)

    def _write(self, at: CommandAt, move: Move, when: datetime) -> None:
        """Let a command happen by writing its events."""
        fields, simulation = self.filled(move, when), self.driver.simulation(self.service)
        caller = self._caller(move)
        target = self.instances.get(move.instance)
        outcome = self.driver.expect(at, fields, target.now if target else None, caller, when)
        if outcome.refusal:
            self.trial.gap(f"{move.command} is refused as {outcome.refusal} on the way", at.element)
            raise Derailed
        if target is None:
            made = simulation.key_of(move.command, fields, caller, when) or str(uuid.uuid4())
            known = self.driver.ledger.find(at.service, at.aggregate.names.pascal, made)
            target = self.instances[move.instance] = known or Tracked(at.service, at.aggregate, made)
        seed(self.driver, target, outcome.events, when, caller.id)


def ago_of(later: Sequence[Move]) -> int:
    """Give how many seconds ago a move was made, if others follow: they wait, and each takes a second."""
    waits = sum(move.wait for move in later)
    return waits + len(later) if waits else 0
