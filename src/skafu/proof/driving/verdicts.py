"""Holds the answer to a command against what the simulation says."""

import re
from collections.abc import Iterator

from skafu.blueprint.simulation import MALFORMED, STATUS, WRONG_ROLE
from skafu.proof.driving.driver import CREATED, Act, Driver
from skafu.proof.driving.function_logs import last_error
from skafu.proof.driving.trial import Trial

CODES = {MALFORMED: "invalid_request", WRONG_ROLE: "forbidden"}
"""What refusals of the simulation are called in an answer, where that differs."""
_VERSION_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def judge(driver: Driver, trial: Trial, act: Act, said: str = "") -> bool:
    """Note every difference between what came back and what should have; say whether there is none.

    Args:
        driver: of the system.
        trial: where problems go.
        act: what was sent and what came back.
        said: what is special about this request, for people.
    """
    trial.count("commands")
    wrong = list(_wrong_refusal(act) if act.outcome.refusal else _wrong_success(act))
    error = _last_error(driver, act) if wrong and act.answer.status >= 500 else ""
    for what in wrong:
        trial.problem(f"{act.request}{said and f' ({said})'}: {what}{error}", act.at.element)
    return not wrong


def _last_error(driver: Driver, act: Act) -> str:
    function = driver.names.of(act.at.service.names.kebab, act.at.command.names.kebab)
    error = last_error(driver.clients, function)
    return f"; its log says: {error}" if error else ""


def _wrong_refusal(act: Act) -> Iterator[str]:
    refusal = act.outcome.refusal or ""
    expected = STATUS.get(refusal, 422), CODES.get(refusal, refusal)
    if (act.answer.status, act.answer.code) != expected:
        yield f"expected {expected[0]} {expected[1]}, got {act.answer}"


def _wrong_success(act: Act) -> Iterator[str]:
    command, answer = act.at.command, act.answer
    status = CREATED if command.creates else 200
    events = [happened.event for happened in act.outcome.events]
    if answer.status != status or not isinstance(answer.data, dict):
        yield f"expected {status} with the events {events}, got {answer}"
        return
    expected = {"version": act.version, "events": events}
    if act.target:
        expected[act.at.aggregate.id_name] = act.target.id
    if answer.data != expected:
        yield f"expected the data {expected}, got {answer.data}"
    if answer.headers.get("etag") != f'"{act.version}"':
        yield f'expected the ETag "{act.version}", got {answer.headers.get("etag")}'
    if command.creates:
        yield from _wrong_creation(act)


def _wrong_creation(act: Act) -> Iterator[str]:
    own_id = act.target.id if act.target else ""
    location = _home(act, own_id)
    if act.answer.headers.get("location") != location:
        yield f"expected the Location {location}, got {act.answer.headers.get('location')}"
    if not act.at.command.key and not _VERSION_7.fullmatch(own_id):
        yield f"expected a UUIDv7 as {act.at.aggregate.id_name}, got {own_id!r}"


def _home(act: Act, own_id: str) -> str:
    """Where the new instance can be read; below the route of the command where no query gives one by its id."""
    id_name = act.at.aggregate.id_name
    for query in act.at.service.queries:
        own = query.aggregate == act.at.aggregate.names.pascal and query.returns == "one"
        if own and query.route and query.route.parameters == (id_name,):
            return "/api/v1" + query.route.path.format_map({id_name: own_id})
    return f"{act.request.target}/{own_id}"
