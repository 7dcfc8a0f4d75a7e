"""What every host of repositories promises."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from github_opened import github_stage
from github_stages import ACME, FOREIGN, NOW, Stage, local_stage, memory_stage

from skafu.contexts.github.adapters.commits import planned
from skafu.contexts.github.domain.words import Protection
from skafu.contexts.github.ports import (
    Commit,
    Dispatch,
    HeadMoved,
    NameTaken,
    NotOffered,
    Proposal,
    Remote,
    Secret,
)
from skafu.kernel.errors import NotFound
from skafu.scaffold import File, FileTree

SHOP = Remote(ACME, "acme", "shop", "0197-r", 42)
FILES = FileTree(
    {
        "README.md": b"# Shop\n",
        "src/shop/app.py": "print('grüße')\n".encode(),
        "src/shop/empty.py": b"",
        "src/shop.txt": b"sorts before the folder\r\n",
        "bin/run": File(b"#!/bin/sh\n", executable=True),
        "logo.png": bytes(range(256)),
        "latest": File(b"", link="src/shop"),
        'a "quoted" näme': b"x",
    }
)
CHANGED = FileTree(
    {**{path: file for path, file in FILES.items() if path != "logo.png"}, "README.md": File(b"# New\n")}
)
FIRST = Commit("Start of the project", NOW)


@pytest.fixture(params=["memory", "local", "github"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    match request.param:
        case "memory":
            yield memory_stage()
        case "local":
            yield local_stage(tmp_path)
        case _:
            async with github_stage() as opened:
                yield opened


async def _made(stage: Stage, remote: Remote = SHOP) -> None:
    await stage.host.repositories.create(remote, private=True, description="A shop")


async def _pushed(stage: Stage) -> str:
    await _made(stage)
    return (await stage.host.contents.push(SHOP, "main", FILES, FIRST)).commit


def _proposal(upon: str, title: str = "Two more commands") -> Proposal:
    return Proposal("skafu/pr1", title, "PROVEN: 33 checks", Commit(title, NOW, upon))


async def test_a_repository_is_made_once(stage: Stage) -> None:
    assert await stage.host.repositories.find(SHOP) is None
    made = await stage.host.repositories.create(SHOP, private=True, description="A shop")
    assert await stage.host.repositories.create(SHOP, private=True, description="A shop") == made
    assert await stage.host.repositories.find(SHOP) == made
    assert made.branch == "main"
    assert made.remote_id
    assert made.clone_address


async def test_a_repository_of_others_is_not_taken(stage: Stage) -> None:
    await _made(stage)
    other = msgspec.structs.replace(SHOP, repository_id="0197-other")
    with pytest.raises(NameTaken):
        await stage.host.repositories.create(other, private=True, description="")
    foreign = msgspec.structs.replace(SHOP, name="books")
    stage.foreign_repository(foreign)
    with pytest.raises(NameTaken):
        await stage.host.repositories.create(foreign, private=True, description="")


async def test_the_first_tree_is_the_one_commit_to_the_last_byte(stage: Stage) -> None:
    await _made(stage)
    pushed = await stage.host.contents.push(SHOP, "main", FILES, FIRST)
    assert pushed.commit == planned(SHOP, FILES, FIRST).oid
    assert pushed.changed == len(FILES)
    assert stage.commits(SHOP, "main") == [pushed.commit]
    assert dict(stage.files(SHOP, "main")) == dict(FILES)


async def test_a_repeated_push_changes_nothing(stage: Stage) -> None:
    await _made(stage)
    first = await stage.host.contents.push(SHOP, "main", FILES, FIRST)
    assert await stage.host.contents.push(SHOP, "main", FILES, FIRST) == first
    assert stage.commits(SHOP, "main") == [first.commit]


async def test_a_later_tree_is_the_next_commit_and_what_is_gone_is_gone(stage: Stage) -> None:
    first = await _pushed(stage)
    second = await stage.host.contents.push(SHOP, "main", CHANGED, Commit("Next", NOW, first))
    assert second.changed == 2
    assert stage.commits(SHOP, "main") == [second.commit, first]
    assert dict(stage.files(SHOP, "main")) == dict(CHANGED)


async def test_work_of_others_is_not_pushed_over(stage: Stage) -> None:
    first = await _pushed(stage)
    foreign = stage.foreign_commit(SHOP, "main")
    with pytest.raises(HeadMoved):
        await stage.host.contents.push(SHOP, "main", CHANGED, Commit("Next", NOW, first))
    with pytest.raises(HeadMoved):
        await stage.host.contents.push(SHOP, "main", CHANGED, FIRST)
    assert stage.commits(SHOP, "main") == [foreign, first]


async def test_a_change_is_proposed_once_upon_our_last_commit(stage: Stage) -> None:
    first = await _pushed(stage)
    stage.foreign_commit(SHOP, "main")
    opened = await stage.host.pull_requests.open(SHOP, "main", CHANGED, _proposal(first))
    assert await stage.host.pull_requests.open(SHOP, "main", CHANGED, _proposal(first)) == opened
    assert stage.commits(SHOP, "skafu/pr1") == [opened.commit, first]
    assert dict(stage.files(SHOP, "skafu/pr1")) == dict(CHANGED)
    assert dict(stage.files(SHOP, "main")) == FOREIGN
    assert (await stage.host.pull_requests.look(SHOP, opened.number)).now == "open"


async def test_a_branch_that_holds_something_else_is_not_proposed(stage: Stage) -> None:
    first = await _pushed(stage)
    await stage.host.pull_requests.open(SHOP, "main", CHANGED, _proposal(first))
    with pytest.raises(HeadMoved):
        await stage.host.pull_requests.open(SHOP, "main", FILES, _proposal(first))


async def test_people_take_or_close_a_change(stage: Stage) -> None:
    first = await _pushed(stage)
    opened = await stage.host.pull_requests.open(SHOP, "main", CHANGED, _proposal(first))
    stage.merge(SHOP, opened.number)
    seen = await stage.host.pull_requests.look(SHOP, opened.number)
    assert (seen.now, seen.merge_commit) == ("merged", opened.commit)
    again = replace_branch(_proposal(opened.commit, "More"), "skafu/pr2")
    second = await stage.host.pull_requests.open(SHOP, "main", FILES, again)
    assert second.number != opened.number
    stage.close(SHOP, second.number)
    assert (await stage.host.pull_requests.look(SHOP, second.number)).now == "closed"
    with pytest.raises(NotFound):
        await stage.host.pull_requests.look(SHOP, 999)


def replace_branch(proposal: Proposal, branch: str) -> Proposal:
    return msgspec.structs.replace(proposal, branch=branch)


async def test_a_repository_with_nothing_but_our_commits_is_taken_back(stage: Stage) -> None:
    first = await _pushed(stage)
    await stage.host.contents.push(SHOP, "main", CHANGED, Commit("Next", NOW, first))
    assert (await stage.host.repositories.remove(SHOP)).gone
    assert await stage.host.repositories.find(SHOP) is None
    assert (await stage.host.repositories.remove(SHOP)).gone


async def test_an_empty_repository_is_taken_back(stage: Stage) -> None:
    await _made(stage)
    assert (await stage.host.repositories.remove(SHOP)).gone
    assert await stage.host.repositories.find(SHOP) is None


async def test_a_repository_with_work_of_others_stays(stage: Stage) -> None:
    await _pushed(stage)
    stage.foreign_commit(SHOP, "main")
    removal = await stage.host.repositories.remove(SHOP)
    assert (removal.gone, bool(removal.reason)) == (False, True)
    assert await stage.host.repositories.find(SHOP) is not None


async def test_work_of_others_on_any_branch_keeps_a_repository(stage: Stage) -> None:
    await _pushed(stage)
    stage.foreign_commit(SHOP, "experiment")
    assert not (await stage.host.repositories.remove(SHOP)).gone


async def test_a_repository_of_others_stays(stage: Stage) -> None:
    await _made(stage)
    other = msgspec.structs.replace(SHOP, repository_id="0197-other")
    assert not (await stage.host.repositories.remove(other)).gone
    assert await stage.host.repositories.find(SHOP) is not None


async def test_nothing_is_pushed_where_nothing_is(stage: Stage) -> None:
    with pytest.raises(NotFound):
        await stage.host.contents.push(SHOP, "main", FILES, FIRST)


async def test_what_a_host_does_not_offer_it_says(stage: Stage) -> None:
    await _pushed(stage)
    left_out = await stage.host.configuration.protect(SHOP, "main", Protection(("test",), 1))
    variable = await stage.host.configuration.set_variable(SHOP, "AWS_REGION", "eu-central-1")
    assert (left_out is None, variable is None) == (stage.runs_workflows, stage.runs_workflows)
    if stage.runs_workflows:
        await stage.host.configuration.set_secret(SHOP, "API_KEY", Secret("k-123"))
        return
    with pytest.raises(NotOffered) as refused:
        await stage.host.configuration.set_secret(SHOP, "API_KEY", Secret("k-123"))
    assert "k-123" not in f"{refused.value.message} {refused.value.fix}"


async def test_a_workflow_is_started_once_and_followed(stage: Stage) -> None:
    await _pushed(stage)
    dispatch = Dispatch("deploy.yml", "main", {"stage": "dev"}, NOW)
    if not stage.runs_workflows:
        with pytest.raises(NotOffered, match="not run"):
            await stage.host.workflows.dispatch(SHOP, dispatch)
        with pytest.raises(NotOffered):
            await stage.host.workflows.look_at_run(SHOP, 1)
        with pytest.raises(NotOffered):
            await stage.host.workflows.look_at_deployment(SHOP, 1)
        return
    run = await stage.host.workflows.dispatch(SHOP, dispatch)
    assert (await stage.host.workflows.dispatch(SHOP, dispatch)).run_id == run.run_id
    other = msgspec.structs.replace(dispatch, known=frozenset({run.run_id}))
    assert (await stage.host.workflows.dispatch(SHOP, other)).run_id != run.run_id
    assert (await stage.host.workflows.look_at_run(SHOP, run.run_id)).status == "waiting"
    stage.go_on(SHOP, run.run_id, "running")
    assert (await stage.host.workflows.look_at_run(SHOP, run.run_id)).status == "running"
    stage.go_on(SHOP, run.run_id, "failed")
    assert (await stage.host.workflows.look_at_run(SHOP, run.run_id)).status == "failed"
    with pytest.raises(NotFound):
        await stage.host.workflows.look_at_run(SHOP, 999_999)
    with pytest.raises(NotFound):
        await stage.host.workflows.look_at_deployment(SHOP, 999_999)
