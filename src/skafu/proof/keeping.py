"""Prepares a kept system for people: a token per role, and a request per route that works as it stands."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from skafu.blueprint import System
from skafu.blueprint.resolved import Journey, ResolvedAggregate, ResolvedService
from skafu.proof.driving.deployed import Deployed
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.http import Request
from skafu.proof.driving.landscape import CommandAt, QueryAt
from skafu.proof.driving.opening import opened
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.rows import ExpectedRows, Row
from skafu.proof.driving.samples import command_request, query_request, valid_request
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import NOBODY, User
from skafu.proof.kept import RoleToken, RouteCall
from skafu.proof.local_aws.port import LocalAws


def invitations(
    system: System, deployed: Deployed, aws: LocalAws
) -> tuple[tuple[RoleToken, ...], tuple[RouteCall, ...]]:
    """Make people and instances in a deployed system, so that every route has a request that works.

    Args:
        system: the resolved blueprint.
        deployed: where it stands.
        aws: the local AWS.

    Returns:
        A token per role (and one without a role), and a call per route; commands were led up to, and not sent.
    """
    with opened(system, deployed, aws) as there:
        driver = there.driver
        address = aws.address_of(deployed.outputs["ApiUrl"])
        someone = next(iter(driver.users.people.values()))
        tokens = tuple(RoleToken(role, user.name, user.token) for role, user in someone.items())
        calls = [_call(address, *_command(driver, at)) for at in driver.landscape.routed_commands]
        for service, aggregate in driver.landscape.aggregates:
            _populate(driver, service, aggregate)
        calls += [_call(address, *_query(driver, at)) for at in driver.landscape.routed_queries]
    return tokens, tuple(calls)


def _call(address: str, request: Request, user: User) -> RouteCall:
    return RouteCall(
        route=f"{request.method} /api/v1{request.path}",
        role=next(iter(user.roles), ""),
        method=request.method,
        url=address.rstrip("/") + request.target,
        body="" if request.body is None else json.dumps(request.body),
        token=user.token,
    )


def _command(driver: Driver, at: CommandAt) -> tuple[Request, User]:
    """Play everything but the last move of a journey to the command; that move is the request."""
    journey = at.aggregate.journeys.commands.get(at.name, ())
    with suppress(Derailed):
        if journey:
            return _last_move(driver, at, journey)
    return valid_request(at), _anybody(driver, at)


def _last_move(driver: Driver, at: CommandAt, journey: Journey) -> tuple[Request, User]:
    play = Play(driver, Trial("kept"), at.service)
    *before, last = play.prepare(journey)
    play.lead(before, last)
    target = play.instances.get(last.instance)
    user = NOBODY if at.command.access.public else play.user(last)
    return command_request(at, play.fields(last), target.id if target else ""), user


def _populate(driver: Driver, service: ResolvedService, aggregate: ResolvedAggregate) -> None:
    """Bring an instance to each state, so that queries find something."""
    for journey in aggregate.journeys.states.values():
        with suppress(Derailed):
            Play(driver, Trial("kept"), service).run(journey)


def _query(driver: Driver, at: QueryAt) -> tuple[Request, User]:
    for parameters, user in _answerable(driver, at):
        return query_request(at, parameters), user
    return valid_request(at), _anybody(driver, at)


def _answerable(driver: Driver, at: QueryAt) -> Iterator[tuple[dict[str, Any], User]]:
    """Give parameters, and somebody who may see what they find."""
    rows = ExpectedRows(driver, at)
    one = at.query.returns == "one"
    users = [NOBODY] if at.query.access.public else driver.users.having(at.query.access.roles)
    for row in rows.by_id.values():
        for user in users:
            if _belongs(at, row, user):
                parameters = {key.column: row[key.column] for key in at.query.by if not key.is_caller}
                if rows.allows(user, parameters, row if one else None):
                    yield parameters, user


def _belongs(at: QueryAt, row: Row, user: User) -> bool:
    return all(row.get(key.column) == user.id for key in at.query.by if key.is_caller)


def _anybody(driver: Driver, at: CommandAt | QueryAt) -> User:
    access = at.command.access if isinstance(at, CommandAt) else at.query.access
    return NOBODY if access.public else next(iter(driver.users.having(access.roles)))
