"""Processes with all contexts of the platform: only the proof is a quick stand-in."""

import io
import json
import subprocess
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from platform_under_test import ACME, Running, platform_of
from project_calls import Json, begun, shown
from quick_project_part import QuickProjects
from unproven_record import finds_nothing_proven

from skafu.contexts.ai.domain.commands import AcceptDraft, ProposeDraft
from skafu.contexts.github.domain.events import DeploymentCompleted, DeploymentFailed, DeploymentStarted
from skafu.contexts.project.adapters.workshop import ProcessWorkshop
from skafu.kernel.identity import Actor, Origin
from skafu.server_bootstrap import ai_part, github_part, processes_part, template_part
from skafu.server_bootstrap.site import PartMaker, Site
from skafu.server_bootstrap.template_shelf import LibraryShelf
from skafu.storage import NO_STREAM
from skafu.web_api.parts import Part

SHOP = "Customers place orders. The warehouse ships orders."


class ProjectsOnShelf(QuickProjects):
    """Projects that really generate, from the templates that are really there, and are proven by a quick stand-in."""

    async def open_part(self, site: Site, /) -> Part:
        self.workshop = ProcessWorkshop()
        self.shelf = LibraryShelf(site.ledger)
        site.exits.push_async_callback(self.workshop.close)
        return await super().open_part(site)


@pytest.fixture
def projects() -> ProjectsOnShelf:
    return ProjectsOnShelf()


@pytest.fixture
async def running(tmp_path: Path, projects: ProjectsOnShelf) -> AsyncIterator[Running]:
    makers: list[PartMaker] = [template_part, ai_part, github_part, projects, processes_part]
    async with platform_of(tmp_path, makers=makers) as running:
        yield running


async def process(running: Running, place: str, kind: str = "provisioning") -> Json:
    for _ in range(30):
        await running.settle()
        found = await shown(running.visitor(), f"{place}/processes/{kind}")
        if found["state"] != "running":
            return found
    return found


async def provisioned(running: Running, **more: object) -> str:
    place = await begun(running.visitor(), "shop", description=SHOP, provision=True, **more)
    found = await process(running, place)
    assert found["state"] == "finished", (found["step"], found["reason"])
    return place


def git(address: str, *words: str) -> str:
    return subprocess.run(["git", "-C", address, *words], capture_output=True, text=True, check=True).stdout


async def test_words_become_a_proven_repository(running: Running) -> None:
    place = await provisioned(running)
    project = await shown(running.visitor(), place)
    assert (project["configured"], project["standing"], project["revision"]) == (True, "proven", 1)
    address = project["publication"]["address"]
    files = git(address, "ls-tree", "-r", "--name-only", "HEAD").split()
    assert {"skafu.yaml", "proof.json", "PROOF.md"} <= set(files)
    assert git(address, "rev-parse", "HEAD").strip() == project["publication"]["commit"]
    assert git(address, "rev-list", "--count", "HEAD").strip() == "1"
    blueprint = await shown(running.visitor(), f"{place}/blueprint")
    assert (blueprint["source"], "PlaceOrder" in blueprint["blueprint"]) == ("planned", True)


async def test_what_is_taken_over_unproven_says_so_in_the_repository(
    running: Running, projects: ProjectsOnShelf
) -> None:
    projects.prover.failed = [("static.ruff",)]
    place = await begun(running.visitor(), "shop", description=SHOP, provision=True)
    assert (await process(running, place))["step"] == "proof"
    taken = await running.visitor("admin").post(f"{place}/proof/override", {"person": "Ann", "reason": "a known gap"})
    assert taken.status_code == 200, taken.text
    found = await process(running, place)
    assert found["state"] == "finished", found
    assert git(found["address"], "show", "HEAD:PROOF.md") == "# Proof\nAnn: a known gap\n"
    assert "taken over" in git(found["address"], "show", "HEAD:proof.json")


