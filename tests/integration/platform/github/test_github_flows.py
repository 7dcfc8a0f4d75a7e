"""From a tree of files to a repository, a proposal, a deployment, and back: at both hosts, over HTTP."""

from pathlib import Path

import pytest
from github_people import merge, status_of
from github_platform import ACME, FILES, GitHubPlatform, github_platform
from github_stages import FOREIGN, local_stage
from github_world import moment

from skafu.contexts.github.domain import events as e
from skafu.contexts.github.ports import Remote
from skafu.kernel.events import Event
from skafu.scaffold import File
from skafu.storage.work import GivenUp, Later, Work
from skafu.workspace.git_names import entries_of
from skafu.workspace.git_process import git

NEW = {**FILES, "README.md": File(b"# New\n")}


def _kinds(events: list[Event]) -> list[str]:
    return [type(each).__name__ for each in events]


async def test_a_local_repository_can_be_cloned(platform: GitHubPlatform, tmp_path: Path) -> None:
    repository = await platform.repository()
    shown = await platform.shown(f"/repositories/{repository}")
    assert (shown["state"], shown["pushing"], shown["branch"]) == ("standing", False, "main")
    git("clone", "--quiet", shown["clone_address"], str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "README.md").read_bytes() == b"# Shop\n"
    assert (tmp_path / "clone" / "run.sh").stat().st_mode & 0o100
    assert (tmp_path / "clone" / "now").readlink() == Path("run.sh")
    (row,) = (await platform.developer.get("/repositories?project_id=p1&fields=id,state,commit")).json()["data"]
    assert row == {"id": repository, "state": "standing", "commit": shown["commit"]}
    assert (await platform.developer.get("/repositories?project_id=p2")).json()["data"] == []


@pytest.mark.parametrize("provider", ["local", "github"])
async def test_work_that_is_done_twice_changes_nothing(platform: GitHubPlatform, provider: str) -> None:
    await platform.connect()
    repository = await platform.repository(provider)
    settings = {"protection": {"checks": ["test"]}, "variables": {"AWS_REGION": "eu-central-1"}}
    await platform.admin.ask("PUT", f"/repositories/{repository}/configuration", json=settings)
    await platform.developer.post(
        f"/repositories/{repository}/pull-requests", {"tree_id": await platform.tree(NEW), "title": "Next"}
    )
    begun = await platform.developer.post(f"/repositories/{repository}/workflow-runs", {"workflow": "deliver.yaml"})
    await platform.running.settle()
    streams = (f"repository-{repository}", f"deployment-{begun.json()['data']['id']}")
    before = [await platform.events(each) for each in streams]
    world = repr(platform.fake.world)
    done = await platform.repeat_work(*streams)
    assert done >= 6
    assert [await platform.events(each) for each in streams] == before
    assert repr(platform.fake.world) == world


