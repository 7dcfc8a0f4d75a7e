"""Templates over HTTP: what ships with Skafu, previews, and what projects select."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from platform_under_test import ACME, Running, platform_of
from template_zips import GREETING, zipped

from skafu.contexts.template.domain.commands import SelectTemplate
from skafu.contexts.template.domain.events import TemplateRendered
from skafu.kernel.identity import Actor, Origin
from skafu.server_bootstrap import template_part


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[template_part]) as running:
        yield running


async def uploaded(running: Running, name: str = "greeting") -> str:
    made = await running.visitor().ask("POST", f"/templates?name={name}", content=zipped(GREETING))
    await running.settle()
    identifier: str = made.json()["data"]["id"]
    return identifier


async def shipped(running: Running) -> dict[str, Any]:
    rows: list[dict[str, Any]] = (await running.visitor("viewer").get("/templates")).json()["data"]
    return next(each for each in rows if each["name"] == "system")


async def test_what_ships_with_skafu_is_there_for_everybody_and_nobody_changes_it(running: Running) -> None:
    found = await shipped(running)
    place = f"/templates/{found['id']}"

    assert (found["shipped"], found["status"], found["version"]) == (True, "valid", 1)
    assert found["summary"].startswith("A whole event-sourced system")
    for token in ("viewer", "other"):
        assert (await running.visitor(token).get(place)).json()["data"]["id"] == found["id"]
    version = (await running.visitor().get(f"{place}/versions/0")).json()["data"]
    assert {each["name"] for each in version["questions"]} >= {"system", "services"}
    assert (await running.visitor().get(f"{place}/versions/2")).status_code == 404
    refused = [
        await running.visitor().ask("POST", f"{place}/versions", content=zipped(GREETING)),
        await running.visitor().post(f"{place}/deprecate", {"reason": "x"}),
        await running.visitor("admin").post(f"{place}/delete", {}),
    ]
    assert [each.json()["error"]["code"] for each in refused] == ["TEMPLATE_IS_SHIPPED"] * 3
    selected = await running.visitor().post(f"{place}/select", {"project_id": "p"})
    assert selected.json()["data"]["version"] == 1


async def test_pages_go_through_shipped_and_own_ones(running: Running) -> None:
    for name in ("a", "b", "c"):
        await uploaded(running, name)
    names: list[str] = []
    cursor = ""
    while True:
        answer = (await running.visitor().get("/templates", params={"limit": 1, "cursor": cursor})).json()
        assert len(answer["data"]) <= 1
        names += [each["name"] for each in answer["data"]]
        cursor = answer["meta"]["page"]["next"]
        if cursor is None:
            break

    assert names[-3:] == ["a", "b", "c"]
    assert len(names) == len(set(names)) >= 4
    assert (await running.visitor().get("/templates?cursor=shipped-x")).status_code == 200
    assert (await running.visitor().get("/templates?cursor=junk")).status_code == 422


async def test_a_template_is_filled_in_and_shown(running: Running) -> None:
    identifier = await uploaded(running)

    made = await running.visitor().post(f"/templates/{identifier}/preview", {"answers": {"name": "Ada", "loud": True}})

    assert made.status_code == 201, made.json()
    listed = made.json()["data"]
    assert [(each["path"], each["size"]) for each in listed["files"]] == [("Ada.txt", 11), ("docs/about.md", 7)]
    assert listed["version"] == 1
    place = made.headers["location"].removeprefix("/api/v1")
    assert (await running.visitor("viewer").get(place)).json()["data"] == listed
    assert (await running.visitor().get(f"{place}/file?path=Ada.txt")).content == b"Hello Ada!\n"
    assert (await running.visitor().get(f"{place}/file?path=nothing")).status_code == 404
    with zipfile.ZipFile(io.BytesIO((await running.visitor().get(f"{place}/zip")).content)) as archive:
        assert archive.namelist() == ["Ada.txt", "docs/about.md"]
    (recorded,) = await running.platform.ledger.events.read_stream(ACME, f"rendering-{listed['id']}")
    assert isinstance(recorded.event, TemplateRendered)
    assert recorded.event.answers == "loud,name"


@pytest.mark.parametrize("body", [{"more": 1}, {"version": 7}, {"answers": []}, {"version": -1}])
async def test_a_wrong_preview_is_refused(running: Running, body: dict[str, object]) -> None:
    identifier = await uploaded(running)
    assert (await running.visitor().post(f"/templates/{identifier}/preview", body)).status_code in {404, 422}


async def test_a_project_is_made_from_a_version(running: Running) -> None:
    identifier = await uploaded(running)

    asked = await running.visitor().post(f"/templates/{identifier}/select", {"project_id": "p"})
    assert (asked.status_code, asked.json()["data"]["status"]) == (202, "running")
    await running.settle()

    found = (await running.visitor("viewer").get("/templates/selections/p")).json()["data"]
    assert (found["status"], found["template_id"], found["version"]) == ("selected", identifier, 1)
    assert (await running.visitor().get("/templates/selections/q")).status_code == 404


async def test_who_asks_by_a_command_alone_gets_an_answer_as_an_event(running: Running) -> None:
    identifier, ledger = await uploaded(running), running.platform.ledger
    origin = Origin(Actor("system", "provisioning"), ledger.new_id(), ledger.new_id())
    for project, template in (("p", identifier), ("q", str(uuid4())), ("r", (await shipped(running))["id"])):
        await ledger.commands.send(ACME, SelectTemplate(project, template, 0), origin=origin)
    await running.settle()

    answers = [(await running.visitor().get(f"/templates/selections/{each}")).json()["data"] for each in "pqr"]
    assert [(each["status"], each["version"], each["code"]) for each in answers] == [
        ("selected", 1, ""),
        ("refused", 0, "NO_TEMPLATE"),
        ("selected", 1, ""),
    ]
