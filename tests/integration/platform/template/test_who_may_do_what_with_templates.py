"""Every route of templates: nobody without signing in, nothing of other organisations, no change by viewers."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from platform_under_test import Running, platform_of
from template_zips import GREETING, zipped

from skafu.server_bootstrap import template_part

ID = UUID(int=7)
READING = [
    "/templates",
    f"/templates/{ID}",
    f"/templates/{ID}/versions/1",
    f"/templates/{ID}/versions/1/zip",
    f"/templates/renderings/{ID}",
    f"/templates/renderings/{ID}/file?path=a",
    f"/templates/renderings/{ID}/zip",
    "/templates/selections",
    f"/templates/selections/{ID}",
]
REPOSITORY = {"name": "a", "address": "https://github.com/a/b"}
WRITING = [
    ("/templates?name=a", None),
    ("/templates/from-repository", REPOSITORY),
    (f"/templates/{ID}/versions", None),
    (f"/templates/{ID}/versions/from-repository", {"address": REPOSITORY["address"]}),
    (f"/templates/{ID}/preview", {}),
    (f"/templates/{ID}/select", {"project_id": "p"}),
    (f"/templates/{ID}/deprecate", {"reason": "x"}),
    (f"/templates/{ID}/delete", {}),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[template_part]) as running:
        yield running


async def test_nobody_gets_in_without_signing_in(running: Running) -> None:
    for path in READING:
        assert (await running.anonymous.get(path)).status_code == 401, path
    for path, body in WRITING:
        assert (await running.anonymous.post(path, body)).status_code == 401, path


async def test_viewers_look_and_change_nothing(running: Running) -> None:
    for path, body in WRITING:
        assert (await running.visitor("viewer").post(path, body)).status_code == 403, path
    assert (await running.visitor("developer").post(f"/templates/{ID}/delete", {})).status_code == 403


async def test_what_is_not_there_is_404(running: Running) -> None:
    for path in READING:
        if str(ID) in path:
            assert (await running.visitor().get(path)).status_code == 404, path
    for path, body in WRITING[2:]:
        assert (await running.visitor("admin").post(path, body)).status_code == 404, path


async def test_another_organisation_sees_nothing(running: Running) -> None:
    made = await running.visitor().ask("POST", "/templates?name=ours", content=zipped(GREETING))
    await running.settle()
    identifier = made.json()["data"]["id"]
    preview = await running.visitor().post(f"/templates/{identifier}/preview", {})
    rendering = preview.json()["data"]["id"]
    await running.visitor().post(f"/templates/{identifier}/select", {"project_id": "p"})
    await running.settle()

    other = running.visitor("other")
    for path in READING:
        if str(ID) in path and "selections" not in path:
            place = path.replace(str(ID), rendering if "renderings" in path else identifier)
            assert (await other.get(place)).status_code == 404, place
    assert (await other.get("/templates/selections/p")).status_code == 404
    assert (await other.get("/templates/selections")).json()["data"] == []
    assert all(each["shipped"] for each in (await other.get("/templates")).json()["data"])
    for path, body in WRITING[2:]:
        assert (await other.post(path.replace(str(ID), identifier), body)).status_code == 404, path