async def test_a_repository_at_github_has_the_tree_as_its_one_commit(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    shown = await platform.shown(f"/repositories/{repository}")
    assert shown["address"] == "https://github.com/acme/shop"
    head = platform.repo.refs["refs/heads/main"]
    assert shown["commit"] == head
    assert platform.repo.history(head) == [head]
    assert platform.repo.trees[platform.repo.commits[head].tree] == entries_of(FILES)
    assert _kinds(await platform.events(f"repository-{repository}")) == [
        "RepositoryRequested",
        "RepositoryCreated",
        "TreePushRequested",
        "TreePushed",
    ]


async def test_configuration_says_what_could_not_be_had(platform: GitHubPlatform) -> None:
    await platform.connect()
    platform.fake.world.no_protection = True
    repository = await platform.repository("github")
    settings = {"protection": {"approvals": 1}, "variables": {"DEPLOY_ROLE_ARN": "arn:aws:iam::1:role/d"}}
    await platform.admin.ask("PUT", f"/repositories/{repository}/configuration", json=settings)
    await platform.running.settle()
    configured = (await platform.events(f"repository-{repository}"))[-1]
    assert isinstance(configured, e.RepositoryConfigured)
    assert (configured.protected, configured.variables) == (False, ("DEPLOY_ROLE_ARN",))
    assert "Upgrade" in configured.left_out[0].why
    assert platform.repo.variables == {"DEPLOY_ROLE_ARN": "arn:aws:iam::1:role/d"}


async def test_a_secret_goes_to_github_and_rests_nowhere(platform: GitHubPlatform, tmp_path: Path) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    answer = await platform.admin.ask(
        "PUT", f"/repositories/{repository}/secrets/API_KEY", json={"value": "very-secret-7f3"}
    )
    assert (answer.status_code, answer.json()["data"]["secrets"]) == (200, ["API_KEY"])
    assert platform.repo.secrets == {"API_KEY": "very-secret-7f3"}
    assert "very-secret-7f3" not in answer.text
    await platform.running.settle()
    broken = b'{"value": "\\ud800"}'
    headers = {"Content-Type": "application/json"}
    odd = await platform.admin.ask(
        "PUT", f"/repositories/{repository}/secrets/API_KEY", content=broken, headers=headers
    )
    assert odd.status_code == 422
    assert _files_with(b"very-secret-7f3", tmp_path) == []
    local = await platform.repository("local", None)
    refused = await platform.admin.ask("PUT", f"/repositories/{local}/secrets/API_KEY", json={"value": "s"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "NOT_OFFERED")


def _files_with(words: bytes, folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file() and words in each.read_bytes()]


async def test_a_proposal_is_opened_with_the_proof_and_seen_to_be_merged(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    body = {"tree_id": await platform.tree(NEW), "title": "Next", "body": "PROVEN: 33 checks"}
    begun = await platform.developer.post(f"/repositories/{repository}/pull-requests", body)
    assert (begun.status_code, begun.json()["data"]["state"]) == (202, "requested")
    await platform.running.settle()
    place = begun.headers["location"].removeprefix("/api/v1")
    shown = await platform.shown(place)
    assert (shown["state"], shown["number"], shown["address"]) == ("open", 1, "https://github.com/acme/shop/pull/1")
    assert platform.repo.pulls[0]["body"] == "PROVEN: 33 checks"
    merge(platform.fake.world, platform.repo, 1)
    await platform.repeat_work(f"repository-{repository}")
    await platform.running.settle()
    assert (await platform.shown(place))["state"] == "merged"
    assert [each["id"] for each in (await platform.developer.get("/pull-requests?project_id=p1")).json()["data"]] == [
        shown["id"]
    ]


async def test_a_run_is_started_and_followed_without_any_webhook(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    body = {"workflow": "deliver.yaml", "inputs": {"stage": "dev"}, "environment": "dev"}
    begun = await platform.developer.post(f"/repositories/{repository}/workflow-runs", body)
    await platform.running.settle()
    place = begun.headers["location"].removeprefix("/api/v1")
    (run,) = platform.repo.runs.values()
    assert (await platform.shown(place))["address"] == run["html_url"]
    run |= {"status": "completed", "conclusion": "success"}
    stream = f"deployment-{begun.json()['data']['id']}"
    await platform.repeat_work(stream)
    assert (await platform.shown(place))["state"] == "succeeded"
    assert _kinds(await platform.events(stream)) == [
        "WorkflowRequested",
        "WorkflowTriggered",
        "DeploymentStarted",
        "DeploymentCompleted",
    ]
    await platform.running.settle()
    (row,) = (await platform.developer.get("/deployments?project_id=p1")).json()["data"]
    assert (row["state"], row["environment"], row["workflow"]) == ("succeeded", "dev", "deliver.yaml")


async def test_a_deployment_of_somebody_is_followed(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    platform.repo.deployments[12] = [status_of(platform.fake.world, "failure")]
    begun = await platform.developer.post(
        f"/repositories/{repository}/deployments", {"number": 12, "environment": "prod"}
    )
    await platform.running.settle()
    shown = await platform.shown(begun.headers["location"].removeprefix("/api/v1"))
    assert (shown["state"], shown["environment"]) == ("failed", "prod")


async def test_a_deployment_whose_end_is_never_seen_is_told_in_plain_words(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    platform.repo.deployments[12] = []
    begun = await platform.developer.post(f"/repositories/{repository}/deployments", {"number": 12})
    stream = f"deployment-{begun.json()['data']['id']}"
    (followed,) = await platform.running.platform.ledger.events.read_stream(ACME, stream)
    kind = platform.kind("github.follow_deployment")
    await kind.gave_up(Work("w", kind.name, ACME, followed, 1), GivenUp("put off for longer", code="GIVEN_UP"))
    failed = (await platform.events(stream))[-1]
    assert isinstance(failed, e.DeploymentFailed)
    assert (failed.code, failed.message) == ("END_NOT_SEEN", "it was not seen to end within 6 hours")


async def test_a_folder_claims_no_deployment(platform: GitHubPlatform) -> None:
    repository = await platform.repository()
    begun = await platform.developer.post(f"/repositories/{repository}/workflow-runs", {"workflow": "deliver.yaml"})
    await platform.running.settle()
    events = await platform.events(f"deployment-{begun.json()['data']['id']}")
    assert _kinds(events) == ["WorkflowRequested", "DeploymentFailed"]
    failed = events[-1]
    assert isinstance(failed, e.DeploymentFailed)
    assert (failed.code, failed.message) == (
        "NOT_OFFERED",
        "deliver.yaml of 'shop' was not run: a folder of repositories runs nothing",
    )


@pytest.mark.parametrize("provider", ["local", "github"])
async def test_a_repository_that_is_ours_alone_is_taken_back(platform: GitHubPlatform, provider: str) -> None:
    await platform.connect()
    repository = await platform.repository(provider)
    answer = await platform.admin.ask("DELETE", f"/repositories/{repository}")
    assert (answer.status_code, answer.json()["data"]["state"]) == (202, "leaving")
    await platform.running.settle()
    assert (await platform.shown(f"/repositories/{repository}"))["state"] == "removed"
    assert platform.fake.world.repositories == {}
    again = await platform.repository(provider)
    assert again != repository


async def test_a_repository_with_work_of_others_stays_on_record(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    repo = platform.repo
    tree = repo.put_tree(entries_of(FOREIGN))
    person, at = "Ada <ada@example.com>", platform.fake.clock()
    repo.refs["refs/heads/ada"] = repo.put_commit(tree, [], person, at, "mine\n")
    await platform.admin.ask("DELETE", f"/repositories/{repository}")
    await platform.running.settle()
    shown = await platform.shown(f"/repositories/{repository}")
    assert (shown["state"], shown["problem"]) == ("kept", "branch ada holds commits of others")
    assert shown["address"] == "https://github.com/acme/shop"


async def test_a_creation_that_ends_after_its_removal_leaves_nothing(platform: GitHubPlatform) -> None:
    await platform.connect()
    wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "acme"}
    begun = await platform.developer.post("/repositories", wanted)
    place = begun.headers["location"].removeprefix("/api/v1")
    await platform.admin.ask("DELETE", place)
    stream = f"repository-{begun.json()['data']['id']}"
    asked, removal = await platform.running.platform.ledger.events.read_stream(ACME, stream)
    create, remove = platform.kind("github.create_repository"), platform.kind("github.remove_repository")
    with pytest.raises(Later):
        await remove.perform(Work("w1", remove.name, ACME, removal, 1))
    await create.perform(Work("w2", create.name, ACME, asked, 1))
    assert platform.fake.asked("POST", "/orgs") == 1
    assert platform.fake.world.repositories == {}
    assert (await platform.shown(place))["state"] == "leaving"


async def test_a_name_that_others_have_is_told_and_left_alone(platform: GitHubPlatform) -> None:
    await platform.connect()
    platform.fake.world.make("acme", "shop", description="Somebody's shop")
    wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "acme"}
    begun = await platform.developer.post("/repositories", wanted)
    place = begun.headers["location"].removeprefix("/api/v1")
    await platform.running.settle()
    shown = await platform.shown(place)
    assert (shown["state"], shown["fix"]) == ("unmade", "choose another name, or rename that repository")
    assert shown["problem"] == "acme/shop is at GitHub already and was not made for this project"
    await platform.admin.ask("DELETE", place)
    await platform.running.settle()
    assert (await platform.shown(place))["state"] == "removed"
    assert "acme/shop" in platform.fake.world.repositories


@pytest.mark.parametrize("provider", ["local", "github"])
async def test_a_push_over_work_of_others_fails_at_once_and_says_so(platform: GitHubPlatform, provider: str) -> None:
    await platform.connect()
    repository = await platform.repository(provider, None)
    first = await platform.developer.post(
        f"/repositories/{repository}/pushes", {"tree_id": await platform.tree(), "message": "Start"}
    )
    assert first.status_code == 202
    if provider == "github":
        tree = platform.repo.put_tree(entries_of(FOREIGN))
        made = platform.repo.put_commit(tree, [], "Ada <a@example.com>", platform.fake.clock(), "mine\n")
        platform.repo.refs["refs/heads/main"] = made
    else:
        stage = local_stage(platform.running.platform.settings.data / "repositories")
        stage.foreign_commit(Remote(ACME, "", "shop", repository), "main")
    await platform.running.settle()
    failed = (await platform.events(f"repository-{repository}"))[-1]
    assert isinstance(failed, e.RepositoryFailed)
    assert (failed.step, failed.code) == ("push", "HEAD_MOVED")
    assert not (await platform.shown(f"/repositories/{repository}"))["pushing"]


async def test_a_repeated_request_makes_one_repository(platform: GitHubPlatform) -> None:
    key = {"Idempotency-Key": "k1"}
    wanted = {"project_id": "p1", "name": "shop"}
    first = await platform.developer.post("/repositories", wanted, headers=key)
    again = await platform.developer.post("/repositories", wanted, headers=key)
    assert first.json() == again.json()
    stale = await platform.admin.ask(
        "DELETE", f"/repositories/{first.json()['data']['id']}", headers={"If-Match": '"9"'}
    )
    assert stale.status_code == 412


async def test_it_goes_the_same_way_on_postgresql(postgres_database: str, tmp_path: Path) -> None:
    async with github_platform(tmp_path, postgres_database) as platform:
        await platform.connect()
        repository = await platform.repository("github")
        assert (await platform.shown(f"/repositories/{repository}"))["commit"] == platform.repo.refs["refs/heads/main"]
        rows = (await platform.developer.get("/repositories")).json()["data"]
        assert [each["id"] for each in rows] == [repository]
        assert moment(platform.fake.clock()) >= rows[0]["created_at"][:19]
