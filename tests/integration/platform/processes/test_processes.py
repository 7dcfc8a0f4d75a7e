"""Processes over HTTP: who may look and act, what is shown, cancel and retry."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from platform_under_test import Running, platform_of
from project_calls import begun, shown
from quick_process_part import QuickProcesses, quick_processes

from skafu.kernel.errors import Refused
from skafu.server_bootstrap import observability_part

NOWHERE = f"/projects/{UUID(int=1)}/processes/provisioning"


@pytest.fixture
def quick(tmp_path: Path) -> QuickProcesses:
    return quick_processes(tmp_path / "world")


@pytest.fixture
async def running(tmp_path: Path, quick: QuickProcesses) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[quick.projects, quick]) as running:
        yield running


async def provisioned(running: Running) -> str:
    place = await begun(running.visitor(), description="People buy things.", provision=True)
    await running.settle()
    return f"{place}/processes/provisioning"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", NOWHERE),
        ("GET", "/processes"),
        ("POST", f"{NOWHERE}/cancel"),
        ("POST", f"{NOWHERE}/retry"),
    ],
)
async def test_nobody_gets_in_without_a_token(running: Running, method: str, path: str) -> None:
    assert (await running.anonymous.ask(method, path, json={})).status_code == 401


async def test_another_organisation_sees_nothing(running: Running) -> None:
    place = await provisioned(running)
    other = running.visitor("other")
    assert (await other.get(place)).status_code == 404
    for action in ("cancel", "retry"):
        assert (await other.post(f"{place}/{action}", {} if action == "cancel" else None)).status_code == 404
    assert (await other.get("/processes")).json()["data"] == []


async def test_words_become_a_configured_project(running: Running) -> None:
    place = await provisioned(running)
    process = await shown(running.visitor("viewer"), place)
    assert (process["state"], process["address"]) == ("finished", "/git/shop")
    assert {each["state"] for each in process["steps"]} == {"done"}
    (row,) = (await running.visitor().get("/processes?kind=provisioning&state=finished")).json()["data"]
    assert (row["name"], row["project_id"]) == ("shop", process["project_id"])
    project = await shown(running.visitor(), place.partition("/processes")[0])
    assert (project["configured"], project["standing"]) == (True, "proven")
    for wrong in ("?state=gone", "?kind=x", "?sort=name"):
        assert (await running.visitor().get(f"/processes{wrong}")).status_code == 422


async def test_a_failed_step_is_told_in_plain_words_and_tried_again(running: Running, quick: QuickProcesses) -> None:
    quick.world.troubles = {"push": [Refused("the host says no", fix="ask the host")]}
    place = await provisioned(running)
    process = await shown(running.visitor(), place)
    assert (process["state"], process["step"], process["reason"]) == ("failed", "push", "the host says no")
    assert process["next_action"]
    assert (await running.visitor("viewer").post(f"{place}/retry")).status_code == 403
    assert (await running.visitor().post(f"{place}/retry")).json()["data"]["state"] == "running"
    await running.settle()
    assert (await shown(running.visitor(), place))["state"] == "finished"
    late = await running.visitor().post(f"{place}/retry")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "PROCESS_HAS_ENDED")


async def test_a_failed_step_is_told_to_the_error_bus(tmp_path: Path, quick: QuickProcesses) -> None:
    quick.world.troubles = {"push": [Refused("the host says no", fix="ask the host")]}
    async with platform_of(tmp_path, makers=[observability_part, quick.projects, quick]) as running:
        place = await provisioned(running)
        found = (await running.visitor().get("/observability/errors?code=PROVISIONING_PUSH_FAILED")).json()["data"]
    (told,) = found
    assert (told["source"], told["severity"]) == ("processes", "ERROR")
    assert told["data"]["errorMessage"] == "the host says no"
    assert told["data"]["context"]["subject"] in place
    assert told["data"]["context"]["next_action"].startswith("retry")


async def test_a_cancelled_process_takes_its_repository_back(running: Running, quick: QuickProcesses) -> None:
    quick.world.troubles = {"push": [Refused("the host says no")]}
    place = await provisioned(running)
    stale = await running.visitor().post(f"{place}/cancel", {}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    cancelled = await running.visitor().post(f"{place}/cancel", {"reason": "not any more"})
    assert cancelled.json()["data"]["state"] == "cancelled"
    await running.settle()
    assert not [each for each in quick.world.effects if each.startswith("repository")]
    (row,) = (await running.visitor().get("/processes?state=cancelled")).json()["data"]
    assert (row["reason"], row["left"]) == ("not any more", "")


async def test_there_is_no_process_where_none_was_begun(running: Running) -> None:
    place = await begun(running.visitor())
    assert (await running.visitor().get(f"{place}/processes/provisioning")).status_code == 404
    assert (await running.visitor().get(f"{place}/processes/else")).status_code == 422
    assert (await running.visitor().post(f"{place}/processes/update/retry")).status_code == 404
