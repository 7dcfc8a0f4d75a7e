"""What is malformed is refused: every field's invalid samples, missing and unknown fields, bodies that are no JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from skafu.proof.driving.driver import Driver
from skafu.proof.driving.http import Request
from skafu.proof.driving.landscape import CommandAt, QueryAt
from skafu.proof.driving.rows import ExpectedRows
from skafu.proof.driving.samples import body_fields, sample_fields, strange_body, valid_request
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import NOBODY, User

_BAD_REQUEST = (400, "invalid_request")
_BROKEN = (
    ("a body that is cut off", b'{"half":'),
    ("a list instead of an object", b"[]"),
    ("text that is no UTF-8", b'{"\xff\xfe": 1}'),
)
_WRONG_LIMITS = (0, 101, "many")


@dataclass(frozen=True)
class _Case:
    element: str
    reason: str
    request: Request


def check_validation(driver: Driver) -> Trial:
    """See that no malformed request is taken."""
    trial = Trial("deployed.validation")
    commands = [list(_of_command(driver, at)) for at in driver.landscape.routed_commands]
    queries = [list(_of_query(driver, at)) for at in driver.landscape.routed_queries]
    side_by_side(lambda cases: _refuse(driver, trial, cases), [*commands, *queries])
    return trial


def _refuse(driver: Driver, trial: Trial, cases: list[_Case]) -> None:
    for case in cases:
        trial.count("requests")
        correlation = f"malformed-{driver.number()}"
        answer = driver.api.send(replace(case.request, headers={"x-correlation-id": correlation}))
        if (answer.status, answer.code) != _BAD_REQUEST:
            expected = "expected 400 invalid_request"
            trial.problem(f"{case.request} ({case.reason}): {expected}, got {answer}", case.element)


def _of_command(driver: Driver, at: CommandAt) -> Iterator[_Case]:
    request = replace(valid_request(at), token=_user(driver, at).token)
    fields = {name: value for name, value in sample_fields(at).items() if name not in at.route.parameters}

    def case(reason: str, body: Any) -> _Case:  # noqa: ANN401
        return _Case(at.element, reason, replace(request, body=body))

    for field in body_fields(at):
        for reason, value in field.invalid:
            yield case(f"{field.name}: {reason}", {**fields, field.name: value})
        if field.required:
            yield case(f"{field.name} is missing", {name: fields[name] for name in fields if name != field.name})
            yield case(f"{field.name} is null", {**fields, field.name: None})
    yield case("a field that is not known", {**fields, **strange_body()})
    for reason, body in _BROKEN:
        yield case(reason, body)
    yield case("a number instead of an object", json.dumps(7).encode())


def _of_query(driver: Driver, at: QueryAt) -> Iterator[_Case]:
    asked = _allowed_request(driver, at) if at.query.returns == "page" else None
    if asked is None:
        return
    request = asked
    for limit in _WRONG_LIMITS:
        yield _Case(at.element, f"the limit {limit}", replace(request, query={**request.query, "limit": limit}))
    for cursor in ("nonsense", "e30="):
        yield _Case(at.element, f"the cursor {cursor}", replace(request, query={**request.query, "cursor": cursor}))
    strange = replace(request, query={**request.query, **strange_body()})
    yield _Case(at.element, "a parameter that is not known", strange)


def _allowed_request(driver: Driver, at: QueryAt) -> Request | None:
    """Make a valid request that no instance rule keeps out; nothing where none is found."""
    rows, request = ExpectedRows(driver, at), valid_request(at)
    users = [NOBODY] if at.query.access.public else driver.users.having(at.query.access.roles)
    for user in users:
        for parameters in (request.parameters, dict.fromkeys(request.parameters, user.id)):
            if rows.allows(user, parameters):
                return replace(request, parameters=parameters, token=user.token)
    return None


def _user(driver: Driver, at: CommandAt) -> User:
    access = at.command.access
    return NOBODY if access.public else driver.users.having(access.roles)[0]
