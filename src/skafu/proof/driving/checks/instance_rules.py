"""Another user of the same role: what an instance rule keeps from him does not exist for him."""

from dataclasses import dataclass

from skafu.blueprint.resolved import Journey
from skafu.blueprint.simulation import NOT_FOUND, Caller
from skafu.proof.driving.driver import Driver, now
from skafu.proof.driving.landscape import CommandAt, QueryAt
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.rehearsing import as_owner, first_that
from skafu.proof.driving.rows import ExpectedRows
from skafu.proof.driving.samples import query_request
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import User
from skafu.proof.driving.verdicts import judge

_ROWS = 3


def check_instance_rules(driver: Driver) -> Trial:
    """See that instance rules answer 404 to whom they keep out, as if there were nothing."""
    trial = Trial("deployed.instance-rules")
    commands = [_OfCommand(driver, trial, at) for at in driver.landscape.routed_commands if at.command.access.allow]
    queries = [_OfQuery(driver, trial, at) for at in driver.landscape.routed_queries if at.query.access.allow]
    side_by_side(lambda part: part.check(), commands)
    side_by_side(lambda part: part.check(), queries)
    return trial


@dataclass(frozen=True)
class _OfCommand:
    """The rule of a command, on an instance that its owner may change."""

    driver: Driver
    trial: Trial
    at: CommandAt

    def check(self) -> None:
        journey = self._journey()
        if journey is None:
            self.trial.gap("no way was found on which the command is accepted", self.at.element)
            return
        play = Play(self.driver, self.trial, self.at.service)
        *way, last = play.prepare(journey)
        try:
            play.lead(way, last)
        except Derailed:
            return
        target = play.instances.get(last.instance)
        forbidden = 0
        for user in self.driver.users.having(self.at.command.access.roles):
            before = target.now if target and not self.at.command.creates else None
            outcome = self.driver.expect(self.at, play.fields(last), before, Caller(user.id, user.roles), now())
            if outcome.refusal == NOT_FOUND:
                forbidden += 1
                judge(self.driver, self.trial, play.attempt(last, user=user), f"as {user}, whom the rule keeps out")
        self.trial.count("forbidden", forbidden)
        if not forbidden:
            self.trial.gap("nobody was found whom the rule keeps out", self.at.element)
        judge(self.driver, self.trial, play.attempt(last), "after others were kept out")

    def _journey(self) -> Journey | None:
        """Give a journey that the command's owner makes, where there is one: others are then kept out for sure."""
        journey = self.at.aggregate.journeys.commands.get(self.at.name)
        if journey is None:
            return None
        simulation = self.driver.simulation(self.at.service)
        *owned, _last = list(as_owner(simulation, journey))[1:] or [journey]
        found = first_that(simulation, iter(owned), lambda there: there.outcome.refusal is None)
        return found or journey


@dataclass(frozen=True)
class _OfQuery:
    """The rule of a query, on rows that somebody may see."""

    driver: Driver
    trial: Trial
    at: QueryAt

    def check(self) -> None:
        rows = ExpectedRows(self.driver, self.at)
        forbidden = 0
        for row in list(rows.by_id.values())[:_ROWS]:
            for user in self.driver.users.having(self.at.query.access.roles):
                if any(key.is_caller for key in self.at.query.by):
                    continue
                parameters = {key.column: row[key.column] for key in self.at.query.by}
                shown = row if self.at.query.returns == "one" else None
                if not rows.allows(user, parameters, shown):
                    forbidden += 1
                    self._expect_nothing(user, parameters)
        self.trial.count("forbidden", forbidden)
        if not forbidden:
            self.trial.gap("nobody was found whom the rule keeps out", self.at.element)

    def _expect_nothing(self, user: User, parameters: dict[str, object]) -> None:
        request = query_request(self.at, parameters, token=user.token)
        answer = self.driver.api.send(request)
        self.trial.count("queries")
        if (answer.status, answer.code) != (404, "not_found"):
            said = f"{request} as {user}, whom the rule keeps out"
            self.trial.problem(f"{said}: expected 404 not_found, got {answer}", self.at.element)
