"""Every route of the AI context: nobody without signing in, nothing of other organisations, no change by viewers."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from platform_under_test import Running, platform_of
from shop_blueprint import changed

from skafu.server_bootstrap import ai_part

ID = UUID(int=7)
READING = [
    "/ai/analyses",
    f"/ai/analyses/{ID}",
    f"/ai/analyses/{ID}/steps",
    "/ai/recommendations",
    f"/ai/recommendations/{ID}",
    "/ai/drafts",
    f"/ai/drafts/{ID}",
    "/ai/generations",
    "/ai/usage",
    "/ai/budget",
]
WRITING = [
    ("POST", "/ai/analyses", {"description": "Customers place orders."}),
    ("POST", f"/ai/recommendations/{ID}/apply", {}),
    ("POST", f"/ai/recommendations/{ID}/dismiss", {}),
    ("POST", "/ai/drafts", {"recommendations": [str(ID)]}),
    ("POST", f"/ai/drafts/{ID}/accept", None),
    ("POST", f"/ai/drafts/{ID}/discard", {}),
    ("PUT", "/ai/budget", {"tokens": 1}),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[ai_part]) as running:
        yield running


async def test_nobody_gets_in_without_signing_in(running: Running) -> None:
    for path in READING:
        assert (await running.anonymous.get(path)).status_code == 401, path
    for method, path, body in WRITING:
        assert (await running.anonymous.ask(method, path, json=body)).status_code == 401, path


async def test_viewers_look_and_change_nothing(running: Running) -> None:
    for method, path, body in WRITING:
        assert (await running.visitor("viewer").ask(method, path, json=body)).status_code == 403, path
    refused = await running.visitor("developer").ask("PUT", "/ai/budget", json={"tokens": 1})
    assert refused.status_code == 403


async def test_what_is_not_there_is_404(running: Running) -> None:
    for path in READING:
        if str(ID) in path:
            assert (await running.visitor().get(path)).status_code == 404, path
    for method, path, body in WRITING[1:6]:
        answer = await running.visitor().ask(method, path, json=body)
        assert answer.status_code == 404, (path, answer.json())


async def test_another_organisation_sees_nothing(running: Running) -> None:
    asked = await running.visitor().post("/ai/analyses", {"blueprint": changed(("sort: sku", "sort: skuu"))})
    await running.settle()
    analysis = asked.json()["data"]["id"]
    recommendation = (await running.visitor().get("/ai/recommendations")).json()["data"][0]["id"]
    made = await running.visitor().post(f"/ai/recommendations/{recommendation}/apply", {})
    draft = made.json()["data"]["id"]
    await running.settle()

    other = running.visitor("other")
    for path in (f"/ai/analyses/{analysis}", f"/ai/analyses/{analysis}/steps", f"/ai/drafts/{draft}"):
        assert (await other.get(path)).status_code == 404, path
    for path in ("/ai/analyses", "/ai/recommendations", "/ai/drafts", "/ai/usage"):
        assert (await other.get(path)).json()["data"] == [], path
    for path in (f"/ai/recommendations/{recommendation}/apply", f"/ai/recommendations/{recommendation}/dismiss"):
        assert (await other.post(path, {})).status_code == 404, path
    assert (await other.post("/ai/drafts", {"recommendations": [recommendation]})).status_code == 404
