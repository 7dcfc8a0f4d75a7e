"""Schemathesis over the whole API: whatever is asked, the answers are those that the document promises."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, Final, TypeAlias, cast

import httpx
import pytest
import pytest_asyncio
import requests
import schemathesis
from api_document import operations
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, sampled_from, tuples
from inhabited_town import Inhabited, inhabited
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
Anything: TypeAlias = Any
Case: TypeAlias = "schemathesis.Case[Any]"
Ask = Callable[[Case, str], httpx.Response]
ROLES: Final = ("admin", "admin", "developer", "viewer")
EXAMPLES: Final = 2
"""Of requests of each kind to each route: all with one seed, so that every run asks the same."""
ENDLESS: Final = frozenset({"stream_events"})
LEFT_OUT: Final = frozenset({"leave", "erase_me", "sign_out", "change_my_password", "remove_member", "sign_user_out"})
"""After these somebody could not ask any more."""
TOO_LARGE: Final = 413
"""Schemathesis does not take it for a refusal of what is wrong."""
CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inhabited]:
    async with inhabited(tmp_path_factory.mktemp("town")) as there:
        yield there


async def test_answers_are_as_documented(there: Inhabited) -> None:
    schema = schemathesis.openapi.from_dict(_with_all_fields(await there.document()))
    loop, wrong = asyncio.get_running_loop(), list[str]()

    def ask(case: Case, role: str) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(_answer(there, case, role), loop).result(60)

    for found in schema.get_all_operations():
        operation = cast("Anything", found).ok()
        if operation.definition.raw["operationId"] not in ENDLESS | LEFT_OUT:
            for cases in _kinds(operation, there.known):
                await asyncio.to_thread(_explore, cases, ask, wrong)
    assert not wrong, f"{len(wrong)} wrong answers:\n" + "\n\n".join(wrong)


def _with_all_fields(document: dict[str, Any]) -> dict[str, Any]:
    """Nobody asks for some fields only: such answers leave out what the document promises, as wished."""
    for operation in operations(document):
        if "parameters" in operation.described:
            kept = [each for each in operation.parameters if each["name"] != "fields"]
            operation.described["parameters"][:] = kept
    return document


def _kinds(operation: Anything, known: dict[str, str]) -> list[SearchStrategy[Case]]:
    """Requests that are right, for things that are there and for any; and wrong ones."""
    named = {each.name for each in operation.path_parameters}
    there = {name: value for name, value in known.items() if name in named}
    modes = schemathesis.GenerationMode
    kinds = [operation.as_strategy(generation_mode=modes.POSITIVE)]
    if there:
        kinds.append(operation.as_strategy(generation_mode=modes.POSITIVE, path_parameters=there))
    if operation.body or named or operation.query:
        kinds.append(operation.as_strategy(generation_mode=modes.NEGATIVE))
    return kinds


def _explore(cases: SearchStrategy[Case], ask: Ask, wrong: list[str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tuples(cases, sampled_from(ROLES)))
    def each(tried: tuple[Case, str]) -> None:
        case, role = tried
        answer = ask(case, role)
        refusable = role == "admin" and answer.status_code != TOO_LARGE
        checks = [*CHECKS, negative_data_rejection] if refusable else list(CHECKS)
        case.validate_response(answer, checks=checks)

    try:
        each()
    except FailureGroup as error:  # all that is wrong is told together
        wrong.append(str(error)[:2_000])


async def _answer(there: Inhabited, case: Case, role: str) -> httpx.Response:
    asked: Anything = requests.Request(**_prepared(case)).prepare()
    headers = {**asked.headers, "Authorization": f"Bearer {there.somebody(role).token}"}
    async with asyncio.timeout(30):
        answer = await there.town.client.request(
            asked.method or "GET", asked.url or "", content=asked.body, headers=headers
        )
    answer.elapsed = timedelta()
    return answer


def _prepared(case: Case) -> dict[str, Any]:
    prepared = case.as_transport_kwargs(base_url="http://skafu.test")
    return {
        name: value
        for name, value in prepared.items()
        if name in {"method", "url", "headers", "params", "json", "data", "files"}
    }
