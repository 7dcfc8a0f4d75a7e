"""The OpenAPI document of the whole platform is fit to generate a client from."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from platform_under_test import platform_of
from pydantic import BaseModel


@pytest.fixture
async def operations(tmp_path: Path) -> list[tuple[str, dict[str, Any]]]:
    async with platform_of(tmp_path) as running:
        document = (await running.anonymous.get("/openapi.json")).json()
    return [(f"{method} {path}", each) for path, found in document["paths"].items() for method, each in found.items()]


async def test_every_operation_has_a_short_name_of_its_own(operations: list[tuple[str, dict[str, Any]]]) -> None:
    names = Counter(each["operationId"] for _, each in operations)
    assert [name for name, times in names.items() if times > 1] == []
    assert [name for name in names if "api_v1" in name or not name.isidentifier()] == []
    assert {"create_project", "upload_template", "get_metric", "request_repository", "stream_events"} <= set(names)


async def test_every_operation_says_what_it_does(operations: list[tuple[str, dict[str, Any]]]) -> None:
    silent = [place for place, each in operations if not each.get("summary") or not each.get("description")]
    assert silent == []


async def test_every_operation_that_needs_somebody_documents_its_errors(
    operations: list[tuple[str, dict[str, Any]]],
) -> None:
    wanted = {"401", "403", "422", "429"}
    bare = [place for place, each in operations if "/api/v1/" in place and not wanted <= set(each["responses"])]
    assert bare == []
    shape = "#/components/schemas/ErrorAnswer"
    for place, each in operations:
        if "/api/v1/" in place:
            assert each["responses"]["422"]["content"]["application/json"]["schema"] == {"$ref": shape}, place


async def test_every_body_has_an_example_that_would_be_taken(tmp_path: Path) -> None:
    async with platform_of(tmp_path) as running:
        bodies = {each for part in running.platform.parts for each in _bodies(part.router)}
    assert len(bodies) > 30
    for body in bodies:
        (example,) = body.model_json_schema()["examples"]
        assert body.model_validate(example).model_dump()


async def test_every_field_and_parameter_is_described(tmp_path: Path) -> None:
    async with platform_of(tmp_path) as running:
        bodies = {each for part in running.platform.parts for each in _bodies(part.router)}
        document = (await running.anonymous.get("/openapi.json")).json()
    fields = [f"{body.__name__}.{name}" for body in bodies for name in _bare(body.model_json_schema()["properties"])]
    assert fields == []
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    queries = {
        f"{each['operationId']} {given['name']}": {**given["schema"], **given}
        for each in operations
        for given in each.get("parameters", [])
        if given["in"] == "query"
    }
    assert _bare(queries) == []


def _bare(described: dict[str, Any]) -> list[str]:
    """What has no description, nor has any of its kinds."""
    return [
        name
        for name, each in described.items()
        if not any("description" in one for one in (each, *each.get("anyOf", ())))
    ]


def _bodies(router: APIRouter) -> Iterator[type[BaseModel]]:
    for route in router.routes:
        field = route.body_field if isinstance(route, APIRoute) else None
        body = None if field is None else field.field_info.annotation
        if isinstance(body, type) and issubclass(body, BaseModel):
            yield body


async def test_no_two_contexts_call_different_things_the_same(tmp_path: Path) -> None:
    async with platform_of(tmp_path) as running:
        schemas = (await running.anonymous.get("/openapi.json")).json()["components"]["schemas"]
    assert [each for each in schemas if each.startswith("skafu__")] == []
