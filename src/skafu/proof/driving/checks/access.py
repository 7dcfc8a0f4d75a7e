"""Who gets in: every route with no token, junk, a token of each wrong role, and of each right one."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from skafu.blueprint.resolved import Access
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.http import Answer, Api, Request
from skafu.proof.driving.landscape import CommandAt, QueryAt
from skafu.proof.driving.samples import strange_body, valid_request
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import JUNK_TOKEN, User, Users

_LET_IN = {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}


@dataclass(frozen=True)
class _Door:
    """A route and who may use it; `knock` changes nothing even for somebody who gets in."""

    element: str
    access: Access
    request: Request
    knock: Request


def check_access(driver: Driver) -> Trial:
    """See that every route lets in whom the blueprint names, and nobody else."""
    trial, landscape = Trial("deployed.access"), driver.landscape
    doors = [*map(_of_command, landscape.routed_commands), *map(_of_query, landscape.routed_queries)]
    trial.count("routes", len(doors))
    side_by_side(lambda door: _try(trial, driver.api, driver.users, door), doors)
    return trial


def _of_command(at: CommandAt) -> _Door:
    request = valid_request(at)
    return _Door(at.element, at.command.access, request, replace(request, body=strange_body()))


def _of_query(at: QueryAt) -> _Door:
    request = valid_request(at)
    return _Door(at.element, at.query.access, request, request)


def _try(trial: Trial, api: Api, users: Users, door: _Door) -> None:
    def ask(request: Request, token: str) -> Answer:
        trial.count("requests")
        return api.send(replace(request, token=token))

    if door.access.public:
        _expect_in(trial, door, ask(door.knock, ""), "without a token")
        return
    right = users.having(door.access.roles)
    for token, said in (("", "without a token"), (JUNK_TOKEN, "with a junk token"), *_forged(right)):
        answer = ask(door.request, token)
        if answer.status != HTTPStatus.UNAUTHORIZED:
            _say(trial, door, door.request, f"{said}: expected 401, got {answer}", "Give the route its authorizer.")
    for user in users.lacking(door.access.roles):
        answer = ask(door.request, user.token)
        if (answer.status, answer.code) != (HTTPStatus.FORBIDDEN, "forbidden"):
            wrong = f"with the role {user.roles[0]}" if user.roles else "without a role"
            _say(trial, door, door.request, f"{wrong}: expected 403 forbidden, got {answer}", "Check the role first.")
    for user in {user.roles: user for user in right}.values():
        _expect_in(trial, door, ask(door.knock, user.token), f"as {user}")


def _forged(right: list[User]) -> list[tuple[str, str]]:
    """A token whose signature is that of another one."""
    if len(right) < 2:
        return []
    head, body, _own = right[0].token.split(".")
    return [(f"{head}.{body}.{right[1].token.rpartition('.')[2]}", "with a token that somebody else's key signed")]


def _expect_in(trial: Trial, door: _Door, answer: Answer, said: str) -> None:
    if answer.status not in _LET_IN:
        _say(trial, door, door.knock, f"{said}: expected to be let in, got {answer}", "")


def _say(trial: Trial, door: _Door, request: Request, message: str, fix: str) -> None:
    trial.problem(f"{request} {message}", door.element, fix=fix)
