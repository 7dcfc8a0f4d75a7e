"""Does things to a deployed system as its users would, and knows from the simulation what must come of it."""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from skafu.blueprint.resolved import ResolvedService
from skafu.blueprint.simulation import Caller, Happened, Instance, Outcome, Simulation
from skafu.proof.driving.deployed import Clients, ResourceNames
from skafu.proof.driving.http import Answer, Api, Request
from skafu.proof.driving.landscape import CommandAt, Landscape
from skafu.proof.driving.ledger import Entry, Ledger, Tracked
from skafu.proof.driving.samples import command_request
from skafu.proof.driving.tap import Tap
from skafu.proof.driving.users import User, Users

CREATED = 201
PATIENCE = 20.0
"""Seconds that something may take that happens by itself: cold starts on a busy machine, one after the other."""
_MOST_PATIENCE = 4 * PATIENCE
_CLOCKS_DIFFER = timedelta(seconds=60)


@dataclass(frozen=True)
class Act:
    """A command that somebody sent, what came back, and what should have.

    Attributes:
        at: the command.
        request: as it was sent.
        answer: as it came back.
        outcome: what the simulation says.
        target: the instance, as it is afterwards; nothing when a creation was refused.
        version: the version that it must be at now.
    """

    at: CommandAt
    request: Request
    answer: Answer
    outcome: Outcome
    target: Tracked | None
    version: int

    @property
    def accepted(self) -> bool:
        """Whether the system took it."""
        return self.answer.status in {200, CREATED}


@dataclass
class Driver:
    """Everything that a check needs to drive the system."""

    landscape: Landscape
    names: ResourceNames
    clients: Clients
    api: Api
    users: Users
    bus: Tap
    errors: Tap
    patience: float = PATIENCE
    ledger: Ledger = field(default_factory=Ledger)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(secrets.randbelow(10**6)))
    _simulations: dict[str, Simulation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make a simulation of each service."""
        self._simulations = {one.names.kebab: Simulation(one) for one in self.landscape.system.services}

    def simulation(self, service: ResolvedService) -> Simulation:
        """Give the simulation of a service."""
        return self._simulations[service.names.kebab]

    def number(self) -> int:
        """Give a number that was not given before."""
        return next(self._numbers)

    def expect(
        self, at: CommandAt, fields: Mapping[str, Any], before: Instance | None, caller: Caller, at_time: datetime
    ) -> Outcome:
        """Say what the simulation answers to a command.

        Args:
            at: the command.
            fields: its fields (JSON).
            before: the instance as it is; nothing where there is none.
            caller: who sends it; `SYSTEM` where nobody does.
            at_time: when.
        """
        simulation = self.simulation(at.service)
        ids = simulation.read_ids(at.name, fields, before, caller, at_time)
        of = {read.name: read.aggregate for read in at.command.reads}
        found = {name: self.ledger.find(at.service, of[name], one) for name, one in ids.items()}
        reads = {name: one.now for name, one in found.items() if one and one.now}
        return simulation.decide(at.name, fields, before, caller, at_time, reads)

    def act(
        self,
        at: CommandAt,
        user: User,
        fields: Mapping[str, Any],
        target: Tracked | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Act:
        """Send a command, and move the tracked instance on as the simulation says.

        Args:
            at: a routed command.
            user: who sends it.
            fields: its fields (JSON), those of the path among them.
            target: the instance; a missing one by default, for a command that does not create.
            headers: further headers.
        """
        correlation = f"{at.command.names.kebab}-{self.number()}"
        request = command_request(
            at,
            fields,
            target.id if target else "",
            token=user.token,
            headers={"x-correlation-id": correlation, **(headers or {})},
        )
        answer = self.api.send(request)
        moment = moment_of(answer)
        before = target.now if target else None
        outcome = self.expect(at, fields, before, Caller(user.id, user.roles), moment)
        version = before.version if before else 0
        accepted = answer.status in {200, CREATED} and outcome.refusal is None
        if accepted:
            target = target or self._created(at, answer)
            self.follow(target, outcome.events, moment, user.id, correlation, str(request))
            # A log is not read when it is appended to, so its answers count from its own entries.
            version = max(1, len(outcome.events)) if target.is_log else target.version
        return Act(at, request, answer, outcome, target, version)

    def follow(
        self,
        target: Tracked,
        events: tuple[Happened, ...],
        at: datetime,
        actor: str,
        correlation: str,
        cause: str,
    ) -> None:
        """Move a tracked instance on by events, and remember these."""
        simulation = self.simulation(target.service)
        entries = []
        for happened in events:
            target.now = simulation.evolve(target.now, happened, target.id, at)
            entries.append(Entry(target, target.version, happened, at, actor, correlation, cause))
        self.ledger.note(entries)

    def _created(self, at: CommandAt, answer: Answer) -> Tracked:
        data = answer.data if isinstance(answer.data, dict) else {}
        own_id = str(data.get(at.aggregate.id_name, ""))
        known = self.ledger.find(at.service, at.aggregate.names.pascal, own_id)
        return known or Tracked(at.service, at.aggregate, own_id)


def patience_under(load: float, processors: int) -> float:
    """Give the seconds that something may take that happens by itself: more where others use the machine as well.

    Args:
        load: how many processes want a processor (`os.getloadavg`).
        processors: how many there are.
    """
    return min(max(PATIENCE, PATIENCE * load / processors), _MOST_PATIENCE)


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def moment_of(answer: Answer) -> datetime:
    """Give the time at which the system says it worked; the driver's own where it says none, or a strange one."""
    here = now()
    try:
        there = datetime.fromisoformat(str(answer.meta.get("timestamp", "")))
    except ValueError:
        return here
    if there.tzinfo is None or abs(there - here) > _CLOCKS_DIFFER:
        return here
    return there
