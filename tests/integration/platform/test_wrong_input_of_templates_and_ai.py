"""Wrong input of every kind to the routes of templates and AI: refused in the one shape, never our mistake."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from platform_under_test import Running, platform_of
from shop_blueprint import SHOP
from template_zips import GREETING, zipped

from skafu.server_bootstrap import ai_part, template_part

ODD_TEXTS = ["\x00", "\ud800", "\u202e", "a\nb", "x" * 2_000, "'; DROP TABLE events; --", "{{ 1 }}", "../../etc/passwd"]
ODD_VALUES: list[object] = [None, True, -1, 1e400, [], {}, [[[]]], {"a": "\ud800"}, "\x00", 10**40, "x" * 100_000]
ROUTES = [
    ("/ai/analyses", "description", {}),
    ("/ai/analyses", "blueprint", {}),
    ("/ai/analyses", "project_id", {"description": "Customers place orders."}),
    ("/ai/analyses", "agent", {"description": "Customers place orders."}),
    ("/ai/drafts", "blueprint", {"changes": [{"kind": "set_value", "at": ["name"], "value": "x"}]}),
    ("/ai/drafts", "recommendations", {}),
    ("/ai/drafts", "changes", {"blueprint": SHOP}),
    ("/templates/from-repository", "name", {"address": "https://github.com/a/b"}),
    ("/templates/from-repository", "address", {"name": "a"}),
    ("/templates/from-repository", "at", {"name": "a", "address": "https://evil.example/a/b"}),
    ("/templates/{id}/preview", "answers", {}),
    ("/templates/{id}/preview", "version", {}),
    ("/templates/{id}/select", "project_id", {}),
    ("/templates/{id}/deprecate", "reason", {}),
    ("/templates/{id}/deprecate", "successor", {"reason": "x"}),
    ("/templates/{id}/delete", "reason", {}),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[template_part, ai_part]) as running:
        yield running


@pytest.mark.parametrize(("path", "field", "rest"), ROUTES, ids=[f"{path} {field}" for path, field, _ in ROUTES])
async def test_no_value_of_a_field_breaks_a_route(
    running: Running, path: str, field: str, rest: dict[str, object]
) -> None:
    made = await running.visitor().ask("POST", "/templates?name=one", content=zipped(GREETING))
    place = path.replace("{id}", made.json()["data"]["id"])
    for value in (*ODD_TEXTS, *ODD_VALUES):
        content = json.dumps({**rest, field: value})
        headers = {"content-type": "application/json"}
        answer = await running.visitor("admin").ask("POST", place, content=content, headers=headers)
        assert answer.status_code < 500, (value, answer.json())
        assert answer.json()["success"] is (answer.status_code < 300)


@pytest.mark.parametrize("value", [*ODD_VALUES, *ODD_TEXTS])
async def test_any_value_of_json_can_be_set_or_is_refused(running: Running, value: object) -> None:
    changes = [{"kind": "set_value", "at": ["summary"], "value": value}]
    content = json.dumps({"blueprint": SHOP, "changes": changes})
    headers = {"content-type": "application/json"}
    answer = await running.visitor().ask("POST", "/ai/drafts", content=content, headers=headers)

    assert answer.status_code in {201, 422}, answer.json()
    answers = json.dumps({"answers": {"name": value}})
    made = await running.visitor().ask("POST", "/templates?name=one", content=zipped(GREETING))
    await running.settle()
    place = f"/templates/{made.json()['data']['id']}/preview"
    filled = await running.visitor().ask("POST", place, content=answers, headers=headers)
    assert filled.status_code in {201, 422}, filled.json()


@pytest.mark.parametrize(
    "path",
    [
        "/ai/analyses?limit=0",
        "/ai/analyses?sort=nothing",
        "/ai/analyses?cursor=junk",
        "/ai/analyses?fields=nothing",
        "/ai/analyses?more=1",
        "/ai/analyses/junk",
        "/ai/recommendations?status=none",
        "/ai/recommendations?analysis_id=junk",
        "/ai/drafts?status=%00",
        "/ai/usage?sort=tokens",
        "/templates?status=none",
        "/templates?cursor=shipped-99999999999999999999&limit=2",
        "/templates/junk",
        "/templates/selections?template_id=junk",
        "/templates/selections/%00",
        "/templates/renderings/junk",
    ],
)
async def test_a_wrong_question_is_no_mistake_of_ours(running: Running, path: str) -> None:
    answer = await running.visitor().get(path)
    assert answer.status_code in {200, 404, 422}, answer.json()


async def test_every_route_says_what_it_is_for(running: Running) -> None:
    document = (await running.client.get("/api/v1/openapi.json")).json()
    routes = {
        (method, path): route
        for path, methods in document["paths"].items()
        if path.startswith(("/api/v1/ai", "/api/v1/templates"))
        for method, route in methods.items()
    }

    assert len(routes) == 34
    for place, route in routes.items():
        assert {"summary", "description", "operationId", "tags"} <= set(route), place
        assert {"401", "403", "422", "429"} <= set(route["responses"]), place
    assert len({route["operationId"] for route in routes.values()}) == len(routes)