async def test_the_record_that_the_prover_wrote_says_in_the_repository_who_took_it_over(
    running: Running, projects: ProjectsOnShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    finds_nothing_proven(projects.prover, monkeypatch)
    place = await begun(running.visitor(), "shop", description=SHOP, provision=True)
    failed = await process(running, place)
    assert (failed["step"], failed["state"]) == ("proof", "failed")
    assert "model.blueprint" in failed["reason"]
    assert "admin" in failed["next_action"]
    taken = await running.visitor("admin").post(f"{place}/proof/override", {"person": "Ann", "reason": "a known gap"})
    assert taken.status_code == 200, taken.text
    address = (await process(running, place))["address"]
    assert "Taken over unproven by **Ann** on" in git(address, "show", "HEAD:PROOF.md")
    record = json.loads(git(address, "show", "HEAD:proof.json"))["predicate"]["skafu"]
    assert (record["proven"], record["override"]["name"], record["override"]["because"]) == (
        False,
        "Ann",
        "a known gap",
    )
    assert [each["name"] for each in record["checks"] if each["verdict"] == "failed"] == [
        "model.blueprint",
        "model.lock",
    ]


async def test_a_changed_blueprint_becomes_a_pull_request_with_its_proof(running: Running) -> None:
    place = await provisioned(running)
    text = (await shown(running.visitor(), f"{place}/blueprint"))["blueprint"]
    changed = f"{text}\n# changed\n"
    saved = await running.visitor().post(f"{place}/revisions", {"blueprint": changed})
    assert saved.json()["data"]["check"]["errors"] == 0
    update = await process(running, place, "update")
    assert update["state"] == "finished", update
    project = await shown(running.visitor(), place)
    assert project["publication"]["revision"] == 2
    branch = project["publication"]["branch"]
    assert "# changed" in git(project["publication"]["address"], "show", f"{branch}:skafu.yaml")


async def test_a_template_of_the_organisation_is_selected_and_used(running: Running) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("copier.yml", "")
        archive.writestr("by-us.txt", "made by us")
    upload = await running.visitor().ask(
        "POST",
        "/templates?name=mine",
        content=packed.getvalue(),
        headers={"Content-Type": "application/zip"},
    )
    assert upload.status_code in {201, 202}, upload.text
    await running.settle()
    template = upload.json()["data"]["id"]
    place = await provisioned(running, wishes={"template": template})
    project = await shown(running.visitor(), place)
    assert (project["template"], project["template_version"]) == (template, "1")
    files = [each["path"] for each in (await shown(running.visitor(), f"{place}/tree"))["files"]]
    assert {"by-us.txt", "skafu.yaml"} <= set(files)


async def test_a_template_that_is_not_there_is_told_and_another_is_taken(running: Running) -> None:
    nowhere = "00000000-0000-0000-0000-000000000001"
    place = await begun(running.visitor(), description=SHOP, provision=True, wishes={"template": nowhere})
    found = await process(running, place)
    assert (found["state"], found["step"]) == ("failed", "template")
    assert nowhere in found["reason"]
    assert (await running.visitor().ask("PUT", f"{place}/template", json={"template": "system"})).status_code == 200
    found = await process(running, place)
    assert (found["state"], found["step"]) == ("finished", "record"), found["reason"]


async def test_a_description_that_says_nothing_is_told(running: Running) -> None:
    place = await begun(running.visitor(), description="hello hello hello", provision=True)
    found = await process(running, place)
    assert (found["state"], found["step"]) == ("failed", "analysis")
    assert found["next_action"]


async def test_a_cancelled_provisioning_leaves_no_repository(running: Running) -> None:
    address = (await shown(running.visitor(), await provisioned(running)))["publication"]["address"]
    place = await begun(running.visitor(), "other", description=SHOP, provision=True)
    await until(running, place, "push")
    repositories = Path(address).parent
    assert len(list(repositories.iterdir())) == 2
    await running.visitor().post(f"{place}/processes/provisioning/cancel", {"reason": "enough"})
    found = await process(running, place)
    assert (found["state"], found["reason"]) == ("cancelled", "enough")
    assert [each.name for each in repositories.iterdir()] == [Path(address).name]


async def test_a_project_that_is_begun_again_gets_a_repository_of_its_own(running: Running) -> None:
    place = await provisioned(running)
    first = (await shown(running.visitor(), place))["publication"]["address"]
    assert (await running.visitor("admin").ask("DELETE", place)).status_code == 204
    again = await provisioned(running)
    second = (await shown(running.visitor(), again))["publication"]["address"]
    assert (again, Path(first).name, Path(second).name) == (place, "shop.git", "shop-2.git")
    assert git(first, "rev-list", "--count", "HEAD").strip() == "1"


async def until(running: Running, place: str, step: str) -> None:
    """Go on until a step is under way."""
    for _ in range(200):
        await running.platform.worker.catch_up()
        answer = await running.visitor().get(f"{place}/processes/provisioning")
        if answer.status_code == 200 and answer.json()["data"]["step"] == step:
            return
        await running.platform.runner.look()
        await running.platform.runner.settle()
    raise AssertionError(f"{step} was never under way")


async def test_an_accepted_draft_becomes_a_revision(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="skafu: 1\n")
    text = (await running.visitor().post("/plan", {"description": SHOP})).json()["data"]["blueprint"]
    blob = await running.platform.ledger.blobs.put(ACME, text.encode())
    commands, project = running.platform.ledger.commands, place.rpartition("/")[2]
    origin = Origin(Actor("person", "ann"), UUID(int=1), UUID(int=1))
    await commands.send(ACME, ProposeDraft("d-1", project, "", blob), origin=origin)
    await commands.send(ACME, AcceptDraft("d-1"), origin=origin)
    await running.settle()
    newest = await shown(running.visitor(), f"{place}/blueprint")
    assert (newest["number"], newest["source"], newest["author"], newest["errors"]) == (2, "recommended", "ann", 0)


async def test_a_project_is_told_how_it_is_deployed(running: Running) -> None:
    place = await begun(running.visitor())
    project, at = place.rpartition("/")[2], datetime(2026, 5, 1, tzinfo=UTC)
    events = [
        DeploymentStarted("r-1", project, "d-1", "prod", 1, "https://host/run", "c0ffee", at),
        DeploymentCompleted("r-1", project, "d-1", "prod", 1, "https://host/run", "c0ffee", at),
        DeploymentFailed("r-1", project, "d-2", "dev", 1, "NO_ROLE", "the role is missing", "make it"),
    ]
    origin = Origin(Actor("system", "github"), UUID(int=1), UUID(int=1))
    await running.platform.ledger.events.append(ACME, "deployment-d-1", events, expected=NO_STREAM, origin=origin)
    await running.settle()
    deployments = (await shown(running.visitor(), place))["deployments"]
    assert [(each["environment"], each["state"], each["reason"]) for each in deployments] == [
        ("prod", "deployed", ""),
        ("dev", "failed", "the role is missing (make it)"),
    ]
