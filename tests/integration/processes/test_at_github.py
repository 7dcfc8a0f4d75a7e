"""Provisioning with the repository at GitHub: the fake takes what GitHub's description allows, and nothing else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from github_platform import GitHubPlatform, github_platform
from project_calls import Json, begun, shown
from quick_project_part import QuickProjects
from unproven_record import finds_nothing_proven

from skafu.server_bootstrap import ai_part, github_part, processes_part, template_part


@pytest.fixture
def projects() -> QuickProjects:
    return QuickProjects()


@pytest.fixture
async def platform(tmp_path: Path, projects: QuickProjects) -> AsyncIterator[GitHubPlatform]:
    makers = (template_part, ai_part, github_part, projects, processes_part)
    async with github_platform(tmp_path, makers=makers) as platform:
        yield platform


async def process(platform: GitHubPlatform, place: str) -> Json:
    for _ in range(30):
        await platform.running.settle()
        found = await shown(platform.developer, f"{place}/processes/provisioning")
        if found["state"] != "running":
            return found
    return found


async def provisioned(platform: GitHubPlatform) -> str:
    words = "Customers place orders. The warehouse ships orders."
    return await begun(
        platform.developer, description=words, provision=True, wishes={"host": "github", "owner": "acme"}
    )


async def test_words_become_a_repository_at_github(platform: GitHubPlatform) -> None:
    await platform.connect()
    place = await provisioned(platform)
    found = await process(platform, place)
    assert (found["state"], found["repository"], found["left"]) == ("finished", "acme/shop", ""), found
    assert platform.repo.private
    assert platform.repo.refs.keys() == {"refs/heads/main"}
    head = platform.repo.commits[platform.repo.refs["refs/heads/main"]]
    assert (head.parents, head.message.splitlines()[0]) == ([], "shop: revision 1")
    assert (await shown(platform.developer, place))["publication"]["address"] == "https://github.com/acme/shop"
    assert platform.fake.complaints == []


async def test_what_is_taken_over_says_so_at_github(
    platform: GitHubPlatform, projects: QuickProjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    finds_nothing_proven(projects.prover, monkeypatch)
    await platform.connect()
    place = await provisioned(platform)
    assert (await process(platform, place))["step"] == "proof"
    taken = await platform.admin.post(f"{place}/proof/override", {"person": "Ann", "reason": "a known gap"})
    assert taken.status_code == 200, taken.text
    assert (await process(platform, place))["state"] == "finished"
    pushed = set(platform.repo.blobs.values())
    assert any(b"Taken over unproven by **Ann** on" in each for each in pushed)
    records = [json.loads(each)["predicate"]["skafu"] for each in pushed if b'"predicateType"' in each]
    assert [(each["proven"], each["override"]["because"]) for each in records] == [(False, "a known gap")]
    assert platform.fake.complaints == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_an_account_that_is_not_connected_is_named_and_can_be_connected_later(
    platform: GitHubPlatform, *, cancelled: bool
) -> None:
    place = await provisioned(platform)
    found = await process(platform, place)
    assert (found["state"], found["step"]) == ("failed", "repository")
    assert "'acme' is not connected" in found["reason"]
    assert "connect it" in found["next_action"]
    assert platform.fake.world.repositories == {}
    if cancelled:
        await platform.developer.post(f"{place}/processes/provisioning/cancel", {"reason": "not yet"})
        await platform.running.settle()
    await platform.connect()
    again = await platform.developer.post(f"{place}/processes/provisioning/retry")
    assert again.status_code == 200, again.text
    assert (await process(platform, place))["state"] == "finished"
    assert list(platform.fake.world.repositories) == ["acme/shop"]


async def test_who_gives_up_while_github_is_down_leaves_no_repository_there(platform: GitHubPlatform) -> None:
    await platform.connect()
    platform.fake.trouble("html", "POST .*/git/trees", times=1000)
    place = await provisioned(platform)
    for _ in range(3):
        await platform.running.settle()
    found = await shown(platform.developer, f"{place}/processes/provisioning")
    assert (found["state"], found["step"]) == ("running", "push"), found
    assert "GitHub" in found["reason"]
    assert "by itself" in found["next_action"]
    assert found["again_at"]
    assert list(platform.fake.world.repositories) == ["acme/shop"]
    answer = await platform.developer.post(f"{place}/processes/provisioning/cancel", {"reason": "enough"})
    assert answer.status_code < 300, answer.text
    assert (await process(platform, place))["state"] == "cancelled"
    assert platform.fake.world.repositories == {}
    platform.fake.troubles.clear()
    again = await platform.developer.post(f"{place}/processes/provisioning/retry")
    assert again.status_code == 200, again.text
    found = await process(platform, place)
    assert (found["state"], found["repository"], found["round"]) == ("finished", "acme/shop", 2), found
